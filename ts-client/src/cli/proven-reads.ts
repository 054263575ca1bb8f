import { setTimeout as delay } from "node:timers/promises";
import { genesisAnchor } from "../audit/genesis-anchor.ts";
import { type CometRpc, DaonetesError, readGenesisChunks } from "../index.ts";
import { LightClient, RpcSource, TrustedStore } from "../light/index.ts";
import type { ConfigFolder, Context } from "./config-folder.ts";

/** Reads of the chain's state that the validators' signatures prove. What is sealed goes to nobody else's word. */
export interface ProvenReads {
  /**
   * What is under a key of a store.
   * @param minHeight the state is that after this block, or a later one
   * @returns undefined if nothing is there, proven too
   * @throws LightError when it is not proven
   */
  read(store: string, key: Uint8Array, minHeight?: bigint): Promise<Uint8Array | undefined>;
}

const DEADLINE_MS = 30_000;
const POLL_MS = 200;
/**
 * The context pins the genesis file for as long as it is there, and with it the validators that follow from it, as
 * `audit --verify` does.
 */
const FOR_EVER = 100n * 365n * 86_400n;

/** @throws LightError when what the gateway serves does not follow from the genesis file of the context */
export async function openProvenReads(rpc: CometRpc, { genesisHash }: Context, config: ConfigFolder): Promise<ProvenReads> {
  const source = new RpcSource(rpc);
  const store = (await config.trusted(genesisHash)) ?? new TrustedStore(genesisAnchor(await genesisOf(rpc), genesisHash));
  const now = (): { seconds: bigint; nanos: number } => ({ seconds: BigInt(Math.floor(Date.now() / 1000)), nanos: 0 });
  const light = new LightClient({ source, store, now, trustingPeriodSeconds: FOR_EVER });
  let first = true;
  return {
    async read(store, key, minHeight = 0n) {
      const until = performance.now() + DEADLINE_MS;
      for (;;) {
        const behind = light.store.newest.height <= minHeight;
        const header = first || behind ? await light.advance() : light.store.newest;
        if (first || behind) await config.writeTrusted(genesisHash, light.store);
        first = false;
        if (header.height > minHeight) return light.read(header, store, key);
        if (performance.now() > until) {
          throw new DaonetesError({ code: "DAO5045", kind: "timeout", message: `no header proves height ${minHeight} yet`, help: "is the chain running? daonetes doctor" });
        }
        await delay(POLL_MS);
      }
    },
  };
}

async function genesisOf(rpc: CometRpc): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  await readGenesisChunks(rpc, (bytes) => chunks.push(bytes));
  return Buffer.concat(chunks);
}
