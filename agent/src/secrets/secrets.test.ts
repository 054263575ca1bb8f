import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DeviceInfo, DeviceStatus, Intent, ReportState, SecretContent, SecretGrant } from "@daonetes/client/device";
import { newIdentity, recipientOf } from "@daonetes/client/secrets";
import test, { type ExecutionContext } from "ava";
import { imageOf, service, specOf } from "../../test/fakes/deployments.ts";
import { FakeAgent } from "../../test/fakes/fake-agent.ts";
import { SealedGroup } from "../../test/fakes/sealed-group.ts";

const CANARY = "canary-7d1f5a20";
const ROOT_OF = (agent: FakeAgent): string => join(agent.folder, "run");

const SPEC = specOf({
  web: service("a", { secrets: [{ source: "shop/cert", target: "/run/secrets/cert" }], secret_environment: { DB_PASSWORD: "shop/DB_PASSWORD" } }),
});
const PINS = { "shop/DB_PASSWORD": 1n, "shop/cert": 1n };

interface Setup {
  agent: FakeAgent;
  group: SealedGroup;
}

/** A device with an age key in a group that has sealed two values; nothing is granted yet. */
async function setup(t: ExecutionContext): Promise<Setup> {
  const agent = new FakeAgent();
  t.teardown(() => rm(agent.folder, { recursive: true, force: true }));
  const identity = await newIdentity();
  agent.ageKey = { identity, recipient: await recipientOf(identity) };
  agent.restart();
  agent.engine.registry.add(imageOf("a")).add(imageOf("b"));
  const group = new SealedGroup(agent.chain);
  await group.put("shop/cert", 1n, `${CANARY}-cert`);
  await group.put("shop/DB_PASSWORD", 1n, `${CANARY}-password`);
  return { agent, group };
}

async function running(t: ExecutionContext): Promise<Setup> {
  const made = await setup(t);
  await made.group.grant("shop", made.agent.ageKey.recipient);
  made.agent.assign(SPEC, { pins: PINS });
  await made.agent.passes(10);
  return made;
}

const lastReport = (agent: FakeAgent): object => agent.chain.reports.at(-1)?.reports[0] ?? {};
const container = (agent: FakeAgent): { environment: string[]; mounts: { source: string; target: string; readOnly: boolean }[] } => {
  const { environment, host } = [...agent.engine.containers.values()][0]!.config;
  return { environment, mounts: host.mounts };
};

test("S-06 a secret lies on the tmpfs with mode 0400, is mounted read-only, and is in the environment only where asked, with a notice", async (t) => {
  const { agent } = await running(t);
  t.like(lastReport(agent), { state: ReportState.REPORT_STATE_HEALTHY });
  const { environment, mounts } = container(agent);
  t.deepEqual(environment, [`DB_PASSWORD=${CANARY}-password`]);
  t.is(mounts.length, 1);
  t.like(mounts[0], { target: "/run/secrets/cert", readOnly: true });
  const source = mounts[0]!.source;
  t.is(join(source, ".."), ROOT_OF(agent));
  t.is(await readFile(source, "utf8"), `${CANARY}-cert`);
  t.is(((await stat(source)).mode & 0o7777).toString(8), "400");
  t.true(JSON.stringify(agent.status).includes("docker inspect on this device shows the values of DB_PASSWORD"));
});

test("S-01 nothing of a value is in state, cache, status, reports or log", async (t) => {
  const { agent } = await running(t);
  const kept = await readdir(join(agent.folder, "secrets"));
  t.true(kept.length >= 5, kept.join(" "));
  const texts = await Promise.all(kept.map((name) => readFile(join(agent.folder, "secrets", name), "latin1")));
  const said = JSON.stringify([agent.saved, agent.status, agent.alarms, agent.engine.calls, texts], (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
  t.false(said.includes(CANARY));
  t.false(said.includes("AGE-SECRET-KEY"));
  t.false(JSON.stringify(agent.chain.reports, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)).includes(CANARY));
});

test("mode, owner and group are those that the file asks for", async (t) => {
  const { agent, group } = await setup(t);
  await group.grant("shop", agent.ageKey.recipient);
  const asked = specOf({ web: service("a", { secrets: [{ source: "shop/cert", target: "/cert", mode: 0o444, uid: 70, gid: 71 }] }) });
  agent.assign(asked, { pins: { "shop/cert": 1n } });
  await agent.passes(8);
  const { mode, uid, gid } = await stat(container(agent).mounts[0]!.source);
  t.deepEqual([mode & 0o7777, uid, gid], [0o444, 70, 71]);
});

test("S-04 without a grant the deployment waits and says so; once it is granted it starts", async (t) => {
  const { agent, group } = await setup(t);
  agent.assign(SPEC, { pins: PINS });
  await agent.passes(6);
  t.deepEqual(agent.containers, []);
  t.like(lastReport(agent), { state: ReportState.REPORT_STATE_ACCEPTED, reason: "SecretNotSealed" });
  t.regex((lastReport(agent) as { text: string }).text, /shop\/cert, shop\/DB_PASSWORD; an operator adds it: daonetes secret reseal/);
  await group.grant("shop", agent.ageKey.recipient);
  await agent.passes(10);
  t.like(lastReport(agent), { state: ReportState.REPORT_STATE_HEALTHY, reason: "" });
});

const spoiled: Record<string, [reason: string, code: string, spoil: (setup: Setup) => Promise<void>]> = {
  "S-03 a ciphertext that is cut": ["SecretUnreadable", "DAO4056", async ({ agent }) => change(agent, (bytes) => bytes.subarray(0, 900))],
  "S-03 a ciphertext with a flipped bit": ["SecretUnreadable", "DAO4059", async ({ agent }) => change(agent, (bytes) => Uint8Array.from(bytes, (byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte)))],
  "S-03 a ciphertext with a huge header": ["SecretUnreadable", "DAO4055", async ({ agent }) => change(agent, (bytes) => Buffer.concat([bytes.subarray(0, 40), Buffer.alloc(9_000, "A"), bytes.subarray(40)]))],
  "S-03 a ciphertext above the limit": ["SecretUnreadable", "DAO4057", async ({ agent }) => change(agent, (bytes) => Buffer.concat([bytes, Buffer.alloc(40_000)]))],
  "S-03 a value of another secret": ["SecretBindingMismatch", "DAO4060", ({ agent }) => Promise.resolve(void agent.chain.secrets.set("shop/cert 2", agent.chain.secrets.get("shop/DB_PASSWORD 1")!))],
  "S-03 a value of another version": ["SecretBindingMismatch", "DAO4060", ({ agent }) => Promise.resolve(void agent.chain.secrets.set("shop/cert 2", agent.chain.secrets.get("shop/cert 1")!))],
  "S-03 a grant for another device": ["SecretUnreadable", "DAO4058", async ({ group }) => {
    await group.put("shop/cert", 2n, "x", 2n);
    await group.grant("shop", await recipientOf(await newIdentity()), 2n);
  }],
  "S-03 a grant of another scope": ["SecretBindingMismatch", "DAO4060", async ({ agent, group }) => {
    await group.put("shop/cert", 2n, "x", 2n);
    await group.grant("blog", agent.ageKey.recipient, 2n);
    agent.chain.grants.set("shop 2", agent.chain.grants.get("blog 2")!);
  }],
  "S-03 a grant of a key that is not the group's": ["SecretUnreadable", "DAO4054", async ({ agent, group }) => {
    await group.put("shop/cert", 2n, "x", 2n);
    await group.grant("shop", agent.ageKey.recipient, 2n);
    agent.chain.secretKeys.set("shop 2", { ...agent.chain.secretKeys.get("shop 2")!, recipient: agent.chain.secretKeys.get("shop 1")!.recipient });
  }],
};

/** Version 2 of shop/cert is version 1 of it, spoiled. */
async function change(agent: FakeAgent, spoil: (bytes: Uint8Array) => Uint8Array): Promise<void> {
  await new SealedGroupOf(agent).put("shop/cert", 2n, "x");
  const { generation, ciphertext } = agent.chain.secrets.get("shop/cert 2")!;
  agent.chain.secrets.set("shop/cert 2", SecretContent.create({ generation, ciphertext: spoil(ciphertext) }));
}
let SealedGroupOf: new (agent: FakeAgent) => { put: SealedGroup["put"] };

for (const [title, [reason, code, spoil]] of Object.entries(spoiled)) {
  test(`${title}: the new revision fails with ${code} and the former one keeps running`, async (t) => {
    const made = await running(t);
    SealedGroupOf = class {
      put = (...given: Parameters<SealedGroup["put"]>): Promise<void> => made.group.put(...given);
    };
    await spoil(made);
    const { agent } = made;
    const before = agent.engine.calls.length;
    agent.assign(SPEC, { pins: { ...PINS, "shop/cert": 2n } });
    await agent.passes(6);
    t.like(lastReport(agent), { revision: 2n, runningRevision: 1n, state: ReportState.REPORT_STATE_FAILED, reason });
    t.true((lastReport(agent) as { text: string }).text.startsWith(`${code}: shop/cert: `), (lastReport(agent) as { text: string }).text);
    t.deepEqual(agent.engine.calls.slice(before), []);
    t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 running"]);
  });
}

test("S-08 values of one byte, of 32 KiB and with every byte arrive as they are; a NUL cannot be an environment variable", async (t) => {
  const { agent, group } = await setup(t);
  const values = { one: Uint8Array.of(0), large: new Uint8Array(32_768).fill(255), binary: Uint8Array.from({ length: 256 }, (_, byte) => byte) };
  for (const [name, value] of Object.entries(values)) await group.put(`shop/${name}`, 1n, value);
  await group.grant("shop", agent.ageKey.recipient);
  const mounts = Object.keys(values).sort().map((name) => ({ source: `shop/${name}`, target: `/s/${name}` }));
  agent.assign(specOf({ web: service("a", { secrets: mounts }) }), { pins: { "shop/binary": 1n, "shop/large": 1n, "shop/one": 1n } });
  await agent.passes(8);
  for (const { source, target } of container(agent).mounts) t.deepEqual(new Uint8Array(await readFile(source)), values[target.slice(3) as keyof typeof values]);

  agent.assign(specOf({ web: service("a", { secret_environment: { BINARY: "shop/binary" } }) }), { pins: { "shop/binary": 1n } });
  await agent.passes(4);
  t.like(lastReport(agent), { state: ReportState.REPORT_STATE_FAILED, reason: "SecretUnreadable", runningRevision: 1n });
  t.regex((lastReport(agent) as { text: string }).text, /^DAO4053: /);
});

test("a new version replaces the container, and what only the former one needed goes after success", async (t) => {
  const { agent, group } = await running(t);
  const [former] = await readdir(ROOT_OF(agent));
  await group.put("shop/cert", 2n, `${CANARY}-new`);
  await group.put("shop/DB_PASSWORD", 2n, `${CANARY}-new-password`);
  agent.assign(SPEC, { pins: { "shop/cert": 2n, "shop/DB_PASSWORD": 2n } });
  await agent.passes(14);
  t.like(lastReport(agent), { revision: 2n, state: ReportState.REPORT_STATE_HEALTHY });
  t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 running"], "the former container is removed, not only stopped");
  t.deepEqual(container(agent).environment, [`DB_PASSWORD=${CANARY}-new-password`]);
  const there = await readdir(ROOT_OF(agent));
  t.is(there.length, 1);
  t.not(there[0], former);
  t.is((await readdir(join(agent.folder, "secrets"))).filter((name) => name.startsWith("content-")).length, 2);
});

test("a new version that does not come up brings the former one back, with its value", async (t) => {
  const { agent, group } = await running(t);
  await group.put("shop/cert", 2n, "new");
  agent.engine.behaviours.set(imageOf("b"), { endsAfter: 100, exitCode: 1 });
  agent.assign(specOf({ web: service("b", { ...SPEC.services["web"]!, image: service("b").image }) }), { pins: { ...PINS, "shop/cert": 2n } });
  // Reports of a deployment that flaps come one a minute at last.
  await agent.passes(130);
  t.deepEqual(agent.alarms.filter((line) => line.startsWith("step failed")), []);
  t.like(lastReport(agent), { revision: 2n, runningRevision: 1n, state: ReportState.REPORT_STATE_FAILED });
  t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 running"]);
  t.is(await readFile(container(agent).mounts[0]!.source, "utf8"), `${CANARY}-cert`);
});

const endings: Record<string, (agent: FakeAgent) => void> = {
  "after down": (agent) => agent.assign(SPEC, { pins: PINS, intent: Intent.INTENT_REMOVE }),
  "after revocation": (agent) => {
    agent.chain.manifest = { ...agent.chain.manifest!, status: DeviceStatus.DEVICE_STATUS_REVOKED, assignments: [] };
    agent.chain.height++;
  },
};
for (const [title, end] of Object.entries(endings)) {
  test(`${title} nothing of a secret is left: no container, no file, no ciphertext`, async (t) => {
    const { agent } = await running(t);
    end(agent);
    await agent.passes(10);
    t.deepEqual(agent.containers, []);
    t.deepEqual(await readdir(ROOT_OF(agent)), []);
    t.deepEqual(await readdir(join(agent.folder, "secrets")), ["files.json"]);
  });
}

test("a restart of the agent touches nothing, with or without the chain", async (t) => {
  const { agent } = await running(t);
  const [file] = await readdir(ROOT_OF(agent));
  const { ino } = await stat(join(ROOT_OF(agent), file!));
  const calls = agent.engine.calls.length;
  agent.chain.away = new Error("no network");
  agent.restart();
  await agent.passes(4);
  agent.chain.away = undefined;
  await agent.passes(4);
  t.is((await stat(join(ROOT_OF(agent), file!))).ino, ino);
  t.is(agent.engine.calls.length, calls);
  t.like(lastReport(agent), { state: ReportState.REPORT_STATE_HEALTHY });
});

test("after a boot without network the secrets are opened again from what lies sealed on the disk", async (t) => {
  const { agent } = await running(t);
  const reads = agent.chain.secretReads;
  agent.chain.away = new Error("no network");
  await agent.reboot();
  await agent.passes(6);
  t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 running"]);
  t.is(await readFile(container(agent).mounts[0]!.source, "utf8"), `${CANARY}-cert`);
  t.is(agent.chain.secretReads, reads);
});

test("a cache that somebody damaged is fetched again", async (t) => {
  const { agent } = await running(t);
  const folder = join(agent.folder, "secrets");
  for (const name of await readdir(folder)) await writeFile(join(folder, name), "damaged");
  await agent.reboot();
  await agent.passes(8);
  t.is(await readFile(container(agent).mounts[0]!.source, "utf8"), `${CANARY}-cert`);
  t.like(lastReport(agent), { state: ReportState.REPORT_STATE_HEALTHY });
});

test("where the cache is damaged and the chain is away, the log says which secret is missing", async (t) => {
  const { agent } = await running(t);
  const folder = join(agent.folder, "secrets");
  for (const name of await readdir(folder)) if (name !== "files.json") await writeFile(join(folder, name), "damaged");
  agent.chain.away = new Error("no network");
  await agent.reboot();
  await agent.passes(6);
  t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 exited"]);
  t.true(agent.alarms.some((line) => line.startsWith("a secret of a deployment that runs could not be laid out again") && line.includes("no network")), agent.alarms.join("\n"));
  agent.chain.away = undefined;
  await agent.passes(8);
  t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 running"]);
});

test("a container whose secret cannot be opened after a boot is not started, and the report says why", async (t) => {
  const { agent } = await running(t);
  await rm(join(agent.folder, "secrets"), { recursive: true });
  agent.chain.grants.set("shop 1", SecretGrant.create({ sealed: Buffer.from("age-encryption.org/v1\n") }));
  await agent.reboot();
  await agent.passes(6);
  t.like(lastReport(agent), { state: ReportState.REPORT_STATE_FAILED, reason: "SecretUnreadable", runningRevision: 0n });
  t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 exited"]);
});

test("a device that the chain knows without its recipient announces it, once, and keeps what else it said", async (t) => {
  const { agent } = await setup(t);
  agent.chain.info = DeviceInfo.create({ platform: "linux/amd64", endpoints: ["192.0.2.1:51820"] });
  await agent.passes(3);
  t.like(agent.chain.info, { ageRecipient: agent.ageKey.recipient, platform: "linux/amd64", endpoints: ["192.0.2.1:51820"] });
});
