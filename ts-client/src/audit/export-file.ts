import { createHash } from "node:crypto";
import type { Timestamp } from "../gen/google/protobuf/timestamp.ts";
import { LightError } from "../light/light-error.ts";
import { type BlockRecords, BlockSource } from "./block-source.ts";
import type { AuditEntry } from "./entry.ts";
import type { TxEvidence } from "./evidence.ts";
import { genesisAnchor } from "./genesis-anchor.ts";
import { type AuditToVerify, type VerifiedAudit, verifyAudit } from "./verify-audit.ts";

/** What an export file holds: the entries, and all that proves them to somebody without a network. */
export interface AuditContent {
  chain_id: string;
  /** Name of the group when it was written; nothing proves it. */
  group: string;
  /** Oldest height that the gateway had. */
  complete_from: string;
  /** Newest header in the file: what a trusted header may be compared with. */
  newest: { height: string; hash: string };
  /** The genesis file, base64. */
  genesis: string;
  blocks: BlockRecords;
  entries: AuditEntry[];
  evidence: TxEvidence[];
}

const FORMAT = "daonetes.audit.v1";

/** @returns text of a file; the same content gives the same text */
export function encodeAudit(content: AuditContent): string {
  const text = JSON.stringify(content);
  return `{"format":"${FORMAT}","sha256":"${createHash("sha256").update(text).digest("hex")}","content":${text}}\n`;
}

/** @throws LightError forged when a byte of the file changed since it was written */
export function decodeAudit(text: string): AuditContent {
  let content: AuditContent;
  try {
    content = (JSON.parse(text) as { content: AuditContent }).content;
  } catch (error) {
    throw new LightError("forged", "the file is not an export of an audit", error);
  }
  if (content === undefined || encodeAudit(content) !== text) throw new LightError("forged", "the file is not as it was written");
  return content;
}

/**
 * Verifies a file without a network.
 * @param genesisHash lower-case hex, from somewhere else than the file
 * @param trusted a header from somewhere else than the file, which the file has to lead to
 */
export async function verifyAuditFile(content: AuditContent, genesisHash: string, now: Timestamp, trusted?: { height: bigint; hash: string }): Promise<VerifiedAudit> {
  const anchor = genesisAnchor(Buffer.from(content.genesis, "base64"), genesisHash);
  if (content.chain_id !== anchor.chainId) throw new LightError("forged", `the file says that it is of ${content.chain_id}, its genesis is of ${anchor.chainId}`);
  const { newest } = content;
  const evidence = new Map(content.evidence.map((one) => [`${one.height}/${one.index}`, one]));
  const audit: AuditToVerify = {
    source: new BlockSource(content.blocks),
    anchor,
    entries: content.entries,
    evidence: (height, index) => {
      const one = evidence.get(`${height}/${index}`);
      return one === undefined ? Promise.reject(new LightError("forged", `the file holds no evidence for transaction ${index} of height ${height}`)) : Promise.resolve(one);
    },
    now,
  };
  // The file has to lead to the header that it names itself, and to the one that somebody vouches for.
  const own = await verifyAudit({ ...audit, trusted: { height: BigInt(newest.height), hash: newest.hash } });
  return trusted === undefined ? own : verifyAudit({ ...audit, trusted });
}
