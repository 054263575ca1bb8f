import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { execa } from "execa";
import { pidOf } from "../../docker/net/processes.ts";
import { type Answer, daonetes, ROOT } from "../parts/cli.ts";
import { dump, noDumps } from "../parts/core-dump.ts";
import { docker, instances, leftovers } from "../parts/engine.ts";
import { LOCAL_DIR, REGISTRY } from "../parts/hello-app.ts";
import { kill, type Part, start } from "../parts/network.ts";

const PROJECT = "daonet-home-canaries";
const EACH = 25;
/** What no store, log, argument or environment may hold. All canaries begin with it. */
const MARK = "canary-e1c7b09d";
/** Value of the environment variable, or of the file, of a number; each version has values of its own. */
const inVariable = (version: number, number: number): string => `${MARK}-v${version}-variable-${number}`;
const inFile = (version: number, number: number): string => `${MARK}-v${version}-file-${number}`;

/** Files of the Engine that hold the environment of a container. */
const NOTE = /\/containers\/[0-9a-f]{64}\/config\.v2\.json$/;
const FREE_PAGES = /\/io\.containerd\.metadata\.v1\.bolt\/meta\.db$/;

let folder = "";
/** All that the CLI printed. */
let printed = "";

test.serial.before("a project with 50 secrets", async () => {
  folder = await mkdtemp(join(tmpdir(), "daonetes-canaries-"));
  await mkdir(join(folder, "keys"));
});

test.after.always("nothing of it stays", async () => {
  await daonetes(["down", "canaries", "-y"]);
  await rm(folder, { recursive: true, force: true });
});

const numbers = Array.from({ length: EACH }, (_, index) => index);

/** Gives every secret the value of a version. */
async function values(version: number): Promise<void> {
  await writeFile(join(folder, ".env"), numbers.map((number) => `V${number}_PASSWORD=${inVariable(version, number)}\n`).join(""));
  for (const number of numbers) await writeFile(join(folder, "keys", `k${number}`), inFile(version, number));
}

/** @param more lines of the service, indented by four */
async function file(more = ""): Promise<string> {
  const path = join(folder, "compose.yaml");
  await writeFile(
    path,
    `services:
  web:
    image: ${REGISTRY}/hello:1
    restart: unless-stopped
    healthcheck: {test: [CMD, /hello, -check], interval: 1s}
    environment:
${numbers.map((number) => `      V${number}_PASSWORD: \${V${number}_PASSWORD}\n`).join("")}    secrets: [${numbers.map((number) => `k${number}`).join(", ")}]
${more}
secrets:
${numbers.map((number) => `  k${number}: {file: ./keys/k${number}}\n`).join("")}`,
  );
  return path;
}

async function run(...args: string[]): Promise<Answer> {
  const answer = await daonetes(args);
  printed += answer.stdout + answer.stderr;
  return answer;
}

/** `up` on its own, to be ended in the middle. */
function sealing(path: string) {
  return execa(process.execPath, [join(ROOT, "ts-client", "bin", "daonetes.js"), "up", "-f", path, "-p", "canaries"], { cwd: folder, reject: false });
}

/** What the container has. */
async function held(): Promise<{ environment: string[]; files: string[]; modes: string[]; pid: number }> {
  // What ran before goes right after the new one is said to be healthy.
  let running = await instances(PROJECT);
  for (let tries = 0; tries < 30 && running.length !== 1; tries++) {
    await delay(500);
    running = await instances(PROJECT);
  }
  const detail = await docker.getContainer(running[0]?.id ?? "").inspect();
  const sources = (detail.Mounts as { Source: string; RW: boolean }[]).map(({ Source }) => Source);
  const files = await Promise.all(sources.map((source) => readFile(source, "utf8")));
  const { stdout } = await execa("stat", ["-f", "-c", "%T", ...sources]);
  return { environment: detail.Config.Env.filter((line) => line.includes("PASSWORD")).sort(), files: files.sort(), modes: [...new Set(stdout.split("\n"))], pid: detail.State.Pid };
}

async function holds(t: ExecutionContext, version: number): Promise<void> {
  const { environment, files, modes } = await held();
  t.deepEqual(environment, numbers.map((number) => `V${number}_PASSWORD=${inVariable(version, number)}`).sort());
  t.deepEqual(files, numbers.map((number) => inFile(version, number)).sort());
  t.deepEqual(modes, ["tmpfs"]);
}

test.serial("S-01 canaries go through publishing, failure, update, rollback and crashes, and arrive", async (t) => {
  await values(1);
  const path = await file();
  const failed = await run("up", "-f", await file("    unknown_field: 1"), "-p", "canaries");
  t.is(failed.exitCode, 2, failed.stderr);
  await file();
  const plan = await run("plan", "-f", path, "-p", "canaries", "-o", "json", "--verbose");
  t.is(plan.exitCode, 0, plan.stdout + plan.stderr);
  const first = await run("up", "-f", path, "-p", "canaries", "-o", "json", "--verbose");
  t.is(first.exitCode, 0, first.stdout + first.stderr);
  await holds(t, 1);

  await values(2);
  const second = await run("up", "-f", path, "-p", "canaries");
  t.is(second.exitCode, 0, second.stdout + second.stderr);
  await holds(t, 2);
  const back = await run("rollback", "canaries", "--to", "1", "-y");
  t.is(back.exitCode, 0, back.stdout + back.stderr);
  await holds(t, 1);

  for (const part of ["agent", "gateway", "node0"] as Part[]) {
    await kill(part);
    await start(part);
  }
  const cut = sealing(path);
  await delay(1_500);
  cut.kill("SIGKILL");
  printed += (await cut).stderr;
  // Whether it was sent before it was cut is for the machine to say; what the chain then has comes to run.
  const { revision } = JSON.parse((await run("deployment", "show", "canaries", "-o", "json")).stdout) as { revision: string };
  if (revision === "3") return holds(t, 1);
  t.is((await run("wait", "deployment/canaries")).exitCode, 0);
  return holds(t, 2);
});

test.serial("S-01 core dumps of agent, gateway, chain and CLI hold no canary", async (t) => {
  const none = await noDumps();
  if (none !== undefined) {
    t.log(none);
    t.pass();
    return;
  }
  const dumps = join(folder, "dumps");
  // A program that read the values and takes no care: the dump and the search work.
  const careless = execa(process.execPath, ["-e", "globalThis.held = require('node:fs').readFileSync('.env', 'utf8'); console.log('read'); setInterval(() => {}, 1000)"], { cwd: folder, reject: false });
  await once(careless.stdout, "data");
  const control = await dump(careless.pid ?? 0, dumps, "control");
  t.deepEqual(await search([dumps]), [control]);
  await rm(control);

  await values(3);
  const cli = sealing(await file());
  // It has read the values before it says anything.
  await Promise.race([once(cli.stderr, "data"), cli]);
  await dump(cli.pid ?? 0, dumps, "cli");
  await cli;
  // Go ends by itself on a signal, without a dump, unless it is asked for one.
  await kill("node0");
  process.env["GOTRACEBACK"] = "crash";
  await start("node0");
  delete process.env["GOTRACEBACK"];
  // All of them handle the values once more, sealed or opened.
  t.is((await run("up", "-f", await file(), "-p", "canaries")).exitCode, 0);
  await holds(t, 3);
  for (const part of ["agent", "gateway", "node0"] as Part[]) {
    await dump((await pidOf(part)) ?? 0, dumps, part);
    await start(part);
  }
  const sizes = await Promise.all((await readdir(dumps)).sort().map(async (name) => [name, (await stat(join(dumps, name))).size] as const));
  t.log(sizes.map(([name, size]) => `${name} ${Math.ceil(size / 1024)} KiB`).join(", "));
  t.deepEqual(sizes.map(([name]) => name), ["agent", "cli", "gateway", "node0"]);
  for (const [name, size] of sizes) t.true(name === "agent" || name === "cli" ? size < 1_000_000 : size > 10_000_000, `${name} has ${size} bytes`);
  t.deepEqual(await search([dumps]), []);
  await rm(dumps, { recursive: true });
  await holds(t, 3);
});

test.serial("S-01 no store, log, argument, environment, layer or export holds a canary", async (t) => {
  for (const args of [["doctor"], ["ps", "-o", "json", "--verbose"], ["secret", "list", "-o", "json"], ["audit", "--export", join(LOCAL_DIR, "audit.json")]]) {
    const answer = await run(...args);
    t.is(answer.exitCode, 0, answer.stdout + answer.stderr);
  }
  t.false(printed.includes(MARK), "the CLI printed a canary");
  const { pid } = await held();
  // The files of the local network: chain, gateway, agent, CLI, registry, logs, cores.
  t.deepEqual(await search([LOCAL_DIR]), []);
  // The exceptions: the Engine's own note of the container, and the database of its containerd, which keeps free pages.
  const engine = (await docker.info()) as { DockerRootDir: string };
  const found = await search([engine.DockerRootDir]);
  t.deepEqual(found.filter((path) => !NOTE.test(path) && !FREE_PAGES.test(path)), []);
  t.is(found.filter((path) => NOTE.test(path)).length, 1, "the container's own environment is found: the search works");
  const { stdout } = await execa("bash", ["-c", `grep -laF ${MARK} /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null || true`], { env: {} });
  const others = stdout.split("\n").filter((path) => path !== "" && !path.startsWith(`/proc/${pid}/`));
  const names = await Promise.all(others.map((path) => readFile(path.replace(/[^/]+$/, "cmdline"), "utf8").catch(() => "")));
  // The search itself names what it looks for; a healthcheck is a process of the container.
  t.deepEqual(names.filter((name) => name !== "" && !name.includes("grep") && !name.startsWith("/hello\0-check")), []);

  t.is((await run("down", "canaries", "-y")).exitCode, 0);
  t.deepEqual(await leftovers(PROJECT), []);
  const left = async (): Promise<string[]> => (await search([engine.DockerRootDir, "/run/daonetes"])).filter((path) => !FREE_PAGES.test(path));
  for (let tries = 0; tries < 30 && (await left()).length > 0; tries++) await delay(1_000);
  t.deepEqual(await left(), [], "after down nothing is left");
});

/** Files below the folders that hold a canary. */
async function search(folders: readonly string[]): Promise<string[]> {
  const { stdout, exitCode, stderr } = await execa("grep", ["-rlaF", "--devices=skip", MARK, ...folders], { reject: false });
  if (exitCode === 2 && stdout === "") throw new Error(stderr.slice(0, 400));
  return stdout.split("\n").filter((path) => path !== "");
}
