import { BinaryWriter } from "@bufbuild/protobuf/wire";
import type { Timestamp } from "../gen/google/protobuf/timestamp.ts";
import type { BlockId } from "./block-id.ts";

/** Encodings that hashes and signatures of the chain are made over. An empty value gives an empty leaf. */

export function wrappedText(text: string): Uint8Array {
  return text === "" ? new Uint8Array() : new BinaryWriter().uint32(10).string(text).finish();
}

export function wrappedInteger(value: bigint): Uint8Array {
  return value === 0n ? new Uint8Array() : new BinaryWriter().uint32(8).int64(value).finish();
}

export function wrappedBytes(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === 0 ? new Uint8Array() : new BinaryWriter().uint32(10).bytes(bytes).finish();
}

export function encodeTime(time: Timestamp): Uint8Array {
  const writer = new BinaryWriter();
  if (time.seconds !== 0n) writer.uint32(8).int64(time.seconds);
  if (time.nanos !== 0) writer.uint32(16).int32(time.nanos);
  return writer.finish();
}

/** BlockID and CanonicalBlockID have the same bytes; their part set header is always written. */
export function encodeBlockId(id: BlockId): Uint8Array {
  const parts = new BinaryWriter();
  if (id.partsTotal !== 0) parts.uint32(8).uint32(id.partsTotal);
  if (id.partsHash.byteLength > 0) parts.uint32(18).bytes(id.partsHash);
  const writer = new BinaryWriter();
  if (id.hash.byteLength > 0) writer.uint32(10).bytes(id.hash);
  return writer.uint32(18).bytes(parts.finish()).finish();
}
