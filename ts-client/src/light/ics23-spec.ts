import { type ExistenceProof, HashOp, type InnerOp, type InnerSpec, type LeafOp, LengthOp, type ProofSpec } from "cosmjs-types/cosmos/ics23/v1/proofs";
import { equalBytes } from "./hash.ts";
import { forged } from "./light-error.ts";

const DEFAULT_MAX_DEPTH = 128;

const LEAF: LeafOp = {
  hash: HashOp.SHA256,
  prehashKey: HashOp.NO_HASH,
  prehashValue: HashOp.SHA256,
  length: LengthOp.VAR_PROTO,
  prefix: Uint8Array.of(0),
};
const inner = (childSize: number, minPrefixLength: number, maxPrefixLength: number): InnerSpec => ({
  childOrder: [0, 1],
  childSize,
  minPrefixLength,
  maxPrefixLength,
  emptyChild: new Uint8Array(),
  hash: HashOp.SHA256,
});

/** The tree of one module's store. */
export const IAVL_SPEC: ProofSpec = { leafSpec: LEAF, innerSpec: inner(33, 4, 12), maxDepth: 0, minDepth: 0 };
/** The tree over the stores of all modules. */
export const STORES_SPEC: ProofSpec = { leafSpec: LEAF, innerSpec: inner(32, 1, 1), maxDepth: 0, minDepth: 0 };

/** @throws LightError forged when a proof has not the form of its tree */
export function requireSpec(proof: ExistenceProof, spec: ProofSpec): void {
  if (proof.leaf === undefined) throw forged("a proof without a leaf");
  const depth = proof.path.length;
  requireLeafSpec(proof.leaf, spec);
  if (depth < spec.minDepth) throw forged(`a proof of depth ${depth} is too short`);
  if (depth > (spec.maxDepth === 0 ? DEFAULT_MAX_DEPTH : spec.maxDepth)) throw forged(`a proof of depth ${depth} is too long`);
  proof.path.forEach((op, index) => requireInnerSpec(op, spec, index + 1));
}

/** @throws LightError forged */
export function requireLeafSpec(leaf: LeafOp, spec: ProofSpec): void {
  const wanted = spec.leafSpec;
  if (wanted === undefined) throw forged("a spec without a leaf");
  if (isIavl(spec)) requireIavlPrefix(leaf.prefix, leaf.hash, 0);
  const { hash, prehashKey, prehashValue, length, prefix } = leaf;
  if (hash !== wanted.hash || prehashKey !== wanted.prehashKey || prehashValue !== wanted.prehashValue || length !== wanted.length) {
    throw forged("a leaf is hashed in another way than its tree");
  }
  if (!startsWith(prefix, wanted.prefix)) throw forged("a leaf does not begin as one");
}

function requireInnerSpec(op: InnerOp, spec: ProofSpec, layer: number): void {
  const wanted = spec.innerSpec;
  if (wanted === undefined || spec.leafSpec === undefined) throw forged("a spec without inner nodes");
  if (op.hash !== wanted.hash) throw forged("an inner node is hashed in another way than its tree");
  if (isIavl(spec)) requireIavlPrefix(op.prefix, op.hash, layer);
  if (isStores(spec)) requireStoresPrefix(op);
  if (startsWith(op.prefix, spec.leafSpec.prefix)) throw forged("an inner node begins like a leaf");
  const longest = wanted.maxPrefixLength + (wanted.childOrder.length - 1) * wanted.childSize;
  if (op.prefix.byteLength < wanted.minPrefixLength || op.prefix.byteLength > longest) throw forged("the prefix of an inner node has a wrong length");
  if (wanted.childSize <= 0 || op.suffix.byteLength % wanted.childSize !== 0) throw forged("the suffix of an inner node has a wrong length");
}

/** Height, size and version as zigzag varints; then nothing (leaf), or one length byte, or a left sibling and one more. */
function requireIavlPrefix(prefix: Uint8Array, hash: HashOp, layer: number): void {
  let offset = 0;
  const values = [0, 1, 2].map(() => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = prefix[offset++];
      if (byte === undefined || shift > 63n || (shift === 63n && byte > 1)) throw forged("the prefix of an IAVL node is cut off");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value % 2n === 0n ? value / 2n : -(value + 1n) / 2n;
    }
  });
  const rest = prefix.byteLength - offset;
  const [height = 0n] = values;
  if (values.some((value) => value < 0n) || height < BigInt(layer)) throw forged(`the height of an IAVL node is below its layer ${layer}`);
  if (hash !== HashOp.SHA256) throw forged("an IAVL node is not hashed with SHA-256");
  if (layer === 0 ? rest !== 0 : rest !== 1 && rest !== 34) throw forged("the prefix of an IAVL node has a wrong length");
}

/** The byte 1, then a left sibling only where there is no right one. */
function requireStoresPrefix({ prefix, suffix }: InnerOp): void {
  const wanted = suffix.byteLength > 0 ? 1 : 33;
  if (prefix[0] !== 1 || prefix.byteLength !== wanted) throw forged("an inner node over the stores has a wrong prefix");
}

function isIavl(spec: ProofSpec): boolean {
  return sameSpec(spec, IAVL_SPEC);
}

function isStores(spec: ProofSpec): boolean {
  return sameSpec(spec, STORES_SPEC);
}

function sameSpec(a: ProofSpec, b: ProofSpec): boolean {
  if (a === b) return true;
  const [left, right] = [a.innerSpec, b.innerSpec];
  if (left === undefined || right === undefined || a.leafSpec === undefined || b.leafSpec === undefined) return false;
  const { hash, prehashKey, prehashValue, length, prefix } = a.leafSpec;
  const leaf = b.leafSpec;
  return (
    hash === leaf.hash &&
    prehashKey === leaf.prehashKey &&
    prehashValue === leaf.prehashValue &&
    length === leaf.length &&
    equalBytes(prefix, leaf.prefix) &&
    left.hash === right.hash &&
    left.childSize === right.childSize &&
    left.minPrefixLength === right.minPrefixLength &&
    left.maxPrefixLength === right.maxPrefixLength &&
    left.childOrder.length === right.childOrder.length
  );
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return equalBytes(bytes.subarray(0, prefix.byteLength), prefix);
}
