import type { Changes } from "./changes.ts";
import { type Model, objectKey, specKey } from "./model.ts";

/** Brings the model to the height of the changes. Pure but for the model itself: no I/O, no clock. */
export function apply(model: Model, changes: Changes): void {
  model.height = changes.height;
  model.blockTime = changes.blockTime;
  const touch = (key: string): void => {
    model.modified.set(key, changes.height);
  };

  for (const [id, group] of changes.groups) {
    put(model.groups, id, group);
    touch(objectKey.group(id));
  }
  for (const [id, ticket] of changes.tickets) {
    put(model.tickets, id, ticket);
    touch(objectKey.ticket(id));
  }
  for (const [address, device] of changes.devices) {
    put(model.devices, address, device);
    touch(objectKey.device(address));
  }
  for (const { groupId, hash, spec } of changes.specs.values()) {
    put(model.specs, specKey(groupId, hash), spec);
    touch(objectKey.spec(groupId, hash));
  }
  for (const [id, entry] of changes.deployments) {
    put(model.deployments, id, entry);
    touch(objectKey.deployment(id));
  }
  for (const [device, reports] of changes.reports) {
    for (const deploymentId of model.reports.get(device)?.keys() ?? []) touch(objectKey.deployment(deploymentId));
    model.reports.set(device, new Map(reports.map((report) => [report.deploymentId, report])));
    touch(objectKey.device(device));
    for (const report of reports) touch(objectKey.deployment(report.deploymentId));
  }
  for (const [device, lease] of changes.leases) {
    put(model.leases, device, lease);
    touch(objectKey.device(device));
    for (const [id, entry] of model.deployments) if (entry.holders.has(device)) touch(objectKey.deployment(id));
  }
  for (const [groupId, entry] of changes.secrets) put(model.secrets, groupId, entry.versions.length === 0 ? undefined : entry);
  for (const [key, readers] of changes.secretReaders) put(model.secretReaders, key, readers.length === 0 ? undefined : readers);
  if (changes.validators !== undefined) {
    model.validators = new Map(changes.validators.map((validator) => [validator.id, validator]));
    touch(objectKey.validators());
  }
}

function put<K, V>(map: Map<K, V>, key: K, value: V | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}
