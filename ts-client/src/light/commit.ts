import { BinaryWriter } from "@bufbuild/protobuf/wire";
import type { Timestamp } from "../gen/google/protobuf/timestamp.ts";
import { verifyEd25519 } from "./ed25519.ts";
import { equalBytes } from "./hash.ts";
import type { BlockId } from "./block-id.ts";
import { readBlockId } from "./header.ts";
import { forged } from "./light-error.ts";
import { Reply } from "./reply.ts";
import { MAX_VALIDATORS, type ValidatorSet } from "./validator-set.ts";
import { encodeBlockId, encodeTime } from "./wire.ts";

export interface CommitSignature {
  /** 1 absent, 2 for the block, 3 for none. */
  flag: number;
  address: Uint8Array;
  time: Timestamp;
  signature: Uint8Array;
}

/** What the validators signed of one block, in the order of their set. */
export interface Commit {
  height: bigint;
  round: bigint;
  blockId: BlockId;
  signatures: CommitSignature[];
}

const FOR_BLOCK = 2;
const PRECOMMIT = 2;

/** @param json `commit` of a node's `commit`. @throws LightError forged */
export function readCommit(json: unknown): Commit {
  const reply = new Reply(json, "commit");
  return {
    height: reply.integer("height"),
    round: reply.integer("round"),
    blockId: readBlockId(reply.object("block_id")),
    signatures: reply.list("signatures", MAX_VALIDATORS).map((entry) => ({
      flag: Number(entry.integer("block_id_flag")),
      address: entry.hexBytes("validator_address", [0, 20]),
      time: entry.time("timestamp"),
      signature: entry.base64Bytes("signature", [0, 64]),
    })),
  };
}

/** Bytes that a validator signs: a length, then the canonical vote. */
export function signBytes(chainId: string, commit: Commit, time: Timestamp): Uint8Array {
  const vote = new BinaryWriter().uint32(8).uint32(PRECOMMIT);
  if (commit.height !== 0n) vote.uint32(17).sfixed64(commit.height);
  if (commit.round !== 0n) vote.uint32(25).sfixed64(commit.round);
  vote.uint32(34).bytes(encodeBlockId(commit.blockId)).uint32(42).bytes(encodeTime(time));
  if (chainId !== "") vote.uint32(50).string(chainId);
  return new BinaryWriter().bytes(vote.finish()).finish();
}

/**
 * Verifies every signature for the block by the set that had to sign.
 * @returns addresses that signed
 * @throws LightError forged when one signature is wrong or two thirds did not sign
 */
export async function verifyCommit(chainId: string, commit: Commit, set: ValidatorSet): Promise<Uint8Array[]> {
  const { signatures } = commit;
  if (signatures.length !== set.validators.length) throw forged(`${signatures.length} signatures for ${set.validators.length} validators`);
  const signers: Uint8Array[] = [];
  let power = 0n;
  for (const [index, { flag, address, time, signature }] of signatures.entries()) {
    if (flag < 1 || flag > 3) throw forged(`a signature has the flag ${flag}`);
    if (flag !== FOR_BLOCK) continue;
    const validator = set.validators[index];
    if (validator === undefined || !equalBytes(validator.address, address)) throw forged("a signature is not where its validator stands");
    if (!(await verifyEd25519(validator.publicKey, signBytes(chainId, commit, time), signature))) throw forged("a validator's signature is wrong");
    power += validator.power;
    signers.push(address);
  }
  if (3n * power <= 2n * set.totalPower) throw forged(`${power} of ${set.totalPower} power signed, more than two thirds have to`);
  return signers;
}

/** Power of those signers that are in another set; nobody counts twice. */
export function powerOf(signers: readonly Uint8Array[], set: ValidatorSet): bigint {
  return signers.reduce((sum, address) => sum + (set.byAddress(address)?.power ?? 0n), 0n);
}
