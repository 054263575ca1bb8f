import type { ExistenceProof, InnerOp, InnerSpec, NonExistenceProof, ProofSpec } from "cosmjs-types/cosmos/ics23/v1/proofs";
import { equalBytes } from "./hash.ts";
import { applyInner, applyLeaf } from "./ics23-op.ts";
import { requireSpec } from "./ics23-spec.ts";
import { forged } from "./light-error.ts";

/** Root that a proof leads to. Says nothing about the form of the proof. @throws LightError forged */
export function calculateRoot(proof: ExistenceProof, spec?: ProofSpec, neighbour = false): Uint8Array {
  if (proof.leaf === undefined) throw forged("a proof without a leaf");
  let node = applyLeaf(proof.leaf, proof.key, proof.value, neighbour);
  for (const op of proof.path) {
    node = applyInner(op, node);
    const childSize = spec?.innerSpec?.childSize ?? 0;
    if (childSize >= 32 && node.byteLength > childSize) throw forged("an inner node is too large");
  }
  return node;
}

/** @throws LightError forged unless `value` is under `key` in the tree with this root */
export function verifyMembership(spec: ProofSpec, root: Uint8Array, proof: ExistenceProof, key: Uint8Array, value: Uint8Array): void {
  requireSpec(proof, spec);
  if (!equalBytes(proof.key, key)) throw forged("the proof is for another key");
  if (!equalBytes(proof.value, value)) throw forged("the proof is for another value");
  if (!equalBytes(calculateRoot(proof, spec), root)) throw forged("the proof leads to another root");
}

/** @throws LightError forged unless nothing is under `key` in the tree with this root */
export function verifyNonMembership(spec: ProofSpec, root: Uint8Array, proof: NonExistenceProof, key: Uint8Array): void {
  const { left, right } = proof;
  for (const neighbour of [left, right]) {
    if (neighbour === undefined) continue;
    requireSpec(neighbour, spec);
    if (!equalBytes(calculateRoot(neighbour, spec, true), root)) throw forged("the proof leads to another root");
  }
  if (right !== undefined && Buffer.compare(key, right.key) >= 0) throw forged("the key is not left of its right neighbour");
  if (left !== undefined && Buffer.compare(key, left.key) <= 0) throw forged("the key is not right of its left neighbour");
  const inner = spec.innerSpec as InnerSpec;
  let adjacent: boolean;
  if (left !== undefined && right !== undefined) adjacent = areNeighbours(inner, left.path, right.path);
  else if (right !== undefined) adjacent = isLeftMost(inner, right.path);
  else if (left !== undefined) adjacent = isRightMost(inner, left.path);
  else throw forged("a proof of absence without a neighbour");
  if (!adjacent) throw forged("the neighbours of the key are not next to each other");
}

function isLeftMost(spec: InnerSpec, path: readonly InnerOp[]): boolean {
  return path.every((op) => hasPadding(spec, op, 0) || leftBranchesAreEmpty(spec, op));
}

function isRightMost(spec: InnerSpec, path: readonly InnerOp[]): boolean {
  return path.every((op) => hasPadding(spec, op, spec.childOrder.length - 1) || rightBranchesAreEmpty(spec, op));
}

/** Below the node where the two paths part, one is the rightmost and the other the leftmost. */
function areNeighbours(spec: InnerSpec, leftPath: readonly InnerOp[], rightPath: readonly InnerOp[]): boolean {
  const left = [...leftPath];
  const right = [...rightPath];
  for (;;) {
    const topLeft = left.pop();
    const topRight = right.pop();
    if (topLeft === undefined || topRight === undefined) return false;
    if (equalBytes(topLeft.prefix, topRight.prefix) && equalBytes(topLeft.suffix, topRight.suffix)) continue;
    const leftBranch = branchOf(spec, topLeft);
    if (leftBranch === undefined || branchOf(spec, topRight) !== leftBranch + 1) return false;
    return isRightMost(spec, left) && isLeftMost(spec, right);
  }
}

/** Which child of its parent a node is, from the room that is left for its siblings. */
function branchOf(spec: InnerSpec, op: InnerOp): number | undefined {
  const branch = spec.childOrder.findIndex((_, index) => hasPadding(spec, op, index));
  return branch < 0 ? undefined : branch;
}

function hasPadding(spec: InnerSpec, op: InnerOp, branch: number): boolean {
  const position = spec.childOrder.indexOf(branch);
  const before = position * spec.childSize;
  const size = op.prefix.byteLength;
  return (
    size >= before + spec.minPrefixLength &&
    size <= before + spec.maxPrefixLength &&
    op.suffix.byteLength === (spec.childOrder.length - 1 - position) * spec.childSize
  );
}

/** True if the siblings on the left are the tree's placeholders. */
export function leftBranchesAreEmpty(spec: InnerSpec, op: InnerOp): boolean {
  const count = branchOf(spec, op);
  if (count === undefined || count === 0 || spec.emptyChild.byteLength === 0) return false;
  const start = op.prefix.byteLength - count * spec.childSize;
  if (start < 0) return false;
  return Array.from({ length: count }, (_, branch) => start + spec.childOrder.indexOf(branch) * spec.childSize).every((from) =>
    equalBytes(op.prefix.subarray(from, from + spec.childSize), spec.emptyChild),
  );
}

/** True if the siblings on the right are the tree's placeholders. */
export function rightBranchesAreEmpty(spec: InnerSpec, op: InnerOp): boolean {
  const branch = branchOf(spec, op);
  if (branch === undefined || spec.emptyChild.byteLength === 0) return false;
  const count = spec.childOrder.length - 1 - branch;
  if (count === 0 || op.suffix.byteLength !== spec.childSize) return false;
  return Array.from({ length: count }, (_, index) => spec.childOrder.indexOf(index) * spec.childSize).every((from) =>
    equalBytes(op.suffix.subarray(from, from + spec.childSize), spec.emptyChild),
  );
}
