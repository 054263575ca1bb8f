import { readFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { execa } from "execa";
import { eventually } from "../../docker/net/processes.ts";
import { ask, daonetes, ROOT } from "../parts/cli.ts";
import { docker, instances, leftovers } from "../parts/engine.ts";
import { REGISTRY, up } from "../parts/hello-app.ts";

const FOLDER = join(ROOT, "examples", "guestbook");
const URL = "http://127.0.0.1:8083";
const PROJECT = "daonet-home-guestbook";

test.serial.before("images from Debian packages are in the registry", async () => {
  await execa(join(FOLDER, "images.sh"), [REGISTRY], { timeout: 300_000 });
});

/** The file as it is, with the registry of this network. */
async function compose(title: string): Promise<string> {
  const text = await readFile(join(FOLDER, "compose.yaml"), "utf8");
  return text.replaceAll("${REGISTRY:-127.0.0.1:5077}", REGISTRY).replace("${TITLE:-Guestbook}", title);
}

async function sign(entry: string): Promise<void> {
  await fetch(URL, { method: "POST", body: new URLSearchParams({ entry }), redirect: "manual" });
}

async function entries(): Promise<string[]> {
  return (await (await fetch(`${URL}/entries`)).text()).split("\n").filter((line) => line !== "");
}

async function title(): Promise<string> {
  return /<h1>(?<title>.*)<\/h1>/.exec(await (await fetch(URL)).text())?.groups?.["title"] ?? "";
}

test.serial("web server, queue and worker come up in order, and answer over HTTP", async (t) => {
  await up(t, "guestbook", await compose("Guestbook"));
  const { items } = await ask<{ items: { service: string; state: string }[] }>("ps", "guestbook");
  t.deepEqual(items.map(({ service, state }) => `${service} ${state}`).sort(), ["redis HEALTHY", "web HEALTHY", "worker HEALTHY"]);
  const started = new Map((await instances(PROJECT)).map(({ service, startedAt }) => [service, startedAt]));
  t.true(started.get("redis")! < started.get("web")! && started.get("redis")! < started.get("worker")!);
  t.is(await title(), "Guestbook");
  await sign("Ada was here");
  await eventually("the worker did not sign the entry in", 10_000, async () => (await entries()).includes("1. Ada was here"));
});

test.serial("the queue is on an internal network, out of reach from outside", async (t) => {
  const [redis] = (await instances(PROJECT)).filter(({ service }) => service === "redis");
  const { NetworkSettings } = await docker.getContainer(redis!.id).inspect();
  t.deepEqual(Object.keys(NetworkSettings.Networks), [`${PROJECT}_back`]);
  t.deepEqual(NetworkSettings.Ports, {});
  t.true((await docker.getNetwork(`${PROJECT}_back`).inspect() as { Internal: boolean }).Internal);
});

test.serial("an update and a rollback keep the data, and replace only what changed", async (t) => {
  const before = await instances(PROJECT);
  await up(t, "guestbook", await compose("Visitors"));
  t.is(await title(), "Visitors");
  t.deepEqual(await entries(), ["1. Ada was here"]);
  const kept = (list: typeof before): string[] => list.filter(({ service }) => service !== "web").map(({ id }) => id).sort();
  t.deepEqual(kept(await instances(PROJECT)), kept(before));
  await sign("Grace too");
  await eventually("the worker did not sign the entry in", 10_000, async () => (await entries()).length === 2);

  const rollback = await daonetes(["rollback", "guestbook"]);
  t.is(rollback.exitCode, 0, rollback.stderr);
  t.is(await title(), "Guestbook");
  t.deepEqual(await entries(), ["2. Grace too", "1. Ada was here"]);
});

test.serial("down keeps the volume, up finds the data again, down --volumes leaves nothing behind", async (t) => {
  t.is((await daonetes(["down", "guestbook"])).exitCode, 0);
  t.deepEqual(await leftovers(PROJECT), [`${PROJECT}_entries`]);
  await up(t, "guestbook", await compose("Guestbook"));
  t.is((await entries()).length, 2);
  const down = await daonetes(["down", "guestbook", "--volumes", "-y"]);
  t.is(down.exitCode, 0, down.stderr);
  t.deepEqual(await leftovers(PROJECT), []);
});
