import { BinaryWriter } from "@bufbuild/protobuf/wire";
import type { Timestamp } from "../gen/google/protobuf/timestamp.ts";
import type { BlockId } from "./block-id.ts";
import { forged } from "./light-error.ts";
import { merkleRoot } from "./merkle-tree.ts";
import { Reply } from "./reply.ts";
import { encodeBlockId, encodeTime, wrappedBytes, wrappedInteger, wrappedText } from "./wire.ts";

/** A block's header. The app hash of height H is the root of the state after H - 1. */
export interface Header {
  versionBlock: bigint;
  versionApp: bigint;
  chainId: string;
  height: bigint;
  time: Timestamp;
  lastBlockId: BlockId;
  lastCommitHash: Uint8Array;
  dataHash: Uint8Array;
  validatorsHash: Uint8Array;
  nextValidatorsHash: Uint8Array;
  consensusHash: Uint8Array;
  appHash: Uint8Array;
  lastResultsHash: Uint8Array;
  evidenceHash: Uint8Array;
  proposerAddress: Uint8Array;
}

const HASH = [0, 32];

/** @param json `header` of a node's `commit`. @throws LightError forged */
export function readHeader(json: unknown): Header {
  const reply = new Reply(json, "header");
  const version = reply.object("version");
  const header: Header = {
    versionBlock: version.integer("block"),
    versionApp: version.integer("app"),
    chainId: reply.text("chain_id", 50),
    height: reply.integer("height"),
    time: reply.time("time"),
    lastBlockId: reply.has("last_block_id") ? readBlockId(reply.object("last_block_id")) : noBlockId(),
    lastCommitHash: reply.hexBytes("last_commit_hash", HASH),
    dataHash: reply.hexBytes("data_hash", HASH),
    validatorsHash: reply.hexBytes("validators_hash", [32]),
    nextValidatorsHash: reply.hexBytes("next_validators_hash", [32]),
    consensusHash: reply.hexBytes("consensus_hash", [32]),
    appHash: reply.hexBytes("app_hash", HASH),
    lastResultsHash: reply.hexBytes("last_results_hash", HASH),
    evidenceHash: reply.hexBytes("evidence_hash", HASH),
    proposerAddress: reply.hexBytes("proposer_address", [20]),
  };
  if (header.height < 1n) throw forged(`a header has the height ${header.height}`);
  return header;
}

export function readBlockId(reply: Reply): BlockId {
  const parts = reply.object(reply.has("parts") ? "parts" : "part_set_header");
  const partsTotal = parts.integer("total");
  if (partsTotal < 0n || partsTotal > 0xffff_ffffn) throw forged("the number of block parts is out of range");
  return { hash: reply.hexBytes("hash", HASH), partsTotal: Number(partsTotal), partsHash: parts.hexBytes("hash", HASH) };
}

/** Root of the tree over the header's 14 fields. */
export function headerHash(header: Header): Uint8Array {
  const version = new BinaryWriter();
  if (header.versionBlock !== 0n) version.uint32(8).uint64(header.versionBlock);
  if (header.versionApp !== 0n) version.uint32(16).uint64(header.versionApp);
  return merkleRoot([
    version.finish(),
    wrappedText(header.chainId),
    wrappedInteger(header.height),
    encodeTime(header.time),
    encodeBlockId(header.lastBlockId),
    wrappedBytes(header.lastCommitHash),
    wrappedBytes(header.dataHash),
    wrappedBytes(header.validatorsHash),
    wrappedBytes(header.nextValidatorsHash),
    wrappedBytes(header.consensusHash),
    wrappedBytes(header.appHash),
    wrappedBytes(header.lastResultsHash),
    wrappedBytes(header.evidenceHash),
    wrappedBytes(header.proposerAddress),
  ]);
}

/** Nanoseconds since 1970. */
export function nanosOf(time: Timestamp): bigint {
  return time.seconds * 1_000_000_000n + BigInt(time.nanos);
}

function noBlockId(): BlockId {
  return { hash: new Uint8Array(), partsTotal: 0, partsHash: new Uint8Array() };
}
