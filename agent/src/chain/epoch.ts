import { DeviceStatus, encodeMessage, type Manifest, MsgClaimEpoch } from "@daonetes/client/device";
import type { AgentParts } from "../agent-parts.ts";
import type { Lease } from "./lease.ts";

/**
 * Of two agents with the same key only the one that claimed the newest epoch acts; the other one is fenced, over
 * restarts and boots, until a person takes over.
 */
export class Epoch {
  readonly #parts: AgentParts;
  readonly #lease: Lease;
  /** Called after a claim, before anything else is said. */
  readonly #onClaimed: () => Promise<void>;

  constructor(parts: AgentParts, lease: Lease, onClaimed: () => Promise<void>) {
    this.#parts = parts;
    this.#lease = lease;
    this.#onClaimed = onClaimed;
  }

  /** True: another instance claimed a newer epoch, so this one changes nothing any more. */
  get isFenced(): boolean {
    return this.#parts.state.fenced;
  }

  /** Lets a fenced agent claim the next epoch when it reads the chain again, which fences the other one. */
  takeOver(): void {
    const { state, logger } = this.#parts;
    state.fenced = false;
    state.instance = "";
    logger.warn({ epoch: state.epoch }, "taken over by the owner: the next epoch is claimed");
  }

  /** Claims the next epoch after a boot or without state; freezes when another instance claimed a newer one. */
  async settle(manifest: Manifest, engineId: string, signal: AbortSignal): Promise<void> {
    const { chain, state, device, logger } = this.#parts;
    const instance = `${this.#parts.bootId}:${engineId}`.slice(0, 128);
    if (manifest.status === DeviceStatus.DEVICE_STATUS_REVOKED || state.fenced) return;
    if (state.instance === instance && manifest.epoch === BigInt(state.epoch)) {
      if (!this.#lease.isPlanned) await this.#lease.plan(signal);
      return;
    }
    if (state.instance === instance && manifest.epoch > BigInt(state.epoch)) {
      state.fenced = true;
      logger.error({ epoch: String(manifest.epoch), mine: state.epoch }, "another instance runs with this device's key: fenced, nothing is changed any more");
      return;
    }
    const strange = manifest.instance !== "" && manifest.instance !== instance && manifest.instance !== state.instance;
    state.rival = strange ? manifest.instance : "";
    if (strange) logger.error({ rival: state.rival, epoch: String(manifest.epoch) }, "another instance used this device's key; it is fenced now");
    const epoch = manifest.epoch + 1n;
    await chain.send([encodeMessage("/daonetes.workload.v1.MsgClaimEpoch", MsgClaimEpoch, MsgClaimEpoch.create({ device, epoch, instance }))], signal);
    state.instance = instance;
    state.epoch = String(epoch);
    await this.#onClaimed();
    await this.#lease.plan(signal);
    logger.info({ epoch: state.epoch }, "epoch claimed");
  }
}
