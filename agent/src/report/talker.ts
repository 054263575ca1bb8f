import { type DeploymentReport, encodeMessage, MsgRenewLease, MsgReport } from "@daonetes/client/device";
import type { AgentParts } from "../agent-parts.ts";
import type { Lease } from "../chain/lease.ts";
import type { Reporter } from "./reporter.ts";

/** Tells the chain what is due, one message at a time, in the background: a slow chain delays no container. */
export class Talker {
  readonly #parts: AgentParts;
  readonly #reporter: Reporter;
  readonly #lease: Lease;
  /** Called when the chain took a message. */
  readonly #onTaken: () => Promise<void>;
  #sending = false;

  constructor(parts: AgentParts, reporter: Reporter, lease: Lease, onTaken: () => Promise<void>) {
    this.#parts = parts;
    this.#reporter = reporter;
    this.#lease = lease;
    this.#onTaken = onTaken;
  }

  /** Starts to send what is due, if nothing is on its way. Needs a claimed epoch. */
  talk(signal: AbortSignal): void {
    const { clock, logger, state } = this.#parts;
    if (this.#sending || BigInt(state.epoch) === 0n) return;
    const reports = this.#reporter.due(clock.monotonic());
    const renew = this.#lease.isDue;
    if (reports.length === 0 && !renew) return;
    this.#sending = true;
    this.#send(reports, signal)
      .catch((error: unknown) => {
        logger.warn({ error: String(error) }, "a report was not taken; it is sent again");
        if (renew) this.#lease.postpone();
      })
      .finally(() => {
        this.#sending = false;
      });
  }

  async #send(reports: DeploymentReport[], signal: AbortSignal): Promise<void> {
    const { chain, device, state } = this.#parts;
    state.sequence = String(BigInt(state.sequence) + 1n);
    const common = { device, epoch: BigInt(state.epoch), sequence: BigInt(state.sequence) };
    const message =
      reports.length > 0
        ? encodeMessage("/daonetes.workload.v1.MsgReport", MsgReport, MsgReport.create({ ...common, reports }))
        : encodeMessage("/daonetes.workload.v1.MsgRenewLease", MsgRenewLease, MsgRenewLease.create(common));
    await chain.send([message], signal);
    // A node that says "included" is believed when the sequence is proven.
    const taken = await this.#lease.plan(signal);
    if (taken < common.sequence) throw new Error(`the gateway says that the message ${common.sequence} was executed, but the chain has seen ${taken}`);
    this.#reporter.sent(reports);
    await this.#onTaken();
  }
}
