import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { HistoryEntry } from "./block-entries.ts";

/** Which entries are wanted; absent parts do not matter. */
export interface HistoryFilter {
  groupId: string;
  /** RFC 3339, the first moment. */
  since?: string | undefined;
  /** RFC 3339, the first moment that is too late. */
  until?: string | undefined;
  /** Address that acted or signed. */
  actor?: string | undefined;
  /** Such as `device.approved`, or `device` for all of a kind. */
  action?: string | undefined;
}

/** Where a page ends: the position of its last entry. */
export type Position = readonly [height: number, txIndex: number, message: number, part: number];

/** One page in the order of the chain, or the other way round. */
export function readHistory(database: DatabaseSync, filter: HistoryFilter, order: "asc" | "desc", limit: number, after?: Position): HistoryEntry[] {
  const conditions = ["group_id = ?"];
  const values: SQLInputValue[] = [filter.groupId];
  const add = (condition: string, ...parts: SQLInputValue[]): void => {
    conditions.push(condition);
    values.push(...parts);
  };
  if (filter.since !== undefined) add("time >= ?", filter.since);
  if (filter.until !== undefined) add("time < ?", filter.until);
  if (filter.actor !== undefined) add("(actor = ? OR EXISTS (SELECT 1 FROM json_each(signers) WHERE json_each.value = ?))", filter.actor, filter.actor);
  if (filter.action !== undefined) add("(action = ? OR substr(action, 1, length(?) + 1) = ? || '.')", filter.action, filter.action, filter.action);
  if (after !== undefined) add(`(height, tx_index, message, part) ${order === "asc" ? ">" : "<"} (?, ?, ?, ?)`, ...after);
  const direction = order.toUpperCase();
  const rows = database
    .prepare(`SELECT * FROM entries WHERE ${conditions.join(" AND ")} ORDER BY height ${direction}, tx_index ${direction}, message ${direction}, part ${direction} LIMIT ?`)
    .all(...values, limit) as unknown as Row[];
  return rows.map((row) => ({ ...row, height: String(row.height), signers: JSON.parse(row.signers) as string[], changes: JSON.parse(row.changes) as HistoryEntry["changes"] }));
}

interface Row extends Omit<HistoryEntry, "height" | "signers" | "changes"> {
  height: number;
  signers: string;
  changes: string;
}
