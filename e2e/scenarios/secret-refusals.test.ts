import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { workloadMessages } from "@daonetes/client";
import { MAX_CIPHERTEXT_BYTES, newIdentity, openKey, recipientOf, SecretError, SecretValue, sealValue } from "@daonetes/client/secrets";
import { eventually } from "../../docker/net/processes.ts";
import { ask, daonetes } from "../parts/cli.ts";
import { startDevice } from "../parts/device-agent.ts";
import { instances, leftovers } from "../parts/engine.ts";
import { REGISTRY } from "../parts/hello-app.ts";
import { RawSecrets } from "../parts/raw-secrets.ts";

const NAME = "spoilt";
const SECRET = `${NAME}/A_TOKEN`;
const PROJECT = `daonet-home-${NAME}`;
const FILE = `services:
  web:
    image: ${REGISTRY}/hello:1
    restart: unless-stopped
    healthcheck: {test: [CMD, /hello, -check], interval: 1s}
    environment: {A_TOKEN: good-value-1}
`;

interface Line {
  state: string;
  reason: string | null;
  text: string;
  revision: string;
}

let raw: RawSecrets;
let folder = "";
/** The container of the good version: it runs through all of it. */
let before: unknown;
let stopOther = (): Promise<void> => Promise.resolve();

test.serial.before("a deployment that runs with a good value", async () => {
  folder = await mkdtemp(join(tmpdir(), "daonetes-spoilt-"));
  raw = await RawSecrets.connect();
  const up = await daonetes(["up", "-f", "-", "-p", NAME, "--device", await deviceName(), "--on-failure", "pause"], FILE);
  if (up.exitCode !== 0) throw new Error(up.stdout + up.stderr);
  before = await instances(PROJECT);
});

test.serial.after.always("nothing of it stays", async () => {
  await stopOther();
  await daonetes(["down", NAME, "-y"]);
  await daonetes(["secret", "remove", "spare", "-y"]);
  await rm(folder, { recursive: true, force: true });
});

async function deviceName(): Promise<string> {
  return (await ask<{ name: string }>("device", "show", raw.device)).name;
}

/** A value sealed as the group does it. */
async function sealed(text: string, { version = 0n, recipient }: { version?: bigint; recipient?: string } = {}): Promise<Uint8Array> {
  const { newestVersion } = await raw.client.workload.secret(raw.groupId, SECRET);
  const place = { chainId: raw.chainId, groupId: raw.groupId, name: SECRET, version: version === 0n ? newestVersion + 1n : version };
  return sealValue(SecretValue.fromText(text, SECRET), place, recipient ?? (await raw.key(NAME)).recipient);
}

const SPOILT: Record<string, [make: () => Promise<Uint8Array>, reason: string, code: string]> = {
  "cut": [async () => (await sealed("a value")).subarray(0, 100), "SecretUnreadable", "DAO4056"],
  "flipped": [async () => (await sealed("a value")).map((byte, index, all) => (index === all.length - 3 ? byte ^ 1 : byte)), "SecretUnreadable", "DAO4059"],
  "for another recipient": [async () => sealed("a value", { recipient: await recipientOf(await newIdentity()) }), "SecretUnreadable", "DAO4058"],
  "with a huge header": [() => Promise.resolve(Buffer.from(`age-encryption.org/v1\n-> mlkem768x25519 ${"A".repeat(6_000)}`)), "SecretUnreadable", "DAO4055"],
  "sealed for another version": [() => sealed("a value", { version: 1n }), "SecretBindingMismatch", "DAO4060"],
  "with a NUL where a variable wants it": [() => sealed("a\0b"), "SecretUnreadable", "DAO4053"],
};

for (const [title, [make, reason, code]] of Object.entries(SPOILT)) {
  test.serial(`S-03 a ciphertext ${title} is told as ${code}, starts nothing, and what ran keeps running`, async (t) => {
    await raw.pin(NAME, await raw.put(SECRET, NAME, await make()));
    let line: Line | undefined;
    await eventually(`${code} was not reported`, 60_000, async () => {
      [line] = (await ask<{ items: Line[] }>("ps", NAME)).items;
      return line?.text.startsWith(code) === true;
    }).catch((error: unknown) => t.fail(`${String(error)}: ${JSON.stringify(line)}`));
    t.is(line?.state, "FAILED");
    t.is(line?.reason, reason);
    t.deepEqual(await instances(PROJECT), before);
  });
}

test.serial("S-03 the next good value runs", async (t) => {
  const up = await daonetes(["up", "-f", "-", "-p", NAME], FILE.replace("good-value-1", "good-value-2"));
  t.is(up.exitCode, 0, up.stdout + up.stderr);
  t.is((await instances(PROJECT)).length, 1);
});

test.serial("S-08 the chain refuses sizes, names and a removal, and the CLI values, each by its own code", async (t) => {
  const put = (name: string, ciphertext: Uint8Array): ReturnType<typeof workloadMessages.putSecret> =>
    workloadMessages.putSecret({ publisher: raw.author, groupId: raw.groupId, name, version: 1n, generation: 1n, keyRecipient: "age1pq1key", ciphertext });
  t.is(await raw.refusal(put("large", new Uint8Array(MAX_CIPHERTEXT_BYTES + 1))), "DAO3251");
  t.is(await raw.refusal(put("empty", new Uint8Array())), "DAO3235");
  t.is(await raw.refusal(put("../name", Uint8Array.of(1))), "DAO3234");
  t.is(await raw.refusal(raw.remove(SECRET)), "DAO3242");
  await writeFile(join(folder, "large"), Buffer.alloc(32_769, 1));
  await writeFile(join(folder, "full"), Buffer.alloc(32_768, 0));
  for (const [args, code] of [
    [["secret", "put", "large", "--file", join(folder, "large")], "DAO4052"],
    [["secret", "put", "empty"], "DAO4051"],
    [["secret", "put", "../name"], "DAO4050"],
  ] as const) {
    const answer = await daonetes(args);
    t.is(answer.exitCode, 2);
    t.true(answer.stderr.includes(code), answer.stderr);
  }
  const { items } = await ask<{ items: { name: string }[] }>("secret", "list");
  t.deepEqual(items.filter(({ name }) => ["large", "empty"].includes(name)), [], "nothing is half-written");
  // 32 KiB of NULs are a secret like any other.
  t.is((await daonetes(["secret", "put", "spare", "--file", join(folder, "full")])).exitCode, 0);
});

test.serial("S-04 a waiting, a revoked and a strange device is given nothing, each by its own code; none gets another's key", async (t) => {
  const { ticket } = await ask<{ ticket: string }>("ticket", "create");
  stopOther = startDevice("other", ["--ticket", ticket, "--name", "other"]);
  const other = async (): Promise<{ address: string; state: string } | undefined> => (await ask<{ items: { name: string; address: string; state: string }[] }>("device", "list")).items.find(({ name }) => name === "other");
  await eventually("the other device did not join", 30_000, async () => (await other())?.state === "waiting");
  const { address = "" } = (await other()) ?? {};
  const { generation } = await raw.key(NAME);
  t.is(await raw.refusal(raw.grant(NAME, generation, address)), "DAO3243");
  t.true((await daonetes(["secret", "grant", NAME, "other"])).stderr.includes("DAO3243"));
  t.is((await daonetes(["device", "revoke", "other", "-y"])).exitCode, 0);
  t.is(await raw.refusal(raw.grant(NAME, generation, address)), "DAO3244");
  t.true((await daonetes(["secret", "grant", NAME, "other"])).stderr.includes("DAO3244"));
  // This computer's device holds the key of what it runs, and none of what it does not.
  t.is(await raw.refusal(raw.grant("spare", 1n, raw.device)), "DAO3246");
  t.is(await raw.deviceAsks("spare", 1n), "DAO3249");
  // What lies open on the chain opens for its reader only.
  const grant = (await raw.client.workload.secretGrants(raw.groupId, NAME, generation)).find(({ recipient }) => recipient === raw.device);
  const place = { chainId: raw.chainId, groupId: raw.groupId, scope: NAME, generation };
  const error = await t.throwsAsync(openKey(grant?.sealed ?? new Uint8Array(), place, await newIdentity(), (await raw.key(NAME)).recipient), { instanceOf: SecretError });
  t.is(error?.code, "DAO4058");
  t.is((await daonetes(["down", NAME, "-y"])).exitCode, 0);
  t.deepEqual(await leftovers(PROJECT), []);
});
