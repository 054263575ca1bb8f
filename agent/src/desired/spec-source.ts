import { type CanonicalSpec, checkPolicy, decodeCanonical, hashSpec } from "@daonetes/client/compose";
import type { Assignment } from "@daonetes/client/device";
import type { ContentPort } from "../content/content-folder.ts";
import { CHAIN_RETRY_MS } from "../chain/retry.ts";
import type { Clock } from "../clock.ts";
import type { ChainPort } from "../chain/chain-port.ts";
import type { StateFolder } from "../state/agent-state.ts";
import type { Refusal } from "./desired-state.ts";

/** A spec that may run here, or why it may not. */
export type SpecVerdict = { spec: CanonicalSpec } | { refusal: Refusal };

/**
 * Gets specs by hash, from disk or from the chain, and judges them: to the agent every spec is hostile. Hash, canonical
 * form, closed schema and policy are checked before any call of the Engine.
 */
export class SpecSource {
  readonly #chain: ChainPort;
  readonly #folder: Pick<StateFolder, "readSpec" | "writeSpec">;
  readonly #content: Pick<ContentPort, "ensure">;
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #verdicts = new Map<string, SpecVerdict>();
  readonly #failures = new Map<string, { error: Error; until: number }>();

  constructor(clock: Pick<Clock, "monotonic">, chain: ChainPort, folder: Pick<StateFolder, "readSpec" | "writeSpec">, content: Pick<ContentPort, "ensure">) {
    this.#clock = clock;
    this.#content = content;
    this.#chain = chain;
    this.#folder = folder;
  }

  /** A spec that may run has its files on the disk too. @throws when bytes cannot be had now, and for some seconds after */
  async get(groupId: bigint, assignment: Assignment, signal: AbortSignal): Promise<SpecVerdict> {
    const hash = assignment.specHash;
    const failure = this.#failures.get(hash);
    if (failure !== undefined && this.#clock.monotonic() < failure.until) throw failure.error;
    try {
      const verdict = await this.#get(groupId, hash, signal);
      this.#failures.delete(hash);
      return verdict;
    } catch (error) {
      this.#failures.set(hash, { error: error instanceof Error ? error : new Error(String(error)), until: this.#clock.monotonic() + CHAIN_RETRY_MS });
      throw error;
    }
  }

  async #get(groupId: bigint, hash: string, signal: AbortSignal): Promise<SpecVerdict> {
    const known = this.#verdicts.get(hash);
    if (known !== undefined) {
      if ("spec" in known) await this.#content.ensure(groupId, known.spec, signal);
      return known;
    }
    let bytes = await this.#folder.readSpec(hash);
    if (bytes === undefined || hashSpec(bytes) !== hash) {
      bytes = await this.#chain.readSpec(groupId, hash, signal);
      if (hashSpec(bytes) !== hash) throw new Error(`the node sent other bytes than those of ${hash}`);
      // Kept for a start without the chain; a disk that refuses is no reason not to run it now.
      await this.#folder.writeSpec(hash, bytes).catch(() => undefined);
    }
    const verdict = judge(bytes);
    if ("spec" in verdict) await this.#content.ensure(groupId, verdict.spec, signal);
    this.#verdicts.set(hash, verdict);
    return verdict;
  }

  /** A spec that was fetched before, of a container that is still there. @returns undefined if it is not at hand */
  async known(hash: string): Promise<CanonicalSpec | undefined> {
    const verdict = this.#verdicts.get(hash);
    if (verdict !== undefined) return "spec" in verdict ? verdict.spec : undefined;
    const bytes = await this.#folder.readSpec(hash);
    if (bytes === undefined || hashSpec(bytes) !== hash) return undefined;
    const judged = judge(bytes);
    this.#verdicts.set(hash, judged);
    return "spec" in judged ? judged.spec : undefined;
  }

  /** Forgets specs that no assignment names. */
  keepOnly(hashes: ReadonlySet<string>): void {
    for (const hash of this.#verdicts.keys()) if (!hashes.has(hash)) this.#verdicts.delete(hash);
    for (const hash of this.#failures.keys()) if (!hashes.has(hash)) this.#failures.delete(hash);
  }
}

function judge(bytes: Uint8Array): SpecVerdict {
  let spec: CanonicalSpec;
  try {
    spec = decodeCanonical(bytes);
  } catch (error) {
    return { refusal: { reason: "SpecInvalid", text: error instanceof Error ? error.message : String(error) } };
  }
  const findings = checkPolicy(spec);
  const first = findings[0];
  if (first !== undefined) {
    return { refusal: { reason: "PolicyRefused", text: `${first.rule}: ${first.pointer}: ${first.message}` } };
  }
  return { spec };
}
