import type { Timestamp } from "../gen/google/protobuf/timestamp.ts";
import { type Commit, powerOf, verifyCommit } from "./commit.ts";
import { equalBytes } from "./hash.ts";
import { type Header, headerHash, nanosOf } from "./header.ts";
import { forged, LightError } from "./light-error.ts";
import type { ValidatorSet } from "./validator-set.ts";

/** A header that was verified, and who signs the next one. */
export interface TrustedHeader {
  chainId: string;
  height: bigint;
  hash: Uint8Array;
  time: Timestamp;
  appHash: Uint8Array;
  nextValidators: ValidatorSet;
}

/** A header as a source sends it: nothing in it is believed yet. */
export interface LightBlock {
  header: Header;
  commit: Commit;
  /** Who had to sign this header. */
  validators: ValidatorSet;
  /** Who has to sign the next one. */
  nextValidators: ValidatorSet;
}

export interface VerifyOptions {
  now: Timestamp;
  /** A new header is accepted only while the trusted one is younger than this. */
  trustingPeriodSeconds: bigint;
  /** Share of the trusted power that has to have signed a header that is not the next one. */
  trustLevel: { numerator: bigint; denominator: bigint };
}

/** How far a header may be ahead of this clock. */
export const MAX_DRIFT_SECONDS = 10n;
const NANOS = 1_000_000_000n;

/**
 * Verifies a newer header against a trusted one.
 * @throws LightError `trust` when a header in between is needed first, else why the header is refused
 */
export async function verifyHeader(trusted: TrustedHeader, block: LightBlock, options: VerifyOptions): Promise<TrustedHeader> {
  const { header, commit, validators, nextValidators } = block;
  const now = nanosOf(options.now);
  if (nanosOf(trusted.time) + options.trustingPeriodSeconds * NANOS <= now) {
    throw new LightError("expired", `the trusted header of height ${trusted.height} is older than ${options.trustingPeriodSeconds / 86_400n} days`);
  }
  if (header.chainId !== trusted.chainId) throw forged(`a header of the chain ${header.chainId}, not ${trusted.chainId}`);
  if (header.height <= trusted.height) throw forged(`a header of height ${header.height}, not above ${trusted.height}`);
  if (nanosOf(header.time) <= nanosOf(trusted.time)) throw forged(`the header of height ${header.height} is not newer than that of ${trusted.height}`);
  if (nanosOf(header.time) >= now + MAX_DRIFT_SECONDS * NANOS) {
    throw new LightError("future", `the header of height ${header.height} is ${(nanosOf(header.time) - now) / NANOS} s ahead of this clock`);
  }
  const verified = requireConsistent(block);
  const adjacent = header.height === trusted.height + 1n;
  if (adjacent && !equalBytes(header.validatorsHash, trusted.nextValidators.hash)) {
    throw forged(`the validators of height ${header.height} are not those that height ${trusted.height} names`);
  }
  if (!adjacent) requireTrust(trusted, commit, options.trustLevel);
  const signers = await verifyCommit(header.chainId, commit, validators);
  if (!adjacent && !reaches(powerOf(signers, trusted.nextValidators), trusted, options.trustLevel)) throw tooLittleTrust(trusted, commit);
  return { chainId: header.chainId, height: header.height, hash: verified, time: header.time, appHash: header.appHash, nextValidators };
}

/** Header, commit and sets belong together. @returns the header's hash */
export function requireConsistent({ header, commit, validators, nextValidators }: LightBlock): Uint8Array {
  const hash = headerHash(header);
  if (commit.height !== header.height || !equalBytes(commit.blockId.hash, hash)) throw forged(`the signatures are not for the header of height ${header.height}`);
  if (!equalBytes(validators.hash, header.validatorsHash)) throw forged(`the validators are not those of the header of height ${header.height}`);
  if (!equalBytes(nextValidators.hash, header.nextValidatorsHash)) throw forged(`the next validators are not those of the header of height ${header.height}`);
  return hash;
}

/** Before any signature is checked: have enough of the trusted validators signed at all? */
function requireTrust(trusted: TrustedHeader, commit: Commit, level: VerifyOptions["trustLevel"]): void {
  const claimed = commit.signatures.filter(({ flag }) => flag === 2).map(({ address }) => address);
  const unique = new Map(claimed.map((address) => [Buffer.from(address).toString("hex"), address]));
  if (unique.size !== claimed.length) throw forged("a validator signed twice");
  if (!reaches(powerOf([...unique.values()], trusted.nextValidators), trusted, level)) throw tooLittleTrust(trusted, commit);
}

function reaches(power: bigint, trusted: TrustedHeader, { numerator, denominator }: VerifyOptions["trustLevel"]): boolean {
  return power * denominator > trusted.nextValidators.totalPower * numerator;
}

function tooLittleTrust(trusted: TrustedHeader, commit: Commit): LightError {
  return new LightError("trust", `too few of the validators of height ${trusted.height} signed height ${commit.height}`);
}
