import type { BlockEvent } from "../chain/block-events.ts";
import { readersKey } from "./model.ts";

/** Ids of the objects that a block touched. */
export interface Touched {
  groups: Set<bigint>;
  tickets: Set<bigint>;
  /** Addresses whose device record changed. */
  devices: Set<string>;
  /** Addresses whose reports changed. */
  reports: Set<string>;
  /** Addresses whose lease changed. */
  leases: Set<string>;
  /** `group/hash`. */
  specs: Map<string, { groupId: bigint; hash: string }>;
  deployments: Set<bigint>;
  /** Groups whose secrets, or the use of them, changed. */
  secrets: Set<bigint>;
  /** Keys of secrets of which it changed to whom they are sealed. */
  secretReaders: Map<string, { groupId: bigint; scope: string; generation: bigint }>;
  validators: boolean;
}

/** Events after which other revisions pin secrets. */
const REVISION = /^workload\.Deployment(?:Created|Updated|RolledBack|Deleted)$/;

/** Which objects have to be read again after these events. Pure. */
export function touched(events: readonly BlockEvent[]): Touched {
  const all: Touched = {
    groups: new Set(),
    tickets: new Set(),
    devices: new Set(),
    reports: new Set(),
    leases: new Set(),
    specs: new Map(),
    deployments: new Set(),
    secrets: new Set(),
    secretReaders: new Map(),
    validators: false,
  };
  for (const { type, data } of events) {
    const groupId = data["group_id"] === undefined ? undefined : BigInt(data["group_id"]);
    const device = data["device"];
    if (type.startsWith("workgroup.")) {
      if (groupId !== undefined) all.groups.add(groupId);
      if (data["ticket_id"] !== undefined) all.tickets.add(BigInt(data["ticket_id"]));
    }
    if (type.startsWith("valset.")) all.validators = true;
    if (device !== undefined && device !== "") {
      if (type.startsWith("workgroup.")) all.devices.add(device);
      if (type === "workload.Reported") all.reports.add(device);
      all.leases.add(device);
    }
    if (groupId !== undefined && (type === "workload.SecretPut" || type === "workload.SecretRemoved" || REVISION.test(type))) all.secrets.add(groupId);
    const { scope, generation } = data;
    if (groupId !== undefined && scope !== undefined && generation !== undefined) {
      all.secretReaders.set(readersKey(groupId, scope, BigInt(generation)), { groupId, scope, generation: BigInt(generation) });
    }
    if (data["deployment_id"] !== undefined) all.deployments.add(BigInt(data["deployment_id"]));
    if (data["hash"] !== undefined && groupId !== undefined) {
      all.specs.set(`${groupId}/${data["hash"]}`, { groupId, hash: data["hash"] });
    }
  }
  return all;
}
