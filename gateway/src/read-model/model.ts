import type { valset, workgroup, workload } from "@daonetes/client";

/** A deployment with everything that hangs on it. */
export interface DeploymentEntry {
  deployment: workload.Deployment;
  /** Oldest first. */
  revisions: workload.DeploymentRevision[];
  /** By address of the device. */
  holders: Map<string, workload.Holder>;
}

/** The secrets of a group: names, versions, sizes and hashes, never a content. */
export interface SecretsEntry {
  /** By name and version. */
  versions: workload.Secret[];
  /** By scope and generation. */
  keys: workload.SecretKey[];
}

/** State of the chain at one height, as far as the API shows it. Only `apply` changes it. */
export interface Model {
  height: bigint;
  /** Unix milliseconds of the block. */
  blockTime: number;
  groups: Map<bigint, workgroup.Group>;
  tickets: Map<bigint, workgroup.Ticket>;
  /** By address. */
  devices: Map<string, workgroup.Device>;
  /** By `group/hash`. */
  specs: Map<string, workload.Spec>;
  deployments: Map<bigint, DeploymentEntry>;
  /** By address of the device, then id of the deployment. */
  reports: Map<string, Map<bigint, workload.Report>>;
  /** By address of the device. */
  leases: Map<string, workload.Lease>;
  /** By group; absent: it has none. */
  secrets: Map<bigint, SecretsEntry>;
  /** Addresses to which a key is sealed, sorted; by `readersKey`. */
  secretReaders: Map<string, string[]>;
  validators: Map<bigint, valset.Validator>;
  /** Height of the last change of each object, by object key. */
  modified: Map<string, bigint>;
}

export function emptyModel(): Model {
  return {
    height: 0n,
    blockTime: 0,
    groups: new Map(),
    tickets: new Map(),
    devices: new Map(),
    specs: new Map(),
    deployments: new Map(),
    reports: new Map(),
    leases: new Map(),
    secrets: new Map(),
    secretReaders: new Map(),
    validators: new Map(),
    modified: new Map(),
  };
}

/** Keys of the map `modified`. */
export const objectKey = {
  group: (id: bigint) => `group/${id}`,
  ticket: (id: bigint) => `ticket/${id}`,
  device: (address: string) => `device/${address}`,
  spec: (groupId: bigint, hash: string) => `spec/${groupId}/${hash}`,
  deployment: (id: bigint) => `deployment/${id}`,
  validators: () => "validators",
};

/** Key of the map `secretReaders`. */
export function readersKey(groupId: bigint, scope: string, generation: bigint): string {
  return `${groupId} ${scope} ${generation}`;
}

export function specKey(groupId: bigint, hash: string): string {
  return `${groupId}/${hash}`;
}

/** Decimal id of the group that a thing such as `deployment 7`, `device daonet1..` or `ticket 3` is in, or undefined. */
export function ownerOf({ deployments, devices, tickets }: Model, thing: string): string | undefined {
  const [kind = "", key = ""] = thing.split(" ");
  if (kind === "device") return devices.get(key)?.groupId.toString();
  if (!/^\d{1,20}$/.test(key)) return undefined;
  if (kind === "deployment") return deployments.get(BigInt(key))?.deployment.groupId.toString();
  return kind === "ticket" ? tickets.get(BigInt(key))?.groupId.toString() : undefined;
}
