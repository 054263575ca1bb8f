import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import type Docker from "dockerode";
import { execa } from "execa";
import { eventually } from "../../docker/net/processes.ts";
import { ask, ROOT } from "../parts/cli.ts";
import { startDevice } from "../parts/device-agent.ts";
import { docker, removeProject } from "../parts/engine.ts";
import { LOCAL_DIR, REGISTRY } from "../parts/hello-app.ts";
import { OwnEngine } from "../parts/own-engine.ts";
import { PrivateRegistry } from "../parts/private-registry.ts";

const GROUP = "vault";
const PROJECT = `daonet-${GROUP}-app`;
/** Where agents keep opened files: a folder for each device. */
const RUN_FOLDER = "/run/daonetes";
/** Room for hello, and for what the agent keeps free. */
const DISK_MB = 400;

/** The project of whoever deploys. */
let folder = "";
/** The second computer. */
let engine: OwnEngine;
let registry: PrivateRegistry;
const stops: (() => Promise<void>)[] = [];

interface Line {
  device: string;
  state: string;
  reason: string | null;
  text: string;
}

interface Values {
  token: string;
  pin: string;
}

test.serial.before("a group of one device, a second computer, a registry that wants a login", async () => {
  folder = await mkdtemp(join(tmpdir(), "daonetes-secret-life-"));
  await writeFile(
    join(folder, "compose.yaml"),
    `services:
  web:
    image: ${REGISTRY}/hello:1
    restart: unless-stopped
    healthcheck: {test: [CMD, /hello, -check], interval: 1s}
    environment: {APP_TOKEN: "\${APP_TOKEN}"}
    secrets: [pin]
secrets: {pin: {file: ./pin}}
`,
  );
  engine = await OwnEngine.create(DISK_MB);
  registry = await PrivateRegistry.start();
  await run(["key", "add", "boris", "--keyring", "test"]);
  await run(["group", "create", GROUP, "-q"]);
  await run(["group", "use", "home", "-q"]);
  await joinAs("one", "/var/run/docker.sock", "--auto-approve");
});

test.serial.after.always("all of it goes", async () => {
  for (const stop of stops) await stop();
  await removeProject(PROJECT);
  await engine.destroy();
  await registry.stop();
  await rm(folder, { recursive: true, force: true });
});

async function run(args: readonly string[], stdin = "", env: Record<string, string> = {}): Promise<{ exitCode: number; text: string }> {
  const result = await execa(process.execPath, [join(ROOT, "ts-client", "bin", "daonetes.js"), ...args], { cwd: folder, input: stdin, env, reject: false, timeout: 180_000 });
  return { exitCode: result.exitCode ?? -1, text: result.stdout + result.stderr };
}

/** A command of somebody in the group, which is expected to end so. @returns all that it printed */
async function expects(t: ExecutionContext, exitCode: number, key: string, line: string, stdin = "", env: Record<string, string> = {}): Promise<string> {
  const { exitCode: code, text } = await run(["--group", GROUP, "--key", key, "-y", ...line.split(" ")], stdin, env);
  t.is(code, exitCode, `${key}: ${line}: ${text}`);
  t.notRegex(text, /canary/, "the CLI prints no value");
  return text;
}

/** Starts a device that joins the group, and waits until the group has it. */
async function joinAs(name: string, socket: string, ...ticketFlags: string[]): Promise<void> {
  const { ticket } = await ask<{ ticket: string }>("--group", GROUP, "ticket", "create", "--tag", "site=vault", ...ticketFlags);
  stops.push(startDevice(`vault-${name}`, ["--docker", socket, "--ticket", ticket, "--name", name]));
  await eventually(`the device ${name} did not join`, 30_000, async () =>
    (await ask<{ items: { name: string; state: string }[] }>("--group", GROUP, "device", "list")).items.some((device) => device.name === name && ["online", "waiting"].includes(device.state)),
  );
}

async function choose({ token, pin }: Values): Promise<void> {
  await writeFile(join(folder, ".env"), `APP_TOKEN=${token}\n`);
  await writeFile(join(folder, "pin"), pin);
}

async function lineOf(device: string, deployment = "app"): Promise<Line | undefined> {
  return (await ask<{ items: Line[] }>("--group", GROUP, "ps", deployment)).items.find((line) => line.device === device);
}

/** What the one container of the deployment on an Engine was given. */
async function given(of: Docker): Promise<Values> {
  const [container] = await of.listContainers({ filters: { label: [`com.docker.compose.project=${PROJECT}`] } });
  const { Config, Mounts } = await of.getContainer(container?.Id ?? "none").inspect();
  const source = (Mounts as { Destination: string; Source: string }[]).find(({ Destination }) => Destination === "/run/secrets/pin")?.Source ?? "";
  return { token: Config.Env.find((line) => line.startsWith("APP_TOKEN="))?.slice("APP_TOKEN=".length) ?? "", pin: await readFile(source, "utf8") };
}

async function addressOf(device: string): Promise<string> {
  return (await ask<{ address: string }>("--group", GROUP, "device", "show", device)).address;
}

const FIRST: Values = { token: "token-canary-1", pin: "pin-canary-1" };
const SECOND: Values = { token: "token-canary-2", pin: "pin-canary-2" };
const THIRD: Values = { token: "token-canary-3", pin: "pin-canary-3" };

test.serial("S-04 a device that joins later says SecretNotSealed, runs nothing, and runs after the next up", async (t) => {
  await choose(FIRST);
  await expects(t, 0, "alice", "up -f compose.yaml -p app --on site=vault");
  t.deepEqual(await given(docker), FIRST);

  await joinAs("two", engine.socket, "--auto-approve");
  await eventually("the report did not come", 30_000, async () => (await lineOf("two"))?.reason === "SecretNotSealed");
  t.regex((await lineOf("two"))?.text ?? "", /: app\/pin, app\/APP_TOKEN; an operator adds it: daonetes secret reseal/);
  t.deepEqual(await engine.docker.listContainers({ all: true }), []);
  t.is((await lineOf("one"))?.state, "HEALTHY", "the others run on");

  const up = await expects(t, 0, "alice", "up -f compose.yaml -p app");
  t.regex(up, /app is so already[\s\S]*secrets sealed to 1 reader more: two/);
  t.regex(up, /app is HEALTHY on 2 of 2 devices/);
  t.deepEqual(await given(engine.docker), FIRST);
});

test.serial("S-04 a revoked device loses what it opened, its list is rotated, and the rest runs on with the new values", async (t) => {
  const opened = join(RUN_FOLDER, await addressOf("two"));
  t.is((await readdir(opened)).length, 1);
  const revoked = await expects(t, 0, "alice", "device revoke two --mode wipe");
  t.regex(revoked, /! two knew app\/APP_TOKEN, app\/pin\n.*daonetes secret rotate --exposed two {6}list: daonetes secret exposed two/);
  await eventually("what it opened is still there", 30_000, async () => (await readdir(opened)).length === 0 && (await engine.docker.listContainers({ all: true })).length === 0);
  t.regex(await expects(t, 0, "alice", "secret exposed two"), /app\/APP_TOKEN +1 +1 +to rotate\n.*app\/pin +1 +1 +to rotate/);

  await writeFile(join(folder, "pin2"), SECOND.pin);
  t.regex(await expects(t, 0, "alice", "secret rotate app/pin --file pin2"), /app takes version 2 of app\/pin/);
  t.regex(await expects(t, 0, "alice", "secret rotate app/APP_TOKEN", `${SECOND.token}\n`), /app takes version 2 of app\/APP_TOKEN/);
  t.deepEqual(await given(docker), SECOND);
  t.is((await lineOf("one"))?.state, "HEALTHY");
  t.regex(await expects(t, 0, "alice", "secret exposed two"), /app\/APP_TOKEN +1 +2 +changed since\n.*app\/pin +1 +2 +changed since/);
  const { readers } = await ask<{ readers: string[] }>("--group", GROUP, "secret", "show", "app/pin");
  t.deepEqual([...readers].sort(), ["alice", "one"]);
});

test.serial("S-04 who approves a device gives it the keys in the same transaction: it never asks for them", async (t) => {
  await stops.pop()?.();
  await joinAs("three", engine.socket);
  const approved = await expects(t, 0, "alice", "device approve three");
  t.regex(approved, /three approved[\s\S]*secrets sealed to 1 reader more: three/);
  const { items } = await ask<{ items: { action: string; tx_hash: string; height: string }[] }>("audit", GROUP);
  const approval = items.findLast(({ action }) => action === "device.approved");
  t.true(items.some(({ action, tx_hash }) => action === "secret.granted" && tx_hash === approval?.tx_hash), JSON.stringify(items.slice(-6)));
  await eventually("it does not run", 30_000, async () => (await lineOf("three"))?.state === "HEALTHY");
  t.deepEqual(await given(engine.docker), SECOND);
  const log = await readFile(join(LOCAL_DIR, "vault-three.log"), "utf8");
  t.notRegex(log, /SecretNotSealed|canary/);
});

test.serial("a private image is pulled with the group's login, which no disk of the device holds", async (t) => {
  const login = await registry.login();
  t.teardown(() => rm(login, { recursive: true, force: true }));
  const image = await registry.push("private", login);
  t.is((await fetch(`http://${registry.host}/v2/private/manifests/1`)).status, 401);
  await writeFile(join(folder, "private.yaml"), `services: {web: {image: "${image}", restart: unless-stopped, healthcheck: {test: [CMD, /hello, -check], interval: 1s}}}\n`);
  await expects(t, 0, "alice", `secret put registry/${registry.host}`, `${registry.user}:${registry.password}`);
  await expects(t, 0, "alice", "up -f private.yaml -p private --device three", "", { DOCKER_CONFIG: login });
  t.is((await engine.docker.listContainers({ filters: { label: [`com.docker.compose.project=daonet-${GROUP}-private`] } })).length, 1);
  await rm(login, { recursive: true, force: true });
  const encoded = Buffer.from(`${registry.user}:${registry.password}`).toString("base64");
  for (const text of [registry.password, encoded]) t.deepEqual(await filesWith(text, LOCAL_DIR, engine.folder, RUN_FOLDER, join(homedir(), ".docker")), []);
  await expects(t, 0, "alice", "down private");
});

test.serial("S-06 under a council the proposal shows names, targets and hashes, an approver checks them, and the container has the value", async (t) => {
  await expects(t, 0, "alice", "group update vault --operator boris");
  await expects(t, 0, "boris", "secret reseal");
  await expects(t, 0, "alice", "secret reseal");
  await expects(t, 0, "alice", "council create keepers --member alice --member boris --threshold 2");
  const offered = await expects(t, 3, "alice", "group handover vault --to keepers");
  await expects(t, 0, "boris", `approve ${numberIn(offered)}`);

  await choose(THIRD);
  const proposed = await expects(t, 3, "alice", "up -f compose.yaml -p app");
  t.regex(proposed, /2 secrets sealed for vault: app\/APP_TOKEN 3, app\/pin 3/);
  t.deepEqual(await given(docker), SECOND, "nothing happened yet");
  const approved = await expects(t, 0, "boris", `approve ${numberIn(proposed)}`);
  t.regex(approved, /~ secret app\/APP_TOKEN 2 -> 3 +web:APP_TOKEN +sealed sha256:\S+ +checked: the operators' key opens it, 14 bytes/);
  t.regex(approved, /~ secret app\/pin 2 -> 3 +web:\/run\/secrets\/pin +sealed sha256:\S+ +checked: the operators' key opens it, 12 bytes/);
  t.regex(approved, /approved 2 of 2, executed in this transaction/);
  await expects(t, 0, "boris", "wait deployment/app");
  t.deepEqual(await given(docker), THIRD);
  t.deepEqual(await given(engine.docker), THIRD);
});

function numberIn(text: string): string {
  return /proposal (?<number>\d+)/.exec(text)?.groups?.["number"] ?? "";
}

/** Files below the folders that hold a text; a folder may be away. */
async function filesWith(text: string, ...below: string[]): Promise<string[]> {
  const { stdout } = await execa("grep", ["--recursive", "--files-with-matches", "--text", "--devices=skip", "--fixed-strings", "--", text, ...below], { reject: false });
  return stdout.split("\n").filter(Boolean);
}
