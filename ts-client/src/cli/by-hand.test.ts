import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { FakeChain } from "../../test/fakes/fake-chain.ts";
import { addressFromBytes, rawQueries, workgroup } from "../index.ts";
import { runCli } from "./program.ts";

interface Run {
  code: number;
  text: string;
  stdout: string;
}

interface Stage {
  chain: FakeChain;
  /** Addresses of alice and bob. */
  people: Record<string, string>;
  as(who: string, args: string[], stdin?: string): Promise<Run>;
  write(name: string, content: unknown): Promise<void>;
}

const DEVICE = "daonet1device";

/** A group under alice with a device. */
async function stage(t: ExecutionContext): Promise<Stage> {
  const chain = new FakeChain();
  const gateway = await chain.start();
  const folder = await mkdtemp(join(tmpdir(), "daonetes-by-hand-"));
  t.teardown(() => {
    chain.stop();
    return rm(folder, { recursive: true, force: true });
  });
  const run = async (args: string[], stdin = ""): Promise<Run> => {
    const outcome: Run = { code: 0, text: "", stdout: "" };
    const code = await runCli(args, {
      environment: { DAONETES_CONFIG: folder },
      cwd: folder,
      stdout: (text) => {
        outcome.stdout += text;
        outcome.text += text;
      },
      stderr: (text) => void (outcome.text += text),
      interactive: false,
      readStdin: () => Promise.resolve(stdin),
      setExitCode: (exitCode) => void (outcome.code = exitCode),
    });
    return { ...outcome, code: code === 0 ? outcome.code : code };
  };
  const people: Record<string, string> = {};
  for (const name of ["alice", "bob"]) people[name] = (await run(["key", "add", name, "--keyring", "test", "-o", "name"])).stdout.trim();
  await run(["--key", "alice", "--group", "lab", "context", "create", "fake", "--gateway", gateway]);
  chain.groups.push(workgroup.Group.fromPartial({ id: 1n, name: "lab", authority: people["alice"] ?? "" }));
  chain.devices.push(workgroup.Device.fromPartial({ address: DEVICE, groupId: 1n, name: "bench", status: workgroup.DeviceStatus.DEVICE_STATUS_APPROVED }));
  return {
    chain,
    people,
    as: (who, args, stdin) => run(["--key", who, "-y", ...args], stdin),
    write: (name, content) => writeFile(join(folder, name), typeof content === "string" ? content : JSON.stringify(content)),
  };
}

const cordon = (authority: string): object => ({ type: "daonetes/MsgCordonDevice", value: { authority, device: DEVICE } });

test("messages by hand are shown, signed and sent", async (t) => {
  const { chain, people, as, write } = await stage(t);
  await write("cordon.json", cordon(people["alice"] ?? ""));
  const sent = await as("alice", ["tx", "raw", "cordon.json"]);
  t.is(sent.code, 0, sent.text);
  t.regex(sent.text, /give bench nothing new[\s\S]*executed {4}height/);
  t.is(chain.devices[0]?.status, workgroup.DeviceStatus.DEVICE_STATUS_CORDONED);
  const piped = await as("alice", ["tx", "raw", "-", "-o", "json"], JSON.stringify([{ type: "daonetes/MsgUncordonDevice", value: { authority: people["alice"], device: DEVICE } }]));
  t.is(piped.code, 0, piped.text);
  t.regex((JSON.parse(piped.stdout) as { hash: string }).hash, /^[0-9A-F]{64}$/);
});

test("messages of a council become a proposal", async (t) => {
  const { chain, people, as, write } = await stage(t);
  const pair = chain.council("pair", ["alice", "bob"].map((name) => ({ address: people[name] ?? "", weight: 1n, name })), 2n);
  Object.assign(chain.groups[0] as object, { authority: pair.address });
  await write("cordon.json", cordon(pair.address));
  const proposed = await as("alice", ["tx", "raw", "cordon.json"]);
  t.is(proposed.code, 3, proposed.text);
  t.regex(proposed.text, /proposal 1: give bench nothing new {4}approved 1 of 2 \(alice\)/);
});

for (const [what, content, expected] of [
  ["no JSON", "{", /not JSON[\s\S]*DAO1066/],
  ["an empty list", [], /0 messages[\s\S]*DAO1066/],
  ["no message", [{ "@type": "/daonetes.workgroup.v1.MsgCordonDevice" }], /no message in amino JSON[\s\S]*DAO1066/],
  ["an unknown message", { type: "daonetes/MsgFly", value: {} }, /DAO3046/],
  ["an unknown field", { type: "daonetes/MsgCordonDevice", value: { authority: "", colour: "red" } }, /DAO3046/],
  ["two signers", [cordon(addressFromBytes(new Uint8Array(20))), cordon(addressFromBytes(new Uint8Array(20).fill(1)))], /2 signers[\s\S]*DAO1067/],
] as const) {
  test(`messages by hand that are ${what} are refused, and nothing is sent`, async (t) => {
    const { chain, as, write } = await stage(t);
    await write("x.json", content);
    const run = await as("alice", ["tx", "raw", "x.json"]);
    t.is(run.code, 2, run.text);
    t.regex(run.text, expected);
    t.is(chain.devices[0]?.status, workgroup.DeviceStatus.DEVICE_STATUS_APPROVED);
  });
}

test("any query of the chain's modules is put and answered in snake case", async (t) => {
  const { people, as } = await stage(t);
  const names = rawQueries().map(({ name }) => name);
  for (const name of ["council/Proposal", "workgroup/Group", "workload/Deployments", "valset/Validators", "admission/Params"]) t.true(names.includes(name), name);
  t.regex((await as("alice", ["query"])).stdout, /council\/Proposal +proposal_id/);
  const asked = await as("alice", ["query", "workgroup/Group", "group_id=1"]);
  t.is(asked.code, 0, asked.text);
  t.like(JSON.parse(asked.stdout), { group: { id: "1", name: "lab", authority: people["alice"] } });
  t.deepEqual(JSON.parse((await as("alice", ["query", "workgroup/Group", '{"group_id":"1"}'])).stdout), JSON.parse(asked.stdout));
  const document = JSON.parse((await as("alice", ["query", "workgroup/Group", "group_id=1", "-o", "json"])).stdout) as { height: string; group: object };
  t.regex(document.height, /^\d+$/);
  t.like(document.group, { name: "lab" });
});

for (const [args, code, expected] of [
  [["workgroup/Flights"], 2, /no query "workgroup\/Flights"[\s\S]*DAO1064/],
  [["constructor/toString"], 2, /DAO1064/],
  [["workgroup/Group", "colour=red"], 2, /not asked with "colour"[\s\S]*it takes group_id/],
  [["workgroup/Group", "group_id"], 2, /DAO1065/],
  [["workgroup/Group", "{"], 2, /not JSON[\s\S]*DAO1065/],
  [["workgroup/Group", "group_id=x"], 2, /DAO1064/],
  [["workgroup/Group", "group_id=99"], 4, /DAO5004/],
] as const) {
  test(`the query "${args.join(" ")}" exits ${code} and says why`, async (t) => {
    const { as } = await stage(t);
    const run = await as("alice", ["query", ...args]);
    t.is(run.code, code, run.text);
    t.regex(run.text, expected);
  });
}
