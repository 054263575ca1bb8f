import { randomInt } from "node:crypto";
import type { AgentParts } from "../agent-parts.ts";
import { CHAIN_RETRY_MS } from "./retry.ts";

/** Knows when this device's lease has to be renewed: at half of what is left of it, with jitter. */
export class Lease {
  readonly #parts: AgentParts;
  /** Monotonic milliseconds. */
  #renewAt = Number.POSITIVE_INFINITY;

  constructor(parts: AgentParts) {
    this.#parts = parts;
  }

  /** True once a renewal was planned. */
  get isPlanned(): boolean {
    return this.#renewAt !== Number.POSITIVE_INFINITY;
  }

  get isDue(): boolean {
    return this.#parts.clock.monotonic() >= this.#renewAt;
  }

  /**
   * Reads the lease, plans its renewal, and catches up with the sequence that the chain has seen.
   * @returns sequence of the newest message that the chain took, proven
   */
  async plan(signal: AbortSignal): Promise<bigint> {
    const { chain, clock, state } = this.#parts;
    const lease = await chain.readLease(signal);
    if (lease === undefined) return 0n;
    if (lease.sequence > BigInt(state.sequence)) state.sequence = String(lease.sequence);
    const left = Math.max(0, lease.until - clock.now());
    this.#renewAt = clock.monotonic() + (left / 2) * (0.9 + randomInt(0, 100) / 1000);
    return lease.sequence;
  }

  /** The renewal was not taken: try again soon. */
  postpone(): void {
    this.#renewAt = this.#parts.clock.monotonic() + CHAIN_RETRY_MS;
  }
}
