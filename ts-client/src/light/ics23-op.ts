import { createHash } from "node:crypto";
import { HashOp, type InnerOp, type LeafOp, LengthOp } from "cosmjs-types/cosmos/ics23/v1/proofs";
import { forged } from "./light-error.ts";

/** Hash functions of ICS 23, by their names in node:crypto. Our chain uses SHA-256; the rest is in the public vectors. */
const HASHES: ReadonlyMap<number, string> = new Map<number, string>([
  [HashOp.SHA256, "sha256"],
  [HashOp.SHA512, "sha512"],
  [HashOp.RIPEMD160, "ripemd160"],
  [HashOp.SHA512_256, "sha512-256"],
  // Newer than the package's list.
  [7, "blake2b512"],
  [8, "blake2s256"],
]);

export function hashOp(op: HashOp, bytes: Uint8Array): Uint8Array {
  if (op === HashOp.BITCOIN) return hashOp(HashOp.RIPEMD160, hashOp(HashOp.SHA256, bytes));
  const name = HASHES.get(op);
  if (name === undefined) throw forged(`a proof names the unknown hash ${op}`);
  return new Uint8Array(createHash(name).update(bytes).digest());
}

/**
 * Hash of a leaf.
 * @param neighbour true: only its key matters. A tree holds leaves without a value, such as those of an index; what is
 *   hashed of them is as long as that of any other
 * @throws LightError forged without key or value
 */
export function applyLeaf(leaf: LeafOp, key: Uint8Array, value: Uint8Array, neighbour = false): Uint8Array {
  if (key.byteLength === 0) throw forged("a leaf without a key");
  if (value.byteLength === 0 && !(neighbour && leaf.prehashValue !== HashOp.NO_HASH)) throw forged("a leaf without a value");
  return hashOp(leaf.hash, Buffer.concat([leaf.prefix, leafPart(leaf.prehashKey, leaf.length, key), leafPart(leaf.prehashValue, leaf.length, value)]));
}

/** Hash of an inner node above its child. @throws LightError forged without a child */
export function applyInner(inner: InnerOp, child: Uint8Array): Uint8Array {
  if (child.byteLength === 0) throw forged("an inner node without a child");
  return hashOp(inner.hash, Buffer.concat([inner.prefix, child, inner.suffix]));
}

function leafPart(prehash: HashOp, length: LengthOp, data: Uint8Array): Uint8Array {
  const hashed = prehash === HashOp.NO_HASH ? data : hashOp(prehash, data);
  return Buffer.concat([lengthPrefix(length, hashed), hashed]);
}

function lengthPrefix(op: LengthOp, data: Uint8Array): Uint8Array {
  const size = data.byteLength;
  switch (op) {
    case LengthOp.NO_PREFIX:
      return new Uint8Array();
    case LengthOp.VAR_PROTO:
      return varint(size);
    case LengthOp.REQUIRE_32_BYTES:
    case LengthOp.REQUIRE_64_BYTES:
      if (size !== (op === LengthOp.REQUIRE_32_BYTES ? 32 : 64)) throw forged(`a leaf of ${size} bytes`);
      return new Uint8Array();
    case LengthOp.FIXED32_BIG:
    case LengthOp.FIXED32_LITTLE: {
      const bytes = Buffer.alloc(4);
      if (op === LengthOp.FIXED32_BIG) bytes.writeUInt32BE(size);
      else bytes.writeUInt32LE(size);
      return bytes;
    }
    case LengthOp.FIXED64_BIG:
    case LengthOp.FIXED64_LITTLE: {
      const bytes = Buffer.alloc(8);
      if (op === LengthOp.FIXED64_BIG) bytes.writeBigUInt64BE(BigInt(size));
      else bytes.writeBigUInt64LE(BigInt(size));
      return bytes;
    }
    default:
      throw forged(`a proof names the unknown length ${op}`);
  }
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Uint8Array.from([...bytes, rest]);
}
