import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { FakeChain, QueryProposalResponse, QuerySpecContentResponse, QuerySpecResponse } from "../../test/fakes/fake-chain.ts";
import { council, messagesHash, workgroup, workload, workloadMessages, proposedMessages } from "../index.ts";
import { encodeCanonical, hashSpec, type CanonicalSpec } from "../compose/index.ts";
import { runCli } from "./program.ts";

interface Run {
  code: number;
  stdout: string;
  stderr: string;
  /** Both together. */
  text: string;
}

interface Stage {
  chain: FakeChain;
  /** Addresses of alice, bob, carol and dave. */
  people: Record<string, string>;
  /** Runs the CLI as somebody, saying yes. */
  as(who: string, line: string): Promise<Run>;
  /** The same without saying yes. */
  asks(who: string, line: string): Promise<Run>;
}

/** A group "lab" under alice, with a device, and four people who share a computer. */
async function stage(t: ExecutionContext): Promise<Stage> {
  const chain = new FakeChain();
  const gateway = await chain.start();
  const folder = await mkdtemp(join(tmpdir(), "daonetes-council-"));
  t.teardown(() => {
    chain.stop();
    return rm(folder, { recursive: true, force: true });
  });
  const run = async (line: string): Promise<Run> => {
    const outcome: Run = { code: 0, stdout: "", stderr: "", text: "" };
    const code = await runCli(line.split(" ").filter(Boolean), {
      environment: { DAONETES_CONFIG: folder },
      cwd: folder,
      stdout: (text) => void (outcome.stdout += text),
      stderr: (text) => void (outcome.stderr += text),
      interactive: false,
      readStdin: () => Promise.resolve(""),
      setExitCode: (exitCode) => void (outcome.code = exitCode),
    });
    return { ...outcome, code: code === 0 ? outcome.code : code, text: outcome.stdout + outcome.stderr };
  };
  const people: Record<string, string> = {};
  for (const name of ["alice", "bob", "carol", "dave"]) people[name] = (await run(`key add ${name} --keyring test -o name`)).stdout.trim();
  await run(`--key alice --group lab context create fake --gateway ${gateway}`);
  chain.groups.push(workgroup.Group.fromPartial({ id: 1n, name: "lab", authority: people["alice"] ?? "" }));
  chain.devices.push(workgroup.Device.fromPartial({ address: "daonet1device", groupId: 1n, name: "bench", status: workgroup.DeviceStatus.DEVICE_STATUS_APPROVED }));
  return { chain, people, as: (who, line) => run(`--key ${who} -y ${line}`), asks: (who, line) => run(`--key ${who} ${line}`) };
}

/** The same under a council of alice, bob and carol; two of three decide, one may pause. */
async function board(t: ExecutionContext): Promise<Stage & { council: council.Council }> {
  const scene = await stage(t);
  const members = ["alice", "bob", "carol"].map((name) => ({ address: scene.people[name] ?? "", weight: 1n, name }));
  const found = scene.chain.council("board", members, 2n, [{ typeUrl: "/daonetes.workload.v1.MsgPauseDeployment", threshold: 1n }]);
  Object.assign(scene.chain.groups[0] as object, { authority: found.address });
  return { ...scene, council: found };
}

test("a council is made of keys and addresses, with rules by the names of what people do", async (t) => {
  const { chain, people, as } = await stage(t);
  const made = await as("alice", `council create board --member alice --member rob=${people["bob"] ?? ""}:2 --member ${people["carol"] ?? ""} --threshold 3 --rule pause=1 --rule deploy=2 --rule change-authority=4`);
  t.is(made.code, 0, made.text);
  t.regex(made.stderr, /council board \(daonet1.*\) {3}default weight 3 of 4, pause weight 1 of 4, create-deployment weight 2 of 4/);
  const [found] = chain.councils;
  t.deepEqual(Object.fromEntries((found?.members ?? []).map(({ address, name, weight }) => [address, `${name} ${weight}`])), { [people["alice"] ?? ""]: "alice 1", [people["bob"] ?? ""]: "rob 2", [people["carol"] ?? ""]: " 1" });
  t.is(found?.rules.length, 4, "deploy stands for creating and updating");
  t.regex((await as("bob", "council list")).stdout, /1 +board +3 +weight 3 of 4 +daonet1/);
  t.regex((await as("bob", "council show board")).stdout, /members +.*rob \(2\)/);
  t.regex((await as("bob", "council rules board")).stdout, /change-members +weight 4 of 4/);
  t.deepEqual(JSON.parse((await as("dave", "council list --mine -o json")).stdout), { height: "11", items: [] });
});

for (const [line, code, text] of [
  ["council create x --threshold 1", 2, /DAO1039/],
  ["council create x --member alice", 2, /DAO1039/],
  ["council create x --member nobody --threshold 1", 2, /"nobody" is no address[\s\S]*DAO1032/],
  ["council create x --member alice:x --threshold 1", 2, /DAO1037/],
  ["council create x --member alice --threshold 0", 2, /DAO1038/],
  ["council create x --member alice --threshold 1 --rule pause", 2, /DAO1035/],
  ["council create x --member alice --threshold 1 --rule fly=1", 2, /"fly" names no kind of message[\s\S]*one of deploy, pause[\s\S]*/],
  ["council create x --member alice --threshold 1 --rule update-params=1", 2, /names several kinds/],
  ["council show nowhere", 4, /DAO5004/],
  ["approve x", 2, /DAO1033/],
  ["approve 99", 4, /there is no proposal "99"/],
  ["proposal list --status done", 2, /DAO1034[\s\S]*open, executed/],
  ["wait proposal/1 --for healthy", 2, /DAO1023/],
  ["group accept lab", 1, /offered to nobody[\s\S]*DAO3013|DAO3013[\s\S]*offered/],
] as const) {
  test(`"${line}" exits ${code} and says why`, async (t) => {
    const { as } = await stage(t);
    const run = await as("alice", line);
    t.is(run.code, code, run.text);
    t.regex(run.text, text);
  });
}

test("a hand-over to a council proposes the acceptance; another member approves it", async (t) => {
  const { chain, as } = await stage(t);
  await as("alice", "council create board --member alice --member bob --member carol --threshold 2");
  const offered = await as("alice", "group handover lab --to board");
  t.is(offered.code, 3, offered.text);
  t.regex(offered.stderr, /group lab offered to board/);
  t.regex(offered.stderr, /proposal 1: accept authority over lab {4}approved 1 of 2 \(alice\) {4}ends in 3d/);
  t.regex(offered.stderr, /bob or carol: {2}daonetes approve 1/);
  t.regex((await as("bob", "inbox")).stdout, /1 +lab +accept authority over lab +alice +1 +3d/);
  t.regex((await as("alice", "inbox")).stderr, /nothing waits/);
  const approved = await as("bob", "approve 1");
  t.is(approved.code, 0, approved.text);
  t.regex(approved.stderr, /simulated now: it passes/);
  t.regex(approved.stderr, /approved 2 of 2, executed in this transaction/);
  t.is(chain.groups[0]?.authority, chain.councils[0]?.address);
  const late = await as("carol", "approve 1");
  t.is(late.code, 0, late.text);
  t.regex(late.stderr, /carried out already/);
  t.is((await as("carol", "wait proposal/1")).code, 0);
});

test("every command of a group under a council becomes a proposal, and one that is enough goes on", async (t) => {
  const { chain, as } = await board(t);
  const cordon = await as("alice", "device cordon bench");
  t.is(cordon.code, 3, cordon.text);
  t.is(chain.devices[0]?.status, workgroup.DeviceStatus.DEVICE_STATUS_APPROVED);
  const again = await as("alice", "device cordon bench");
  t.is(again.code, 3, again.text);
  t.regex(again.stderr, /the same is proposed already/);
  t.is(chain.proposals.length, 1, "a command that is run twice proposes once");
  t.regex((await as("carol", "device cordon bench")).stderr, /the same is proposed already: daonetes approve 1/);

  const json = JSON.parse((await as("alice", "device cordon bench -o json")).stdout) as Record<string, unknown>;
  t.like(json, { status: "pending_approval", proposal_id: "1", council: "board", needed: "2", approved: "1" });
  t.is((await as("alice", "device cordon bench -o name")).stdout, "1\n");

  (chain.councils[0] as council.Council).defaultThreshold = 1n;
  const single = await as("bob", "group handover lab --to dave");
  t.is(single.code, 0, single.text);
  t.is(chain.groups[0]?.pendingAuthority, chain.done.find(({ typeUrl }) => typeUrl.endsWith("ProposeAuthority"))?.value.newAuthority);
});

test("who is no member is told who signs, and nothing is sent", async (t) => {
  const { chain, as } = await board(t);
  for (const line of ["device cordon bench", "group handover lab --to dave", "council rules board --threshold 1"]) {
    const run = await as("dave", line);
    t.is(run.code, 5, run.text);
    t.regex(run.stderr, /council board[\s\S]*DAO3010[\s\S]*council members board/);
  }
  await as("alice", "device cordon bench");
  const vote = await as("dave", "approve 1");
  t.is(vote.code, 5);
  t.regex(vote.stderr, /DAO3020/);
  t.is(chain.proposals[0]?.votes.length, 1);
});

test("reject and withdraw show the proposal first, and say what became of it", async (t) => {
  const { as } = await board(t);
  await as("alice", "device cordon bench");
  t.regex((await as("bob", "reject 1")).stderr, /give bench nothing new[\s\S]*rejected by 1 of 3/);
  t.regex((await as("carol", "reject 1")).stderr, /rejected by 2 of 3; it cannot be reached any more/);
  const dead = await as("alice", "approve 1");
  t.is(dead.code, 1);
  t.regex(dead.stderr, /proposal 1 is rejected[\s\S]*DAO3025/);
  await as("alice", "device cordon bench");
  t.is((await as("alice", "withdraw 2")).code, 0);
  t.regex((await as("alice", "proposal list board")).stdout, /1 +board +rejected[\s\S]*2 +board +withdrawn/);
  t.regex((await as("alice", "wait proposal/2")).stderr, /is withdrawn/);
});

test("an approval that would fail is not signed, and says why", async (t) => {
  const { chain, as } = await board(t);
  await as("alice", "device cordon bench");
  Object.assign(chain.devices[0] as object, { status: workgroup.DeviceStatus.DEVICE_STATUS_CORDONED });
  const run = await as("bob", "approve 1");
  t.is(run.code, 1, run.text);
  t.regex(run.stderr, /simulated now: it fails: the device's standing does not allow this[\s\S]*DAO5022/);
  t.is(chain.proposals[0]?.votes.length, 1);
});

test("where nobody can answer, a vote needs -y", async (t) => {
  const { chain, as, asks } = await board(t);
  await as("alice", "device cordon bench");
  for (const line of ["approve 1", "reject 1"]) {
    const run = await asks("bob", line);
    t.is(run.code, 2, run.text);
    t.regex(run.stderr, /give bench nothing new[\s\S]*DAO1013/, "it is shown first");
  }
  t.is(chain.proposals[0]?.votes.length, 1);
});

const SPEC = (greeting: string): CanonicalSpec => ({
  format: "daonetes.spec.v1",
  services: {
    web: { environment: { GREETING: greeting }, image: { digest: `sha256:${"a".repeat(64)}`, name: "docker.io/library/hello", tag: "1" }, network_mode: "none" },
  },
}) as unknown as CanonicalSpec;

/** Puts a spec there. */
function publish(chain: FakeChain, version: bigint, content: Uint8Array): string {
  const hash = hashSpec(content);
  chain.specs.push({ content, spec: workload.Spec.fromPartial({ groupId: 1n, hash, name: "web", version, declaration: {} }) });
  return hash;
}

/** A deployment of web:1, and a proposal of alice to update it to web:2. */
async function update(t: ExecutionContext, content = encodeCanonical(SPEC("good\u001b[2Jmorning"))): Promise<Stage & { council: council.Council; second: string }> {
  const scene = await board(t);
  const { chain, people } = scene;
  const [first, second] = [publish(chain, 1n, encodeCanonical(SPEC("hello"))), publish(chain, 2n, content)];
  chain.deployments.push(workload.Deployment.fromPartial({ id: 4n, groupId: 1n, name: "web", specHash: first, revision: 1n, placement: { selector: ["site=lab"] } }));
  const message = workloadMessages.updateDeployment({ authority: scene.council.address, deploymentId: 4n, expectedRevision: 1n, specHash: second, placement: { selector: ["site=lab"] } });
  const messages = await proposedMessages([message]);
  chain.proposals.push({
    messages,
    proposal: council.Proposal.fromPartial({
      id: 1n, councilId: 1n, councilVersion: 1n, proposer: people["alice"] ?? "", title: "harmless", messageTypes: [message.typeUrl],
      messagesHash: messagesHash(messages), needed: 2n, yes: 1n, status: council.ProposalStatus.PROPOSAL_STATUS_OPEN, expiresAt: { seconds: BigInt(Math.floor(Date.now() / 1000)) + 7200n },
    }),
    votes: [council.Vote.fromPartial({ proposalId: 1n, member: people["alice"] ?? "", choice: council.Choice.CHOICE_APPROVE, weight: 1n })],
  });
  return { ...scene, second };
}

test("an approver sees the difference, the devices, what owners are asked for, and that the hash was recomputed", async (t) => {
  const { as } = await update(t);
  t.regex((await as("bob", "inbox")).stdout, /1 +lab +deploy web:2 +alice +1 +2h/, "what it does, not what its proposer calls it");
  const run = await as("bob", "approve 1");
  t.is(run.code, 0, run.text);
  t.regex(run.stderr, /deploy web:2 {3}\(group lab\)/);
  t.regex(run.stderr, /~ services\.web\.environment\.GREETING {3}hello -> good\ufffd\[2Jmorning/, "without what moves a cursor");
  t.regex(run.stderr, /devices bench \(same\)/);
  t.regex(run.stderr, /asks the owner for: nothing {4}hash recomputed here: same/);
  t.regex(run.stderr, /Next: {2}daonetes wait deployment\/web/);
  t.regex((await as("bob", "proposal show 1")).stdout, /approved +2 of 2 {3}alice, bob/);
});

test("a stale plan is said before it is signed", async (t) => {
  const { chain, as } = await update(t);
  Object.assign(chain.deployments[0] as object, { revision: 5n });
  t.regex((await as("bob", "proposal show 1")).stdout, /proposed for revision 1; now revision 5 is there/);
});

for (const [what, code, path, lie] of [
  ["other messages under the same hash", "DAO3021", "council.v1.Query/Proposal", (answer: Uint8Array) => {
    const shown = QueryProposalResponse.decode(answer);
    return QueryProposalResponse.encode({ ...shown, messages: [{ ...shown.messages[0]!, value: Buffer.concat([shown.messages[0]!.value, Buffer.from([0x18, 9])]) }] }).finish();
  }],
  ["other bytes for the spec", "DAO3022", "workload.v1.Query/SpecContent", () => QuerySpecContentResponse.encode({ content: encodeCanonical(SPEC("harmless")) }).finish()],
  ["a declaration that the bytes do not have", "DAO3022", "workload.v1.Query/Spec", (answer: Uint8Array) => {
    const { spec } = QuerySpecResponse.decode(answer);
    return QuerySpecResponse.encode({ spec: workload.Spec.fromPartial({ ...spec, declaration: { requires: ["privileged"] } }) }).finish();
  }],
  ["a message that this version does not know", "DAO3024", "council.v1.Query/Proposal", (answer: Uint8Array) => {
    const shown = QueryProposalResponse.decode(answer);
    const messages = [{ typeUrl: "/daonetes.workload.v1.MsgFromTheFuture", value: new Uint8Array() }];
    return QueryProposalResponse.encode({ ...shown, messages, proposal: council.Proposal.fromPartial({ ...shown.proposal, messagesHash: messagesHash(messages) }) }).finish();
  }],
] as const) {
  test(`a node that shows ${what} gets no signature: ${code}`, async (t) => {
    const { chain, as } = await update(t);
    chain.lies.set(path, lie);
    const run = await as("bob", "approve 1");
    t.is(run.code, 5, run.text);
    t.regex(run.text, new RegExp(code));
    t.is(chain.proposals[0]?.votes.length, 1, "nothing was signed");
    t.is((await as("bob", "reject 1")).code, 0, "a vote against it needs no trust");
  });
}

test("a node that swaps a whole proposal gets a signature that the chain refuses", async (t) => {
  const { chain, as } = await update(t);
  await as("carol", "device cordon bench");
  const harmless = chain.proposals[1]!;
  chain.lies.set("council.v1.Query/Proposal", () => QueryProposalResponse.encode({ ...harmless, proposal: { ...harmless.proposal, id: 1n } }).finish());
  const run = await as("bob", "approve 1");
  t.not(run.code, 0, run.text);
  t.is(chain.proposals[0]?.votes.length, 1, "the vote names what was shown, and the chain holds something else");
});

test("bytes that no device would run are not approved", async (t) => {
  const { as } = await update(t, Buffer.from('{"services":{}}'));
  t.regex((await as("bob", "approve 1")).stderr, /not in canonical form[\s\S]*DAO3022/);
});

test("a spec that is not on the chain is not approved", async (t) => {
  const { chain, as } = await update(t);
  chain.specs.pop();
  t.regex((await as("bob", "approve 1")).stderr, /DAO3023/);
  t.regex((await as("bob", "inbox")).stdout, /"harmless"/, "the proposer's words are marked as such");
});

test("members change with the rules that would be stranded, in an order in which each step is sound", async (t) => {
  const { chain, as } = await board(t);
  (chain.councils[0] as council.Council).rules.push({ typeUrl: "/daonetes.workgroup.v1.MsgProposeAuthority", threshold: 3n });
  const stranded = await as("alice", "council members board --remove carol");
  t.is(stranded.code, 2);
  t.regex(stranded.stderr, /DAO1036[\s\S]*--drop-rule/);
  t.is(chain.proposals.length, 0);
  await as("alice", "council members board --remove carol --rule change-authority=2");
  t.deepEqual(chain.proposals[0]?.proposal.messageTypes.map((typeUrl) => typeUrl.replace(/^.*Msg/, "")), ["UpdateRules", "UpdateMembers"]);
  await as("bob", "approve 1");
  await as("carol", "approve 1");
  t.deepEqual(chain.councils[0]?.members.map(({ name }) => name).sort(), ["alice", "bob"]);
  await as("alice", "council members board --member dave:2 --threshold 4");
  t.deepEqual(chain.proposals[1]?.proposal.messageTypes.map((typeUrl) => typeUrl.replace(/^.*Msg/, "")), ["UpdateMembers", "UpdateRules"]);
  t.regex((await as("bob", "approve 2")).stderr, /\+ dave \(daonet1.*\) {3}weight 2[\s\S]*~ default {3}2 -> 4/);
  t.deepEqual(chain.councils[0]?.defaultThreshold, 4n);
  t.regex((await as("bob", "council members board --member alice")).stderr, /is so already/);
});

test("a council that is a member votes through its own people", async (t) => {
  const { chain, people, as } = await stage(t);
  const team = chain.council("team", [{ address: people["bob"] ?? "", weight: 1n, name: "bob" }], 1n);
  const top = chain.council("top", [{ address: team.address, weight: 1n, name: "team" }, { address: people["alice"] ?? "", weight: 1n, name: "alice" }], 2n);
  Object.assign(chain.groups[0] as object, { authority: top.address });
  t.is((await as("alice", "device cordon bench")).code, 3);
  t.regex((await as("bob", "inbox")).stdout, /1 +lab +give bench nothing new +alice/);
  const run = await as("bob", "approve 1");
  t.is(run.code, 0, run.text);
  t.regex(run.stderr, /approved 2 of 2/);
  t.is(chain.devices[0]?.status, workgroup.DeviceStatus.DEVICE_STATUS_CORDONED);
});

/** The group under a council of two companies, north (alice, bob) and south (carol, dave), in which both decide together. */
async function consortium(t: ExecutionContext): Promise<Stage> {
  const scene = await stage(t);
  const { chain, people } = scene;
  const company = (name: string, ...members: string[]): council.Council =>
    chain.council(name, members.map((member) => ({ address: people[member] ?? "", weight: 1n, name: member })), 2n);
  const companies = [company("north", "alice", "bob"), company("south", "carol", "dave")];
  const top = chain.council("top", companies.map(({ address, name }) => ({ address, weight: 1n, name })), 2n);
  Object.assign(chain.groups[0] as object, { authority: top.address });
  return scene;
}

test("people of a company propose to the council that it is in, and those of another one agree", async (t) => {
  const { chain, as } = await consortium(t);
  const asked = await as("alice", "device cordon bench");
  t.is(asked.code, 3, asked.text);
  t.regex(asked.stderr, /proposal 1: propose in top: give bench nothing new {4}approved 1 of 2 \(alice\)/);
  t.regex((await as("bob", "device cordon bench")).stderr, /the same is proposed already: daonetes approve 1/);
  t.is(chain.proposals.length, 1);
  t.regex((await as("bob", "inbox")).stdout, /1 +lab +propose in top: give bench nothing new +alice +1/);
  const agreed = await as("bob", "approve 1");
  t.is(agreed.code, 0, agreed.text);
  t.regex(agreed.stderr, /approved 2 of 2, executed in this transaction/);
  t.regex(agreed.stderr, /proposal 2: give bench nothing new {4}approved 1 of 2 \(north\)[\s\S]*south: {2}daonetes approve 2/);
  t.is(chain.devices[0]?.status, workgroup.DeviceStatus.DEVICE_STATUS_APPROVED, "one company is not enough");
  t.regex((await as("alice", "device cordon bench")).stderr, /the same is proposed already\n/, "and not proposed twice");

  t.regex((await as("dave", "inbox")).stdout, /2 +lab +give bench nothing new +north +1/);
  const first = await as("dave", "approve 2");
  t.is(first.code, 3, first.text);
  t.regex(first.stderr, /proposal 3: approve proposal 2 of top: give bench nothing new {4}approved 1 of 2 \(dave\)/);
  const second = await as("carol", "approve 3");
  t.is(second.code, 0, second.text);
  t.regex(second.stderr, /proposal 2 of top is executed: give bench nothing new/);
  t.is(chain.devices[0]?.status, workgroup.DeviceStatus.DEVICE_STATUS_CORDONED);
});

test("a company takes back what it proposed, by a proposal of its own", async (t) => {
  const { chain, as } = await consortium(t);
  await as("alice", "device cordon bench");
  await as("bob", "approve 1");
  t.regex((await as("alice", "withdraw 2")).stderr, /proposal 3: withdraw proposal 2 of top/);
  t.is((await as("bob", "approve 3")).code, 0);
  t.is(chain.proposals[1]?.proposal.status, council.ProposalStatus.PROPOSAL_STATUS_WITHDRAWN);
});

test("councils inside councils are found at every level that can act", async (t) => {
  const { chain, as } = await consortium(t);
  const top = chain.councils[2] as council.Council;
  const above = chain.council("world", [{ address: top.address, weight: 1n, name: "top" }], 1n);
  Object.assign(chain.groups[0] as object, { authority: above.address });
  t.regex((await as("carol", "device cordon bench")).stderr, /proposal 1: propose in top: propose in world: give bench nothing new/);
  await as("dave", "approve 1");
  t.regex((await as("alice", "inbox")).stdout, /2 +lab +propose in world: give bench nothing new +south +1/);
  await as("alice", "approve 2");
  t.is((await as("bob", "approve 3")).code, 0);
  t.is(chain.devices[0]?.status, workgroup.DeviceStatus.DEVICE_STATUS_CORDONED);
});

test("tickets of a council are good once they are approved, and their text is there at once", async (t) => {
  const { as } = await board(t);
  const run = await as("alice", "ticket create -o json");
  t.is(run.code, 3, run.text);
  const document = JSON.parse(run.stdout) as Record<string, string>;
  t.regex(document["ticket"] ?? "", /^dnj1/);
  t.is(document["proposal_id"], "1");
});
