import type { Timestamp } from "../gen/google/protobuf/timestamp.ts";
import type { TxFacts } from "./tx-facts.ts";

/** One line of the history, every field of which follows from blocks that the validators signed. */
export interface AuditEntry {
  height: string;
  /** Time of the block, RFC 3339 in UTC. */
  time: string;
  /** Upper-case hex. */
  tx_hash: string;
  /** Position of the transaction in its block. */
  tx_index: number;
  /** Position of the message in the transaction, and of the part in the message. */
  message: number;
  part: number;
  /** Type URL of the message. */
  type: string;
  /** Address that acted. */
  actor: string;
  /** Addresses of the keys that signed. */
  signers: string[];
  /** Such as `device.approved`. */
  action: string;
  /** Such as `device daonet1..`. */
  object: string;
}

/** Entries of one transaction. */
export function entriesOf(height: bigint, time: Timestamp, txIndex: number, { hash, signers, facts }: TxFacts): AuditEntry[] {
  return facts.map(({ message, part, type, actor, action, object }) => ({
    height: String(height),
    time: isoTime(time),
    tx_hash: hash,
    tx_index: txIndex,
    message,
    part,
    type,
    actor,
    signers,
    action,
    object,
  }));
}

export function isoTime({ seconds, nanos }: Timestamp): string {
  return new Date(Number(seconds) * 1000 + Math.floor(nanos / 1e6)).toISOString();
}
