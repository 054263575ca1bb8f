/** `@daonetes/client/light`: what a chain's validators signed, and what is proven under it. Neither cosmjs nor gRPC. */
export { type Commit, readCommit, signBytes, verifyCommit } from "./commit.ts";
export { type Header, headerHash, readHeader } from "./header.ts";
export { anchor, LightClient, type LightClientOptions } from "./light-client.ts";
export { LightError, type LightFault } from "./light-error.ts";
export { isUnderRoot, merklePath, merkleRoot } from "./merkle-tree.ts";
export { type ProofOp, provenValue } from "./proof.ts";
export { type LightSource, RpcSource, type SignedHeader } from "./source.ts";
export { ADMISSION_PARAMS_KEY, ADMISSION_STORE, contentKey, COUNCIL_STORE, councilIdKey, councilKey, deviceKey, groupKey, leaseKey, manifestKey, recipientKey, secretContentKey, secretGrantKey, secretKeyKey, secretVersionKey, WORKGROUP_STORE, WORKLOAD_STORE } from "./store-keys.ts";
export { type TrustedJson, TrustedStore } from "./store.ts";
export { type Validator, ValidatorSet } from "./validator-set.ts";
export { type LightBlock, type TrustedHeader, verifyHeader, type VerifyOptions } from "./verify.ts";
