import type { Timestamp } from "../gen/google/protobuf/timestamp.ts";
import { equalBytes, hex } from "../light/hash.ts";
import { type Header, headerHash } from "../light/header.ts";
import { LightClient } from "../light/light-client.ts";
import { LightError } from "../light/light-error.ts";
import { TrustedStore } from "../light/store.ts";
import type { TrustedHeader } from "../light/verify.ts";
import type { BlockSource } from "./block-source.ts";
import { type AuditEntry, entriesOf } from "./entry.ts";
import { requireEvidence, type TxEvidence } from "./evidence.ts";
import { txFacts } from "./tx-facts.ts";

export interface AuditToVerify {
  source: BlockSource;
  /** From where the chain of signatures begins. */
  anchor: TrustedHeader;
  entries: readonly AuditEntry[];
  evidence: (height: string, txIndex: number) => Promise<TxEvidence>;
  now: Timestamp;
  /** A header that somebody vouches for: the chain of signatures has to lead through it. */
  trusted?: { height: bigint; hash: string } | undefined;
}

export interface VerifiedAudit {
  entries: number;
  blocks: number;
  /** Signers of the newest header that was needed, and how many could have signed. */
  signed: number;
  validators: number;
}

/** History does not age: what validators signed long ago they did sign. */
const ANY_AGE_SECONDS = 100n * 365n * 86_400n;

/**
 * Checks every entry against the blocks: the transaction is under the data hash, its result under the next header's
 * results hash, both headers are signed by the validators from the anchor on, and the entry says what the bytes say.
 * That nothing was left out is not shown.
 * @throws LightError that names the first entry that does not hold
 */
export async function verifyAudit(audit: AuditToVerify): Promise<VerifiedAudit> {
  const blocks = new Set(audit.entries.map(({ height }) => BigInt(height)));
  const needed = new Set([...blocks].flatMap((height) => [height, height + 1n]));
  if (audit.trusted !== undefined) needed.add(audit.trusted.height);
  const headers = await verifiedHeaders(audit, [...needed].sort((a, b) => (a < b ? -1 : 1)));
  const { trusted } = audit;
  const found = trusted === undefined ? undefined : headers.get(trusted.height);
  if (trusted !== undefined && (found === undefined || hex(headerHash(found)) !== trusted.hash.toUpperCase())) {
    throw new LightError("forged", `the header of height ${trusted.height} is not the trusted one`);
  }
  const known = new Map<string, AuditEntry[]>();
  for (const entry of audit.entries) {
    const key = `${entry.height}/${entry.tx_index}`;
    if (!known.has(key)) known.set(key, await entriesProven(audit, entry, headers));
    const same = known.get(key)?.find(({ message, part }) => message === entry.message && part === entry.part);
    if (same === undefined || JSON.stringify(same) !== JSON.stringify(pick(entry, same))) {
      throw new LightError("forged", `the entry of height ${entry.height}, transaction ${entry.tx_hash.slice(0, 8)}.. (${entry.action}) is not what the block says`);
    }
  }
  const last = await audit.source.header([...headers.keys()].at(-1));
  return {
    entries: audit.entries.length,
    blocks: blocks.size,
    signed: last?.commit.signatures.filter(({ flag }) => flag === 2).length ?? 0,
    validators: last?.commit.signatures.length ?? 0,
  };
}

async function verifiedHeaders({ source, anchor, now }: AuditToVerify, heights: readonly bigint[]): Promise<Map<bigint, Header>> {
  const light = new LightClient({ source, store: new TrustedStore(anchor), now: () => now, trustingPeriodSeconds: ANY_AGE_SECONDS });
  const headers = new Map<bigint, Header>();
  for (const height of heights) {
    const { hash } = await light.advance(height);
    const header = (await source.header(height))?.header;
    if (header === undefined || !equalBytes(headerHash(header), hash)) throw new LightError("forged", `the header of height ${height} changed`);
    headers.set(height, header);
  }
  return headers;
}

async function entriesProven(audit: AuditToVerify, { height, tx_index }: AuditEntry, headers: ReadonlyMap<bigint, Header>): Promise<AuditEntry[]> {
  const evidence = await audit.evidence(height, tx_index);
  const [header, next] = [headers.get(BigInt(height)), headers.get(BigInt(height) + 1n)];
  if (header === undefined || next === undefined || evidence.height !== height || evidence.index !== tx_index) {
    throw new LightError("forged", `the evidence for height ${height} is for something else`);
  }
  const { tx, data } = requireEvidence(evidence, header, next);
  return entriesOf(BigInt(height), header.time, tx_index, txFacts(tx, data));
}

/** The fields of an entry that are proven, in their order. */
function pick(entry: AuditEntry, like: AuditEntry): object {
  return Object.fromEntries(Object.keys(like).map((key) => [key, entry[key as keyof AuditEntry]]));
}
