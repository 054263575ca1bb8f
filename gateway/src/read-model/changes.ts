import type { valset, workgroup, workload } from "@daonetes/client";
import type { DeploymentEntry, SecretsEntry } from "./model.ts";

/** New values of the objects that a block touched; `undefined` as a value = the object is gone. */
export interface Changes {
  height: bigint;
  blockTime: number;
  groups: Map<bigint, workgroup.Group | undefined>;
  tickets: Map<bigint, workgroup.Ticket | undefined>;
  devices: Map<string, workgroup.Device | undefined>;
  /** By group and hash. */
  specs: Map<string, { groupId: bigint; hash: string; spec: workload.Spec | undefined }>;
  deployments: Map<bigint, DeploymentEntry | undefined>;
  /** All reports of a device. */
  reports: Map<string, workload.Report[]>;
  leases: Map<string, workload.Lease | undefined>;
  secrets: Map<bigint, SecretsEntry>;
  /** By `readersKey`; empty = nobody, or the key is gone. */
  secretReaders: Map<string, string[]>;
  validators: valset.Validator[] | undefined;
}

export function noChanges(height: bigint, blockTime: number): Changes {
  return {
    height,
    blockTime,
    groups: new Map(),
    tickets: new Map(),
    devices: new Map(),
    specs: new Map(),
    deployments: new Map(),
    reports: new Map(),
    leases: new Map(),
    secrets: new Map(),
    secretReaders: new Map(),
    validators: undefined,
  };
}
