import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { execa } from "execa";
import { folders } from "../../docker/net/layout.ts";
import { eventually } from "../../docker/net/processes.ts";
import { ROOT } from "../parts/cli.ts";
import { agentStatus, startDevice } from "../parts/device-agent.ts";
import { type Instance, instances, removeProject } from "../parts/engine.ts";
import { greeting, helloOn } from "../parts/hello-app.ts";
import { record } from "../parts/ledger.ts";
import { Load } from "../parts/load.ts";
import { buildBefore } from "../parts/old-program.ts";
import { CHAIN_ID, gatewayOf, type NetNode, stopGateway, ValidatorNet } from "../parts/validator-net.ts";

/** The newest upgrade. */
const UPGRADE = "permissioned-peers";
const DEVICES = 8;
const FIRST_PORT = 8100;
const GROUP = "works";

const folder = await mkdtemp(join(tmpdir(), "daonetes-upgrade-"));
const agents: (() => Promise<void>)[] = [];
let net: ValidatorNet;
let load: Load;
let before: Awaited<ReturnType<typeof buildBefore>> | undefined;

const nodeOf = (index: number): NetNode => net.nodes[index] as NetNode;
const project = (index: number): string => `daonet-${GROUP}-app${index}`;

async function ok(t: ExecutionContext, line: string, stdin = ""): Promise<string> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [join(ROOT, "ts-client", "bin", "daonetes.js"), ...line.split(" ")], {
    reject: false,
    input: stdin,
    timeout: 240_000,
    env: { DAONETES_CONFIG: join(folder, "config") },
  });
  t.is(exitCode, 0, `daonetes ${line}: ${stdout}${stderr}`);
  return stdout;
}

async function running(count: number): Promise<Instance[]> {
  return (await Promise.all(Array.from({ length: count }, (_, index) => instances(project(index))))).flat();
}

test.serial.before("four validators of before the upgrade", async (t) => {
  t.timeout(1_500_000);
  before = await buildBefore(UPGRADE, folder);
  net = new ValidatorNet(folder, { program: before.program });
  const authority = (await ok(t as ExecutionContext, "key add root --keyring test -o name")).trim();
  load = await Load.create();
  await net.create(4, authority, [authority, load.address]);
  await net.start(...net.nodes);
  const gateway = await gatewayOf(nodeOf(0), folder);
  await ok(t as ExecutionContext, `context create works --gateway ${gateway} --key root`);
  // An idle chain makes a block in half a minute: the load keeps it going.
  load.start(CHAIN_ID, "load", () => net.nodes.map((node) => node.client));
});

test.serial.after.always(async () => {
  await load.stop();
  for (const stop of agents) await stop();
  await stopGateway();
  await net.stop();
  for (let index = 0; index <= DEVICES; index++) await removeProject(project(index));
  await before?.remove();
  await rm(folder, { recursive: true, force: true });
});

test.serial(`C-22 an upgrade with ${DEVICES} live devices, one validator killed in the migration and one late: all are on the new version, no container restarts`, async (t) => {
  t.timeout(900_000);
  await ok(t, `group create ${GROUP} -q`);
  for (let index = 0; index < DEVICES; index++) {
    const { ticket } = JSON.parse(await ok(t, `ticket create --auto-approve --tag seat=${index} -o json`)) as { ticket: string };
    agents.push(startDevice(`upgrade-${index}`, ["--ticket", ticket, "--name", `device${index}`]));
  }
  await eventually("the devices did not join", 120_000, async () => {
    const { items } = JSON.parse(await ok(t, "device list -o json")) as { items: { state: string }[] };
    return items.filter(({ state }) => state === "online").length === DEVICES;
  }).catch(async (error: unknown) => {
    throw new Error(`${String(error)}: ${await ok(t, "device list")}\n${await agentStatus("upgrade-0")}`, { cause: error });
  });
  for (let index = 0; index < DEVICES; index++) await ok(t, `up -f - -p app${index} --on seat=${index}`, helloOn(FIRST_PORT + index, `before-${index}`));
  const untouched = await running(DEVICES);
  t.is(untouched.length, DEVICES);

  const height = (await nodeOf(0).height()) + 30n;
  await ok(t, `network upgrade ${UPGRADE} --height ${height}`);
  for (const node of net.nodes) await eventually(`${node.name} did not come to the block before ${height}`, 120_000, async () => (await node.height()) >= height - 1n);
  await delay(3_000);
  t.deepEqual(await Promise.all(net.nodes.map(appliedBy)), net.nodes.map(() => height - 1n), "the old program carries out no block of the new version");
  for (const node of net.nodes) t.regex(await node.logTail(200), new RegExp(`UPGRADE "${UPGRADE}" NEEDED at height: ${height}`));
  const halted = performance.now();

  const now = join(folders.bin, "daonetesd");
  for (const node of net.nodes) node.program = now;
  const [first, second, third, late] = net.nodes as [NetNode, NetNode, NetNode, NetNode];
  for (const node of [first, second, third]) await node.stop();
  const peers = await Promise.all(net.nodes.map((node) => node.peer()));
  await second.start(peers.filter((_, index) => index !== 1), "--log_level", "info");
  await killInMigration(second, height);
  await net.start(first, second, third);
  await net.blocks(first, 3n, 60_000);
  const standstillMs = Math.round(performance.now() - halted);
  t.is(await appliedBy(late), height - 1n, "the late one waits");
  await late.stop();
  await net.start(late);
  await net.caughtUp(late, 60_000);
  const to = await net.blocks(first, 3n, 60_000);
  for (let at = height - 1n; at <= to; at++) {
    const hashes = await Promise.all(net.nodes.map((node) => node.appHash(at)));
    t.is(new Set(hashes).size, 1, `app hash at ${at}: ${hashes.join(" ")}`);
  }
  for (const node of net.nodes) t.true((await node.client.valset.params()).openPeers, "the state is migrated");

  t.deepEqual(await running(DEVICES), untouched, "no container was touched");
  for (let index = 0; index < DEVICES; index++) t.is(await greeting(FIRST_PORT + index), `before-${index}`);
  await ok(t, "up -f - -p app8 --on seat=3", helloOn(FIRST_PORT + DEVICES, "after"));
  t.is(await greeting(FIRST_PORT + DEVICES), "after");
  await ok(t, "up -f - -p app0 --on seat=0", helloOn(FIRST_PORT, "changed"));
  t.is(await greeting(FIRST_PORT), "changed");
  t.deepEqual((await running(DEVICES)).slice(1), untouched.slice(1));
  await record(t.title, { from: before?.commit.slice(0, 7), devices: DEVICES, restarts: 0, standstillMs });
});

/** The last block that a node has carried out; one that was agreed on may lie above it. */
async function appliedBy(node: NetNode): Promise<bigint> {
  const { response } = await node.rpc.call<{ response: { last_block_height?: string } }>("abci_info", {});
  return BigInt(response.last_block_height ?? "0");
}

/** Kills a node as soon as it says that it migrates, or a moment after its start where that was quicker than we look. */
async function killInMigration(node: NetNode, height: bigint): Promise<void> {
  const until = performance.now() + 10_000;
  while (performance.now() < until && !(await node.logTail(20)).includes(`applying upgrade "${UPGRADE}" at height: ${height}`)) await delay(1);
  await node.signal("SIGKILL");
}
