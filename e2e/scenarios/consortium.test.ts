import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { eventually, startProcess, stopProcess } from "../../docker/net/processes.ts";
import { ask, daonetes, ROOT } from "../parts/cli.ts";
import { instances, leftovers, removeProject } from "../parts/engine.ts";
import { greeting, helloOn, LOCAL_DIR } from "../parts/hello-app.ts";

const GROUP = "pool";
const PROJECT = `daonet-${GROUP}-web`;
const PORT = 8096;
/** Three companies of two people; in each of them both have to agree, and of the companies any two. */
const COMPANIES = { north: ["ann", "art"], south: ["ben", "bea"], west: ["cleo", "curt"] } as const;

let folder = "";

/** Runs the CLI with somebody's key, and expects this exit code. */
async function expects(t: ExecutionContext, exitCode: number, key: string, line: string, stdin = ""): Promise<string> {
  const answer = await daonetes(["--group", GROUP, "--key", key, "-y", ...line.split(" ")], stdin);
  t.is(answer.exitCode, exitCode, `${key}: ${line}: ${answer.stdout}${answer.stderr}`);
  return answer.stdout + answer.stderr;
}

/** The number of the proposal that waits after this one of these members. */
function numberAfter(text: string, ...by: string[]): string {
  return new RegExp(`● proposal (?<number>\\d+): .* approved \\d of \\d \\(${by.join(", ")}\\)`).exec(text)?.groups?.["number"] ?? "";
}

/** The two people of a company do something for it. @returns what the second one read */
async function decides(t: ExecutionContext, [first, second]: readonly [string, string], line: string, stdin = ""): Promise<string> {
  const asked = await expects(t, 3, first, line, stdin);
  return expects(t, 0, second, `approve ${numberAfter(asked, first)}`);
}

test.serial.before(async () => {
  folder = await mkdtemp(join(tmpdir(), "daonetes-consortium-"));
  await Promise.all(Object.values(COMPANIES).flat().map((name) => daonetes(["key", "add", name, "--keyring", "test"])));
  await daonetes(["group", "create", GROUP, "-q"]);
  await daonetes(["group", "use", "home", "-q"]);
  const { ticket } = await ask<{ ticket: string }>("--group", GROUP, "ticket", "create", "--auto-approve", "--tag", "site=pool");
  await startProcess("agent-pool", process.execPath, [join(ROOT, "agent/bin/daonetes-agent.js"), "--state", join(LOCAL_DIR, "pool"), "up", "--ticket", ticket, "--name", "shared"]);
  await eventually("the device did not join", 30_000, async () => {
    const { items } = await ask<{ items: { state: string }[] }>("--group", GROUP, "device", "list");
    return items.some(({ state }) => state === "online");
  });
});

test.serial.after.always(async () => {
  await stopProcess("agent-pool");
  await removeProject(PROJECT);
  await rm(folder, { recursive: true, force: true });
});

test.serial("three companies, each its own council, take over a group together", async (t) => {
  for (const [company, [one, two]] of Object.entries(COMPANIES)) await expects(t, 0, "alice", `council create ${company} --member ${one} --member ${two} --threshold 2`);
  await expects(t, 0, "alice", "council create consortium --member north --member south --member west --threshold 2");
  // Content is staged by people; who may is named, because they are members of members only.
  await expects(t, 0, "alice", `group update ${GROUP} --publisher ann --publisher cleo`);
  await expects(t, 0, "alice", `group handover ${GROUP} --to consortium`);
  const offered = await decides(t, COMPANIES.north, `group accept ${GROUP}`);
  t.regex(offered, /accept authority over pool {4}approved 1 of 2 \(north\)[\s\S]*south or west: {2}daonetes approve/);
  const accepted = await decides(t, COMPANIES.south, `approve ${numberAfter(offered, "north")}`);
  t.regex(accepted, /of consortium is executed: accept authority over pool/);
  t.regex(await expects(t, 5, "alice", "device cordon shared"), /DAO3010/);
});

test.serial("two of the companies deploy a workload, by proposals in proposals; one alone cannot", async (t) => {
  t.regex(await expects(t, 5, "ben", "up -f - -p web --on site=pool", helloOn(PORT, "together")), /names who may[\s\S]*--publisher[\s\S]*DAO3026|DAO3026[\s\S]*--publisher/);
  const asked = await expects(t, 3, "cleo", "up -f - -p web --on site=pool", helloOn(PORT, "together"));
  t.regex(asked, /propose in consortium: deploy web:1 {4}approved 1 of 2 \(cleo\)/);
  t.regex(await expects(t, 3, "cleo", "up -f - -p web --on site=pool", helloOn(PORT, "together")), /the same is proposed already/);
  t.regex(await expects(t, 0, "curt", "inbox"), /pool +propose in consortium: deploy web:1 +cleo +1 /);
  const proposed = await expects(t, 0, "curt", `approve ${numberAfter(asked, "cleo")}`);
  t.regex(proposed, /hash recomputed here: same[\s\S]*simulated now: it passes[\s\S]*executed in this transaction[\s\S]*deploy web:1 {4}approved 1 of 2 \(west\)/);
  t.deepEqual(await instances(PROJECT), [], "one company is not enough");

  const number = numberAfter(proposed, "west");
  t.regex(await expects(t, 0, "ann", "inbox"), new RegExp(`${number} +pool +deploy web:1 +west +1 `));
  const agreed = await decides(t, COMPANIES.north, `approve ${number}`);
  t.regex(agreed, /of consortium is executed: deploy web:1/);
  await expects(t, 0, "bea", "wait deployment/web");
  t.is(await greeting(PORT), "together");
});

test.serial("the history says who asked and who signed in every company, and holds against the blocks, with the network and without", async (t) => {
  const file = join(folder, "audit.json");
  const text = await expects(t, 0, "bea", `audit ${GROUP} --export ${file}`);
  for (const line of [
    /ann +proposal\.submitted +proposal \d+: propose in consortium: accept authority over pool/,
    /art +proposal\.executed +proposal \d+: propose in consortium: accept authority/,
    /bea +proposal\.executed +proposal \d+: approve proposal \d+ of consortium: accept authority/,
    /cleo +spec\.published +spec web/,
    /cleo +proposal\.submitted +proposal \d+: propose in consortium: deploy web:1/,
    /curt +proposal\.executed +proposal \d+: propose in consortium: deploy web:1/,
    /ann +proposal\.submitted +proposal \d+: approve proposal \d+ of consortium: deploy web:1/,
    /art +proposal\.executed +proposal \d+: approve proposal \d+ of consortium: deploy web:1/,
    /shared +report\.healthy +web revision 1/,
  ]) t.regex(text, line);
  t.regex(text, /✔ (?<all>\d+) of \k<all> entries are in \d+ blocks whose headers carry the signatures of \d+ of \d+ validators/);
  const check = /daonetes (?<line>audit --file \S+ --genesis-hash \S+ --trusted \S+)/.exec(text)?.groups?.["line"] ?? "";
  t.regex(await expects(t, 0, "bea", check), /✔ (?<all>\d+) of \k<all> entries/);
});

test.serial("what the companies deployed they remove together", async (t) => {
  const proposed = await decides(t, COMPANIES.south, "down web --volumes");
  await decides(t, COMPANIES.west, `approve ${numberAfter(proposed, "south")}`);
  await eventually("the containers are still there", 30_000, async () => (await leftovers(PROJECT)).length === 0);
  t.pass();
});
