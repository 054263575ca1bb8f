import { rm, stat } from "node:fs/promises";
import { type Report, ReportState } from "@daonetes/client/device";
import { DaonetesError, workloadMessages } from "@daonetes/client";
import test from "ava";
import { AMBIGUOUS, BOMBS, GRANTED, REFUSED, specBytes } from "../../agent/test/poison-cases.ts";
import { DOCKER_SOCKET } from "../../docker/net/layout.ts";
import { eventually } from "../../docker/net/processes.ts";
import { docker, instances, leftovers } from "../parts/engine.ts";
import { Author } from "../parts/raw-spec.ts";

/** The owner's file of the agent that `make e2e` started. */
const GRANTS = process.env["DAONETES_AGENT_GRANTS"] ?? "";
const NEIGHBOUR = "daonet-home-hello";
/** A device holds 64 deployments at most. */
const WAVE = 48;
const MESSAGES_PER_TX = 16;
const DEPLOYMENTS_PER_TX = MESSAGES_PER_TX / 2;
/** Largest spec of the network's parameters. */
const MAX_SPEC_BYTES = 32_768;

interface Poison {
  name: string;
  title: string;
  bytes: Uint8Array;
  requires: string[];
  expected: { reason: string; says: (text: string) => boolean };
}

const CASES: Omit<Poison, "name">[] = [
  ...REFUSED.map(([id, title, web, reason, names, top]) => ({ title: `${id} ${title}`, bytes: specBytes(web, top), requires: [], expected: { reason, says: (text: string) => names.test(text) } })),
  ...GRANTED.map(([id, title, web, needs, , top]) => ({
    title: `${id} ${title} that no owner granted`,
    bytes: specBytes(web, top, needs),
    requires: needs,
    expected: { reason: "GrantMissing", says: (text: string) => (needs.length === 0 ? ["engine-socket"] : needs).every((allow) => text.includes(`{"allow":"${allow}","for":"home/`)) },
  })),
  ...AMBIGUOUS.filter(([, bytes]) => bytes.length > 0).map(([title, bytes]) => ({ title: `P-37 ${title}`, bytes, requires: [], expected: { reason: "SpecInvalid", says: (text: string) => text !== "" } })),
  ...BOMBS.map(([id, title, bytes]) => ({ title: `${id} ${title}`, bytes: bytes(), requires: [], expected: { reason: "SpecInvalid", says: (text: string) => text !== "" } })),
];
const [small, large] = [CASES.filter(({ bytes }) => bytes.length <= MAX_SPEC_BYTES), CASES.filter(({ bytes }) => bytes.length > MAX_SPEC_BYTES)];
const poisons: Poison[] = small.map((one, index) => ({ ...one, name: `poison-${index}` }));
const reports = new Map<string, Report>();
let author: Author;
let since = 0;
let before: string[] = [];

test.serial.before("all are published and placed on this device, whose owner granted nothing, and removed once it has reported", async () => {
  await rm(GRANTS, { force: true });
  author = await Author.connect();
  // The group that may use the Engine's socket is another on every machine.
  const { gid } = await stat(DOCKER_SOCKET);
  const ofSocket = poisons.find(({ title }) => title.includes("the group of the Engine's socket"));
  if (ofSocket !== undefined) ofSocket.bytes = specBytes({ group_add: [String(gid)] });
  before = await neighbours();
  since = Math.floor(Date.now() / 1000);
  for (let at = 0; at < poisons.length; at += WAVE) {
    const wave = poisons.slice(at, at + WAVE);
    for (let next = 0; next < wave.length; next += DEPLOYMENTS_PER_TX) {
      await author.send(...wave.slice(next, next + DEPLOYMENTS_PER_TX).flatMap(({ name, bytes, requires }) => author.deployment(name, bytes, requires)));
    }
    // What is not reported in time fails in its own test.
    await eventually("not all were reported", 30_000, () => allReported(wave)).catch(() => undefined);
    await remove(wave);
  }
});

for (const { name, title, expected } of poisons) {
  test.serial(`${title}, as bytes straight to the chain, is refused by the device`, (t) => {
    const report = reports.get(name);
    t.is(report?.reason, expected.reason, report?.text);
    t.true(expected.says(report?.text ?? ""), report?.text);
  });
}

for (const { title, bytes } of large) {
  test.serial(`${title}, as bytes straight to the chain, is refused by the chain`, async (t) => {
    const error = await t.throwsAsync(author.deploy("poison-large", bytes), { instanceOf: DaonetesError });
    t.regex(error.code, /^DAO\d{4}$/);
    t.log(`${error.code} ${error.message.slice(0, 100)}`);
    await t.throwsAsync(author.client.workload.deployment(author.groupId, "poison-large"));
  });
}

test.serial("the Engine was asked for nothing, and what ran beside them ran on", async (t) => {
  t.deepEqual(await engineEvents(), []);
  for (const { name } of poisons) t.deepEqual(await leftovers(`daonet-home-${name}`), []);
  t.true(before.length > 0);
  t.deepEqual(await neighbours(), before);
});

async function allReported(wave: readonly Poison[]): Promise<boolean> {
  for (const { name } of wave) {
    if (reports.has(name)) continue;
    const { id } = await author.client.workload.deployment(author.groupId, name);
    const report = (await author.client.workload.reports(id)).find(({ state }) => state === ReportState.REPORT_STATE_REFUSED);
    if (report === undefined) return false;
    reports.set(name, report);
  }
  return true;
}

async function remove(wave: readonly Poison[]): Promise<void> {
  const removals = await Promise.all(
    wave.map(async ({ name }) => {
      const { id, revision } = await author.client.workload.deployment(author.groupId, name);
      return workloadMessages.removeDeployment({ authority: author.address, deploymentId: id, expectedRevision: revision, volumes: true });
    }),
  );
  for (let next = 0; next < removals.length; next += MESSAGES_PER_TX) await author.send(...removals.slice(next, next + MESSAGES_PER_TX));
  await eventually("they are not gone", 60_000, async () => (await author.client.workload.deployments(author.groupId)).every(({ name }) => !name.startsWith("poison-")));
}

/** Containers of the neighbour, and since when they run. */
async function neighbours(): Promise<string[]> {
  const found = await instances(NEIGHBOUR);
  return Promise.all(found.map(async ({ id }) => `${id} ${(await docker.getContainer(id).inspect()).State.StartedAt}`));
}

/** What the Engine made or fetched since they were published. */
async function engineEvents(): Promise<string[]> {
  const stream = await docker.getEvents({ since, until: Math.ceil(Date.now() / 1000), filters: { event: ["create", "start", "pull"] } });
  let text = "";
  for await (const chunk of stream) text += String(chunk);
  return text.split("\n").filter(Boolean);
}
