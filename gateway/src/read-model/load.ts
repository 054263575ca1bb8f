import { type DaonetesClient, isNotFound } from "@daonetes/client";
import { type Changes, noChanges } from "./changes.ts";
import { type DeploymentEntry, readersKey, type SecretsEntry } from "./model.ts";
import type { Touched } from "./touched.ts";

/** Reads that are under way at a time; every reader of events waits for them. */
const AT_ONCE = 16;

/** Reads everything at one height: how a model begins. */
export async function loadAll(client: DaonetesClient, height: bigint, blockTime: number): Promise<Changes> {
  const at = client.at(height);
  const changes = noChanges(height, blockTime);
  changes.validators = await at.valset.validators();
  for (const group of await at.workgroup.groups()) {
    changes.groups.set(group.id, group);
    for (const ticket of await at.workgroup.tickets(group.id)) changes.tickets.set(ticket.id, ticket);
    for (const device of await at.workgroup.devices(group.id)) changes.devices.set(device.address, device);
    for (const lease of await at.workload.leases(group.id)) changes.leases.set(lease.device, lease);
    for (const spec of await at.workload.specs(group.id)) {
      changes.specs.set(`${group.id}/${spec.hash}`, { groupId: group.id, hash: spec.hash, spec });
    }
    const secrets = await loadSecrets(at, group.id);
    changes.secrets.set(group.id, secrets);
    for (const { scope, generation } of secrets.keys) changes.secretReaders.set(readersKey(group.id, scope, generation), await loadReaders(at, group.id, scope, generation));
    for (const deployment of await at.workload.deployments(group.id)) {
      changes.deployments.set(deployment.id, await loadDeployment(at, deployment.id));
      for (const report of await at.workload.reports(deployment.id)) {
        const reports = changes.reports.get(report.device) ?? [];
        reports.push(report);
        changes.reports.set(report.device, reports);
      }
    }
  }
  return changes;
}

/** Reads what a block touched, at that block's height. */
export async function loadTouched(
  client: DaonetesClient,
  touched: Touched,
  height: bigint,
  blockTime: number,
): Promise<Changes> {
  const at = client.at(height);
  const changes = noChanges(height, blockTime);
  const reads: (() => Promise<void>)[] = [];
  const read = <T>(one: () => Promise<T>, put: (value: T | undefined) => void): void => {
    reads.push(async () => put(await orGone(one)));
  };
  for (const id of touched.groups) read(() => at.workgroup.group(id), (group) => changes.groups.set(id, group));
  for (const id of touched.tickets) read(() => at.workgroup.ticket(id), (ticket) => changes.tickets.set(id, ticket));
  for (const address of touched.devices) {
    reads.push(async () => {
      const device = await orGone(() => at.workgroup.deviceByAddress(address));
      changes.devices.set(address, device);
      if (device === undefined || device.ticketId === 0n) return;
      changes.tickets.set(device.ticketId, await orGone(() => at.workgroup.ticket(device.ticketId)));
    });
  }
  for (const device of touched.reports) read(() => at.workload.deviceReports(device), (reports) => changes.reports.set(device, reports ?? []));
  for (const device of touched.leases) read(() => at.workload.lease(device), (lease) => changes.leases.set(device, lease));
  for (const [key, { groupId, hash }] of touched.specs) {
    read(() => at.workload.spec(groupId, hash), (spec) => changes.specs.set(key, { groupId, hash, spec }));
  }
  for (const id of touched.deployments) read(() => loadDeployment(at, id), (entry) => changes.deployments.set(id, entry));
  for (const id of touched.secrets) read(() => loadSecrets(at, id), (entry) => changes.secrets.set(id, entry ?? { versions: [], keys: [] }));
  for (const [key, { groupId, scope, generation }] of touched.secretReaders) {
    read(() => loadReaders(at, groupId, scope, generation), (readers) => changes.secretReaders.set(key, readers ?? []));
  }
  if (touched.validators) read(() => at.valset.validators(), (validators) => (changes.validators = validators));
  for (let next = 0; next < reads.length; next += AT_ONCE) await Promise.all(reads.slice(next, next + AT_ONCE).map((one) => one()));
  return changes;
}

async function loadDeployment(at: DaonetesClient, id: bigint): Promise<DeploymentEntry> {
  const [deployment, revisions, holders] = await Promise.all([at.workload.deploymentById(id), at.workload.revisions(id), at.workload.holders(id)]);
  return { deployment, revisions, holders: new Map(holders.map((holder) => [holder.device, holder])) };
}

async function loadSecrets(at: DaonetesClient, groupId: bigint): Promise<SecretsEntry> {
  const [versions, { keys }] = await Promise.all([at.workload.secrets(groupId), at.workload.secretKeys(groupId, "")]);
  return { versions, keys };
}

/** Of a key that is gone nothing is sealed to anybody, though its grants go in steps. */
async function loadReaders(at: DaonetesClient, groupId: bigint, scope: string, generation: bigint): Promise<string[]> {
  const { keys } = await at.workload.secretKeys(groupId, scope);
  if (!keys.some((key) => key.generation === generation)) return [];
  return (await at.workload.secretGrants(groupId, scope, generation)).map(({ recipient }) => recipient).sort();
}

async function orGone<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
