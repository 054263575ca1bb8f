import { join } from "node:path";
import { atMost, median, type Pair, report, takePairs } from "../pairs.ts";
import { Crowd } from "./crowd.ts";
import { type Block, flood, paced } from "./flood.ts";
import { OurNetwork } from "./our-network.ts";
import { PeerChain } from "./peer-chain.ts";
import { folderOn, nodes } from "./stage.ts";

/** More than renew in one measurement. */
const DEVICES = 20_000;
const FLOOD: Readonly<Record<number, number>> = { 1: 1_000, 4: 500 };
/** Share of the most renewals a second that the network is loaded with. */
const LOAD = 0.8;
const SECONDS = 10;
const ROUNDS = 10;

/** C6: how even blocks come under 80 % load, as p99 to p50 of their intervals, against kvstore under the same load. */
export async function benchIntervals(validators: number): Promise<void> {
  await using stage = new AsyncDisposableStack();
  const folder = await folderOn(stage);
  const crowd = new Crowd(DEVICES);
  const network = stage.use(await OurNetwork.start(join(folder, "ours"), validators, crowd.authority, (genesis) => crowd.inGenesis(genesis)));
  const kvstore = stage.use(await PeerChain.start("kvstore", join(folder, "kvstore"), { validators, ourTimeouts: true }));
  const renewals = async (count: number): Promise<Uint8Array[]> => crowd.renewals(count, await network.client.status());
  const rates = [];
  for (let round = 0; round < 4; round++) rates.push(await flood(network.nodes, await renewals(FLOOD[validators] ?? 500)));
  const load = Math.floor(median(rates.slice(1)) * LOAD);
  const pairs = await takePairs(
    async (round): Promise<Pair> => {
      const ours = await paced(network.nodes, await renewals(load * SECONDS), load);
      const keys = Array.from({ length: load * SECONDS }, (_, index) => Buffer.from(`r${round}k${index}=v`));
      return { ours: spread(ours), peer: spread(await paced(kvstore.nodes, keys, load)) };
    },
    ROUNDS,
    1,
  );
  await report(
    {
      id: "C6",
      metric: `p99 to p50 of the intervals between blocks at ${load} renewals/s, ${nodes(validators)}`,
      peer: "kvstore, our timeouts, the same transactions/s",
      peerVersion: "cometbft v0.40.0",
      unit: "p99/p50",
      goal: atMost(1.2),
      note: `80 % of ${Math.round(load / LOAD)}/s`,
    },
    pairs,
  );
}

/** p99 of the times between blocks over their median. The first and last second are none of the load. */
function spread(blocks: readonly Block[]): number {
  const [first, last] = [blocks.at(0)?.time ?? 0n, blocks.at(-1)?.time ?? 0n];
  const edge = 1_000_000_000n;
  const within = blocks.filter(({ time }) => time > first + edge && time < last - edge);
  const intervals = within.slice(1).map(({ time }, index) => Number(time - (within[index] as Block).time)).sort((a, b) => a - b);
  return (intervals[Math.ceil(intervals.length * 0.99) - 1] ?? 0) / median(intervals);
}
