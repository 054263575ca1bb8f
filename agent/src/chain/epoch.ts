import { DeviceStatus, encodeMessage, type Manifest, MsgClaimEpoch } from "@daonetes/client/device";
import type { AgentParts } from "../agent-parts.ts";
import type { Lease } from "./lease.ts";

/** Of two agents with the same key only the one that claimed the newest epoch acts; the other one is fenced. */
export class Epoch {
  readonly #parts: AgentParts;
  readonly #lease: Lease;
  /** Called after a claim, before anything else is said. */
  readonly #onClaimed: () => Promise<void>;
  #fenced = false;

  constructor(parts: AgentParts, lease: Lease, onClaimed: () => Promise<void>) {
    this.#parts = parts;
    this.#lease = lease;
    this.#onClaimed = onClaimed;
  }

  /** True: another instance claimed a newer epoch, so this one changes nothing any more. */
  get isFenced(): boolean {
    return this.#fenced;
  }

  /** Claims the next epoch after a boot or without state; freezes when another instance claimed a newer one. */
  async settle(manifest: Manifest, engineId: string, signal: AbortSignal): Promise<void> {
    const { chain, state, device, logger } = this.#parts;
    const instance = `${this.#parts.bootId}:${engineId}`.slice(0, 128);
    if (manifest.status === DeviceStatus.DEVICE_STATUS_REVOKED) return;
    if (state.instance === instance && manifest.epoch === BigInt(state.epoch)) {
      if (!this.#lease.isPlanned) await this.#lease.plan(signal);
      return;
    }
    if (state.instance === instance && manifest.epoch > BigInt(state.epoch)) {
      this.#fenced = true;
      logger.error({ epoch: String(manifest.epoch), mine: state.epoch }, "another instance runs with this device's key: fenced, nothing is changed any more");
      return;
    }
    const epoch = manifest.epoch + 1n;
    await chain.send([encodeMessage("/daonetes.workload.v1.MsgClaimEpoch", MsgClaimEpoch, MsgClaimEpoch.create({ device, epoch, instance }))], signal);
    state.instance = instance;
    state.epoch = String(epoch);
    await this.#onClaimed();
    await this.#lease.plan(signal);
    logger.info({ epoch: state.epoch }, "epoch claimed");
  }
}
