import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { execa } from "execa";
import { folders, HELLO_PORT } from "../../docker/net/layout.ts";
import { eventually } from "../../docker/net/processes.ts";
import { type Answer, ask, daonetes, ROOT } from "../parts/cli.ts";
import { docker, instances, leftovers } from "../parts/engine.ts";
import { helloOn, LOCAL_DIR } from "../parts/hello-app.ts";

/** The owner's file of the agent that `make e2e` started. */
const GRANTS = process.env["DAONETES_AGENT_GRANTS"] ?? "";
const DATA = join(LOCAL_DIR, "owners-data");
const PROJECT = "daonet-home-owned";
const FILE = helloOn(8097, "owned", `    cap_add: [SYS_NICE]\n    volumes: ["${DATA}:/data:ro"]\n    extra_hosts: ["device:host-gateway"]\n`);

async function ownerWrites(file: object): Promise<void> {
  await writeFile(GRANTS, JSON.stringify(file), { mode: 0o644 });
}

async function agentSays(...args: string[]): Promise<Answer> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [join(ROOT, "agent", "bin", "daonetes-agent.js"), "--state", folders.agent, ...args], { reject: false, timeout: 30_000 });
  return { exitCode: exitCode ?? -1, stdout, stderr };
}

interface Line {
  service: string;
  state: string;
  reason: string | null;
  text: string;
  revision: string;
}

async function untilState(deployment: string, ...states: string[]): Promise<Line> {
  let lines: Line[] = [];
  await eventually(`${deployment} did not become ${states.join(" or ")}`, 60_000, async () => {
    lines = (await ask<{ items: Line[] }>("ps", deployment)).items;
    return lines.every(({ state }) => states.includes(state));
  });
  return lines[0] as Line;
}

async function only(project: string): Promise<{ state: string; host: Record<string, unknown>; mounts: { Source: string; Destination: string; RW: boolean }[] } | undefined> {
  const [instance] = await instances(project);
  if (instance === undefined) return undefined;
  const detail = await docker.getContainer(instance.id).inspect();
  return { state: detail.State.Status, host: detail.HostConfig as unknown as Record<string, unknown>, mounts: detail.Mounts as { Source: string; Destination: string; RW: boolean }[] };
}

test.serial.before("the owner has no file yet", async () => {
  await mkdir(DATA, { recursive: true });
  await rm(GRANTS, { force: true });
});

test.serial("what a spec asks of the owner is refused with the lines to add, and nothing is made", async (t) => {
  const answer = await daonetes(["up", "-f", "-", "-p", "owned", "--timeout", "60s"], FILE);
  t.is(answer.exitCode, 7, answer.stdout + answer.stderr);
  t.regex(answer.stdout + answer.stderr, /GrantMissing/);
  t.deepEqual(await leftovers(PROJECT), []);
  const explained = await agentSays("grants", "explain", "owned");
  t.is(explained.exitCode, 1, explained.stderr);
  t.is([...explained.stdout.matchAll(/^ {2}\{"allow":/gm)].length, 3, explained.stdout);
});

test.serial("with the lines of the report in the owner's file, the same deployment gets HEALTHY with what was granted and no more", async (t) => {
  const { text, revision } = await untilState("owned", "REFUSED");
  const lines = [...text.matchAll(/\{"allow":"[^"]*","for":"home\/owned"\}/g)].map(([line]) => JSON.parse(line) as { allow: string });
  t.deepEqual(lines.map(({ allow }) => allow).sort(), [`bind ${DATA} ro`, "capability SYS_NICE", "host-gateway"]);
  // One line less is not enough.
  await ownerWrites({ grants: lines.slice(1) });
  await eventually("the agent did not see the file", 30_000, async () => (await untilState("owned", "REFUSED")).text !== text);
  t.deepEqual(await leftovers(PROJECT), []);

  await ownerWrites({ grants: lines });
  t.is((await untilState("owned", "HEALTHY")).revision, revision);
  const made = await only(PROJECT);
  t.true((made?.host["CapAdd"] as string[]).includes("SYS_NICE") || (made?.host["CapAdd"] as string[]).includes("CAP_SYS_NICE"));
  t.is((made?.host["CapAdd"] as string[]).length, 14);
  t.deepEqual(made?.mounts.map(({ Source, Destination, RW }) => `${Source} ${Destination} ${RW}`), [`${DATA} /data false`]);
  t.false(made?.host["Privileged"]);
  t.deepEqual(made?.host["CapDrop"], ["ALL"]);
  t.deepEqual(made?.host["SecurityOpt"], ["no-new-privileges"]);
  t.is(made?.host["PidMode"], "");
  t.is((await agentSays("grants", "check")).exitCode, 0);
});

test.serial("what the owner withdraws stops, and starts again when it is granted again", async (t) => {
  const before = (await instances(PROJECT))[0];
  const granted = ["capability SYS_NICE", "host-gateway", `bind ${DATA} ro`].map((allow) => ({ allow, for: "home/*" }));
  await ownerWrites({ grants: granted.slice(1) });
  const line = await untilState("owned", "STOPPED");
  t.is(line.reason, "GrantMissing");
  t.is((await only(PROJECT))?.state, "exited");
  await ownerWrites({ grants: granted });
  await untilState("owned", "HEALTHY");
  t.is((await instances(PROJECT))[0]?.id, before?.id, "it is the same container");
});

test.serial("a file that others can write counts as empty, with an alarm", async (t) => {
  await chmod(GRANTS, 0o646);
  await untilState("owned", "STOPPED");
  t.is((await only(PROJECT))?.state, "exited");
  t.regex((await agentSays("status")).stdout, /^GRANTS {6}\S+ counts as empty: it can be written by others \(mode 0646\)/m);
  const check = await agentSays("grants", "check");
  t.is(check.exitCode, 1);
  t.regex(check.stdout, /can be written by others[\s\S]*help: chown root:root /);
  await chmod(GRANTS, 0o644);
  await untilState("owned", "HEALTHY");
  t.notRegex((await agentSays("status")).stdout, /GRANTS/);
});

test.serial("a path that was granted and has become a link to elsewhere is not mounted any more", async (t) => {
  await rm(DATA, { recursive: true });
  await execa("ln", ["-s", "/etc", DATA]);
  const line = await untilState("owned", "STOPPED");
  t.true(line.text.includes('{"allow":"bind /etc ro","for":"home/owned"}'), line.text);
  await rm(DATA);
  await mkdir(DATA);
  await untilState("owned", "HEALTHY");
});

test.serial("the owner's limits hold on what is made, and what asks for more is refused", async (t) => {
  t.is((await daonetes(["down", "owned", "-y"])).exitCode, 0);
  await ownerWrites({ limits: { memory: 64 * 1024 * 1024, cpus: 0.5, pids: 50, ports: `${HELLO_PORT},8097` } });
  const answer = await daonetes(["up", "-f", "-", "-p", "limited"], helloOn(8097, "limited"));
  t.is(answer.exitCode, 0, answer.stdout + answer.stderr);
  const { host } = (await only("daonet-home-limited"))!;
  t.like(host, { Memory: 64 * 1024 * 1024, NanoCpus: 5e8, PidsLimit: 50 });
  const refused = async (file: string, text: RegExp): Promise<void> => {
    const answer = await daonetes(["up", "-f", "-", "-p", "greedy", "--timeout", "60s"], file);
    t.is(answer.exitCode, 7, answer.stdout + answer.stderr);
    t.regex(answer.stdout + answer.stderr, text);
    t.deepEqual(await leftovers("daonet-home-greedy"), []);
    t.is((await daonetes(["down", "greedy", "-y"])).exitCode, 0);
  };
  await refused(helloOn(8097, "greedy", "    mem_limit: 65m\n"), /limit-memory/);
  await refused(helloOn(8098, "greedy"), /grant-port[\s\S]*"allow":"port 8098"/);
  t.is((await daonetes(["down", "limited", "-y"])).exitCode, 0);
});
