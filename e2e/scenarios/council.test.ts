import { join } from "node:path";
import test from "ava";
import { eventually, startProcess, stopProcess } from "../../docker/net/processes.ts";
import { type Answer, ask, daonetes, ROOT } from "../parts/cli.ts";
import { instances, leftovers, removeProject } from "../parts/engine.ts";

const REGISTRY = `127.0.0.1:${5077 + Number(process.env["PORT_BASE"] ?? 0)}`;
const LOCAL_DIR = process.env["LOCAL_DIR"] ?? join(ROOT, ".local");
const PROJECT = "daonet-lab-web";

interface Expectation {
  is(actual: unknown, expected: unknown, message?: string): void;
}

function compose(greeting: string): string {
  return `services:
  web:
    image: ${REGISTRY}/hello:1
    environment: {GREETING: ${greeting}}
    ports: ["8097:8080"]
    restart: unless-stopped
    healthcheck: {test: [CMD, /hello, -check], interval: 1s}
`;
}

/** Runs the CLI with somebody's key, on the group lab. */
function as(key: string, ...args: string[]): Promise<Answer> {
  return daonetes(["--group", "lab", "--key", key, "-y", ...args], compose(greeting));
}

/** The same, and expects this exit code. */
async function expects(t: Expectation, exitCode: number, key: string, ...args: string[]): Promise<string> {
  const answer = await as(key, ...args);
  t.is(answer.exitCode, exitCode, `${args.join(" ")}: ${answer.stdout}${answer.stderr}`);
  return answer.stdout + answer.stderr;
}

let greeting = "one";

/** The number in `proposal 7: ..`. */
function numberIn(text: string): string {
  return /proposal (?<number>\d+)/.exec(text)?.groups?.["number"] ?? "";
}

async function web(): Promise<string> {
  return (await (await fetch("http://127.0.0.1:8097/")).text()).split(" from ")[0] ?? "";
}

async function agentOfLab(...more: string[]): Promise<void> {
  await startProcess("agent-lab", process.execPath, [join(ROOT, "agent/bin/daonetes-agent.js"), "--state", join(LOCAL_DIR, "lab"), "up", ...more]);
}

test.serial.before(async () => {
  for (const name of ["bob", "carol", "dave"]) await daonetes(["key", "add", name, "--keyring", "test"]);
  await daonetes(["group", "create", "lab", "-q"]);
  await daonetes(["group", "use", "home", "-q"]);
  const { ticket } = await ask<{ ticket: string }>("--group", "lab", "ticket", "create", "--auto-approve", "--tag", "site=lab");
  await agentOfLab("--ticket", ticket, "--name", "bench");
  await eventually("the device of lab did not join", 30_000, async () => {
    const { items } = await ask<{ items: { state: string }[] }>("--group", "lab", "device", "list");
    return items.some(({ state }) => state === "online");
  });
});

test.serial.after.always(async () => {
  await stopProcess("agent-lab");
  await removeProject(PROJECT);
});

test.serial("K-11 one person deploys, and hands the group over to a council of three: nothing restarts", async (t) => {
  await expects(t, 0, "alice", "up", "-f", "-", "-p", "web", "--on", "site=lab");
  const before = await instances(PROJECT);
  t.is(before.length, 1);

  const created = await expects(t, 0, "alice", "council", "create", "board", "--member", "alice", "--member", "bob", "--member", "carol", "--threshold", "2", "--rule", "pause=1", "--rule", "change-authority=3");
  t.regex(created, /default 2 of 3, pause 1 of 3, change-authority 3 of 3|default 2 of 3, change-authority 3 of 3, pause 1 of 3/);
  const offered = await expects(t, 3, "alice", "group", "handover", "lab", "--to", "board");
  t.regex(offered, /accept authority over lab {4}approved 1 of 2 \(alice\)/);
  t.regex(offered, /bob or carol: {2}daonetes approve \d+/);
  const waiting = await expects(t, 0, "bob", "inbox");
  t.regex(waiting, /lab +accept authority over lab +alice +1 /);
  t.regex(await expects(t, 0, "bob", "approve", numberIn(offered)), /approved 2 of 2, executed in this transaction/);
  t.regex(await expects(t, 0, "bob", "inbox"), /nothing waits/);
  t.deepEqual(await instances(PROJECT), before);

  // The old authority is refused, alone; as a member it proposes.
  const { authority } = await ask<{ authority: string }>("group", "show", "lab");
  t.not(authority, (await ask<{ address: string }>("key", "show", "alice")).address);
  t.regex(await expects(t, 3, "alice", "device", "cordon", "bench"), /approved 1 of 2/);
  t.regex(await expects(t, 5, "dave", "device", "cordon", "bench"), /DAO3010/);
});

test.serial("a deployment is proposed by one, shown to another, and runs once approved", async (t) => {
  const [former] = await instances(PROJECT);
  greeting = "two";
  t.regex(await expects(t, 0, "alice", "plan", "-f", "-", "-p", "web"), /Signatures: 2 of 3 \(council board\)/);
  const proposed = await expects(t, 3, "alice", "up", "-f", "-", "-p", "web");
  t.regex(proposed, /deploy web:2 {4}approved 1 of 2 \(alice\)/);
  t.is(await web(), "one", "nothing happened yet");
  const twice = await expects(t, 3, "bob", "up", "-f", "-", "-p", "web");
  t.regex(twice, /the same is proposed already: daonetes approve/);
  t.is(numberIn(twice), numberIn(proposed));
  const link = /Share: {2}(?<link>\S+)/.exec(proposed)?.groups?.["link"] ?? "";
  const page = await (await fetch(link)).text();
  t.regex(page, new RegExp(`Proposal ${numberIn(proposed)} of board: deploy web:2`));
  t.regex(page, /approved 1 of 2[\s\S]*Missing<\/th><td>(bob, carol|carol, bob)[\s\S]*MsgUpdateDeployment[\s\S]*expected_revision/);
  const shown = await expects(t, 0, "carol", "approve", numberIn(proposed));
  t.regex(shown, /services\.web\.environment\.GREETING {3}one -> two/);
  t.regex(shown, /devices bench \(same\)/);
  t.regex(shown, /asks the owner for: nothing {4}hash recomputed here: same/);
  t.regex(shown, /simulated now: it passes/);
  t.regex(shown, /approved 2 of 2, executed in this transaction/);
  await expects(t, 0, "carol", "wait", "deployment/web");
  t.is(await web(), "two");
  t.not((await instances(PROJECT))[0]?.id, former?.id);
  t.regex(await expects(t, 0, "bob", "approve", numberIn(proposed)), /carried out already/);
  await expects(t, 0, "bob", "wait", `proposal/${numberIn(proposed)}`);
});

test.serial("one of three pauses at once, and two race for the last approval: it runs once", async (t) => {
  t.regex(await expects(t, 0, "carol", "pause", "web", "--stop"), /web is stopped on every device/);
  const proposed = await expects(t, 3, "alice", "resume", "web");
  const both = await Promise.all(["bob", "carol"].map((key) => as(key, "approve", numberIn(proposed))));
  t.deepEqual(both.map(({ exitCode }) => exitCode), [0, 0], both.map(({ stdout, stderr }) => stdout + stderr).join("\n"));
  t.is(both.filter(({ stderr }) => stderr.includes("executed in this transaction")).length, 1);
  await expects(t, 0, "bob", "wait", "deployment/web");
  t.is(await web(), "two");
});

test.serial("a proposal is rejected, withdrawn, or ended by a change of members", async (t) => {
  const rejected = await expects(t, 3, "alice", "restart", "web");
  await expects(t, 0, "bob", "reject", numberIn(rejected));
  t.regex(await expects(t, 0, "carol", "reject", numberIn(rejected)), /cannot be reached any more/);
  t.regex(await expects(t, 1, "alice", "wait", `proposal/${numberIn(rejected)}`), /is rejected[\s\S]*DAO3025/);
  const withdrawn = await expects(t, 3, "alice", "restart", "web");
  t.regex(await expects(t, 5, "bob", "withdraw", numberIn(withdrawn)), /DAO3502/);
  await expects(t, 0, "alice", "withdraw", numberIn(withdrawn));
  t.regex(await expects(t, 1, "bob", "approve", numberIn(withdrawn)), /is withdrawn[\s\S]*DAO3025/);

  // Removing a member strands a rule of 3 of 3: said before anything is sent.
  t.regex(await expects(t, 2, "alice", "council", "members", "board", "--remove", "carol"), /DAO1036/);
  const open = await expects(t, 3, "alice", "restart", "web");
  const change = await expects(t, 3, "alice", "council", "members", "board", "--remove", "carol", "--rule", "change-authority=2");
  await expects(t, 3, "bob", "approve", numberIn(change));
  await expects(t, 0, "carol", "approve", numberIn(change));
  t.regex(await expects(t, 1, "bob", "approve", numberIn(open)), /is superseded/);
  t.regex(await expects(t, 0, "bob", "proposal", "list", "board"), /superseded +restart web/);
  t.notRegex(await expects(t, 0, "bob", "council", "members", "board"), /carol/);
});

test.serial("the council hands the group back to one key, and the deployment goes without a trace", async (t) => {
  const before = await instances(PROJECT);
  const offered = await expects(t, 3, "alice", "group", "handover", "lab", "--to", "bob");
  t.regex(await expects(t, 0, "bob", "approve", numberIn(offered)), /daonetes group accept lab/);
  t.regex(await expects(t, 0, "bob", "group", "accept", "lab"), /lab belongs to/);
  t.deepEqual(await instances(PROJECT), before);
  await expects(t, 0, "bob", "down", "web", "--volumes");
  t.deepEqual(await leftovers(PROJECT), []);
});
