/** `make up`: the whole job once on this machine. A second call changes nothing and says so. */
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { startAgent } from "./agent.ts";
import { buildAll } from "./build.ts";
import { createNetwork, height, startNetwork, validatorCount } from "./chain.ts";
import { aliceAddress, daonetes } from "./cli.ts";
import { startGateway } from "./gateway.ts";
import { pushHello } from "./hello.ts";
import { CHAIN_ID, folders, gatewayUrl, HELLO_PORT, LOCAL, ROOT } from "./layout.ts";
import { eventually, logTail, pidOf } from "./processes.ts";
import { SetupError, step } from "./progress.ts";
import { startRegistry } from "./registry.ts";
import { checkTools } from "./tools.ts";

const GROUP = "home";

async function up(): Promise<void> {
  await mkdir(LOCAL, { recursive: true });
  const before = await Promise.all(["node0", "gateway", "registry", "agent"].map(pidOf));
  await step("tools", "checking", checkTools);
  await step("build", "building", async (say) => {
    await buildAll(say);
    return "daonetesd, registry, gateway, agent, CLI";
  });
  const alice = await aliceAddress();
  await step("network", "starting", async () => {
    await createNetwork(alice);
    await startNetwork();
    const count = await validatorCount();
    return `${CHAIN_ID}   ${count} of ${count} validators   height ${await height()}${count === 1 ? "          (make up VALIDATORS=4 for four)" : ""}`;
  });
  await step("gateway", "starting", async () => {
    await startGateway();
    return `${gatewayUrl}   API, docs (/api/docs)`;
  });
  await step("context", "writing", async () => {
    await daonetes("context", "create", "local", "--gateway", gatewayUrl, "--key", "alice", "-q");
    return "local   key alice (test keyring)";
  });
  await step("group", "joining this computer", joinThisComputer);
  await step("hello", "deploying", async (say) => {
    await startRegistry();
    say("building and pushing the image");
    const image = await pushHello();
    say("deploying");
    await deployHello(image);
    await eventually("hello does not answer", 15_000, async () => (await fetch(`http://127.0.0.1:${HELLO_PORT}/`)).ok);
    return `HEALTHY on 1 of 1 devices   http://127.0.0.1:${HELLO_PORT}`;
  });
  if (before.every((pid) => pid !== undefined)) process.stdout.write("  Everything ran already; nothing was changed.\n");
  process.stdout.write(`  Next:  daonetes ps      daonetes up -f FILE      daonetes device add\n`);
  process.stdout.write(`         (alias daonetes='DAONETES_CONFIG=${folders.config} npx daonetes')\n`);
  process.stdout.write("  Stop:  make down (keeps the data)      make clean (removes all of it)\n");
}

/** Half of the time for which a trusted header accepts new ones. */
const ANCHOR_SECONDS = 10 * 86_400;

async function joinThisComputer(say: (what: string) => void): Promise<string> {
  const { items } = JSON.parse(await daonetes("group", "list", "-o", "json")) as { items: { name: string }[] };
  if (!items.some(({ name }) => name === GROUP)) await daonetes("group", "create", GROUP, "-q");
  else await daonetes("group", "use", GROUP, "-q");
  const args: string[] = [];
  if (!existsSync(join(folders.agent, "state.json")) || !(await isMember()) || !(await isAnchored())) {
    const ticket = await daonetes("ticket", "create", "--auto-approve", "--ttl", "10m", "-q");
    args.push("--ticket", ticket, "--name", hostname());
  }
  say("starting the agent");
  await startAgent(...args);
  await eventually("this computer did not join", 30_000, async () => {
    if ((await pidOf("agent")) === undefined) throw new Error("the agent ended");
    return (await devices()).some(({ state }) => state === "online");
  }).catch(async (error: unknown) => {
    throw new Error(`${String(error)}; the agent's log ends with:\n${await logTail("agent")}`, { cause: error });
  });
  const [device] = await devices();
  return `${GROUP}    this computer is its first device: ${device?.name ?? "?"}`;
}

async function isMember(): Promise<boolean> {
  const state = JSON.parse(await readFile(join(folders.agent, "state.json"), "utf8")) as { membership?: { chainId: string } };
  return state.membership !== undefined && (await devices()).length > 0;
}

/** A trusted header that is too old accepts no new one: a new ticket anchors the agent anew. */
async function isAnchored(): Promise<boolean> {
  const { trusted } = JSON.parse(await readFile(join(folders.agent, "state.json"), "utf8")) as { trusted?: { time: string } };
  return trusted !== undefined && Date.now() / 1000 - Number.parseFloat(trusted.time) < ANCHOR_SECONDS;
}

async function devices(): Promise<{ name: string; state: string }[]> {
  return (JSON.parse(await daonetes("device", "list", "-o", "json")) as { items: { name: string; state: string }[] }).items;
}

async function deployHello(image: string): Promise<void> {
  const source = await readFile(join(ROOT, "examples", "hello", "compose.yaml"), "utf8");
  const file = join(LOCAL, "hello", "compose.yaml");
  await mkdir(join(LOCAL, "hello"), { recursive: true });
  await writeFile(file, source.replace("127.0.0.1:5077/hello:1", image));
  await daonetes("up", "-f", file, "--timeout", "120s", "-q");
}

try {
  await up();
} catch (error) {
  if (error instanceof SetupError) process.stderr.write(`✘ ${error.message}\n  fix: ${error.fix}\n`);
  else process.stderr.write(`✘ ${error instanceof Error ? error.message : String(error)}\n  logs: ${folders.logs}\n`);
  process.exitCode = 1;
}
