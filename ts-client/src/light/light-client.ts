import type { Timestamp } from "../gen/google/protobuf/timestamp.ts";
import { verifyCommit } from "./commit.ts";
import { equalBytes, hex } from "./hash.ts";
import { headerHash } from "./header.ts";
import { forged, LightError } from "./light-error.ts";
import { provenValue } from "./proof.ts";
import type { LightSource, SignedHeader } from "./source.ts";
import type { TrustedStore } from "./store.ts";
import type { ValidatorSet } from "./validator-set.ts";
import { type LightBlock, type TrustedHeader, verifyHeader, type VerifyOptions } from "./verify.ts";

export interface LightClientOptions {
  source: LightSource;
  /** Asked for the hash of each header that was accepted; one that differs and is signed too is a fork. */
  witnesses?: readonly LightSource[];
  store: TrustedStore;
  /** The clock of this machine. */
  now: () => Timestamp;
  /** Default 20 days: less than the chain keeps evidence. */
  trustingPeriodSeconds?: bigint;
  /** Default two thirds: a private set is small, and skipping is cheap. */
  trustLevel?: VerifyOptions["trustLevel"];
}

/** Most headers that one advance verifies: halving any distance of 64 bits ends before. */
const MAX_STEPS = 200;

/** Follows a chain by its validators' signatures and reads its state by proof. */
export class LightClient {
  readonly store: TrustedStore;
  readonly #options: LightClientOptions;
  #busy: Promise<unknown> = Promise.resolve();

  constructor(options: LightClientOptions) {
    this.#options = options;
    this.store = options.store;
  }

  /**
   * Verifies a header, over others in between where the validators changed.
   * @param height absent = the newest. A height that is trusted already is given back
   * @throws LightError why it is not proven; `missing` if the source does not have it (yet)
   */
  advance(height?: bigint, signal?: AbortSignal): Promise<TrustedHeader> {
    const run = this.#busy.then(() => this.#advance(height, signal));
    this.#busy = run.catch(() => undefined);
    return run;
  }

  /**
   * What is under a key in the state that `header` proves: that after the block before it.
   * @param early a proof that was asked for before the header was there
   * @returns undefined if nothing is there, proven too
   */
  async read(header: TrustedHeader, store: string, key: Uint8Array, signal?: AbortSignal, early?: ReturnType<LightSource["proof"]>): Promise<Uint8Array | undefined> {
    const { source } = this.#options;
    const height = header.height - 1n;
    const ops = (await early?.catch(() => undefined)) ?? (await source.proof(store, key, height, signal));
    if (ops === undefined) throw new LightError("missing", `${source.name} does not have the state of height ${height}`);
    return provenValue(header.appHash, store, key, ops);
  }

  async #advance(height: bigint | undefined, signal: AbortSignal | undefined): Promise<TrustedHeader> {
    const { source } = this.#options;
    if (this.store.frozen !== undefined) throw this.store.frozen;
    const known = height === undefined ? undefined : this.store.at(height);
    if (known !== undefined) return known;
    if (height !== undefined && height < this.store.newest.height) throw new LightError("missing", `height ${height} is below the verified height ${this.store.newest.height}`);
    const target = await source.header(height, signal);
    if (target === undefined) throw new LightError("missing", `${source.name} does not have height ${height ?? "any"}`);
    if (target.header.height <= this.store.newest.height) {
      await this.#requireSame(target);
      return this.store.newest;
    }
    const before = this.store.newest;
    await this.#verifyUpTo(target, signal);
    await this.#askWitnesses(before, signal);
    return this.store.newest;
  }

  /** Verifies the target at once, or else what lies half way first. */
  async #verifyUpTo(target: SignedHeader, signal: AbortSignal | undefined): Promise<void> {
    const open: LightBlock[] = [await this.#complete(target, this.#options.source, signal)];
    for (let step = 0; open.length > 0; step++) {
      if (step > MAX_STEPS) throw forged("no header in between is trusted");
      const block = open.at(-1) as LightBlock;
      const trusted = this.store.newest;
      try {
        this.store.add(await verifyHeader(trusted, block, this.#verifyOptions()));
        open.pop();
      } catch (error) {
        if (!(error instanceof LightError) || error.fault !== "trust") throw error;
        const half = trusted.height + (block.header.height - trusted.height) / 2n;
        const between = await this.#options.source.header(half, signal);
        if (between === undefined) throw new LightError("missing", `${this.#options.source.name} does not have height ${half}, which lies between what is trusted and what is new`);
        open.push(await this.#complete(between, this.#options.source, signal));
      }
    }
  }

  #verifyOptions(): VerifyOptions {
    return {
      now: this.#options.now(),
      trustingPeriodSeconds: this.#options.trustingPeriodSeconds ?? 20n * 86_400n,
      trustLevel: this.#options.trustLevel ?? { numerator: 2n, denominator: 3n },
    };
  }

  /** Adds the sets of validators that a header names by hash. */
  async #complete({ header, commit }: SignedHeader, source: LightSource, signal: AbortSignal | undefined): Promise<LightBlock> {
    const validators = await this.#validators(header.validatorsHash, header.height, source, signal);
    const nextValidators = equalBytes(header.nextValidatorsHash, header.validatorsHash)
      ? validators
      : await this.#validators(header.nextValidatorsHash, header.height + 1n, source, signal);
    return { header, commit, validators, nextValidators };
  }

  async #validators(hash: Uint8Array, height: bigint, source: LightSource, signal: AbortSignal | undefined): Promise<ValidatorSet> {
    const known = this.store.validators(hash);
    if (known !== undefined) return known;
    const set = await source.validators(height, signal);
    if (!equalBytes(set.hash, hash)) throw forged(`the validators of height ${height} are not those that its header names`);
    return set;
  }

  /** A header at a height that is trusted already has to be the trusted one. */
  async #requireSame(signed: SignedHeader): Promise<void> {
    const { header, commit } = signed;
    const trusted = this.store.at(header.height);
    const hash = headerHash(header);
    if (trusted === undefined || equalBytes(trusted.hash, hash)) return;
    const set = this.store.validators(header.validatorsHash);
    if (set === undefined || header.chainId !== trusted.chainId || !equalBytes(commit.blockId.hash, hash)) throw forged(`another header of height ${header.height}`);
    await verifyCommit(header.chainId, commit, set);
    throw this.#freeze(header.height, trusted.hash, hash);
  }

  async #askWitnesses(before: TrustedHeader, signal: AbortSignal | undefined): Promise<void> {
    const accepted = this.store.newest;
    for (const witness of this.#options.witnesses ?? []) {
      let block: LightBlock;
      try {
        const signed = await witness.header(accepted.height, signal);
        if (signed === undefined || equalBytes(headerHash(signed.header), accepted.hash)) continue;
        block = await this.#complete(signed, witness, signal);
        await verifyHeader(before, block, this.#verifyOptions());
      } catch {
        // A witness that is away, or whose header nobody signed, says nothing.
        continue;
      }
      throw this.#freeze(accepted.height, accepted.hash, headerHash(block.header));
    }
  }

  #freeze(height: bigint, one: Uint8Array, other: Uint8Array): LightError {
    this.store.frozen = new LightError("fork", `two headers of height ${height} are both signed: ${hex(one)} and ${hex(other)}`);
    return this.store.frozen;
  }
}

/**
 * Makes a trusted header of one that somebody vouched for by its hash, such as a ticket.
 * @throws LightError when the source has no such header, or another one
 */
export async function anchor(source: LightSource, chainId: string, height: bigint, hash: Uint8Array, signal?: AbortSignal): Promise<TrustedHeader> {
  const signed = await source.header(height, signal);
  if (signed === undefined) throw new LightError("missing", `${source.name} does not have height ${height}, which the anchor names`);
  const { header } = signed;
  if (header.chainId !== chainId || !equalBytes(headerHash(header), hash)) throw forged(`the header of height ${height} is not the one that the anchor names`);
  const nextValidators = await source.validators(height + 1n, signal);
  if (!equalBytes(nextValidators.hash, header.nextValidatorsHash)) throw forged(`the validators after height ${height} are not those that its header names`);
  return { chainId, height, hash, time: header.time, appHash: header.appHash, nextValidators };
}
