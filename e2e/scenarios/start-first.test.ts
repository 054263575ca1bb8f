import { setTimeout as delay } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { daonetes } from "../parts/cli.ts";
import { docker, instances, leftovers } from "../parts/engine.ts";
import { REGISTRY, up } from "../parts/hello-app.ts";

const PROJECT = "daonet-home-seamless";

/** hello without a port of the device, whose new container starts first. @param check what its healthcheck runs */
const seamless = (greeting: string, check = "-check"): string => `services:
  web:
    image: ${REGISTRY}/hello:1
    environment:
      GREETING: ${greeting}
    restart: unless-stopped
    healthcheck: {test: [CMD, /hello, ${check}], interval: 1s, retries: 3}
    deploy: {update_config: {order: start-first}}
`;

interface EngineEvent {
  status: string;
  id: string;
}

/** What the Engine says of the project's containers while something is done, in order. */
async function eventsOf(act: () => Promise<void>): Promise<EngineEvent[]> {
  const since = Math.floor(Date.now() / 1000);
  await act();
  await delay(1_000);
  const stream = await docker.getEvents({ since, until: Math.floor(Date.now() / 1000), filters: { type: ["container"], label: [`com.docker.compose.project=${PROJECT}`] } });
  let text = "";
  for await (const chunk of stream) text += String(chunk);
  return text.split("\n").filter(Boolean).map((line) => JSON.parse(line) as EngineEvent);
}

async function only(t: ExecutionContext): Promise<{ id: string; startedAt: string }> {
  const found = await instances(PROJECT);
  t.deepEqual(found.map(({ name, state }) => `${name} ${state}`), [`${PROJECT}-web-1 running`]);
  return { id: found[0]?.id ?? "", startedAt: found[0]?.startedAt ?? "" };
}

test.serial("with start-first the former container stops only when the new one is healthy", async (t) => {
  await up(t, "seamless", seamless("one"));
  const former = await only(t);
  await delay(1_000);
  const events = await eventsOf(() => up(t, "seamless", seamless("two")));
  const now = await only(t);
  t.not(now.id, former.id);
  const at = (id: string, status: string): number => events.findIndex((event) => event.id === id && event.status === status);
  const [started, healthy, ended] = [at(now.id, "start"), at(now.id, "health_status: healthy"), at(former.id, "die")];
  t.true(0 <= started && started < healthy && healthy < ended, JSON.stringify(events));
});

test.serial("with start-first a new container that does not get healthy goes, and the former one never stopped", async (t) => {
  const former = await only(t);
  const answer = await daonetes(["up", "-f", "-", "-p", "seamless", "--timeout", "60s"], seamless("three", "-no-such-flag"));
  t.is(answer.exitCode, 7, answer.stdout + answer.stderr);
  t.deepEqual(await only(t), former);
});

test.serial("a service with a port of the device is stopped first, and the author is told", async (t) => {
  const answer = await daonetes(["spec", "check", "-f", "-", "-o", "json"], `${seamless("four")}    ports: ["8097:8080"]\n`);
  t.is(answer.exitCode, 0, answer.stdout);
  const { notices } = JSON.parse(answer.stdout) as { notices: string[] };
  t.true(notices.some((notice) => /order has no effect: it publishes ports of the device, so the former container is stopped first/.test(notice)), answer.stdout);
});

test.serial("what started first is removed like any other", async (t) => {
  t.is((await daonetes(["down", "seamless", "--volumes", "-y"])).exitCode, 0);
  t.deepEqual(await leftovers(PROJECT), []);
});
