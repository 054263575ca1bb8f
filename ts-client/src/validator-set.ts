import { createHash } from "node:crypto";
import type { Validator } from "./gen/daonetes/valset/v1/core.ts";
import type { CometRpc } from "./transport/comet-rpc.ts";

/** Address of a consensus key: the first 20 bytes of its sha256, upper-case hex. */
export function consensusAddress(pubKey: Uint8Array): string {
  return createHash("sha256").update(pubKey).digest("hex").slice(0, 40).toUpperCase();
}

/** What a seat of the validator set has to do with the last blocks. */
export interface SeatView {
  seat: Validator;
  /** Consensus address of its key. */
  address: string;
  /** True if it signed one of the last blocks. */
  signs: boolean;
}

interface CommitResult {
  signed_header: { commit: { signatures: { block_id_flag: number; validator_address: string }[] } };
}

const SIGNED = 2;
const LAST_BLOCKS = 5n;

/** Consensus addresses that signed one of the last five blocks: a vote that came late is in none of one block's. */
export async function recentSigners(rpc: CometRpc, height: bigint): Promise<Set<string>> {
  const heights: bigint[] = [];
  for (let at = height; at > 0n && at > height - LAST_BLOCKS; at--) heights.push(at);
  const commits = await Promise.all(heights.map((at) => rpc.call<CommitResult>("commit", { height: String(at) })));
  return new Set(
    commits.flatMap(({ signed_header }) =>
      signed_header.commit.signatures.filter(({ block_id_flag }) => block_id_flag === SIGNED).map(({ validator_address }) => validator_address),
    ),
  );
}

/** Power that a set has after a change, and how much of it is held by nodes that run. */
export interface SetAfter {
  total: bigint;
  running: bigint;
}

/** Sums up seats by their target power. */
export function setOf(seats: readonly { power: bigint; runs: boolean }[]): SetAfter {
  const sum = (list: readonly { power: bigint }[]): bigint => list.reduce((total, { power }) => total + power, 0n);
  return { total: sum(seats), running: sum(seats.filter(({ runs }) => runs)) };
}

/** True if those that run can make blocks by themselves: more than two thirds. */
export function makesBlocks({ total, running }: SetAfter): boolean {
  return 3n * running > 2n * total;
}
