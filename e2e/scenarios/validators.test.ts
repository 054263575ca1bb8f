import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { execa } from "execa";
import { anchor, LightClient, RpcSource, TrustedStore } from "@daonetes/client/light";
import { eventually } from "../../docker/net/processes.ts";
import { ROOT } from "../parts/cli.ts";
import { Load } from "../parts/load.ts";
import { record } from "../parts/ledger.ts";
import { CHAIN_ID, daemon, gatewayOf, type NetNode, stopGateway, ValidatorNet } from "../parts/validator-net.ts";

/** Every change moves one seat and one key, a release all of them. */
const RELEASE = process.env["RELEASE"] !== undefined;
const MORE = RELEASE ? ["e", "f", "g"] : ["e"];
const REKEYED = RELEASE ? ["a", "b", "c", "d"] : ["b"];

/** Longest time between two blocks, in milliseconds, whatever happens to one validator. */
const BOUND_MS = 5_000;

const folder = await mkdtemp(join(tmpdir(), "daonetes-validators-"));
const net = new ValidatorNet(folder);
const loads: Load[] = [];
let gateway = "";

const nodeOf = (index: number): NetNode => net.nodes[index] as NetNode;

/** Runs the CLI on this network. */
async function cli(...args: string[]): Promise<{ exitCode: number; text: string; stdout: string }> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [join(ROOT, "ts-client", "bin", "daonetes.js"), ...args], {
    reject: false,
    timeout: 240_000,
    env: { DAONETES_CONFIG: join(folder, "config") },
  });
  return { exitCode: exitCode ?? -1, stdout, text: `${stdout}${stderr}` };
}

async function ok(t: ExecutionContext, ...args: string[]): Promise<string> {
  const { exitCode, text } = await cli(...args);
  t.is(exitCode, 0, `daonetes ${args.join(" ")}: ${text}`);
  return text;
}

/** Longest time between two blocks from one height to another. */
async function longestGap(node: NetNode, from: bigint, to: bigint): Promise<number> {
  const heights = Array.from({ length: Number(to - from) + 1 }, (_, index) => from + BigInt(index));
  const times: number[] = [];
  for (const height of heights) times.push(await node.blockTime(height));
  return times.slice(1).reduce((longest, time, index) => Math.max(longest, time - (times[index] ?? time)), 0);
}

/** I5: every node that runs has the same app hash at each of these heights. */
async function sameAppHash(t: ExecutionContext, from: bigint, to: bigint): Promise<void> {
  const running: NetNode[] = [];
  for (const node of net.nodes) if (await node.runs()) running.push(node);
  for (const node of running) await eventually(`${node.name} is not at ${to}`, 60_000, async () => (await node.height()) >= to);
  const step = (to - from) / 20n + 1n;
  for (let height = from; height <= to; height += step) {
    const hashes = await Promise.all(running.map((node) => node.appHash(height)));
    t.is(new Set(hashes).size, 1, `app hash at ${height}: ${hashes.join(" ")}`);
  }
}

/** As `ok`, for a node that may fall behind for a moment under load: what was refused for that is asked again. */
async function okOnceThere(t: ExecutionContext, ...args: string[]): Promise<string> {
  const until = performance.now() + 30_000;
  for (;;) {
    const { exitCode, text } = await cli(...args);
    if (text.includes("DAO3062") && performance.now() < until) {
      await delay(1_000);
      continue;
    }
    t.is(exitCode, 0, `daonetes ${args.join(" ")}: ${text}`);
    return text;
  }
}

test.before(async (t) => {
  t.timeout(300_000);
  const authority = (await cli("key", "add", "root", "--keyring", "test", "-o", "name")).stdout.trim();
  for (let index = 0; index < 3; index++) loads.push(await Load.create());
  await net.create(4, authority, loads.map(({ address }) => address));
  await net.start(...net.nodes);
  gateway = await gatewayOf(nodeOf(0), folder);
  await ok(t, "context", "create", "validators", "--gateway", gateway, "--key", "root");
  for (const [index, load] of loads.entries()) load.start(CHAIN_ID, `load-${index}`, () => net.nodes.slice(0, 4).map((node) => node.client));
  await eventually("the load does not flow", 60_000, () => Promise.resolve(loads.every(({ committed }) => committed.length > 1)));
});

test.after.always(async () => {
  await Promise.all(loads.map((load) => load.stop()));
  await stopGateway();
  await net.stop();
  await rm(folder, { recursive: true, force: true });
});

test.serial(`C-24 validators 4 -> ${4 + MORE.length} -> 4 and another key for ${REKEYED.join(", ")} under load: no gap beyond the bound, one app hash, light clients follow`, async (t) => {
  const first = nodeOf(0);
  const from = await first.height();
  const source = new RpcSource(first.rpc);
  const { header } = await first.rpc.call<{ header: { last_block_id: { hash: string } } }>("header", { height: String(from) });
  const now = (): { seconds: bigint; nanos: number } => ({ seconds: BigInt(Math.floor(Date.now() / 1000)), nanos: 0 });
  const light = new LightClient({ source, store: new TrustedStore(await anchor(source, CHAIN_ID, from - 1n, Buffer.from(header.last_block_id.hash, "hex"))), now });

  for (const name of MORE) {
    const node = await net.addNode();
    const early = await cli("validator", "add", name, "--node", node.rpcUrl);
    t.is(early.exitCode, 5, "a node that does not run gets no seat");
    await net.start(node);
    await net.caughtUp(node, 60_000);
    t.regex(await okOnceThere(t, "validator", "add", name, "--node", node.rpcUrl), /has seat \d+ with power 1000/);
    await light.advance();
  }
  for (const name of REKEYED) {
    const node = nodeOf(["a", "b", "c", "d"].indexOf(name));
    const old = await node.pubKey();
    await node.stop();
    await newKey(node);
    await net.start(node);
    await net.caughtUp(node, 60_000);
    await gatewayReady();
    t.regex(await okOnceThere(t, "validator", "rotate", name, "--node", node.rpcUrl), /signs with [0-9A-F]{40}/);
    t.regex((await cli("validator", "rotate", name, "--pubkey", old)).text, /DAO3308/, "a used key");
    await eventually(`${name} does not sign`, 60_000, async () => new RegExp(` ${name} +1000 +signs`).test((await cli("validator", "list")).stdout));
    await light.advance();
  }
  for (const name of MORE) {
    await ok(t, "validator", "remove", name);
    await light.advance();
  }
  for (const node of net.nodes.slice(4)) await node.stop();
  const to = await net.blocks(first, 3n, 60_000);
  const trusted = await light.advance();
  t.true(trusted.height > from, "the light client is at a later height");
  const gap = await longestGap(first, from, to);
  await sameAppHash(t, from, to);
  await record(t.title, { blocks: Number(to - from), longestGapMs: gap, boundMs: BOUND_MS, committed: loads.reduce((sum, { committed }) => sum + committed.length, 0) });
  t.true(gap <= BOUND_MS, `the longest time between two blocks was ${gap} ms`);
  const status = JSON.parse((await cli("network", "status", "-o", "json")).stdout) as { validators: { seats: number; signing: number } };
  t.like(status.validators, { seats: 4, signing: 4 });
});

test.serial("C-24 while one seat does not sign, no other one is taken away", async (t) => {
  const frozen = nodeOf(3);
  await frozen.signal("SIGSTOP");
  try {
    await eventually("d still signs", 60_000, async () => / d +1000 +does not sign/.test((await cli("validator", "list")).stdout));
    const refused = await cli("validator", "remove", "b");
    t.is(refused.exitCode, 5, refused.text);
    t.regex(refused.text, /2000 of 3000 power would run after it.*the network would stand still/s);
  } finally {
    await frozen.signal("SIGCONT");
  }
  await eventually("d does not sign again", 60_000, async () => / d +1000 +signs/.test((await cli("validator", "list")).stdout));
});

test.serial("C-01 one of four validators dies under load: no gap beyond the bound, it is back within 20 s, one app hash", async (t) => {
  const from = await nodeOf(0).height();
  await nodeOf(3).signal("SIGKILL");
  await net.blocks(nodeOf(0), 8n, 60_000);
  const began = performance.now();
  await net.start(nodeOf(3));
  await net.caughtUp(nodeOf(3), 20_000);
  const backMs = Math.round(performance.now() - began);
  const to = await net.blocks(nodeOf(0), 3n, 30_000);
  const gap = await longestGap(nodeOf(0), from, to);
  await sameAppHash(t, from, to);
  await record(t.title, { longestGapMs: gap, boundMs: BOUND_MS, backMs });
  t.true(gap <= BOUND_MS, `the longest time between two blocks was ${gap} ms`);
  t.true(backMs <= 20_000, `back after ${backMs} ms`);
});

test.serial("C-02 all four die at once: one app hash, no committed transaction is lost, a block within 20 s", async (t) => {
  const before = loads.flatMap(({ committed }) => committed);
  t.true(before.length > 10);
  const from = await nodeOf(0).height();
  await Promise.all(net.nodes.slice(0, 4).map((node) => node.signal("SIGKILL")));
  const began = performance.now();
  await net.start(...net.nodes.slice(0, 4));
  await net.blocks(nodeOf(0), 1n, 20_000);
  const firstBlockMs = Math.round(performance.now() - began);
  for (const { hash, height } of before) {
    const found = await nodeOf(1).rpc.call<{ height: string; tx_result: { code: number } }>("tx", { hash: Buffer.from(hash, "hex").toString("base64") });
    t.is(BigInt(found.height), height, hash);
  }
  const to = await net.blocks(nodeOf(0), 3n, 30_000);
  await sameAppHash(t, from, to);
  await record(t.title, { firstBlockMs, transactions: before.length, lost: 0 });
  t.true(firstBlockMs <= 20_000, `the first block came after ${firstBlockMs} ms`);
});

const FREEZES = RELEASE ? [10, 60, 600] : [10];
for (const seconds of FREEZES) {
  test.serial(`C-04 a validator that is frozen for ${seconds} s catches up and signs nothing twice`, async (t) => {
    t.timeout((seconds + 120) * 1_000);
    const from = await nodeOf(0).height();
    await nodeOf(2).signal("SIGSTOP");
    await delay(seconds * 1_000);
    await nodeOf(2).signal("SIGCONT");
    await net.caughtUp(nodeOf(2), 60_000);
    const to = await net.blocks(nodeOf(0), 5n, 60_000);
    await sameAppHash(t, from, to);
    t.is(await evidenceBetween(nodeOf(0), from, to), 0);
    t.notRegex((await cli("validator", "list")).stdout, /signed twice/);
    await record(t.title, { blocks: Number(to - from) });
  });
}

test.serial("C-23 a node that goes back a block and replays it has the same app hash", async (t) => {
  const node = nodeOf(3);
  await node.stop();
  const text = await daemon("rollback", "--home", node.home);
  t.regex(text, /Rolled back state to height \d+/);
  await net.start(node);
  await net.caughtUp(node, 60_000);
  const to = await net.blocks(nodeOf(0), 3n, 60_000);
  await sameAppHash(t, to - 20n, to);
  await record(t.title, {});
});

test.serial("C-11 a node whose signing state was put back from an older copy does not start, and says why", async (t) => {
  const node = nodeOf(3);
  const file = join(node.home, "data", "priv_validator_state.json");
  const older = await readFile(file, "utf8");
  await net.blocks(nodeOf(0), 5n, 60_000);
  await node.stop();
  const newest = await readFile(file, "utf8");
  await writeFile(file, older);
  await node.start([]);
  await eventually("the node runs on", 30_000, async () => !(await node.runs()));
  t.regex(await node.logTail(), /it was put back from an older copy, and the node would sign twice/);
  await writeFile(file, newest);
  await net.start(node);
  await net.caughtUp(node, 60_000);
  await record(t.title, {});
});

test.serial("C-10 two processes with one validator key: the evidence is committed and the seat gone within 10 blocks", async (t) => {
  const twin = await net.addNode();
  await copyFile(join(nodeOf(3).home, "config", "priv_validator_key.json"), join(twin.home, "config", "priv_validator_key.json"));
  await net.start(twin);
  const began = await nodeOf(0).height();
  let evidenceAt = 0n;
  await eventually("the seat is still there", 180_000, async () => {
    const list = (await cli("validator", "list", "--all", "-o", "json")).stdout;
    return (JSON.parse(list) as { items: { seat: { moniker: string; doubleSigned: boolean; appliedPower: string } }[] }).items.some(
      ({ seat }) => seat.moniker === "d" && seat.doubleSigned && seat.appliedPower === "0",
    );
  });
  const to = await nodeOf(0).height();
  for (let height = began; height <= to && evidenceAt === 0n; height++) if ((await evidenceBetween(nodeOf(0), height, height)) > 0) evidenceAt = height;
  t.true(evidenceAt > 0n, "a block holds the evidence");
  t.true(to - evidenceAt <= 10n, `evidence at ${evidenceAt}, seat gone by ${to}`);
  await twin.stop();
  await nodeOf(3).stop();
  const after = await net.blocks(nodeOf(0), 3n, 60_000);
  await sameAppHash(t, began, after);
  await record(t.title, { blocksToEvidence: Number(evidenceAt - began), blocksToGone: Number(to - evidenceAt) });
});

/** The gateway follows the node again after it was started anew. */
function gatewayReady(): Promise<void> {
  return eventually("the gateway is not ready", 60_000, async () => (await fetch(`${gateway}/readyz`)).ok);
}

async function evidenceBetween(node: NetNode, from: bigint, to: bigint): Promise<number> {
  let count = 0;
  for (let height = from; height <= to; height++) {
    const { block } = await node.rpc.call<{ block: { evidence: { evidence: unknown[] } } }>("block", { height: String(height) });
    count += block.evidence.evidence.length;
  }
  return count;
}

/** Gives a node that stands still another consensus key. */
async function newKey(node: NetNode): Promise<void> {
  const other = await mkdtemp(join(folder, "key-"));
  await daemon("init", "key", "--chain-id", CHAIN_ID, "--home", other);
  await copyFile(join(other, "config", "priv_validator_key.json"), join(node.home, "config", "priv_validator_key.json"));
  const state = join(node.home, "data", "priv_validator_state.json");
  const { height } = JSON.parse(await readFile(state, "utf8")) as { height: string };
  // The new key has signed nothing; it begins after what the old one signed.
  await writeFile(state, JSON.stringify({ height, round: 0, step: 3 }));
}
