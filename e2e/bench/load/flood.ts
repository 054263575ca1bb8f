import { setTimeout as delay } from "node:timers/promises";
import { type CometRpc, RpcAnswerError } from "@daonetes/client";

/** What CometBFT takes in one HTTP request. */
const BATCH = 10;
const SENDERS = 8;
const LIMIT_MS = 120_000;
/** How long a full mempool is given to get some room. */
const FULL_MS = 20;
/** Most headers that a node tells at once. */
const HEADERS = 20;

/** A node that takes transactions. */
export type Node = Pick<CometRpc, "url" | "call">;

/** A block of the flood: its time in nanoseconds since 1970, and how many transactions it holds. */
export interface Block {
  height: number;
  time: bigint;
  txs: number;
}

/**
 * Sends signed transactions as fast as the nodes take them, and waits until all are in blocks.
 * @returns transactions per second, from the first broadcast to the execution of the last block by the first node
 * @throws Error when one is refused, fails in its block, or they take more than two minutes
 */
export async function flood(nodes: readonly Node[], txs: readonly Uint8Array[]): Promise<number> {
  const first = await height(nodes[0] as Node);
  const began = performance.now();
  let next = 0;
  const send = async (node: Node): Promise<void> => {
    while (next < txs.length) {
      const batch = txs.slice(next, (next += BATCH));
      await broadcast(node, batch);
    }
  };
  const all = untilIn(nodes[0] as Node, first, txs.length);
  await Promise.all([all, ...Array.from({ length: SENDERS }, (_, index) => send(nodes[index % nodes.length] as Node))]);
  const blocks = (await all).filter(({ txs }) => txs > 0);
  await resultsOf(nodes[0] as Node, blocks.at(-1)?.height ?? 0);
  const seconds = (performance.now() - began) / 1000;
  for (const { height } of blocks) {
    const failed = (await resultsOf(nodes[0] as Node, height)).find(({ code }) => code !== 0);
    if (failed !== undefined) throw new Error(`failed in block ${height}: ${failed.log}`);
  }
  return txs.length / seconds;
}

/**
 * Sends signed transactions at an even rate, and waits until all are in blocks.
 * @param perSecond transactions per second
 * @returns the blocks that hold them
 */
export async function paced(nodes: readonly Node[], txs: readonly Uint8Array[], perSecond: number): Promise<Block[]> {
  const first = await height(nodes[0] as Node);
  const began = performance.now();
  const sent: Promise<void>[] = [];
  const failures: unknown[] = [];
  for (let index = 0; index < txs.length && failures.length === 0; index += BATCH) {
    const wait = began + (index / perSecond) * 1000 - performance.now();
    if (wait > 1) await delay(wait);
    sent.push(broadcast(nodes[(index / BATCH) % nodes.length] as Node, txs.slice(index, index + BATCH)).catch((error: unknown) => void failures.push(error)));
  }
  await Promise.all(sent);
  if (failures.length > 0) throw failures[0];
  return untilIn(nodes[0] as Node, first, txs.length);
}

interface Answer {
  id: number;
  result?: { code: number; log: string };
  error?: { message: string; data?: string };
}

/** Sends some transactions, again while the mempool is full. @throws Error with the log of the first one that is refused */
async function broadcast(node: Node, txs: readonly Uint8Array[]): Promise<void> {
  const until = performance.now() + LIMIT_MS;
  for (let left = txs; left.length > 0; ) {
    const body = JSON.stringify(left.map((tx, id) => ({ jsonrpc: "2.0", id, method: "broadcast_tx_sync", params: { tx: Buffer.from(tx).toString("base64") } })));
    const response = await fetch(node.url, { method: "POST", headers: { "content-type": "application/json" }, body, signal: AbortSignal.timeout(LIMIT_MS) });
    const answers = [(await response.json()) as Answer | Answer[]].flat();
    const full = answers.filter(({ error }) => error?.data?.includes("mempool is full") === true);
    for (const { result, error } of answers) {
      if (error !== undefined && (!error.data?.includes("mempool is full") || performance.now() > until)) throw new Error(`refused: ${error.message} ${error.data ?? ""}`);
      if (error === undefined && result?.code !== 0) throw new Error(`refused: ${result?.log}`);
    }
    left = full.map(({ id }) => left[id] as Uint8Array);
    if (left.length > 0) await delay(FULL_MS);
  }
}

/** Waits until the blocks after `from` hold so many transactions. */
async function untilIn(node: Node, from: number, count: number): Promise<Block[]> {
  const blocks: Block[] = [];
  const until = performance.now() + LIMIT_MS;
  for (let [seen, found] = [from, 0]; found < count; ) {
    if (performance.now() > until) throw new Error(`${found} of ${count} transactions were in a block after ${LIMIT_MS / 1000} s`);
    const newest = Math.min(await height(node), seen + HEADERS);
    if (newest === seen) {
      await delay(5);
      continue;
    }
    const { block_metas: metas } = await node.call<{ block_metas: { header: { height: string; time: string }; num_txs: string }[] }>("blockchain", { minHeight: String(seen + 1), maxHeight: String(newest) });
    for (const { header, num_txs: txs } of metas.reverse()) {
      blocks.push({ height: Number(header.height), time: nanoseconds(header.time), txs: Number(txs) });
      found += Number(txs);
    }
    seen = newest;
  }
  return blocks;
}

interface Result {
  code: number;
  log: string;
}

/** What became of a block's transactions. A node has the block before it has executed it. */
async function resultsOf(node: Node, height: number): Promise<Result[]> {
  const until = performance.now() + LIMIT_MS;
  for (;;) {
    try {
      return (await node.call<{ txs_results: Result[] | null }>("block_results", { height: String(height) })).txs_results ?? [];
    } catch (error) {
      if (!(error instanceof RpcAnswerError) || performance.now() > until) throw error;
      await delay(2);
    }
  }
}

async function height(node: Node): Promise<number> {
  const { sync_info: info } = await node.call<{ sync_info: { latest_block_height: string } }>("status");
  return Number(info.latest_block_height);
}

function nanoseconds(time: string): bigint {
  const [seconds = "", fraction = ""] = time.replace("Z", "").split(".");
  return BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
}
