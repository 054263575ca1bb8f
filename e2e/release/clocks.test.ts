import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { eventually } from "../../docker/net/processes.ts";
import { record } from "../parts/ledger.ts";
import { Load } from "../parts/load.ts";
import { buildWithOtherClock, OFFSET_VARIABLE } from "../parts/other-clock.ts";
import { CHAIN_ID, type NetNode, ValidatorNet } from "../parts/validator-net.ts";

/** How far the chain's time may be ahead of the world's: a lease ends by the chain's time. */
const MOST_AHEAD_MS = 5_000;
const BLOCKS = 15n;

const folder = await mkdtemp(join(tmpdir(), "daonetes-clocks-"));
const net = new ValidatorNet(folder);
let load: Load | undefined;
let program = "";

const nodeOf = (index: number): NetNode => net.nodes[index] as NetNode;

test.serial.before("four validators under load, and a program with a clock of its own", async (t) => {
  t.timeout(1_200_000);
  program = await buildWithOtherClock();
  const sender = await Load.create();
  load = sender;
  await net.create(4, sender.address, [sender.address]);
  // A node whose clock is before the genesis waits for it.
  const began = new Date(Date.now() - 2 * 3_600_000).toISOString();
  for (const { home } of net.nodes) {
    const path = join(home, "config", "genesis.json");
    const genesis = JSON.parse(await readFile(path, "utf8")) as { genesis_time: string };
    await writeFile(path, JSON.stringify({ ...genesis, genesis_time: began }));
  }
  await net.start(...net.nodes);
  sender.start(CHAIN_ID, "load", () => net.nodes.slice(0, 3).map((node) => node.client));
  await eventually("the load does not flow", 60_000, () => Promise.resolve(sender.committed.length > 1));
});

test.serial.after.always(async () => {
  await load?.stop();
  await net.stop();
  await rm(folder, { recursive: true, force: true });
});

for (const [text, seconds] of [["5 s", 5], ["60 s", 60], ["1 h", 3_600]] as const) {
  for (const sign of [1, -1]) {
    test.serial(`C-12 one of four clocks is ${text} ${sign > 0 ? "ahead" : "behind"}: block time grows with the world's, and is never 5 s ahead of it`, async (t) => {
      t.timeout(300_000);
      const honest = nodeOf(0);
      const odd = nodeOf(3);
      await odd.stop();
      const usual = odd.program;
      odd.program = program;
      odd.settings = { [OFFSET_VARIABLE]: String(sign * seconds) };
      try {
        await net.start(odd);
        const from = await honest.height();
        const [began, beganAt] = [await honest.blockTime(from), Date.now()];
        const to = await net.blocks(honest, BLOCKS, 120_000);
        const times: number[] = [];
        for (let height = from; height <= to; height++) times.push(await honest.blockTime(height));
        t.deepEqual(times, [...new Set(times)].sort((a, b) => a - b), "block time is monotonic");
        const last = times.at(-1) ?? 0;
        const ahead = last - Date.now();
        t.true(ahead <= MOST_AHEAD_MS, `the chain is ${ahead} ms ahead of the world`);
        const drift = Math.abs(last - began - (Date.now() - beganAt));
        t.true(drift <= MOST_AHEAD_MS, `the chain's time and the world's went apart by ${drift} ms`);
        const follows = await odd.height().catch(() => 0n);
        await record(t.title, { offsetSeconds: sign * seconds, blocks: Number(to - from), aheadMs: ahead, driftMs: drift, oddHeight: Number(follows), height: Number(to) });
      } finally {
        await odd.stop();
        odd.program = usual;
        odd.settings = {};
        await net.start(odd);
      }
      // With the right clock it follows again, and has the same state.
      const now = await honest.height();
      await eventually("it does not follow", 120_000, async () => (await odd.height()) > now);
      t.is(await odd.appHash(now), await honest.appHash(now));
    });
  }
}
