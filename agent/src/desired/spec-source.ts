import { type CanonicalSpec, checkPolicy, decodeCanonical, hashSpec, needsOf } from "@daonetes/client/compose";
import type { Assignment } from "@daonetes/client/device";
import type { ContentPort } from "../content/content-folder.ts";
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
  readonly #verdicts = new Map<string, SpecVerdict>();

  constructor(chain: ChainPort, folder: Pick<StateFolder, "readSpec" | "writeSpec">, content: Pick<ContentPort, "ensure">) {
    this.#content = content;
    this.#chain = chain;
    this.#folder = folder;
  }

  /** A spec that may run has its files on the disk too. @throws when bytes cannot be had now */
  async get(groupId: bigint, assignment: Assignment, signal: AbortSignal): Promise<SpecVerdict> {
    const hash = assignment.specHash;
    const known = this.#verdicts.get(hash);
    if (known !== undefined) {
      if ("spec" in known) await this.#content.ensure(groupId, known.spec, signal);
      return known;
    }
    let bytes = await this.#folder.readSpec(hash);
    if (bytes === undefined || hashSpec(bytes) !== hash) {
      bytes = await this.#chain.readSpec(groupId, hash, signal);
      if (hashSpec(bytes) !== hash) throw new Error(`the node sent other bytes than those of ${hash}`);
      await this.#folder.writeSpec(hash, bytes);
    }
    const verdict = judge(bytes);
    if ("spec" in verdict) await this.#content.ensure(groupId, verdict.spec, signal);
    this.#verdicts.set(hash, verdict);
    return verdict;
  }

  /** Forgets specs that no assignment names. */
  keepOnly(hashes: ReadonlySet<string>): void {
    for (const hash of this.#verdicts.keys()) if (!hashes.has(hash)) this.#verdicts.delete(hash);
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
  const need = needsOf(spec)[0];
  if (need !== undefined) {
    return { refusal: { reason: "GrantMissing", text: `${need.pointer}: the owner of this device has not granted: ${need.text}` } };
  }
  return { spec };
}
