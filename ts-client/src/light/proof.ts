import { CommitmentProof } from "cosmjs-types/cosmos/ics23/v1/proofs";
import { equalBytes } from "./hash.ts";
import { verifyMembership, verifyNonMembership } from "./ics23.ts";
import { IAVL_SPEC, STORES_SPEC } from "./ics23-spec.ts";
import { forged } from "./light-error.ts";
import type { Reply } from "./reply.ts";

/** One step of a store proof, as a node sends it. */
export interface ProofOp {
  type: string;
  key: Uint8Array;
  data: Uint8Array;
}

/** @param reply `proofOps` of an `abci_query` */
export function readProofOps(reply: Reply): ProofOp[] {
  return reply.list("ops", 2).map((op) => ({ type: op.text("type", 32), key: op.base64Bytes("key"), data: op.base64Bytes("data") }));
}

/**
 * What is under a key of a module's store, by an app hash that a verified header carries. The value is the proof's own.
 * @returns undefined if the key is proven to be absent
 * @throws LightError forged
 */
export function provenValue(appHash: Uint8Array, store: string, key: Uint8Array, ops: readonly ProofOp[]): Uint8Array | undefined {
  const [inStore, overStores] = ops;
  if (ops.length !== 2 || inStore?.type !== "ics23:iavl" || overStores?.type !== "ics23:simple") throw forged("the proof has not the two steps of a store");
  if (!equalBytes(inStore.key, key)) throw forged("the proof is for another key");
  if (!equalBytes(overStores.key, Buffer.from(store, "utf8"))) throw forged("the proof is for another store");
  const outer = decode(overStores.data).exist;
  if (outer === undefined) throw forged("the store is not in the proof");
  const storeRoot = outer.value;
  verifyMembership(STORES_SPEC, appHash, outer, Buffer.from(store, "utf8"), storeRoot);
  const { exist, nonexist } = decode(inStore.data);
  if (exist !== undefined && nonexist === undefined) {
    verifyMembership(IAVL_SPEC, storeRoot, exist, key, exist.value);
    return exist.value;
  }
  if (nonexist === undefined || exist !== undefined) throw forged("the proof shows neither presence nor absence");
  verifyNonMembership(IAVL_SPEC, storeRoot, nonexist, key);
  return undefined;
}

function decode(bytes: Uint8Array): CommitmentProof {
  try {
    return CommitmentProof.decode(bytes);
  } catch (error) {
    throw forged("a proof cannot be read", error);
  }
}

