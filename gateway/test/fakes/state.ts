import { valset, workgroup, workload } from "@daonetes/client";
import type { BlockEvent } from "../../src/chain/block-events.ts";
import { apply } from "../../src/read-model/apply.ts";
import { type Changes, noChanges } from "../../src/read-model/changes.ts";
import { emptyModel, type Model } from "../../src/read-model/model.ts";

export const DEVICE = "daonet1xat98mvkp3vs49ly908krhjp40ndht8hwzcptk";
export const HASH = `sha256:${"a".repeat(64)}`;

/** Changes of one block, the given parts only. */
export function changesAt(height: bigint, parts: Partial<Changes> = {}): Changes {
  return { ...noChanges(height, Date.now()), ...parts };
}

export function group(id: bigint, name: string): workgroup.Group {
  return workgroup.Group.fromPartial({ id, name });
}

/** Groups 1 to `count`, named `group-1` and so on. */
export function groups(count: number): Changes["groups"] {
  return new Map(Array.from({ length: count }, (_, index) => [BigInt(index + 1), group(BigInt(index + 1), `group-${index + 1}`)]));
}

/** Three groups; the first has a device, a ticket, a spec and a deployment that the device holds. */
export function sampleChanges(height = 10n): Changes {
  return changesAt(height, {
    groups: groups(3),
    tickets: new Map([[4n, workgroup.Ticket.fromPartial({ id: 4n, groupId: 1n })]]),
    devices: new Map([[DEVICE, workgroup.Device.fromPartial({ address: DEVICE, groupId: 1n, name: "pi" })]]),
    specs: new Map([[`1/${HASH}`, { groupId: 1n, hash: HASH, spec: workload.Spec.fromPartial({ groupId: 1n, hash: HASH, name: "web", version: 2n }) }]]),
    deployments: new Map([
      [
        7n,
        {
          deployment: workload.Deployment.fromPartial({ id: 7n, groupId: 1n, name: "shop", specHash: HASH, revision: 1n }),
          revisions: [workload.DeploymentRevision.fromPartial({ revision: 1n, specHash: HASH })],
          holders: new Map([[DEVICE, workload.Holder.fromPartial({ device: DEVICE, revision: 1n })]]),
        },
      ],
    ]),
    secrets: new Map([
      [
        1n,
        {
          versions: [1n, 2n].map((version) => workload.Secret.fromPartial({ groupId: 1n, name: "shop/DB", version, generation: 1n, hash: HASH, size: 1_700, references: Number(version) - 1 })),
          keys: [workload.SecretKey.fromPartial({ groupId: 1n, scope: "shop", generation: 1n, secrets: 2 })],
        },
      ],
    ]),
    secretReaders: new Map([["1 shop 1", [DEVICE]]]),
    leases: new Map([[DEVICE, workload.Lease.fromPartial({ device: DEVICE, epoch: 1n })]]),
    validators: [valset.Validator.fromPartial({ id: 1n, moniker: "one" })],
  });
}

export function sampleModel(height = 10n): Model {
  const model = emptyModel();
  apply(model, sampleChanges(height));
  return model;
}

/** An event with the id `height-tx-n`. */
export function event(id: string, type = "workload.Reported", data: Record<string, string> = {}): BlockEvent {
  return { id, height: BigInt(id.split("-")[0]!), type, data };
}
