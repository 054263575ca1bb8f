import { DeviceStatus, encodeMessage, type Manifest, MsgAnnounceDevice } from "@daonetes/client/device";
import type { AgentParts } from "../agent-parts.ts";
import { CHAIN_RETRY_MS } from "./retry.ts";

/**
 * Tells the chain the age recipient of this device where it has another one or none: the device was admitted by its key,
 * joined with an agent that had none, or lost the file.
 */
export class Announcement {
  readonly #parts: AgentParts;
  #done = false;
  /** Monotonic milliseconds of the next try. */
  #due = 0;

  constructor(parts: AgentParts) {
    this.#parts = parts;
  }

  /** What goes wrong is said and tried again. */
  async settle(manifest: Manifest, signal: AbortSignal): Promise<void> {
    const { chain, clock, device, secrets, logger } = this.#parts;
    const member = manifest.status === DeviceStatus.DEVICE_STATUS_APPROVED || manifest.status === DeviceStatus.DEVICE_STATUS_CORDONED;
    if (this.#done || !member || clock.monotonic() < this.#due) return;
    try {
      const info = await chain.readDeviceInfo(signal);
      if (info !== undefined && info.ageRecipient !== secrets.recipient) {
        const message = MsgAnnounceDevice.create({ device, info: { ...info, ageRecipient: secrets.recipient } });
        await chain.send([encodeMessage("/daonetes.workgroup.v1.MsgAnnounceDevice", MsgAnnounceDevice, message)], signal);
        logger.info({}, "the chain knows this device's age recipient now: secrets can be sealed to it");
      }
      this.#done = info !== undefined;
    } catch (error) {
      if (signal.aborted) return;
      logger.warn({ error: error instanceof Error ? error.message : String(error) }, "the age recipient of this device could not be announced; it is tried again");
    }
    if (!this.#done) this.#due = clock.monotonic() + CHAIN_RETRY_MS;
  }
}
