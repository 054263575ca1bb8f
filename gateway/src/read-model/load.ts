import { type DaonetesClient, isNotFound } from "@daonetes/client";
import { type Changes, noChanges } from "./changes.ts";
import type { DeploymentEntry } from "./model.ts";
import type { Touched } from "./touched.ts";

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
  for (const id of touched.groups) changes.groups.set(id, await orGone(() => at.workgroup.group(id)));
  for (const id of touched.tickets) changes.tickets.set(id, await orGone(() => at.workgroup.ticket(id)));
  for (const address of touched.devices) {
    const device = await orGone(() => at.workgroup.deviceByAddress(address));
    changes.devices.set(address, device);
    if (device !== undefined && device.ticketId !== 0n) {
      changes.tickets.set(device.ticketId, await orGone(() => at.workgroup.ticket(device.ticketId)));
    }
  }
  for (const device of touched.reports) changes.reports.set(device, await at.workload.deviceReports(device));
  for (const device of touched.leases) changes.leases.set(device, await orGone(() => at.workload.lease(device)));
  for (const [key, { groupId, hash }] of touched.specs) {
    changes.specs.set(key, { groupId, hash, spec: await orGone(() => at.workload.spec(groupId, hash)) });
  }
  for (const id of touched.deployments) changes.deployments.set(id, await orGone(() => loadDeployment(at, id)));
  if (touched.validators) changes.validators = await at.valset.validators();
  return changes;
}

async function loadDeployment(at: DaonetesClient, id: bigint): Promise<DeploymentEntry> {
  const deployment = await at.workload.deploymentById(id);
  const revisions = await at.workload.revisions(id);
  const holders = new Map((await at.workload.holders(id)).map((holder) => [holder.device, holder]));
  return { deployment, revisions, holders };
}

async function orGone<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
