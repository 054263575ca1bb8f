import { chmod, copyFile, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { execa } from "execa";
import { folders } from "../../docker/net/layout.ts";
import { eventually, runProgram } from "../../docker/net/processes.ts";
import { ROOT } from "../parts/cli.ts";
import { Guide, type GuideStep, steady } from "../parts/guide.ts";
import { Load } from "../parts/load.ts";
import { buildNext } from "../parts/next-binary.ts";
import { gatewayOf, type NetNode, stopGateway, ValidatorNet } from "../parts/validator-net.ts";

const GUIDES = join(ROOT, "docs", "operate");
const COSMOVISOR = join(folders.bin, "peers", "cosmovisor-1.5.0");
const PROMTOOL = join(folders.bin, "peers", "promtool");
const SEATS = ["north", "south", "east", "west"];

const folder = await mkdtemp(join(tmpdir(), "daonetes-operate-"));
const homeOf = (who: string): string => join(folder, who, ".daonetes");
const operators: Record<string, string> = {};
const net = new ValidatorNet(folder, { names: { chainId: "daonetes-1", seats: SEATS, homeOf, operatorOf: (seat) => operators[seat] ?? "" } });
const nodes = new Map<string, NetNode>();
const supervised = new Set<string>();
const loads: Load[] = [];

function nodeOf(who: string): NetNode {
  const node = nodes.get(who) ?? net.join(homeOf(who));
  nodes.set(who, node);
  return node;
}

/** What a company has on its machine: both programs, a key, a context, the files that all share. */
async function machineOf(who: string): Promise<void> {
  await mkdir(join(folder, who), { recursive: true });
  const shown = await shell(who, `daonetes key add ${who} --keyring test -o name`);
  operators[who] = shown.text.trim();
}

async function shell(who: string, line: string): Promise<{ exitCode: number; text: string }> {
  const result = await execa("bash", ["-c", line], {
    cwd: join(folder, who),
    env: { ...(nodes.get(who)?.environment() ?? {}), HOME: join(folder, who), DAONETES_CONFIG: join(folder, who, "config"), PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}` },
    all: true,
    reject: false,
    timeout: 180_000,
  });
  return { exitCode: result.exitCode ?? -1, text: result.all.replaceAll(folder, "/home") };
}

/** What an init system does at a command about the two units. */
async function systemctl(who: string, verb: string, unit: string): Promise<void> {
  const node = nodeOf(who);
  if (verb !== "start") await node.stop();
  if (verb === "stop") return;
  if (unit === "cosmovisor") {
    supervised.add(who);
    await node.startSupervised(COSMOVISOR, await unitEnvironment(node.home));
  } else await node.start(undefined);
  await eventually(`${who} has no block`, 60_000, async () => (await node.height()) > 0n).catch(async (error: unknown) => {
    throw new Error(`${String(error)}; its log ends with:\n${await node.logTail()}`, { cause: error });
  });
  await net.caughtUp(node, 60_000);
}

/** The variables that the unit of cosmovisor sets. */
async function unitEnvironment(home: string): Promise<Record<string, string>> {
  const unit = await readFile(join(GUIDES, "units", "cosmovisor.service"), "utf8");
  return Object.fromEntries([...unit.matchAll(/^Environment=(?<name>[A-Z_]+)=(?<value>.*)$/gm)].map(({ groups }) => [groups?.["name"] ?? "", (groups?.["value"] ?? "").replace("%h/.daonetes", home)]));
}

/** Types a line of a guide; a node's usual ports, and the tunnels of the guide, are those of this network. */
async function type(step: GuideStep, heights: { upgrade?: bigint }): Promise<string> {
  const [, verb, unit] = /^systemctl (?<verb>start|stop|restart) (?<unit>daonetesd|cosmovisor)$/.exec(step.command) ?? [];
  if (verb !== undefined && unit !== undefined) {
    await systemctl(step.who, verb, unit);
    return "";
  }
  const line = nodeOf(step.who)
    .withOwnPorts(step.command.replaceAll("http://127.0.0.1:36657", nodeOf("north").rpcUrl).replaceAll("http://127.0.0.1:46657", nodeOf("south").rpcUrl))
    .replace("--height 1000", `--height ${heights.upgrade ?? 1000n}`);
  for (const until = performance.now() + 60_000; ; ) {
    const { text } = await shell(step.who, line);
    // A node that falls behind for a moment, or a seat whose new key did not sign yet, is asked again.
    const again = (text.includes("DAO3062") || /does not sign|not: /.test(text)) && !step.printed.includes("not: ");
    if (again && performance.now() < until) await delay(1_000);
    else return text === "" ? "" : `${text}\n`;
  }
}

/** Does what a guide says, and compares what is printed. */
async function follow(t: ExecutionContext, name: string, heights: { upgrade?: bigint } = {}, between: (step: GuideStep) => Promise<void> = () => Promise.resolve()): Promise<void> {
  t.timeout(600_000);
  const guide = await Guide.read(join(GUIDES, name));
  const printed = new Map<GuideStep, string>();
  for (const step of guide.steps) {
    await between(step);
    const text = await type(step, heights);
    printed.set(step, text);
    if (process.env["UPDATE_GOLDEN"] === undefined) t.is(steady(text), steady(step.printed), `${name}: ${step.command}`);
  }
  if (process.env["UPDATE_GOLDEN"] !== undefined) await guide.update(printed);
}

async function sameAppHash(t: ExecutionContext, ...names: string[]): Promise<void> {
  const height = await nodeOf("north").height();
  for (const name of names) await eventually(`${name} is not at ${height}`, 60_000, async () => (await nodeOf(name).height()) >= height);
  const hashes = await Promise.all(["north", ...names].map((name) => nodeOf(name).appHash(height)));
  t.is(new Set(hashes).size, 1, hashes.join(" "));
}

test.before(async (t) => {
  t.timeout(1_200_000);
  await runProgram(join(ROOT, "e2e", "parts", "cosmovisor.sh"), [COSMOVISOR]);
  await runProgram(join(ROOT, "e2e", "parts", "promtool.sh"), [PROMTOOL]);
  await mkdir(join(folder, "bin"));
  await writeFile(join(folder, "bin", "daonetes"), `#!/bin/bash\nexec ${process.execPath} ${join(ROOT, "ts-client", "bin", "daonetes.js")} "$@" -y\n`);
  await chmod(join(folder, "bin", "daonetes"), 0o755);
  await symlink(join(folders.bin, "daonetesd"), join(folder, "bin", "daonetesd"));
  for (const who of [...SEATS, "centre"]) await machineOf(who);
  loads.push(await Load.create());
  await net.create(SEATS.length, operators["north"] ?? "", loads.map(({ address }) => address));
  for (const [index, seat] of SEATS.entries()) nodes.set(seat, net.nodes[index] as NetNode);
  const peers = (await Promise.all(net.nodes.map((node) => node.peer()))).join(",");
  for (const who of [...SEATS, "centre"]) {
    await writeFile(join(folder, who, "peers"), `${peers}\n`);
    await copyFile(join(homeOf("north"), "config", "genesis.json"), join(folder, who, "genesis.json"));
  }
  for (const seat of SEATS) {
    await shell(seat, 'daonetesd config set config p2p.persistent_peers "$(cat peers)" --skip-validate');
    await shell(seat, "daonetesd config set app state-sync.snapshot-interval 10");
  }
  await net.start(...net.nodes);
  const gateway = await gatewayOf(nodeOf("north"), folder);
  for (const who of [...SEATS, "centre"]) {
    const { exitCode, text } = await shell(who, `daonetes context create daonetes --gateway ${gateway} --key ${who}`);
    t.is(exitCode, 0, text);
  }
  for (const load of loads) load.start("daonetes-1", "load", () => [nodeOf("north").client, nodeOf("south").client]);
  await eventually("the load does not flow", 60_000, () => Promise.resolve(loads.every(({ committed }) => committed.length > 1)));
});

test.after.always(async () => {
  await Promise.all(loads.map((load) => load.stop()));
  await stopGateway();
  await net.stop();
  await rm(folder, { recursive: true, force: true });
});

test.serial("restore.md: a seat whose machine is gone signs again with a new key", async (t) => {
  await nodeOf("west").stop();
  await rename(homeOf("west"), join(folder, "west-of-before"));
  const client = nodeOf("north").client;
  await eventually("the loss is not seen", 60_000, async () => (await client.status()).height > 0n && (await shell("north", "daonetes network status")).text.includes("not: west"));
  await follow(t, "restore.md");
  await sameAppHash(t, "west");
});

test.serial("backup.md: data is put back, the signing state never", async (t) => {
  let before = 0n;
  await follow(t, "backup.md", {}, async ({ command }) => {
    if (!command.startsWith("mv ~")) return;
    before = await nodeOf("north").height();
    await net.blocks(nodeOf("north"), 3n, 60_000);
  });
  t.true(before > 0n);
  await sameAppHash(t, "west");
});

test.serial("state-sync.md: a new node begins with a snapshot", async (t) => {
  await eventually("there is no snapshot yet", 120_000, async () => (await nodeOf("north").height()) > 25n);
  await follow(t, "state-sync.md");
  const { sync_info } = await nodeOf("centre").rpc.call<{ sync_info: { earliest_block_height: string } }>("status");
  t.true(BigInt(sync_info.earliest_block_height) > 1n, `it has blocks from ${sync_info.earliest_block_height} on`);
  await sameAppHash(t, "centre");
});

test.serial("prune.md: old states go, and the node goes on", async (t) => {
  const east = nodeOf("east");
  const old = (await east.height()) - 25n;
  const stateAt = (height: bigint): Promise<{ response: { log?: string } }> => east.rpc.call("abci_query", { path: "/store/acc/key", data: "01", height: String(height), prove: false });
  t.is((await stateAt(old)).response.log ?? "", "", "the state is there before");
  await follow(t, "prune.md");
  t.regex((await stateAt(old)).response.log ?? "", /version does not exist/, "and not after");
  await sameAppHash(t, "east");
});

test.serial("monitor.md: every metric of dashboard and alerts comes from a running node, and the alerts say what they should", async (t) => {
  await follow(t, "monitor.md");
  const monitoring = join(GUIDES, "monitoring");
  for (const file of ["alerts.yml", "grafana-dashboard.json"]) {
    const used = new Set([...(await readFile(join(monitoring, file), "utf8")).matchAll(/\b(?:cometbft|process|go)_[a-z0-9_]+/g)].map(([name]) => name));
    t.true(used.size > 3);
    let missing: string[] = [];
    // Some are there from the node's next block on.
    await eventually(`the node does not export what ${file} names`, 60_000, async () => {
      const exported = await metricsOf(nodeOf("east"));
      missing = [...used].filter((name) => !exported.has(name));
      return missing.length === 0;
    }).catch(() => t.deepEqual(missing, [], `${file} names what the node does not export`));
  }
  const panels = (JSON.parse(await readFile(join(monitoring, "grafana-dashboard.json"), "utf8")) as { panels: { title: string; targets: unknown[] }[] }).panels;
  t.true(panels.length > 0 && panels.every(({ title, targets }) => title !== "" && targets.length > 0));
  const alerts = [...(await readFile(join(monitoring, "alerts.yml"), "utf8")).matchAll(/- alert: (?<name>\w+)/g)].map(({ groups }) => groups?.["name"] ?? "");
  const guide = await readFile(join(GUIDES, "monitor.md"), "utf8");
  for (const alert of alerts) t.true(guide.includes(`| ${alert} |`), `monitor.md says what to do at ${alert}`);
  await execa(PROMTOOL, ["check", "config", "prometheus.yml"], { cwd: monitoring });
  await execa(PROMTOOL, ["test", "rules", "alerts_test.yml"], { cwd: monitoring });
});

test.serial("a node listens on loopback for everything but its peers", async (t) => {
  const config = `${await readFile(join(homeOf("west"), "config", "config.toml"), "utf8")}${await readFile(join(homeOf("west"), "config", "app.toml"), "utf8")}`;
  const open = [...config.matchAll(/^(?<name>\w*laddr|\w*listen_addr|address) = "(?<address>[^"]+)"$/gm)].map(({ groups }) => `${groups?.["name"]} ${groups?.["address"]}`).filter((line) => !/127\.0\.0\.1|localhost/.test(line));
  t.deepEqual(open, ["laddr tcp://0.0.0.0:26656"]);
});

test.serial("upgrade.md: all nodes go on with the next binary at the height that was named", async (t) => {
  t.timeout(900_000);
  const next = await buildNext("v2");
  for (const seat of SEATS) await symlink(next, join(folder, seat, "next"));
  const heights: { upgrade?: bigint } = {};
  await follow(t, "upgrade.md", heights, async ({ command, who }) => {
    if (!command.startsWith("daonetes network upgrade")) return;
    // The other companies do what this one did.
    const { steps } = await Guide.read(join(GUIDES, "upgrade.md"));
    for (const other of SEATS.filter((seat) => seat !== who)) {
      for (const step of steps.filter(({ command: line }) => !line.startsWith("daonetes "))) await type({ ...step, who: other }, {});
    }
    heights.upgrade = (await nodeOf("north").height()) + 40n;
  });
  const height = heights.upgrade ?? 0n;
  t.true(height > 0n);
  await eventually("no block came after the upgrade", 180_000, async () => (await nodeOf("north").height()) > height + 2n);
  for (const seat of SEATS) {
    await eventually(`${seat} does not run the next binary`, 60_000, async () => /cosmovisor\/upgrades\/v2\/bin\/daonetesd$/.test((await nodeOf(seat).supervised()) ?? ""));
  }
  await sameAppHash(t, "south", "east", "west");
  t.regex((await shell("north", "daonetes network status")).text, /upgrade +none planned/);
});

/** Names of the metrics that a node exports now. */
async function metricsOf(node: NetNode): Promise<Set<string>> {
  const text = await (await fetch(`http://${node.withOwnPorts("127.0.0.1:26660")}/metrics`, { signal: AbortSignal.timeout(10_000) })).text();
  return new Set([...text.matchAll(/^# TYPE (?<name>\S+) (?<kind>\S+)$/gm)].flatMap(({ groups }) => namesOf(groups?.["name"] ?? "", groups?.["kind"] ?? "")));
}

/** Names under which a metric is read. */
function namesOf(name: string, kind: string): string[] {
  return kind === "histogram" || kind === "summary" ? [name, `${name}_sum`, `${name}_count`, `${name}_bucket`] : [name];
}
