import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { join } from "node:path";
import test from "ava";
import { execa } from "execa";
import { ask, daonetes, ROOT } from "../parts/cli.ts";
import { instances, leftovers } from "../parts/engine.ts";

const REGISTRY = `127.0.0.1:${5077 + Number(process.env["PORT_BASE"] ?? 0)}`;
const GATEWAY = `http://127.0.0.1:${8080 + Number(process.env["PORT_BASE"] ?? 0)}`;
const LOCAL_DIR = process.env["LOCAL_DIR"] ?? join(ROOT, ".local");

function compose(port: number, greeting: string, more = ""): string {
  return `services:
  web:
    image: ${REGISTRY}/hello:1
    environment:
      GREETING: ${greeting}
    ports: ["${port}:8080"]
    restart: unless-stopped
    healthcheck: {test: [CMD, /hello, -check], interval: 1s}
${more}`;
}

async function up(t: { is(a: unknown, b: unknown, text?: string): void }, name: string, file: string, ...args: string[]): Promise<void> {
  const answer = await daonetes(["up", "-f", "-", "-p", name, ...args], file);
  t.is(answer.exitCode, 0, answer.stdout + answer.stderr);
}

async function greeting(port: number): Promise<string> {
  return (await (await fetch(`http://127.0.0.1:${port}/`)).text()).split(" from ")[0] ?? "";
}

test.serial("make up a second time changes nothing and says so", async (t) => {
  const before = await instances("daonet-home-hello");
  t.is(before.length, 1);
  const { stdout } = await execa(process.execPath, [join(ROOT, "docker/net/up.ts")]);
  t.regex(stdout, /Everything ran already/);
  t.deepEqual(await instances("daonet-home-hello"), before);
});

test.serial("an application is deployed, updated, rolled back and removed without a trace", async (t) => {
  await up(t, "shop", compose(8090, "one"));
  t.is(await greeting(8090), "one");
  const [first] = await instances("daonet-home-shop");
  await up(t, "shop", compose(8090, "one"));
  t.deepEqual(await instances("daonet-home-shop"), [first], "the same again restarts nothing");

  await up(t, "shop", compose(8090, "two"));
  t.is(await greeting(8090), "two");
  const rollback = await daonetes(["rollback", "shop"]);
  t.is(rollback.exitCode, 0, rollback.stderr);
  t.is(await greeting(8090), "one");

  t.is((await daonetes(["pause", "shop", "--stop"])).exitCode, 0);
  t.deepEqual((await instances("daonet-home-shop")).map(({ state }) => state), ["exited"]);
  await up(t, "shop", compose(8090, "one"));
  t.is(await greeting(8090), "one", "up starts again what was paused");

  const down = await daonetes(["down", "shop", "--volumes", "-y"]);
  t.is(down.exitCode, 0, down.stderr);
  t.deepEqual(await leftovers("daonet-home-shop"), []);
});

test.serial("an update whose healthcheck fails ends with 7 and leaves the former revision running", async (t) => {
  await up(t, "careful", compose(8091, "good"));
  const [before] = await instances("daonet-home-careful");
  const bad = compose(8091, "bad").replace("[CMD, /hello, -check], interval: 1s", "[CMD, /missing], interval: 1s, retries: 2");
  const answer = await daonetes(["up", "-f", "-", "-p", "careful", "--timeout", "60s"], bad);
  t.is(answer.exitCode, 7, answer.stdout + answer.stderr);
  t.regex(answer.stderr, /DAO4020/);
  await delay(4_000);
  t.is(await greeting(8091), "good");
  t.deepEqual((await instances("daonet-home-careful")).map(({ id }) => id), [before?.id]);
  await daonetes(["down", "careful", "--volumes", "-y"]);
});

test.serial("a port that is taken on the device is reported as PortInUse, and what ran goes on", async (t) => {
  await up(t, "ports", compose(8092, "here"));
  const stranger = createServer().listen(8093);
  t.teardown(() => stranger.close());
  const answer = await daonetes(["up", "-f", "-", "-p", "ports", "--timeout", "60s"], compose(8093, "there"));
  t.is(answer.exitCode, 7, answer.stdout + answer.stderr);
  t.regex(answer.stderr, /PortInUse/);
  t.is(await greeting(8092), "here");
  await delay(1_000);
  await daonetes(["down", "ports", "--volumes", "-y"]);
});

test.serial("a one-shot job ends COMPLETED", async (t) => {
  const job = `services:
  job:
    image: ${REGISTRY}/hello:1
    command: ["-h"]
`;
  const answer = await daonetes(["up", "-f", "-", "-p", "job"], job);
  t.is(answer.exitCode, 0, answer.stdout + answer.stderr);
  t.regex(answer.stdout, /job is COMPLETED/);
  const { items } = await ask<{ items: { state: string }[] }>("ps", "job");
  t.deepEqual(items.map(({ state }) => state), ["COMPLETED"]);
  await daonetes(["down", "job", "-y"]);
});

test.serial("what is wrong is refused with a code and a way out, and nothing is sent", async (t) => {
  const height = async (): Promise<number> => (await ask<{ items: unknown[] }>("deployment", "list")).items.length;
  const before = await height();
  const cases: [string, string[], string, number, RegExp][] = [
    ["unknown key", [], compose(8094, "x", "    volumes_from: [db]\n"), 2, /volumes_from[\s\S]*DAO2\d{3}/],
    ["dangling depends_on", [], compose(8094, "x", "    depends_on: [db]\n"), 2, /"db"[\s\S]*DAO2\d{3}/],
    ["bad YAML", [], "services:\n  web: [\n", 2, /DAO2\d{3}/],
    ["missing variable in an image", [], "services: {web: {image: '${NOWHERE}'}}", 2, /NOWHERE[\s\S]*DAO2\d{3}/],
    ["secret in plain", [], compose(8094, "x").replace("GREETING", "DB_PASSWORD"), 2, /DB_PASSWORD[\s\S]*DAO2\d{3}/],
    ["image that does not exist", [], compose(8094, "x").replace("hello:1", "nothere:1"), 4, /nothere[\s\S]*DAO2\d{3}/],
    ["stale revision", ["--if-revision", "41"], compose(8094, "x"), 1, /DAO3011/],
    ["no such device", ["--device", "nobody"], compose(8094, "x"), 4, /nobody[\s\S]*DAO5004/],
    ["no device matches", ["--on", "site=moon"], compose(8094, "x"), 2, /DAO4022/],
    ["foreign group", ["--group", "nowhere"], compose(8094, "x"), 4, /nowhere[\s\S]*DAO5004/],
    ["wrong key", ["--key", "mallory"], compose(8094, "x"), 4, /mallory[\s\S]*DAO1004/],
  ];
  for (const [name, args, file, exitCode, text] of cases) {
    const answer = await daonetes(["up", "-f", "-", "-p", "refused", ...args], file);
    t.is(answer.exitCode, exitCode, `${name}: ${answer.stdout}${answer.stderr}`);
    t.regex(answer.stdout + answer.stderr, text, name);
  }
  t.is(await height(), before);
});

test.serial("a spent, an expired and a revoked ticket are refused", async (t) => {
  const agent = join(ROOT, "agent/bin/daonetes-agent.js");
  const ticket = await ask<{ id: string; ticket: string }>("ticket", "create");
  t.is((await daonetes(["ticket", "revoke", ticket.id])).exitCode, 0);
  const state = join(LOCAL_DIR, "stranger");
  const joined = await execa(process.execPath, [agent, "--state", state, "up", "--ticket", ticket.ticket], { reject: false, timeout: 20_000 });
  t.not(joined.exitCode, 0);
  t.regex(joined.stderr, /revoked[\s\S]*DAO\d{4}/);
  const damaged = await execa(process.execPath, [agent, "--state", state, "up", "--ticket", `${ticket.ticket.slice(0, -1)}x`], { reject: false, timeout: 20_000 });
  t.is(damaged.exitCode, 2);
  t.regex(damaged.stderr, /DAO1020/);
});

test.serial("the gateway shows it all, with heights, ETags and events that resume", async (t) => {
  const groups = await fetch(`${GATEWAY}/api/v1/groups/home`);
  t.is(groups.status, 200);
  const etag = groups.headers.get("etag") ?? "";
  t.is(((await groups.json()) as { name: string }).name, "home");
  t.is((await fetch(`${GATEWAY}/api/v1/groups/home`, { headers: { "if-none-match": etag } })).status, 304);
  const missing = await fetch(`${GATEWAY}/api/v1/groups/nowhere`);
  t.is(missing.status, 404);
  t.is(missing.headers.get("content-type"), "application/problem+json");
  t.is(((await (await fetch(`${GATEWAY}/api/openapi.json`)).json()) as { openapi: string }).openapi, "3.1.0");
  const proxied = await fetch(`${GATEWAY}/chain/rpc`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "dial_peers" }) });
  t.is(proxied.status, 403);

  const all = await readEvents(`${GATEWAY}/api/v1/events`, "0-0-0", 5);
  t.is(new Set(all).size, all.length);
  const rest = await readEvents(`${GATEWAY}/api/v1/events`, all[1] as string, 3);
  t.deepEqual(rest, all.slice(2, 5));
});

test.serial("the agent dies 50 times while deployments change: nothing restarts that did not change, nothing doubles, nothing is left", async (t) => {
  await up(t, "still", compose(8095, "still"));
  const [still] = await instances("daonet-home-still");
  let revision = 0;
  for (let kill = 0; kill < 50; kill++) {
    if (kill % 5 === 0) {
      const answer = await daonetes(["up", "-f", "-", "-p", "moving", "-d"], compose(8096, `r${++revision}`));
      t.is(answer.exitCode, 0, answer.stderr);
    }
    const pid = Number((await readFile(join(LOCAL_DIR, "pids", "agent"), "utf8")).split(" ")[0]);
    process.kill(pid, "SIGKILL");
    await restartAgent();
    await delay(Math.random() * 1_500);
  }
  const settled = await daonetes(["wait", "deployment/moving", "--timeout", "120s"]);
  t.is(settled.exitCode, 0, settled.stderr);
  t.is(await greeting(8096), `r${revision}`);
  t.deepEqual(await instances("daonet-home-still"), [still], "untouched");
  await delay(3_000);
  t.deepEqual((await instances("daonet-home-moving")).map(({ state, name }) => `${name} ${state}`), ["daonet-home-moving-web-1 running"]);
  for (const name of ["still", "moving"]) {
    const down = await daonetes(["down", name, "--volumes", "-y"]);
    t.is(down.exitCode, 0, down.stderr);
    t.deepEqual(await leftovers(`daonet-home-${name}`), []);
  }
});

test.serial("make down keeps the containers running; make up continues the same chain and restarts none", async (t) => {
  const before = await instances("daonet-home-hello");
  const height = Number((await ask<{ height: string }>("deployment", "list")).height);
  const down = await execa(process.execPath, [join(ROOT, "docker/net/down.ts")]);
  t.regex(down.stdout, /Still running on the Docker Engine: .*daonet-home-hello/);
  await execa(process.execPath, [join(ROOT, "docker/net/up.ts")]);
  t.true(Number((await ask<{ height: string }>("deployment", "list")).height) >= height);
  t.deepEqual(await instances("daonet-home-hello"), before);
});

/** The agent as a service manager would start it again. */
async function restartAgent(): Promise<void> {
  const { eventually, pidOf, startProcess } = await import("../../docker/net/processes.ts");
  await eventually("the killed agent did not go", 5_000, async () => (await pidOf("agent")) === undefined);
  await startProcess("agent", process.execPath, [join(ROOT, "agent/bin/daonetes-agent.js"), "--state", join(LOCAL_DIR, "agent"), "up"]);
}

/** Ids of the first events after an id. */
async function readEvents(url: string, after: string, count: number): Promise<string[]> {
  const response = await fetch(url, { headers: { "last-event-id": after }, signal: AbortSignal.timeout(10_000) });
  const ids: string[] = [];
  let text = "";
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += new TextDecoder().decode(chunk);
    ids.length = 0;
    for (const match of text.matchAll(/^id: (.+)$/gm)) ids.push(match[1] as string);
    if (ids.length >= count) break;
  }
  return ids.slice(0, count);
}
