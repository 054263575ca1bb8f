import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { FakeChain } from "../../test/fakes/fake-chain.ts";
import { workgroup } from "../index.ts";
import { runCli } from "./program.ts";

interface Run {
  code: number;
  /** What it printed, both together. */
  text: string;
}

interface Stage {
  chain: FakeChain;
  folder: string;
  address: string;
  /** Runs the CLI as somebody, saying yes. */
  as(who: string, line: string): Promise<Run>;
  /** The same without saying yes. */
  asks(who: string, line: string): Promise<Run>;
}

/** A group "lab" with a device, under a multisig of alice, bob and carol of whom two sign. */
async function stage(t: ExecutionContext): Promise<Stage> {
  const chain = new FakeChain();
  const gateway = await chain.start();
  const folder = await mkdtemp(join(tmpdir(), "daonetes-multisig-"));
  t.teardown(() => {
    chain.stop();
    return rm(folder, { recursive: true, force: true });
  });
  const run = async (line: string): Promise<Run> => {
    const outcome: Run = { code: 0, text: "" };
    const code = await runCli(line.split(" ").filter(Boolean), {
      environment: { DAONETES_CONFIG: join(folder, "config") },
      cwd: folder,
      stdout: (text) => void (outcome.text += text),
      stderr: (text) => void (outcome.text += text),
      interactive: false,
      readStdin: () => Promise.resolve(""),
      setExitCode: (exitCode) => void (outcome.code = exitCode),
    });
    return { ...outcome, code: code === 0 ? outcome.code : code };
  };
  for (const name of ["alice", "bob", "carol", "dave"]) await run(`key add ${name} --keyring test`);
  const address = (await run("key multisig board --threshold 2 --member alice --member bob --member carol -o name")).text.split("\n")[0]!;
  await run(`--key alice --group lab context create fake --gateway ${gateway}`);
  chain.groups.push(workgroup.Group.fromPartial({ id: 1n, name: "lab", authority: address }));
  for (const name of ["bench", "rack"]) {
    chain.devices.push(workgroup.Device.fromPartial({ address: `daonet1${name}`, groupId: 1n, name, status: workgroup.DeviceStatus.DEVICE_STATUS_APPROVED }));
  }
  return { chain, folder, address, as: (who, line) => run(`--key ${who} -y ${line}`), asks: (who, line) => run(`--key ${who} ${line}`) };
}

async function expects(t: ExecutionContext, run: Promise<Run>, code: number, ...texts: RegExp[]): Promise<string> {
  const { code: found, text } = await run;
  t.is(found, code, text);
  for (const one of texts) t.regex(text, one);
  return text;
}

test("a command for a multisig becomes a file that two of three sign in any order, and one sends", async (t) => {
  const { chain, folder, as, asks } = await stage(t);
  await expects(t, as("alice", "device cordon bench"), 3,
    /● board-0\.tx\.json: give bench nothing new {4}signed 0 of 2 {4}sequence 0/,
    /2 of alice, bob, carol: {2}daonetes tx sign board-0\.tx\.json/,
    /Then: {2}daonetes tx collect board-0\.tx\.json {6}daonetes tx broadcast board-0\.signed\.json/);
  t.is(chain.done.length, 0);
  // Nobody signs what they did not see; without a yes nothing is signed.
  await expects(t, asks("carol", "tx sign board-0.tx.json"), 2, /give bench nothing new/, /DAO1013/);
  await expects(t, as("carol", "tx sign board-0.tx.json"), 0, /give bench nothing new {3}\(group lab\)/, /by the multisig daonet1.* 2 of alice, bob, carol {3}sequence 0 on/, /✔ signed as carol: board-0\.carol\.sig\.json/);
  await expects(t, as("alice", "tx collect board-0.tx.json"), 3, /DAO3030/, /1 of 2 signatures are there/);
  await expects(t, as("alice", "tx sign board-0.tx.json --offline"), 0, /cordon device/, /device {3}"daonet1bench"/);
  await expects(t, as("bob", "tx collect board-0.tx.json"), 0, /✔ 2 of 2 signatures: board-0\.signed\.json/);
  await expects(t, as("bob", "tx broadcast board-0.signed.json"), 0, /✔ give bench nothing new.*height/, /signed by alice, carol/);
  t.is(chain.devices[0]?.status, workgroup.DeviceStatus.DEVICE_STATUS_CORDONED);
  t.deepEqual((await readdir(folder)).sort(), ["board-0.alice.sig.json", "board-0.carol.sig.json", "board-0.signed.json", "board-0.tx.json", "config"]);
  // Once more: its sequence is spent, for signing and for sending.
  await expects(t, as("bob", "tx broadcast board-0.signed.json"), 1, /has the sequence 0, which was spent/, /DAO3039/);
  await expects(t, as("bob", "tx sign board-0.tx.json"), 1, /DAO3039/);
});

test("the multisig itself may be named as the key; -o json says what is missing", async (t) => {
  const { as, address } = await stage(t);
  const document = JSON.parse(await expects(t, as("board", "device cordon bench -o json -q"), 3)) as Record<string, unknown>;
  t.like(document, { status: "pending_signatures", file: "board-0.tx.json", title: "give bench nothing new", multisig: address, sequence: "0", needed: 2 });
  await expects(t, as("board", "tx sign board-0.tx.json"), 5, /board is no member/, /DAO3031/);
});

test("the same command twice writes one file; another one with its sequence is named", async (t) => {
  const { as } = await stage(t);
  await as("alice", "device cordon bench");
  await expects(t, as("bob", "device cordon bench"), 3, /the same is written already: board-0\.tx\.json/);
  await expects(t, as("bob", "device cordon rack"), 3, /● board-0-2\.tx\.json/, /! board-0\.tx\.json has the sequence 0 too: only one of the two can be executed/);
  await expects(t, as("alice", "tx sign board-0-2.tx.json"), 0, /! board-0\.tx\.json has the sequence 0 too/);
  await as("bob", "tx sign board-0.tx.json");
  await expects(t, as("alice", "tx collect board-0.tx.json board-0.bob.sig.json board-0-2.alice.sig.json"), 5, /another content with the same sequence 0/, /DAO3036/);
});

test("what would fail is said before anybody signs", async (t) => {
  const { chain, as, folder } = await stage(t);
  chain.devices[0]!.status = workgroup.DeviceStatus.DEVICE_STATUS_CORDONED;
  await expects(t, as("alice", "device cordon bench"), 1, /DAO5022/);
  t.deepEqual(await readdir(folder), ["config"]);
});

test("who is in no multisig that is the authority is refused", async (t) => {
  const { as } = await stage(t);
  await expects(t, as("dave", "device cordon bench"), 5, /DAO3010/, /daonetes key multisig/);
  await as("alice", "device cordon bench");
  await expects(t, as("dave", "tx sign board-0.tx.json"), 5, /dave is no member/, /DAO3031/);
});

test("files that were changed, are of another kind or of another network are refused", async (t) => {
  const { as, folder } = await stage(t);
  await as("alice", "device cordon bench");
  const text = await readFile(join(folder, "board-0.tx.json"), "utf8");
  await writeFile(join(folder, "changed.tx.json"), text.replace("daonet1bench", "daonet1rack"));
  await expects(t, as("alice", "tx sign changed.tx.json"), 5, /changed\.tx\.json was changed after it was written/, /DAO3038/);
  await expects(t, as("alice", "tx sign nothing.tx.json"), 2, /DAO1044/);
  await expects(t, as("alice", "tx broadcast board-0.tx.json"), 2, /is no signed transaction/, /DAO3042/);
  await as("alice", "tx sign board-0.tx.json");
  await expects(t, as("alice", "tx collect board-0.tx.json board-0.alice.sig.json board-0.alice.sig.json"), 5, /are both signed by alice/, /DAO3032/);
  await writeFile(join(folder, "board-0.bob.sig.json"), "{}\n");
  await expects(t, as("bob", "tx collect board-0.tx.json"), 2, /board-0\.bob\.sig\.json is no signature of a member/, /DAO3043/);
  await expects(t, as("bob", "tx sign board-0.tx.json"), 2, /there is another file board-0\.bob\.sig\.json already/, /DAO1045/);
});

test("an authority passes from a key to a multisig and on", async (t) => {
  const { chain, as } = await stage(t);
  const { address: dave } = JSON.parse((await as("dave", "key show dave -o json")).text) as { address: string };
  Object.assign(chain.groups[0] as object, { authority: dave });
  await expects(t, as("dave", "group handover lab --to board"), 0, /whoever takes over: {2}daonetes group accept lab/);
  await expects(t, as("carol", "group accept lab"), 3, /accept authority over lab/);
  for (const name of ["carol", "alice"]) await as(name, "tx sign board-0.tx.json");
  await as("carol", "tx collect board-0.tx.json");
  await expects(t, as("carol", "tx broadcast board-0.signed.json"), 0, /accept authority over lab/);
  await expects(t, as("dave", "device cordon bench"), 5, /DAO3010/);
  await expects(t, as("bob", "group handover lab --to dave"), 3, /board-1\.tx\.json: offer the authority over lab/, /then, by whoever takes over/);
});

test("a multisig is a member of a council: its people find the proposal and vote with files", async (t) => {
  const { chain, address, as } = await stage(t);
  const { address: dave } = JSON.parse((await as("dave", "key show dave -o json")).text) as { address: string };
  const council = chain.council("union", [{ address, weight: 1n, name: "board" }, { address: dave, weight: 1n, name: "dave" }], 2n);
  Object.assign(chain.groups[0] as object, { authority: council.address });
  await expects(t, as("dave", "device cordon bench"), 3, /proposal 1: give bench nothing new/, /board: {2}daonetes approve 1/);
  await expects(t, as("alice", "inbox"), 0, /1 +lab +give bench nothing new +dave/);
  await expects(t, as("alice", "approve 1"), 3, /simulated now: it passes/, /● board-0\.tx\.json: approve proposal 1/);
  // A node that shows other messages than the vote is for gets no signature.
  const path = "council.v1.Query/Proposal";
  chain.lies.set(path, (answer) => Buffer.from(Buffer.from(answer).toString("latin1").replace("daonet1bench", "daonet1branch".slice(0, 12)), "latin1"));
  await expects(t, as("bob", "tx sign board-0.tx.json"), 5, /the node shows others for proposal 1/, /DAO3021/);
  chain.lies.delete(path);
  for (const name of ["bob", "alice"]) await expects(t, as(name, "tx sign board-0.tx.json"), 0, /approve proposal 1 of union: give bench nothing new/);
  await as("bob", "tx collect board-0.tx.json");
  await expects(t, as("bob", "tx broadcast board-0.signed.json"), 0);
  t.is(chain.devices[0]?.status, workgroup.DeviceStatus.DEVICE_STATUS_CORDONED);
  // And it proposes.
  await expects(t, as("carol", "device cordon rack"), 3, /● board-1\.tx\.json/);
});

for (const [line, code, text] of [
  ["key multisig x --threshold 2 --member alice", 2, /DAO1041/],
  ["key multisig x --threshold 3 --member alice --member bob", 2, /DAO1041/],
  ["key multisig x --threshold 1 --member alice --member bob=xyz", 2, /DAO1042/],
  ["key multisig x --threshold 1 --member alice --member alice", 2, /DAO1043/],
  ["key multisig x --threshold 1 --member alice --member board", 2, /DAO1040/],
  ["key multisig board --threshold 1 --member alice --member bob", 2, /DAO1007/],
  ["key multisig x --threshold 1 --member alice --member nobody", 4, /DAO1004/],
] as const) {
  test(`"${line}" exits ${code} and says why`, async (t) => {
    const { as } = await stage(t);
    await expects(t, as("alice", line), code, text);
  });
}
