import { equalBytes, sha256 } from "./hash.ts";

const LEAF = Uint8Array.of(0);
const INNER = Uint8Array.of(1);
const EMPTY = sha256(new Uint8Array());

/** Root of the tree of RFC 6962: leaves and inner nodes are told apart by a first byte, splits are at powers of two. */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return EMPTY;
  if (leaves.length === 1) return sha256(LEAF, leaves[0] as Uint8Array);
  const split = splitPoint(leaves.length);
  return sha256(INNER, merkleRoot(leaves.slice(0, split)), merkleRoot(leaves.slice(split)));
}

/** Hashes that lead from the leaf at `index` to the root, the lowest first. */
export function merklePath(leaves: readonly Uint8Array[], index: number): Uint8Array[] {
  if (leaves.length <= 1) return [];
  const split = splitPoint(leaves.length);
  return index < split
    ? [...merklePath(leaves.slice(0, split), index), merkleRoot(leaves.slice(split))]
    : [...merklePath(leaves.slice(split), index - split), merkleRoot(leaves.slice(0, split))];
}

/** True if `leaf` stands at `index` of `total` leaves under `root`. */
export function isUnderRoot(root: Uint8Array, leaf: Uint8Array, index: number, total: number, path: readonly Uint8Array[]): boolean {
  if (!Number.isInteger(index) || !Number.isInteger(total) || index < 0 || index >= total) return false;
  const computed = rootOf(sha256(LEAF, leaf), index, total, path, path.length);
  return computed !== undefined && equalBytes(computed, root);
}

function rootOf(leafHash: Uint8Array, index: number, total: number, path: readonly Uint8Array[], length: number): Uint8Array | undefined {
  if (total === 1) return length === 0 ? leafHash : undefined;
  const sibling = path[length - 1];
  if (length === 0 || sibling === undefined || sibling.byteLength !== 32) return undefined;
  const split = splitPoint(total);
  const left = index < split;
  const below = left ? rootOf(leafHash, index, split, path, length - 1) : rootOf(leafHash, index - split, total - split, path, length - 1);
  if (below === undefined) return undefined;
  return left ? sha256(INNER, below, sibling) : sha256(INNER, sibling, below);
}

/** The largest power of two below `count`. */
function splitPoint(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}
