import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { FakeChain } from "../../../test/fakes/fake-chain.ts";
import { addressFromBytes, type council, workgroup, workload } from "../../index.ts";
import { newIdentity, openKey, openValue, recipientOf, sealKey } from "../../secrets/index.ts";
import { runCli } from "../program.ts";
import type { Questions } from "../session.ts";

interface Run {
  code: number;
  stdout: string;
  stderr: string;
  text: string;
}

interface Device {
  address: string;
  identity: string;
}

interface Stage {
  chain: FakeChain;
  folder: string;
  people: Record<string, string>;
  bench: Device;
  as(who: string, line: string, stdin?: string): Promise<Run>;
  /** The same at a terminal: what is asked for is answered in turn; null breaks off. Questions land in `asked`. */
  answering(who: string, line: string, answers: (string | boolean | null)[], asked?: string[]): Promise<Run>;
  /** Puts a device there. */
  device(name: string, status: workgroup.DeviceStatus): Promise<Device>;
  /** What a device would find as the value of a version. */
  opens(device: Device, name: string, version: bigint): Promise<string>;
}

const { DeviceStatus } = workgroup;
const DIGEST = `sha256:${"ab".repeat(32)}`;
const compose = (password: string): string => `services:
  db:
    image: registry.example/db@${DIGEST}
    environment: {DB_PASSWORD: ${password}}
  web:
    image: registry.example/web@${DIGEST}
    environment: {DB_PASSWORD: ${password}}
    secrets: [api]
secrets: {api: {file: ./api.txt}}
`;

/** A group "lab" under alice, with a device "bench", and a Compose project with two secrets. */
async function stage(t: ExecutionContext): Promise<Stage> {
  const chain = new FakeChain();
  const gateway = await chain.start();
  const folder = await mkdtemp(join(tmpdir(), "daonetes-secrets-"));
  t.teardown(() => {
    chain.stop();
    return rm(folder, { recursive: true, force: true });
  });
  const run = async (line: string, stdin = "", questions?: Questions): Promise<Run> => {
    const outcome: Run = { code: 0, stdout: "", stderr: "", text: "" };
    const code = await runCli(line.split(" ").filter(Boolean), {
      environment: { DAONETES_CONFIG: join(folder, "config") },
      cwd: join(folder, "shop"),
      stdout: (text) => void (outcome.stdout += text),
      stderr: (text) => void (outcome.stderr += text),
      interactive: questions !== undefined,
      ...(questions === undefined ? {} : { questions }),
      readStdin: () => Promise.resolve(stdin),
      setExitCode: (exitCode) => void (outcome.code = exitCode),
      provenReads: chain.provenReads(),
    });
    return { ...outcome, code: code === 0 ? outcome.code : code, text: outcome.stdout + outcome.stderr };
  };
  await mkdir(join(folder, "shop"));
  await writeFile(join(folder, "shop", "compose.yaml"), compose("hunter2hunter2"));
  await writeFile(join(folder, "shop", "api.txt"), "api-key-81b2");
  const people: Record<string, string> = {};
  for (const name of ["alice", "bob", "carol"]) people[name] = (await run(`key add ${name} --keyring test -o name`)).stdout.trim();
  await run(`--key alice --group lab context create fake --gateway ${gateway}`);
  chain.groups.push(workgroup.Group.fromPartial({ id: 1n, name: "lab", authority: people["alice"] ?? "" }));
  const device = async (name: string, status: workgroup.DeviceStatus): Promise<Device> => {
    const identity = await newIdentity();
    const address = addressFromBytes(Buffer.alloc(20, name));
    chain.devices.push(workgroup.Device.fromPartial({ address, groupId: 1n, name, status, info: { ageRecipient: await recipientOf(identity) } }));
    return { address, identity };
  };
  const opens = async ({ address, identity }: Device, name: string, version: bigint): Promise<string> => {
    const [scope = ""] = name.split("/");
    const { content } = chain.secrets.contents.find((one) => one.name === name && one.version === version)!;
    const { generation, ciphertext } = content;
    const grant = chain.secrets.grants.find((one) => one.scope === scope && one.generation === generation && one.recipient === address);
    const key = chain.secrets.keys.find((one) => one.scope === scope && one.generation === generation)!;
    if (grant === undefined) throw new Error(`${name} ${version}: no grant`);
    const place = { chainId: "fake-1", groupId: 1n };
    const opened = await openKey(grant.sealed, { ...place, scope, generation }, identity, key.recipient);
    return (await openValue(ciphertext, { ...place, name, version }, opened)).text(name);
  };
  const answering: Stage["answering"] = (who, line, answers, asked = []) => {
    const next = ({ message }: { message: string }): Promise<never> => {
      asked.push(message);
      const answer = answers.shift();
      if (answer === undefined) throw new Error(`nobody was to ask: ${message}`);
      return Promise.resolve((answer ?? Symbol("broken off")) as never);
    };
    return run(`--key ${who} ${line}`, "", { confirm: next, password: next });
  };
  return { chain, folder, people, device, opens, answering, bench: await device("bench", DeviceStatus.DEVICE_STATUS_APPROVED), as: (who, line, stdin) => run(`--key ${who} -y ${line}`, stdin) };
}

/** The same under a council of alice and bob, who both decide. */
async function board(t: ExecutionContext): Promise<Stage & { council: council.Council }> {
  const scene = await stage(t);
  const members = ["alice", "bob"].map((name) => ({ address: scene.people[name] ?? "", weight: 1n, name }));
  const found = scene.chain.council("board", members, 2n, []);
  Object.assign(scene.chain.groups[0] as object, { authority: found.address });
  return { ...scene, council: found };
}

const versionsOf = ({ secrets }: FakeChain): string[] => secrets.secrets.map(({ name, version, generation }) => `${name} ${version} key ${generation}`);
const pinsOf = ({ deployments }: FakeChain): string[] => (deployments[0]?.secrets ?? []).map(({ name, version }) => `${name} ${version}`);

test("S-06 plan and up name secrets and targets, and never a value", async (t) => {
  const { chain, as } = await stage(t);
  const plan = await as("alice", "plan");
  t.is(plan.code, 0, plan.text);
  t.regex(plan.stdout, /\+ secret +shop\/DB_PASSWORD 1 -> db:DB_PASSWORD, web:DB_PASSWORD +\(new, from compose\.yaml\)/);
  t.regex(plan.stdout, /\+ secret +shop\/api 1 -> web:\/run\/secrets\/api +\(new, from \.\/api\.txt\)/);
  const document = await as("alice", "plan -o json --verbose");
  t.deepEqual((JSON.parse(document.stdout) as { secrets: object[] }).secrets[1], { name: "shop/api", version: "1", state: "new", from: "./api.txt", targets: [{ service: "web", kind: "file", at: "/run/secrets/api" }] });
  const up = await as("alice", "up --detach --verbose");
  t.is(up.code, 0, up.text);
  t.regex(up.stderr, /2 secrets sealed for lab: shop\/DB_PASSWORD 1, shop\/api 1/);
  t.notRegex(plan.text + document.text + up.text, /hunter2|81b2/);
  t.deepEqual(versionsOf(chain), ["shop/DB_PASSWORD 1 key 1", "shop/api 1 key 1"]);
  t.deepEqual(pinsOf(chain), ["shop/DB_PASSWORD 1", "shop/api 1"]);
  t.false(JSON.stringify(chain.done, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)).includes("hunter2"));
});

test("S-06 spec check names secrets and targets without a value, a key or a network", async (t) => {
  const { as } = await stage(t);
  const checked = await as("alice", "spec check -o json --verbose");
  t.deepEqual((JSON.parse(checked.stdout) as { secrets: { name: string }[] }).secrets.map(({ name }) => name), ["shop/DB_PASSWORD", "shop/api"]);
  const rendered = await as("alice", "spec render");
  t.regex(rendered.stdout, /"secret_environment":\{"DB_PASSWORD":"shop\/DB_PASSWORD"\}/);
  t.notRegex(checked.text + rendered.text, /hunter2|81b2/);
});

test("S-06 the devices open what was sealed to them, and the person who sealed it", async (t) => {
  const { chain, as, opens, bench, people } = await stage(t);
  await as("alice", "up --detach");
  t.is(await opens(bench, "shop/DB_PASSWORD", 1n), "hunter2hunter2");
  t.is(await opens(bench, "shop/api", 1n), "api-key-81b2");
  t.deepEqual(chain.secrets.grants.map(({ recipient }) => recipient).sort(), [bench.address, people["alice"] ?? ""].sort());
  t.deepEqual(chain.secrets.recipients.map(({ address }) => address), [people["alice"] ?? ""]);
});

test("named devices get their keys in the transaction that deploys", async (t) => {
  const { chain, as, bench } = await stage(t);
  await as("alice", "up --device bench --detach");
  const types = chain.done.map(({ typeUrl }) => typeUrl.replace(/^.*\.Msg/, ""));
  t.deepEqual(types, ["SetRecipient", "PutSecret", "PutSecret", "GrantSecret", "PublishSpec", "CreateDeployment", "GrantSecret"]);
  t.true(chain.secrets.grants.some(({ recipient }) => recipient === bench.address));
  t.is(chain.height, 12, "two transactions: staging, and all the rest");
});

test("an unchanged value makes no new version, a changed one does, and the deployment takes it", async (t) => {
  const { chain, folder, as, opens, bench } = await stage(t);
  await as("alice", "up --detach");
  t.regex((await as("alice", "plan")).stdout, /= secret +shop\/DB_PASSWORD 1 .*unchanged/);
  const same = await as("alice", "up --detach");
  t.regex(same.stderr, /shop is so already/);
  t.is(chain.secrets.secrets.length, 2);
  await writeFile(join(folder, "shop", "compose.yaml"), compose("another-value"));
  t.regex((await as("alice", "plan")).stdout, /~ secret +shop\/DB_PASSWORD 2 .*changed, from compose\.yaml/);
  const changed = await as("alice", "up --detach");
  t.is(changed.code, 0, changed.text);
  t.deepEqual(pinsOf(chain), ["shop/DB_PASSWORD 2", "shop/api 1"]);
  t.is(chain.deployments[0]?.revision, 2n);
  t.is(chain.specs.length, 1, "the spec is the same");
  t.is(await opens(bench, "shop/DB_PASSWORD", 2n), "another-value");
});

test("an operator who was not given the key makes a new version, because nothing can be compared", async (t) => {
  const { chain, as, people } = await stage(t);
  await as("alice", "up --detach");
  Object.assign(chain.groups[0] as object, { authority: people["bob"] ?? "" });
  t.regex((await as("bob", "plan")).stdout, /~ secret +shop\/api 2 .*the one before was not sealed to you/);
});

test("S-04 a device that is approved later is given what it is to run", async (t) => {
  const { as, device, opens } = await stage(t);
  await as("alice", "up --detach");
  const later = await device("later", DeviceStatus.DEVICE_STATUS_PENDING);
  const approved = await as("alice", "device approve later");
  t.is(approved.code, 0, approved.text);
  t.regex(approved.stderr, /secrets sealed to 1 reader more: later/);
  t.is(await opens(later, "shop/DB_PASSWORD", 1n), "hunter2hunter2");
});

test("S-04 who approves a device hands the keys on with the same transaction", async (t) => {
  const { chain, as, device, opens } = await stage(t);
  await as("alice", "up --on site=lab --detach");
  const later = await device("later", DeviceStatus.DEVICE_STATUS_PENDING);
  const { height } = chain;
  const approved = await as("alice", "device approve later --tag site=lab");
  t.is(approved.code, 0, approved.text);
  t.is(chain.height, height + 1);
  t.deepEqual(chain.done.slice(-2).map(({ typeUrl }) => typeUrl.replace(/^.*\.Msg/, "")), ["ApproveDevice", "GrantSecret"]);
  t.regex(approved.stderr, /later approved[\s\S]*secrets sealed to 1 reader more: later/);
  t.is(await opens(later, "shop/DB_PASSWORD", 1n), "hunter2hunter2");
});

test("S-04 a device that gets no work is approved all the same, and is given nothing", async (t) => {
  const { chain, as, device } = await stage(t);
  await as("alice", "up --on site=lab --detach");
  const later = await device("later", DeviceStatus.DEVICE_STATUS_PENDING);
  chain.secrets.unassigned.add(later.address);
  const approved = await as("alice", "device approve later --tag site=lab");
  t.is(approved.code, 0, approved.text);
  t.regex(approved.stderr, /later approved/);
  t.notRegex(approved.stderr, /sealed/);
  t.is(chain.devices.find(({ address }) => address === later.address)?.status, DeviceStatus.DEVICE_STATUS_APPROVED);
  t.false(chain.secrets.grants.some(({ recipient }) => recipient === later.address));
});

test("S-04 under a council the keys are handed on with the approval that is enough, and stand in no proposal", async (t) => {
  const { chain, as, device, opens } = await board(t);
  await as("bob", "secret reseal");
  await as("alice", "up --on site=lab --detach");
  t.is((await as("bob", "approve 1")).code, 0);
  const later = await device("later", DeviceStatus.DEVICE_STATUS_PENDING);
  const proposed = await as("alice", "device approve later --tag site=lab");
  t.is(proposed.code, 3, proposed.text);
  t.false(chain.proposals.some(({ messages }) => messages.some(({ typeUrl }) => typeUrl.endsWith("GrantSecret"))));
  t.false(chain.secrets.grants.some(({ recipient }) => recipient === later.address));
  const { height } = chain;
  const approved = await as("bob", "approve 2");
  t.is(approved.code, 0, approved.text);
  t.is(chain.height, height + 1, "one transaction");
  t.regex(approved.stderr, /executed in this transaction[\s\S]*secrets sealed to 1 reader more: later/);
  t.is(await opens(later, "shop/DB_PASSWORD", 1n), "hunter2hunter2");
});

test("S-04 grant names why a reader can be given nothing", async (t) => {
  const { chain, as, device, people } = await stage(t);
  await as("alice", "up --detach");
  await device("waiting", DeviceStatus.DEVICE_STATUS_PENDING);
  await device("gone", DeviceStatus.DEVICE_STATUS_REVOKED);
  const before = chain.done.length;
  for (const [reader, code] of [["waiting", "DAO3243"], ["gone", "DAO3244"], [people["carol"] ?? "", "DAO3248"]] as const) {
    const run = await as("alice", `secret grant shop ${reader}`);
    t.is(run.code, 5, run.text);
    t.true(run.text.includes(code), run.text);
  }
  t.is(chain.done.length, before);
});

test("S-04 after a revocation the values that the device knew are listed, and new ones go to a new key", async (t) => {
  const { chain, folder, as, device, opens, bench } = await stage(t);
  const lost = await device("lost", DeviceStatus.DEVICE_STATUS_APPROVED);
  await as("alice", "up --device bench --device lost --detach");
  t.is(await opens(lost, "shop/api", 1n), "api-key-81b2");
  const revoked = await as("alice", "device revoke lost");
  t.regex(revoked.stderr, /lost knew shop\/DB_PASSWORD, shop\/api/);
  t.regex(revoked.stderr, /daonetes secret rotate --exposed lost/);
  await writeFile(join(folder, "shop", "api.txt"), "new-api-key");
  t.is((await as("alice", "up --detach")).code, 0);
  t.deepEqual(versionsOf(chain).at(-1), "shop/api 2 key 2");
  t.is(await opens(bench, "shop/api", 2n), "new-api-key");
  await t.throwsAsync(opens(lost, "shop/api", 2n), { message: /no grant/ });
  const exposed = await as("alice", "secret exposed lost");
  t.regex(exposed.stdout, /shop\/DB_PASSWORD +1 +1 +to rotate/);
  t.regex(exposed.stdout, /shop\/api +1 +2 +changed since/);
  t.regex((await as("alice", "device show lost")).stdout, /state +revoked/);
  // The name is free again: where two had it, their addresses are asked for.
  chain.devices.push({ ...chain.devices.find(({ name }) => name === "lost")!, address: addressFromBytes(Buffer.alloc(20, "other")) });
  const both = await as("alice", "secret exposed lost");
  t.is(both.code, 2);
  t.regex(both.text, /DAO1061/);
});

test("S-04 rotate seals a new value to a new key and updates what uses it", async (t) => {
  const { chain, as, opens, bench } = await stage(t);
  await as("alice", "up --detach");
  const rotated = await as("alice", "secret rotate shop/DB_PASSWORD --detach", "rotated-value\n");
  t.is(rotated.code, 0, rotated.text);
  t.regex(rotated.stderr, /shop takes version 2 of shop\/DB_PASSWORD/);
  t.regex(rotated.stderr, /\.env/);
  t.deepEqual(pinsOf(chain), ["shop/DB_PASSWORD 2", "shop/api 1"]);
  t.deepEqual(versionsOf(chain).at(-1), "shop/DB_PASSWORD 2 key 2");
  t.is(await opens(bench, "shop/DB_PASSWORD", 2n), "rotated-value");
  const again = await as("alice", "secret rotate shop/DB_PASSWORD --detach", "rotated-value");
  t.is(again.code, 2);
  t.regex(again.stderr, /DAO4043/);
});

test("S-04 a deployment that names revoked devices keeps the others, and is left alone where it names no other", async (t) => {
  const { chain, as, bench, device } = await stage(t);
  const lost = await device("lost", DeviceStatus.DEVICE_STATUS_APPROVED);
  await as("alice", "up --device bench --device lost --detach");
  await as("alice", "device revoke lost");
  t.is((await as("alice", "secret rotate shop/DB_PASSWORD --detach", "rotated-value")).code, 0);
  t.deepEqual(chain.deployments[0]?.placement?.devices, [bench.address]);
  t.not(lost.address, bench.address);
  await as("alice", "device revoke bench");
  const rotated = await as("alice", "secret rotate shop/DB_PASSWORD", "another-value");
  t.is(rotated.code, 0, rotated.text);
  t.regex(rotated.stderr, /! shop names only devices that were revoked: daonetes up --device DEVICE/);
  t.deepEqual(pinsOf(chain), ["shop/DB_PASSWORD 2", "shop/api 1"]);
});

test("S-04 revoking walks through what the device knew: a value is passed over, an old one refused, a new one rolls out", async (t) => {
  const { chain, as, answering, device, opens, bench } = await stage(t);
  await device("lost", DeviceStatus.DEVICE_STATUS_APPROVED);
  await as("alice", "up --device bench --device lost --detach");
  const asked: string[] = [];
  const questions = (): string[] => asked.splice(0).map((question) => question.split(" (")[0] ?? "");
  t.is((await answering("alice", "device revoke lost", [true, true, null], asked)).code, 0);
  t.deepEqual(questions(), ["end a device's membership for ever: lost?", "Change them now, one after another?", "New value of shop/DB_PASSWORD"]);
  const revoked = await answering("alice", "secret rotate --exposed lost --detach", ["", "api-key-81b2", "new-api-key"], asked);
  t.is(revoked.code, 0, revoked.text);
  t.deepEqual(questions(), ["New value of shop/DB_PASSWORD", "New value of shop/api", "New value of shop/api"]);
  t.regex(revoked.stderr, /1 of 2 {3}shop\/DB_PASSWORD {3}used by shop\n[\s\S]*2 of 2 {3}shop\/api/);
  t.regex(revoked.stderr, /the new value of shop\/api is the old one +DAO4043/);
  t.regex(revoked.stderr, /not changed yet: shop\/DB_PASSWORD +go on: daonetes secret rotate --exposed/);
  t.deepEqual(pinsOf(chain), ["shop/DB_PASSWORD 1", "shop/api 2"]);
  t.is(await opens(bench, "shop/api", 2n), "new-api-key");
  t.false(revoked.text.includes("new-api-key"));
});

test("S-04 the walk can be broken off and gone on with, and made-up values need nobody", async (t) => {
  const { chain, as, answering, device } = await stage(t);
  await device("lost", DeviceStatus.DEVICE_STATUS_APPROVED);
  await as("alice", "up --device bench --device lost --detach");
  t.regex((await answering("alice", "device revoke lost", [true, false])).stderr, /then: daonetes secret rotate --exposed lost/);
  const broken = await answering("alice", "secret rotate --exposed lost --detach", [null]);
  t.regex(broken.stderr, /not changed yet: shop\/DB_PASSWORD, shop\/api/);
  t.deepEqual(pinsOf(chain), ["shop/DB_PASSWORD 1", "shop/api 1"]);
  const alone = await as("alice", "secret rotate --exposed lost");
  t.is(alone.code, 2);
  t.regex(alone.stderr, /DAO4044[\s\S]*daonetes secret rotate shop\/DB_PASSWORD\n +daonetes secret rotate shop\/api/);
  t.is((await as("alice", "secret rotate --exposed lost --generate --detach")).code, 0);
  t.deepEqual(pinsOf(chain), ["shop/DB_PASSWORD 2", "shop/api 2"]);
  t.regex((await as("alice", "secret rotate --exposed lost")).stderr, /lost knows no value that is still good/);
  for (const line of ["secret rotate", "secret rotate shop/api --exposed lost"]) t.regex((await as("alice", line)).stderr, /DAO1069/);
});

test("S-08 put takes a file as it is and a line without its end; the same value again changes nothing", async (t) => {
  const { chain, folder, as, opens, people } = await stage(t);
  t.is((await as("alice", "secret put tls.key", "a line\n")).code, 0);
  await writeFile(join(folder, "shop", "bin"), Uint8Array.of(1, 2, 10));
  t.is((await as("alice", "secret put other --file bin")).code, 0);
  t.deepEqual(versionsOf(chain), ["tls.key 1 key 1", "other 1 key 1"]);
  t.regex((await as("alice", "secret put tls.key", "a line")).stderr, /has this value already +version 1/);
  const alice = { address: people["alice"] ?? "", identity: "" };
  await t.throwsAsync(opens(alice, "tls.key", 1n), { message: /identity/ }, "it is sealed to alice alone");
  t.is(chain.secrets.grants.length, 2);
});

for (const [line, stdin, code, text] of [
  ["secret put a/b/c/d", "x", 2, /DAO4050/],
  ["secret put name", "", 2, /DAO4051/],
  ["secret put name --file nowhere", "", 2, /DAO2001/],
  ["secret show nothing", "", 4, /DAO5004/],
  ["secret exposed nobody", "", 4, /DAO5004/],
  ["secret remove nothing", "", 4, /DAO5004/],
  ["secret remove nothing --version-number 0", "", 2, /DAO1060/],
] as const) {
  test(`"${line}" exits ${code} and says why`, async (t) => {
    const { as, chain } = await stage(t);
    const run = await as("alice", line, stdin);
    t.is(run.code, code, run.text);
    t.regex(run.text, text);
    t.is(chain.done.length, 0);
  });
}

test("S-08 a value above 32 KiB is refused before anything is sent", async (t) => {
  const { as, chain, folder } = await stage(t);
  await writeFile(join(folder, "shop", "big"), Buffer.alloc(32_769, "x"));
  const run = await as("alice", "secret put big --file big");
  t.is(run.code, 2);
  t.regex(run.stderr, /DAO4052/);
  t.is(chain.done.length, 0);
});

test("list and show tell names, versions and readers", async (t) => {
  const { as, chain } = await stage(t);
  t.regex((await as("alice", "secret list")).stderr, /no secrets yet/);
  await as("alice", "up --detach");
  t.regex((await as("alice", "secret list")).stdout, /shop\/DB_PASSWORD +1 +1 +unused/);
  const shown = JSON.parse((await as("alice", "secret show shop/api -o json")).stdout) as { readers: string[]; used_by: object[]; versions: { hash: string }[] };
  t.deepEqual(shown.readers.sort(), ["alice", "bench"]);
  t.deepEqual(shown.used_by, [{ deployment: "shop", version: "1" }]);
  t.is(shown.versions[0]?.hash, chain.secrets.secrets.find(({ name }) => name === "shop/api")?.hash);
});

test("reseal hands on what somebody lacks, and nothing twice", async (t) => {
  const { as, chain, device, opens } = await stage(t);
  await as("alice", "up --detach");
  const later = await device("later", DeviceStatus.DEVICE_STATUS_APPROVED);
  t.regex((await as("alice", "secret reseal")).stderr, /sealed to 1 reader more: later/);
  t.is(await opens(later, "shop/api", 1n), "api-key-81b2");
  const before = chain.done.length;
  t.regex((await as("alice", "secret reseal")).stderr, /everybody has the keys/);
  t.is(chain.done.length, before);
});

test("who was not given a key cannot hand it on, and is told who can", async (t) => {
  const { as, chain, device, people } = await stage(t);
  await as("alice", "up --detach");
  Object.assign(chain.groups[0] as object, { operators: [people["bob"] ?? ""] });
  await device("later", DeviceStatus.DEVICE_STATUS_APPROVED);
  const run = await as("bob", "secret reseal");
  t.regex(run.stderr, /the key of shop was not given to you.*alice can: daonetes secret reseal/);
  // Bob registered himself by that, so that alice can give him the key.
  t.regex((await as("alice", "secret reseal")).stderr, /2 readers more/);
  t.regex((await as("bob", "plan")).stdout, /= deployment|= secret +shop\/api 1 .*unchanged/);
});

test("S-06 a gateway that shows another recipient, operator or grant gets nothing sealed to it", async (t) => {
  const { as, chain, people, bench } = await stage(t);
  const thief = await newIdentity();
  const thiefs = await recipientOf(thief);
  await as("carol", "key list");
  chain.secrets.recipients.push({ address: people["carol"] ?? "", ageRecipient: thiefs });
  // The node says that carol operates the group, and that the device has the thief's recipient.
  const { QueryGroupByNameResponse, QueryDevicesResponse } = await import("../../gen/daonetes/workgroup/v1/query.ts");
  chain.lies.set("workgroup.v1.Query/GroupByName", (bytes) => {
    const answer = QueryGroupByNameResponse.decode(bytes);
    answer.group!.operators = [people["carol"] ?? ""];
    return QueryGroupByNameResponse.encode(answer).finish();
  });
  chain.lies.set("workgroup.v1.Query/Devices", (bytes) => {
    const answer = QueryDevicesResponse.decode(bytes);
    for (const device of answer.devices) device.info!.ageRecipient = thiefs;
    return QueryDevicesResponse.encode(answer).finish();
  });
  const up = await as("alice", "up --detach");
  t.is(up.code, 0, up.text);
  for (const { scope, generation, sealed, recipient } of chain.secrets.grants) {
    t.true([people["alice"], bench.address].includes(recipient));
    const key = chain.secrets.keys.find((one) => one.scope === scope)!;
    await t.throwsAsync(openKey(sealed, { chainId: "fake-1", groupId: 1n, scope, generation }, thief, key.recipient));
  }
  t.is(chain.secrets.grants.length, 2);
});

test("S-06 a key that somebody slipped in is not used: its grant is not the group's", async (t) => {
  const { as, chain, people } = await stage(t);
  await as("alice", "up --detach");
  const strange = await newIdentity();
  const [grant] = chain.secrets.grants.filter(({ recipient }) => recipient === people["alice"]);
  grant!.sealed = await sealKey(strange, { chainId: "fake-1", groupId: 1n, scope: "shop", generation: 1n }, chain.secrets.recipients[0]!.ageRecipient);
  t.regex((await as("alice", "plan")).stdout, /the one before was not sealed to you/);
});

test("S-06 under a council a member stages, the proposal tells what is sealed, and an approver checks it by their own grant", async (t) => {
  const { as, chain, opens, bench, people } = await board(t);
  await as("bob", "secret reseal");
  const up = await as("alice", "up --detach");
  t.is(up.code, 3, up.text);
  t.deepEqual(versionsOf(chain), ["shop/DB_PASSWORD 1 key 1", "shop/api 1 key 1"]);
  t.deepEqual(chain.secrets.grants.map(({ recipient }) => recipient).sort(), [people["alice"] ?? "", people["bob"] ?? ""].sort());
  const approved = await as("bob", "approve 1");
  t.is(approved.code, 0, approved.text);
  t.regex(approved.stderr, /\+ secret shop\/DB_PASSWORD 1 +db:DB_PASSWORD, web:DB_PASSWORD +sealed sha256:.* +checked: the operators' key opens it, 14 bytes/);
  t.regex(approved.stderr, /secrets sealed to 1 reader more: bench/);
  t.notRegex(approved.text, /hunter2/);
  t.is(await opens(bench, "shop/DB_PASSWORD", 1n), "hunter2hunter2");
});

test("S-06 an approver without a recipient reads that nothing was checked", async (t) => {
  const { as } = await board(t);
  await as("alice", "up --detach");
  const approved = await as("bob", "approve 1");
  t.regex(approved.stderr, /not checked: its key was not sealed to you/);
});

test("S-06 an approver sees a ciphertext that belongs elsewhere", async (t) => {
  const { as, chain } = await board(t);
  await as("bob", "secret reseal");
  await as("alice", "up --detach");
  const [one, other] = chain.secrets.contents;
  one!.content = other!.content;
  const shown = await as("bob", "proposal show 1");
  t.regex(shown.text, /shop\/DB_PASSWORD.*! what is stored for shop\/DB_PASSWORD was sealed for another chain, group, name or version/);
});

test("an external secret has to be there, and is pinned as it is", async (t) => {
  const { as, chain, folder } = await stage(t);
  await writeFile(join(folder, "shop", "compose.yaml"), `services: {web: {image: "registry.example/web@${DIGEST}", secrets: [tls.key]}}\nsecrets: {tls.key: {external: true}}\n`);
  const missing = await as("alice", "up --detach");
  t.is(missing.code, 2);
  t.regex(missing.stderr, /the group has no secret tls\.key[\s\S]*daonetes secret put tls\.key|DAO4041/);
  await as("alice", "secret put tls.key", "key");
  t.is((await as("alice", "up --detach")).code, 0);
  t.deepEqual(pinsOf(chain), ["tls.key 1"]);
});

test("credentials of a registry go to every device that runs something", async (t) => {
  const { as, chain, bench } = await stage(t);
  await as("alice", "up --detach");
  t.is((await as("alice", "secret put registry/registry.example", "user:password")).code, 0);
  t.true(chain.secrets.grants.some(({ scope, recipient }) => scope === "registry/registry.example" && recipient === bench.address));
});

test("a device that says SecretNotSealed is shown with what to do", async (t) => {
  const { as, chain, bench } = await stage(t);
  await as("alice", "up --detach");
  const report = workload.Report.fromPartial({ device: bench.address, deploymentId: 1n, revision: 1n, state: workload.ReportState.REPORT_STATE_ACCEPTED, reason: "SecretNotSealed", text: "shop/api" });
  chain.reports.push(report);
  t.regex((await as("alice", "ps shop")).stdout, /SecretNotSealed: shop\/api; hand the keys on: daonetes secret reseal/);
});

test("the age identity of a key comes back with its words, and differs from every other", async (t) => {
  const { Keyring } = await import("../keyring.ts");
  const words = `${"abandon ".repeat(11)}about`;
  const folder = await mkdtemp(join(tmpdir(), "daonetes-age-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const ring = new Keyring(folder, () => Promise.reject(new Error("nobody types")));
  await ring.add("one", "test", words);
  await ring.add("two", "test", words);
  await ring.add("three", "test", undefined);
  const [one, two, three] = await Promise.all(["one", "two", "three"].map((name) => ring.ageIdentity(name)));
  t.is(one, two);
  t.not(one, three);
  t.regex(await recipientOf(one!), /^age1pq1/);
});
