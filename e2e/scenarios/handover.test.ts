import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { execa } from "execa";
import { eventually, startProcess, stopProcess } from "../../docker/net/processes.ts";
import { ask, daonetes, ROOT } from "../parts/cli.ts";
import { instances, leftovers, removeProject } from "../parts/engine.ts";
import { greeting, helloOn, LOCAL_DIR } from "../parts/hello-app.ts";

const GROUP = "relay";
const PROJECT = `daonet-${GROUP}-web`;
const PORT = 8098;

let folder = "";
/** Containers as they were when the hand-overs began: none of them may change. */
let before: unknown;

/** Runs the CLI with somebody's key, in the folder where files of transactions go round. */
async function expects(t: ExecutionContext, exitCode: number, key: string, line: string, stdin = ""): Promise<string> {
  const args = ["--group", GROUP, "--key", key, "-y", ...line.split(" ")];
  const run = await execa(process.execPath, [join(ROOT, "ts-client", "bin", "daonetes.js"), ...args], { cwd: folder, reject: false, input: stdin, timeout: 180_000 });
  t.is(run.exitCode, exitCode, `${key}: ${line}: ${run.stdout}${run.stderr}`);
  return run.stdout + run.stderr;
}

/** Lets these members of a multisig sign the file that a command wrote, in this order, and sends it. */
async function signAndSend(t: ExecutionContext, text: string, ...members: string[]): Promise<string> {
  const file = /● (?<file>\S+\.tx\.json)/.exec(text)?.groups?.["file"] ?? "";
  for (const member of members) await expects(t, 0, member, `tx sign ${file}`);
  await expects(t, 0, members[0] ?? "", `tx collect ${file}`);
  return expects(t, 0, members[0] ?? "", `tx broadcast ${file.replace(".tx.json", ".signed.json")}`);
}

function numberIn(text: string): string {
  return /proposal (?<number>\d+)/.exec(text)?.groups?.["number"] ?? "";
}

async function untouched(t: ExecutionContext): Promise<void> {
  t.deepEqual(await instances(PROJECT), before, "no container was touched");
  t.is(await greeting(PORT), "relay");
}

test.serial.before(async () => {
  folder = await mkdtemp(join(tmpdir(), "daonetes-handover-"));
  for (const name of ["hana", "hugo", "hiro", "hera"]) await daonetes(["key", "add", name, "--keyring", "test"]);
  await daonetes(["group", "create", GROUP, "-q"]);
  await daonetes(["group", "use", "home", "-q"]);
  const { ticket } = await ask<{ ticket: string }>("--group", GROUP, "ticket", "create", "--auto-approve", "--tag", "site=relay");
  await startProcess("agent-relay", process.execPath, [join(ROOT, "agent/bin/daonetes-agent.js"), "--state", join(LOCAL_DIR, "relay"), "up", "--ticket", ticket, "--name", "baton"]);
  await eventually("the device did not join", 30_000, async () => {
    const { items } = await ask<{ items: { state: string }[] }>("--group", GROUP, "device", "list");
    return items.some(({ state }) => state === "online");
  });
});

test.serial.after.always(async () => {
  await stopProcess("agent-relay");
  await removeProject(PROJECT);
  await rm(folder, { recursive: true, force: true });
});

test.serial("K-11 a key hands a running group over to a multisig of two out of three", async (t) => {
  await expects(t, 0, "alice", "up -f - -p web --on site=relay", helloOn(PORT, "relay"));
  before = await instances(PROJECT);
  await expects(t, 0, "alice", `group update ${GROUP} --publisher hana`);
  await expects(t, 0, "hana", "key multisig trio --threshold 2 --member hana --member hugo --member hiro");
  t.regex(await expects(t, 0, "alice", `group handover ${GROUP} --to trio`), /whoever takes over/);
  const accepting = await expects(t, 3, "hugo", `group accept ${GROUP}`);
  t.regex(accepting, /accept authority over relay {4}signed 0 of 2/);
  t.regex(await signAndSend(t, accepting, "hiro", "hana"), /accept authority over relay/);
  t.is((await ask<{ authority: string }>("group", "show", GROUP)).authority, (await ask<{ address: string }>("key", "show", "trio")).address);
  t.regex(await expects(t, 5, "alice", "pause web"), /DAO3010/);
  await untouched(t);
});

test.serial("the multisig decides: an update is staged by a publisher, so that hashes are what is signed", async (t) => {
  const pausing = await expects(t, 3, "hugo", "pause web");
  t.regex(await signAndSend(t, pausing, "hugo", "hiro"), /pause web/);
  t.regex(await expects(t, 3, "hana", "resume web"), /sequence 2/);
  // Two with one sequence: only one of them can be executed, and the other is refused by name.
  const restarting = await expects(t, 3, "hugo", "resume web");
  t.regex(restarting, /the same is written already/);
  await signAndSend(t, restarting, "hana", "hugo");
  await expects(t, 0, "hana", "wait deployment/web");
  await untouched(t);
  const updating = await expects(t, 3, "hana", "up -f - -p web", helloOn(PORT, "relay", "    stop_grace_period: 2s\n"));
  t.regex(updating, /deploy web:2 {4}signed 0 of 2/);
  t.notRegex(updating, /KiB/);
  t.true((await ask<{ items: { version: string }[] }>("--group", GROUP, "spec", "list", "web")).items.length === 2, "the spec is there before anybody signs");
  const file = /● (?<file>\S+):/.exec(updating)?.groups?.["file"] ?? "";
  t.regex(await expects(t, 0, "hiro", `tx sign ${file}`), /stop_grace_period[\s\S]*hash recomputed here: same/);
  await expects(t, 3, "hiro", `tx collect ${file}`);
  await signAndSend(t, updating, "hugo");
  await expects(t, 0, "hana", "wait deployment/web");
  t.is(await greeting(PORT), "relay");
  before = await instances(PROJECT);
});

test.serial("the multisig hands over to a council, the council to another one, and that one to a key", async (t) => {
  const making = "council create first --member hana --member hugo --member hera --threshold 2";
  t.regex(await expects(t, 1, "hana", making), /not on the list of creators/);
  t.regex(await expects(t, 5, "hana", "creator add hana"), /DAO3010/);
  t.regex(await expects(t, 0, "alice", "creator add hana"), /✔ hana may create groups and councils/);
  t.regex(await expects(t, 1, "alice", "creator add hana"), /DAO3067/);
  await expects(t, 0, "hana", making);
  t.regex(await expects(t, 0, "alice", "creator list"), /^daonet1\S+ +hana$/m);
  await expects(t, 0, "alice", "creator remove hana");
  t.regex(await expects(t, 4, "alice", "creator remove hana"), /DAO3068/);
  await expects(t, 0, "alice", "council create second --member hera --member hugo --threshold 2");
  const { address: trio } = await ask<{ address: string }>("key", "show", "trio");
  const offering = await expects(t, 3, "hiro", `group handover ${GROUP} --to first`);
  await signAndSend(t, offering, "hiro", "hana");
  const first = await expects(t, 3, "hana", `group accept ${GROUP}`);
  t.regex(await expects(t, 0, "hera", `approve ${numberIn(first)}`), /executed in this transaction/);
  t.not((await ask<{ authority: string }>("group", "show", GROUP)).authority, trio);
  t.regex(await expects(t, 5, "hiro", "pause web"), /DAO3010/);
  await untouched(t);

  const offered = await expects(t, 3, "hugo", `group handover ${GROUP} --to second`);
  await expects(t, 0, "hera", `approve ${numberIn(offered)}`);
  const second = await expects(t, 3, "hera", `group accept ${GROUP}`);
  await expects(t, 0, "hugo", `approve ${numberIn(second)}`);
  t.regex(await expects(t, 5, "hana", "pause web"), /DAO3010/);
  await untouched(t);

  const back = await expects(t, 3, "hugo", `group handover ${GROUP} --to alice`);
  await expects(t, 0, "hera", `approve ${numberIn(back)}`);
  t.regex(await expects(t, 0, "alice", `group accept ${GROUP}`), /relay belongs to/);
  t.regex(await expects(t, 5, "hera", "pause web"), /DAO3010/);
  await untouched(t);
  await expects(t, 0, "alice", "down web --volumes");
  t.deepEqual(await leftovers(PROJECT), []);
});
