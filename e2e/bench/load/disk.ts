import { setTimeout as delay } from "node:timers/promises";
import { join } from "node:path";
import { execa } from "execa";
import { atMost, type Pair, report, takePairs } from "../pairs.ts";
import { Crowd } from "./crowd.ts";
import { flood } from "./flood.ts";
import { OurNetwork } from "./our-network.ts";
import { folderOn, nodes } from "./stage.ts";

const DEVICES = 2_000;
/** Transactions sent at once. */
const WAVE = 500;
const ROUNDS = 4;
/** Devices that beat once a minute; those of a day are sent. */
const BEATING = 4;
const BEATS_A_DAY = 1_440;
/** What the network's parameters say, and when an agent renews at the latest: half of it, less its jitter. */
const LEASE_SECONDS = 3_600;
const RENEWED_AT = 0.475;

/** D1: bytes on the disk of a validator for a silent device and day, against one heartbeat transaction a minute. */
export async function benchDisk(validators: number): Promise<void> {
  await using stage = new AsyncDisposableStack();
  const folder = await folderOn(stage);
  const crowd = new Crowd(DEVICES);
  const network = stage.use(await OurNetwork.start(join(folder, "ours"), validators, crowd.authority, (genesis) => crowd.inGenesis(genesis)));
  const perDay = Math.ceil(86_400 / (LEASE_SECONDS * RENEWED_AT));
  const day = async (devices: number, txs: number): Promise<number> => {
    const before = await bytesOf(network.data);
    for (let sent = 0; sent < devices * txs; ) {
      const renewals = crowd.renewals(Math.min(WAVE, devices * txs - sent), await network.client.status());
      await flood(network.nodes, renewals);
      sent += renewals.length;
    }
    return ((await bytesOf(network.data)) - before) / devices;
  };
  const pairs = await takePairs(async (): Promise<Pair> => ({ ours: await day(Math.ceil((BEATING * BEATS_A_DAY) / perDay), perDay), peer: await day(BEATING, BEATS_A_DAY) }), ROUNDS, 0);
  await report(
    {
      id: "D1",
      metric: `bytes on the disk of a validator for each silent device and day, ${nodes(validators)}`,
      peer: "one heartbeat transaction a minute on the same chain",
      peerVersion: "ours",
      unit: "bytes",
      goal: atMost(1 / 1_000),
      note: `${perDay} renewals a day of a lease of 1 h, the network's default; a lease of 3 days takes 1`,
    },
    pairs,
  );
}

/** Bytes of a folder on the disk, once the node has written what it holds. */
async function bytesOf(folder: string): Promise<number> {
  await delay(1_000);
  const { stdout } = await execa("du", ["--summarize", "--bytes", folder]);
  return Number.parseInt(stdout, 10);
}
