/** `@daonetes/client/audit`: what transactions did, and how to check it against the blocks. */
export { actionOf, actorOf } from "./naming.ts";
export { BlockSource } from "./block-source.ts";
export { type AuditEntry, entriesOf, isoTime } from "./entry.ts";
export { readEvidence, requireEvidence, type TxEvidence } from "./evidence.ts";
export { type AuditContent, decodeAudit, encodeAudit, verifyAuditFile } from "./export-file.ts";
export { genesisAnchor } from "./genesis-anchor.ts";
export { type Fact, txFacts, type TxFacts } from "./tx-facts.ts";
export { type AuditToVerify, type VerifiedAudit, verifyAudit } from "./verify-audit.ts";
