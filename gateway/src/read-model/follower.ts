import type { CometRpc, DaonetesClient } from "@daonetes/client";
import { type BlockEvent, blockEvents, type BlockResults } from "../chain/block-events.ts";
import { followNewBlocks, type NewBlocks } from "../chain/new-blocks.ts";
import { apply } from "./apply.ts";
import { EventLog } from "./event-log.ts";
import { loadAll, loadTouched } from "./load.ts";
import { emptyModel, type Model } from "./model.ts";
import { touched } from "./touched.ts";

export interface FollowerLog {
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
}

/** Past this many missed blocks everything is read anew. */
const MAX_BACKFILL = 5_000n;

/**
 * Keeps the model at the newest height, block by block without a gap: a notice only says "look"; what is looked at is
 * the node's height, and every block up to it is read in order.
 */
export class Follower {
  model: Model = emptyModel();
  events = new EventLog(0n);
  /** Unix milliseconds of the last look at the node that worked. */
  lastContact = 0;
  readonly #client: DaonetesClient;
  readonly #rpc: CometRpc;
  readonly #log: FollowerLog;
  #subscription: NewBlocks | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #closed = false;

  constructor(client: DaonetesClient, log: FollowerLog) {
    this.#client = client;
    this.#rpc = client.rpc;
    this.#log = log;
  }

  /** Starts to follow; the model is empty (height 0) until the node was reached. */
  start(): void {
    this.#subscription = followNewBlocks(this.#rpc.url, () => this.look());
    this.look();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#subscription?.close();
    await this.#running;
  }

  /** Looks for new blocks. One look at a time; a call during one leads to another. */
  look(): void {
    if (this.#closed) return;
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#again) this.look();
    });
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false;
      try {
        await this.#catchUp();
      } catch (error) {
        this.#log.warn({ error: String(error), height: String(this.model.height) }, "the chain could not be read; next look follows");
        this.#again = false;
        return;
      }
    }
  }

  async #catchUp(): Promise<void> {
    const status = await this.#client.status();
    this.lastContact = Date.now();
    if (status.height === 0n) return;
    if (this.model.height === 0n || status.height - this.model.height > MAX_BACKFILL || status.height < this.model.height) {
      await this.#reload(status.height, millis(status.time));
      return;
    }
    for (let height = this.model.height + 1n; height <= status.height && !this.#closed; height++) {
      const { events, time } = await readBlock(this.#rpc, height);
      const changes = await loadTouched(this.#client, touched(events), height, time);
      apply(this.model, changes);
      this.events.append(events);
    }
  }

  async #reload(height: bigint, time: number): Promise<void> {
    const model = emptyModel();
    apply(model, await loadAll(this.#client, height, time));
    this.model = model;
    this.events.firstHeight = height + 1n;
    this.#log.info({ height: String(height), groups: model.groups.size, devices: model.devices.size }, "state was read");
  }
}

/** Events and time of one block, from the node. */
export async function readBlock(rpc: CometRpc, height: bigint): Promise<{ events: BlockEvent[]; time: number }> {
  const [results, { header }] = await Promise.all([
    rpc.call<BlockResults>("block_results", { height: String(height) }),
    rpc.call<{ header: { time: string } }>("header", { height: String(height) }),
  ]);
  return { events: blockEvents(results), time: Date.parse(header.time) };
}

function millis(time: { seconds: bigint; nanos: number }): number {
  return Number(time.seconds) * 1000 + Math.floor(time.nanos / 1e6);
}
