import { join } from "node:path";
import { atMost, median, report, takePairs } from "../pairs.ts";
import { commitTime } from "./commit.ts";
import { Crowd } from "./crowd.ts";
import { OurNetwork } from "./our-network.ts";
import { folderOn } from "./stage.ts";

const FEW = 1_000;
const MANY = Number(process.env["BENCH_DEVICES"] || 100_000);
/** Commits of one measurement. */
const COMMITS = 20;

/** D6: time from the broadcast of a device's sign of life to its commit, with many devices in the state and with few. */
export async function benchPopulation(): Promise<void> {
  await using stage = new AsyncDisposableStack();
  const folder = await folderOn(stage);
  const start = async (name: string, count: number, first: number): Promise<() => Promise<number>> => {
    const crowd = new Crowd(count);
    const network = stage.use(await OurNetwork.start(join(folder, name), 1, crowd.authority, (genesis) => crowd.inGenesis(genesis), first));
    return async () => {
      const times: number[] = [];
      for (const tx of crowd.renewals(COMMITS, await network.client.status())) times.push(await commitTime(network.rpc, tx));
      return median(times);
    };
  };
  const [few, many] = [await start("few", FEW, 0), await start("many", MANY, 2)];
  const pairs = await takePairs(async (round) => (round % 2 === 0 ? { peer: await few(), ours: await many() } : { ours: await many(), peer: await few() }));
  await report(
    { id: "D6", metric: `broadcast to committed with ${MANY} devices in the state, 1 validator`, peer: `the same chain with ${FEW} devices`, peerVersion: "ours", unit: "ms", goal: atMost(1.3) },
    pairs,
  );
}
