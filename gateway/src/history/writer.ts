import type { DatabaseSync } from "node:sqlite";
import { type CometRpc, type DaonetesClient, parseTime } from "@daonetes/client";
import type { AbciEvent } from "../chain/block-events.ts";
import { type BlockEntry, blockEntries, type BlockToRecord } from "./block-entries.ts";
import { openHistory, readMeta, writeMeta } from "./database.ts";
import { type KnownOwner, Owners } from "./owners.ts";

export interface WriterLog {
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
}

const LOOK_MS = 500;
const RETRY_MS = 5_000;
/** Blocks that are read side by side, and written at once. */
const BATCH = 16;

/** How far the history reaches. */
export interface HistoryRange {
  /** Oldest block in it; 1 = from the beginning of the chain. */
  from: bigint;
  /** Newest block in it. */
  to: bigint;
}

/**
 * Writes every block of the chain into the history, in order and without a gap, from the oldest block that the node has.
 * Where the node lost blocks between two runs, the history begins anew after the gap.
 */
export class HistoryWriter {
  database: DatabaseSync | undefined;
  readonly #client: DaonetesClient;
  readonly #rpc: CometRpc;
  readonly #path: string;
  readonly #newest: () => bigint;
  readonly #log: WriterLog;
  readonly #known: KnownOwner;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #closed = false;

  /**
   * @param path of the database; "" = in memory
   * @param newest height up to which the gateway has read the chain
   * @param known groups of things that are older than the history
   */
  constructor(client: DaonetesClient, path: string, newest: () => bigint, log: WriterLog, known: KnownOwner = () => undefined) {
    this.#client = client;
    this.#rpc = client.rpc;
    this.#path = path;
    this.#newest = newest;
    this.#log = log;
    this.#known = known;
  }

  start(): void {
    this.#schedule(0);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
    this.database?.close();
    this.database = undefined;
  }

  /** @returns undefined before the first block was written */
  range(): HistoryRange | undefined {
    const [from, to] = [this.#meta("from"), this.#meta("to")];
    return from === undefined || to === undefined ? undefined : { from: BigInt(from), to: BigInt(to) };
  }

  /** Writes what is new. */
  async catchUp(): Promise<void> {
    const database = (this.database ??= openHistory(this.#path, await this.#identity()));
    while (!this.#closed) {
      const newest = this.#newest();
      let next = (this.range()?.to ?? 0n) + 1n;
      if (next > newest) return;
      const oldest = await this.#oldest();
      if (this.range() !== undefined && next < oldest) this.#log.warn({ to: String(next - 1n), oldest: String(oldest) }, "the node has no block after the history's end: it begins anew");
      if (next < oldest) {
        next = oldest;
        database.exec("DELETE FROM entries; DELETE FROM owners");
        database.exec("DELETE FROM meta WHERE key IN ('from', 'to')");
      }
      const count = Number(newest - next + 1n < BigInt(BATCH) ? newest - next + 1n : BigInt(BATCH));
      const blocks = await Promise.all(Array.from({ length: count }, (_, index) => this.#readBlock(next + BigInt(index))));
      this.#write(database, next, blocks.map(blockEntries));
    }
  }

  #write(database: DatabaseSync, first: bigint, blocks: readonly BlockEntry[][]): void {
    const insert = database.prepare(
      "INSERT OR REPLACE INTO entries (height, tx_index, message, part, time, tx_hash, type, actor, signers, action, object, group_id, changes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    );
    const owners = new Owners(database, this.#known);
    database.exec("BEGIN");
    try {
      for (const entry of blocks.flat()) {
        const { height, tx_index, message, part, time, tx_hash, type, actor, signers, action, object, changes } = entry;
        insert.run(BigInt(height), tx_index, message, part, time, tx_hash, type, actor, JSON.stringify(signers), action, object, owners.groupOf(entry), JSON.stringify(changes));
      }
      if (this.#meta("from") === undefined) writeMeta(database, "from", String(first));
      writeMeta(database, "to", String(first + BigInt(blocks.length) - 1n));
      database.exec("COMMIT");
    } catch (error) {
      database.exec("ROLLBACK");
      throw error;
    }
  }

  async #readBlock(height: bigint): Promise<BlockToRecord> {
    const at = { height: String(height) };
    const [{ block }, results] = await Promise.all([
      this.#rpc.call<{ block: { header: { time: string }; data: { txs: string[] | null } } }>("block", at),
      this.#rpc.call<{ txs_results: BlockToRecord["results"] | null; finalize_block_events: AbciEvent[] | null }>("block_results", at),
    ]);
    return {
      height,
      time: parseTime(block.header.time),
      txs: (block.data.txs ?? []).map((tx) => Buffer.from(tx, "base64")),
      results: results.txs_results ?? [],
      events: results.finalize_block_events ?? [],
    };
  }

  async #identity(): Promise<{ chainId: string; genesisHash: string }> {
    const [{ chainId }, genesisHash] = await Promise.all([this.#client.status(), this.#client.genesisHash()]);
    return { chainId, genesisHash };
  }

  async #oldest(): Promise<bigint> {
    const { sync_info } = await this.#rpc.call<{ sync_info: { earliest_block_height: string } }>("status");
    return BigInt(sync_info.earliest_block_height);
  }

  #meta(key: string): string | undefined {
    return this.database === undefined ? undefined : readMeta(this.database, key);
  }

  #schedule(ms: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#running = this.catchUp().then(
        () => this.#schedule(LOOK_MS),
        (error: unknown) => {
          this.#log.warn({ error: String(error) }, "the history could not be written; it goes on from where it is");
          this.#schedule(RETRY_MS);
        },
      );
    }, ms);
  }
}
