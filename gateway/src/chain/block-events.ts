/** One event of our modules in a block. */
export interface BlockEvent {
  /** `height-tx-n`: position of the transaction in the block, position of the event in it. */
  id: string;
  height: bigint;
  /** Such as `workload.DeploymentCreated`. */
  type: string;
  /** Its fields, unquoted: numbers stay decimal text. */
  data: Record<string, string>;
}

/** An event as the node writes it. */
export interface AbciEvent {
  type: string;
  attributes: { key: string; value: string }[];
}

/** Answer of CometBFT's `block_results`. */
export interface BlockResults {
  height: string;
  txs_results: { code?: number; events?: AbciEvent[] | null }[] | null;
  finalize_block_events: AbciEvent[] | null;
}

const TYPE = /^daonetes\.(?<module>[a-z]+)\.v1\.Event(?<name>[A-Za-z]+)$/;

/**
 * Events of our modules in the order of the block. Those of block hooks come after the last transaction and carry the
 * number of transactions as their transaction index.
 */
export function blockEvents(results: BlockResults): BlockEvent[] {
  const height = BigInt(results.height);
  const transactions = results.txs_results ?? [];
  const events: BlockEvent[] = [];
  transactions.forEach((transaction, index) => {
    if ((transaction.code ?? 0) === 0) collect(transaction.events ?? [], height, index, events);
  });
  collect(results.finalize_block_events ?? [], height, transactions.length, events);
  return events;
}

function collect(source: AbciEvent[], height: bigint, txIndex: number, into: BlockEvent[]): void {
  let position = 0;
  for (const event of source) {
    const ours = ourEvent(event);
    if (ours !== undefined) into.push({ id: `${height}-${txIndex}-${position++}`, height, ...ours });
  }
}

/** Type and fields of an event of our modules, or undefined for others. */
export function ourEvent(event: AbciEvent): { type: string; data: Record<string, string> } | undefined {
  const match = TYPE.exec(event.type);
  if (match === null) return undefined;
  const data: Record<string, string> = {};
  for (const { key, value } of event.attributes) {
    if (key !== "msg_index" && key !== "mode") data[key] = unquote(value);
  }
  return { type: `${match.groups?.["module"]}.${match.groups?.["name"]}`, data };
}

/** Values of typed events are JSON; text and 64-bit numbers come quoted. */
function unquote(value: string): string {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === "string" ? parsed : value;
  } catch {
    return value;
  }
}

/** Order of two event ids: negative if `a` comes first. @returns NaN if one is malformed */
export function compareEventIds(a: string, b: string): number {
  const left = parse(a);
  const right = parse(b);
  if (left === undefined || right === undefined) return Number.NaN;
  for (let index = 0; index < 3; index++) {
    const difference = left[index]! - right[index]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** @returns height, or undefined if the id is malformed */
export function heightOfEventId(id: string): number | undefined {
  return parse(id)?.[0];
}

function parse(id: string): [number, number, number] | undefined {
  const match = /^(\d{1,15})-(\d{1,9})-(\d{1,9})$/.exec(id);
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3])];
}
