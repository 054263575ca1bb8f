import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { join } from "node:path";
import test from "ava";
import { execa } from "execa";
import { ask, daonetes, ROOT } from "../parts/cli.ts";
import { instances, leftovers } from "../parts/engine.ts";
import { GATEWAY, greeting, helloOn, REGISTRY, up } from "../parts/hello-app.ts";

test.serial("make up a second time changes nothing and says so", async (t) => {
  const before = await instances("daonet-home-hello");
  t.is(before.length, 1);
  const { stdout } = await execa(process.execPath, [join(ROOT, "docker/net/up.ts")]);
  t.regex(stdout, /Everything ran already/);
  t.deepEqual(await instances("daonet-home-hello"), before);
});

test.serial("an application is deployed, updated, rolled back and removed without a trace", async (t) => {
  await up(t, "shop", helloOn(8090, "one"));
  t.is(await greeting(8090), "one");
  const [first] = await instances("daonet-home-shop");
  await up(t, "shop", helloOn(8090, "one"));
  t.deepEqual(await instances("daonet-home-shop"), [first], "the same again restarts nothing");

  await up(t, "shop", helloOn(8090, "two"));
  t.is(await greeting(8090), "two");
  const rollback = await daonetes(["rollback", "shop"]);
  t.is(rollback.exitCode, 0, rollback.stderr);
  t.is(await greeting(8090), "one");

  t.is((await daonetes(["pause", "shop", "--stop"])).exitCode, 0);
  t.deepEqual((await instances("daonet-home-shop")).map(({ state }) => state), ["exited"]);
  await up(t, "shop", helloOn(8090, "one"));
  t.is(await greeting(8090), "one", "up starts again what was paused");

  const down = await daonetes(["down", "shop", "--volumes", "-y"]);
  t.is(down.exitCode, 0, down.stderr);
  t.deepEqual(await leftovers("daonet-home-shop"), []);
});

test.serial("an update whose healthcheck fails ends with 7 and leaves the former revision running", async (t) => {
  await up(t, "careful", helloOn(8091, "good"));
  const [before] = await instances("daonet-home-careful");
  const bad = helloOn(8091, "bad").replace("[CMD, /hello, -check], interval: 1s", "[CMD, /missing], interval: 1s, retries: 2");
  const answer = await daonetes(["up", "-f", "-", "-p", "careful", "--timeout", "60s"], bad);
  t.is(answer.exitCode, 7, answer.stdout + answer.stderr);
  t.regex(answer.stderr, /DAO4020/);
  await delay(4_000);
  t.is(await greeting(8091), "good");
  t.deepEqual((await instances("daonet-home-careful")).map(({ id }) => id), [before?.id]);
  await daonetes(["down", "careful", "--volumes", "-y"]);
});

test.serial("a port that is taken on the device is reported as PortInUse, and what ran goes on", async (t) => {
  await up(t, "ports", helloOn(8092, "here"));
  const stranger = createServer().listen(8093);
  t.teardown(() => stranger.close());
  const answer = await daonetes(["up", "-f", "-", "-p", "ports", "--timeout", "60s"], helloOn(8093, "there"));
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

test.serial("make down keeps the containers running; make up continues the same chain and restarts none", async (t) => {
  const before = await instances("daonet-home-hello");
  const height = Number((await ask<{ height: string }>("deployment", "list")).height);
  const down = await execa(process.execPath, [join(ROOT, "docker/net/down.ts")]);
  t.regex(down.stdout, /Still running on the Docker Engine: .*daonet-home-hello/);
  await execa(process.execPath, [join(ROOT, "docker/net/up.ts")]);
  t.true(Number((await ask<{ height: string }>("deployment", "list")).height) >= height);
  t.deepEqual(await instances("daonet-home-hello"), before);
});

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
