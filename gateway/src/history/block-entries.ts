import { type AuditEntry, entriesOf, isoTime, txFacts } from "@daonetes/client/audit";
import { type AbciEvent, ourEvent } from "../chain/block-events.ts";

/** A line of the history, with what nothing proves: its group, and the events that it caused. */
export interface HistoryEntry extends AuditEntry {
  /** Decimal id, or "" where no group is meant. */
  group_id: string;
  changes: { type: string; data: Record<string, string> }[];
}

/** An entry as it comes out of a block. */
export interface BlockEntry extends HistoryEntry {
  /** Things by which its group can be found where nothing names it, such as `deployment 7` or `proposal 3`. */
  about: readonly string[];
}

export interface BlockToRecord {
  height: bigint;
  time: { seconds: bigint; nanos: number };
  txs: readonly Uint8Array[];
  results: readonly { code?: number; data?: string | null; events?: AbciEvent[] | null }[];
  /** Of the block's own work. */
  events: readonly AbciEvent[];
}

/** What happened in one block: every message that was executed, then what the chain did by itself. Pure. */
export function blockEntries({ height, time, txs, results, events }: BlockToRecord): BlockEntry[] {
  const entries: BlockEntry[] = [];
  txs.forEach((tx, index) => {
    const result = results[index];
    if (result === undefined || (result.code ?? 0) !== 0) return;
    const caused = (result.events ?? []).flatMap((event) => {
      const ours = ourEvent(event);
      const message = event.attributes.find(({ key }) => key === "msg_index")?.value;
      return ours === undefined ? [] : [{ ...ours, message: Number(message ?? 0) }];
    });
    const facts = txFacts(tx, Buffer.from(result.data ?? "", "base64"));
    for (const [position, entry] of entriesOf(height, time, index, facts).entries()) {
      const own = caused.filter(({ message }) => message === entry.message);
      const group = facts.facts[position]?.groupId ?? own.find(({ data }) => data["group_id"] !== undefined)?.data["group_id"];
      entries.push({ ...entry, group_id: group ?? "", changes: own.map(({ type, data }) => ({ type, data })), about: facts.facts[position]?.about ?? [] });
    }
  });
  events.flatMap((event) => ourEvent(event) ?? []).forEach(({ type, data }, position) => {
    entries.push({
      height: String(height),
      time: isoTime(time),
      tx_hash: "",
      tx_index: txs.length,
      message: position,
      part: 0,
      type,
      actor: "",
      signers: [],
      action: eventAction(type),
      object: eventObject(type, data),
      group_id: data["group_id"] ?? "",
      changes: [{ type, data }],
      about: [],
    });
  });
  return entries;
}

/** `workload.RolloutPaused` is `rollout.paused`: events are past tense already. */
function eventAction(type: string): string {
  const words = (type.split(".")[1] ?? type).split(/(?=[A-Z])/).map((word) => word.toLowerCase());
  const verb = words.pop() ?? "";
  return words.length === 0 ? verb : `${words.join("-")}.${verb}`;
}

function eventObject(type: string, data: Record<string, string>): string {
  const secret = type.startsWith("workload.Secret") ? (data["name"] ?? data["scope"] ?? "") : "";
  if (secret !== "") return `secret ${secret}`;
  for (const [field, noun] of Object.entries({ deployment_id: "deployment", device: "device", ticket_id: "ticket", proposal_id: "proposal", group_id: "group" })) {
    if (data[field] !== undefined && data[field] !== "") return `${noun} ${data[field]}`;
  }
  return "";
}

