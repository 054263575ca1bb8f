import { createServer } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { FakeChain } from "../../test/fakes/fake-chain.ts";
import { seatKey } from "../../test/fakes/fake-seats.ts";
import { runCli } from "./program.ts";

interface Run {
  code: number;
  text: string;
  stdout: string;
}

/** A network of seats under alice, and the CLI as alice or bob. */
async function network(t: ExecutionContext, ...names: string[]): Promise<{ chain: FakeChain; people: Record<string, string>; as(who: string, line: string): Promise<Run> }> {
  const chain = new FakeChain();
  const gateway = await chain.start();
  const folder = await mkdtemp(join(tmpdir(), "daonetes-validator-"));
  t.teardown(() => {
    chain.stop();
    return rm(folder, { recursive: true, force: true });
  });
  const run = async (line: string): Promise<Run> => {
    let [stdout, stderr, exit] = ["", "", 0];
    const code = await runCli(line.split(" "), {
      environment: { DAONETES_CONFIG: folder },
      cwd: folder,
      stdout: (text) => void (stdout += text),
      stderr: (text) => void (stderr += text),
      interactive: false,
      readStdin: () => Promise.resolve(""),
      setExitCode: (exitCode) => void (exit = exitCode),
    });
    return { code: code === 0 ? exit : code, stdout, text: stdout + stderr };
  };
  const people: Record<string, string> = {};
  for (const name of ["alice", "bob"]) people[name] = (await run(`key add ${name} --keyring test -o name`)).stdout.trim();
  await run(`--key alice context create fake --gateway ${gateway}`);
  chain.set.authority = people["alice"] ?? "";
  for (const name of names) chain.set.seat(name, 1_000n, people["bob"]);
  return { chain, people, as: (who, line) => run(`--key ${who} ${line}`) };
}

/** A node's RPC. @returns its address */
async function node(t: ExecutionContext, status: { network?: string; height?: string; catchingUp?: boolean; key?: Uint8Array } = {}): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "application/json");
    const result = {
      node_info: { network: status.network ?? "fake-1", id: "n" },
      sync_info: { latest_block_height: status.height ?? "12", catching_up: status.catchingUp ?? false },
      validator_info: { pub_key: { type: "tendermint/PubKeyEd25519", value: Buffer.from(status.key ?? seatKey("new")).toString("base64") } },
      peers: [{ node_info: { id: "ab12", moniker: "south\u001b[31m", listen_addr: "tcp://0.0.0.0:26656" }, is_outbound: true, remote_ip: "10.0.0.7" }],
    };
    response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, result }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("the seats are listed with who signs, and the network says what it can lose", async (t) => {
  const { chain, as } = await network(t, "a", "b", "c", "d");
  chain.set.down.add("d");
  t.regex((await as("bob", "validator list")).stdout, /3 +c +1000 +signs .*\n4 +d +1000 +does not sign/s);
  const status = await as("bob", "network status");
  t.regex(status.stdout, /validators +3 of 4 sign, with 3000 of 4000 power {3}not: d/);
  t.regex(status.stdout, /may be down +none of them: the next one stops the network/);
  chain.set.down.clear();
  t.regex((await as("bob", "network status")).stdout, /may be down +1 of them/);
  t.like(JSON.parse((await as("bob", "network status -o json")).stdout), { validators: { signing: 4, seats: 4, makesBlocks: true }, upgrade: null, paused: [] });
});

test("a node gets a seat once its RPC shows that it runs with the network", async (t) => {
  const { chain, people, as } = await network(t, "a", "b", "c", "d");
  const added = await as("alice", `validator add e --operator bob --node ${await node(t)}`);
  t.is(added.code, 0, added.text);
  t.regex(added.text, /e has seat 5 with power 1000/);
  t.like(chain.set.seats[4], { moniker: "e", operator: people["bob"], targetPower: 1_000n });
  t.deepEqual(Buffer.from(chain.set.seats[4]?.consPubKey ?? []), Buffer.from(seatKey("new")));
});

for (const [what, status, why] of [
  ["another network's", { network: "other-1" }, /belongs to other-1/],
  ["one that catches up", { catchingUp: true }, /catching up/],
  ["one far behind", { height: "-200" }, /blocks behind/],
] as const) {
  test(`no seat for a node that is ${what}`, async (t) => {
    const { chain, as } = await network(t, "a");
    const refused = await as("alice", `validator add e --node ${await node(t, status)}`);
    t.is(refused.code, 5, refused.text);
    t.regex(refused.text, why);
    t.is(chain.set.seats.length, 1);
  });
}

test("no seat for a node that does not answer, without a node, or with a key that a seat has", async (t) => {
  const { chain, as } = await network(t, "a", "b", "c", "d");
  t.regex((await as("alice", "validator add e --node http://127.0.0.1:1")).text, /does not answer.*DAO3062/s);
  t.regex((await as("alice", "validator add e")).text, /which node is it\?.*DAO1051/s);
  t.regex((await as("alice", "validator add e --pubkey abc")).text, /no ed25519 key of 32 bytes.*DAO1050/s);
  t.regex((await as("alice", `validator add e --node ${await node(t, { key: seatKey("b") })}`)).text, /is or was that of seat 2 \(b\).*DAO3064/s);
  t.regex((await as("bob", `validator add e --node ${await node(t)}`)).text, /the authority over the network is .*DAO3010/s);
  t.is(chain.set.seats.length, 4);
  t.is(chain.done.length, 0);
});

test("what would make the network stand still is refused before it is sent", async (t) => {
  const { chain, as } = await network(t, "a", "b", "c", "d");
  chain.set.down.add("d");
  const remove = await as("alice", "validator remove a");
  t.is(remove.code, 5, remove.text);
  t.regex(remove.text, /2000 of 3000 power would run after it.*no signature lately: d.*DAO3063/s);
  t.regex((await as("alice", "validator power d 1600")).text, /3000 of 4600 power.*DAO3063/s);
  t.is(chain.done.length, 0);
  t.is((await as("alice", "validator remove d")).code, 0, "the one that is down may go");
  t.is((await as("alice", "validator power a 1500")).code, 0);
  chain.set.params = { ...chain.set.params, minValidators: 3, maxValidators: 3 };
  t.regex((await as("alice", "validator remove a")).text, /2 seats would be left, and the network wants at least 3.*DAO3061/s);
  t.regex((await as("alice", `validator add e --node ${await node(t)}`)).text, /takes at most 3.*DAO3061/s);
  t.regex((await as("alice", "validator remove nobody")).text, /no seat .* is called "nobody".*DAO3060/s);
});

test("a seat of a third or more is replaced by a second one, a smaller one gets its key at once", async (t) => {
  const { chain, as } = await network(t, "a", "b", "c", "d");
  chain.set.down.add("d");
  const rotated = await as("bob", `validator rotate d --node ${await node(t)}`);
  t.is(rotated.code, 0, rotated.text);
  t.deepEqual(chain.done.map(({ typeUrl }) => typeUrl), ["/daonetes.valset.v1.MsgRotateKey"]);
  t.deepEqual(Buffer.from(chain.set.seats[3]?.consPubKey ?? []), Buffer.from(seatKey("new")));

  const alone = await network(t, "only");
  const replaced = await alone.as("alice", `validator rotate only --node ${await node(t)}`);
  t.is(replaced.code, 0, replaced.text);
  t.deepEqual(alone.chain.done.map(({ typeUrl }) => typeUrl.replace(/.*\.Msg/, "")), ["AddValidator", "RemoveValidator"]);
  t.deepEqual(alone.chain.set.seats.map(({ targetPower, moniker }) => [moniker, targetPower]), [["only", 0n], ["only", 1_000n]]);
});

test("where a council governs the network, a change of the set is a proposal", async (t) => {
  const { chain, people, as } = await network(t, "a", "b", "c", "d");
  const members = ["alice", "bob"].map((name) => ({ address: people[name] ?? "", weight: 1n, name }));
  chain.set.authority = chain.council("board", members, 2n).address;
  const proposed = await as("alice", `validator add e --node ${await node(t)}`);
  t.is(proposed.code, 3, proposed.text);
  t.is(chain.set.seats.length, 4);
  const approved = await as("bob", "-y approve 1");
  t.is(approved.code, 0, approved.text);
  t.is(chain.set.seats[4]?.moniker, "e");
});

test("an upgrade has a name and a height that leaves time, and can be taken back", async (t) => {
  const { chain, as } = await network(t, "a");
  t.regex((await as("alice", "network upgrade v2")).text, /DAO1053/);
  t.regex((await as("alice", "network upgrade v2 --height 15")).text, /nobody would have placed the new binary.*DAO3066/s);
  t.is(chain.done.length, 0);
  t.is((await as("alice", "network upgrade v2 --height 500 --info see-the-wiki")).code, 0);
  t.deepEqual(chain.set.plan && { ...chain.set.plan, time: undefined }, { name: "v2", height: 500n, info: "see-the-wiki", time: undefined, upgradedClientState: undefined } as never);
  t.regex((await as("bob", "network status")).stdout, /upgrade +v2 at height 500/);
  t.regex((await as("bob", "doctor")).stdout, /^! upgrade +v2 is planned at height 500$/m);
  t.regex((await as("alice", "network upgrade v3 --height 600")).text, /is planned at height 500 already.*DAO3066/s);
  t.is((await as("alice", "network upgrade --cancel")).code, 0);
  t.regex((await as("alice", "network upgrade --cancel")).text, /no upgrade is planned/);
});

test("peers are those of a node of yours, their names without control characters", async (t) => {
  const { as } = await network(t, "a");
  t.regex((await as("alice", `network peers --node ${await node(t)}`)).stdout, /south\ufffd\[31m +10\.0\.0\.7 +this node +ab12/);
  t.regex((await as("alice", "network peers --node http://127.0.0.1:1")).text, /does not answer.*DAO5001/s);
});

test("the authority over the network changes hands in two steps, and an offer can be taken back", async (t) => {
  const { chain, people, as } = await network(t, "a");
  t.regex((await as("alice", "network handover")).text, /who takes over\?.*DAO1054/s);
  t.regex((await as("alice", "network accept")).text, /is offered to nobody.*DAO3070/s);
  t.regex((await as("alice", "network handover --to alice")).text, /is the authority over the network already.*DAO3069/s);
  t.regex((await as("bob", "network handover --to bob")).text, /DAO3010/);
  t.regex((await as("alice", "network handover --cancel")).text, /DAO3070/);
  t.is(chain.done.length, 0, "what was refused was not sent");

  const offered = await as("alice", "network handover --to bob");
  t.is(offered.code, 0, offered.text);
  t.regex(offered.text, /offered to bob; until they accept nothing changes.*network accept/s);
  t.is(chain.set.authority, people["alice"] ?? "");
  t.regex((await as("bob", "network status")).stdout, new RegExp(`offered to +${people["bob"]}`));
  t.is((await as("alice", "network handover --cancel")).code, 0);
  t.is(chain.set.pendingAuthority, "");
  await as("alice", "network handover --to bob");
  t.regex((await as("alice", "network accept")).text, /DAO3010/, "nobody accepts for another");
  const accepted = await as("bob", "network accept");
  t.is(accepted.code, 0, accepted.text);
  t.is(chain.set.authority, people["bob"] ?? "");
  t.regex((await as("alice", "network pause deploy")).text, /DAO3010/);
});

test("a council takes the network over by a proposal, pauses by a proposal and hands it on", async (t) => {
  const { chain, people, as } = await network(t, "a");
  const members = ["alice", "bob"].map((name) => ({ address: people[name] ?? "", weight: 1n, name }));
  const { address } = chain.council("board", members, 2n);
  const offered = await as("alice", "network handover --to board");
  t.is(offered.code, 3, offered.text);
  t.regex(offered.text, /take over the authority over the network/);
  const approved = await as("bob", "-y approve 1");
  t.is(approved.code, 0, approved.text);
  t.is(chain.set.authority, address);

  t.is((await as("alice", "network pause deploy")).code, 3);
  t.regex((await as("bob", "inbox")).stdout, /stop create-deployment, update-deployment on the whole network/);
  t.is((await as("bob", "-y approve 2")).code, 0);
  t.is(chain.set.paused.length, 2);
  t.is((await as("bob", "network resume --all")).code, 3);
  t.is((await as("alice", "-y approve 3")).code, 0);
  t.deepEqual(chain.set.paused, []);
});

test("a multisig that governs the network hands it over and pauses by files that its members sign", async (t) => {
  const { chain, people, as } = await network(t, "a");
  const address = (await as("alice", "key multisig firm --threshold 2 --member alice --member bob -o name")).stdout.split("\n")[0] ?? "";
  chain.set.authority = address;
  const signed = async (file: string): Promise<void> => {
    t.is((await as("alice", `-y tx sign ${file}.tx.json`)).code, 0);
    t.is((await as("bob", `-y tx sign ${file}.tx.json`)).code, 0);
    t.is((await as("alice", `tx collect ${file}.tx.json`)).code, 0);
    const sent = await as("alice", `-y tx broadcast ${file}.signed.json`);
    t.is(sent.code, 0, sent.text);
  };
  const paused = await as("alice", "network pause create-group");
  t.is(paused.code, 3, paused.text);
  const [, file = ""] = /(?<file>firm-\d+)\.tx\.json/.exec(paused.text) ?? [];
  await signed(file);
  t.deepEqual(chain.set.paused, ["/daonetes.workgroup.v1.MsgCreateGroup"]);
  const offered = await as("bob", "network handover --to bob");
  t.is(offered.code, 3, offered.text);
  await signed(/(?<file>firm-\d+)\.tx\.json/.exec(offered.text)?.[1] ?? "");
  t.is((await as("bob", "network accept")).code, 0);
  t.is(chain.set.authority, people["bob"] ?? "");
});

test("kinds of messages are paused and taken again; what nobody could resume without is refused before it is sent", async (t) => {
  const { chain, as } = await network(t, "a");
  const paused = await as("alice", "network pause create-group deploy");
  t.is(paused.code, 0, paused.text);
  t.deepEqual(chain.set.paused, ["/daonetes.workgroup.v1.MsgCreateGroup", "/daonetes.workload.v1.MsgCreateDeployment", "/daonetes.workload.v1.MsgUpdateDeployment"]);
  t.regex((await as("bob", "network status")).stdout, /paused +\/daonetes\.workgroup\.v1\.MsgCreateGroup, /);
  const sent = chain.done.length;
  t.regex((await as("alice", "network pause deploy")).text, /paused already.*DAO3072/s);
  t.regex((await as("alice", "network resume revoke")).text, /not paused.*DAO3072/s);
  t.regex((await as("alice", "network resume")).text, /which kinds of messages\?.*DAO1055/s);
  t.regex((await as("alice", "network pause nonsense")).text, /DAO1031/);
  for (const kind of ["approve", "accept-network-authority", "/daonetes.admission.v1.MsgResume"]) {
    t.regex((await as("alice", `network pause ${kind}`)).text, /cannot be paused: without it nobody could resume.*DAO3071/s, kind);
  }
  t.regex((await as("alice", "network pause report")).text, /leases run out.*DAO1013/s, "what devices send takes a yes");
  t.is(chain.done.length, sent);
  t.is((await as("alice", "-y network pause report")).code, 0);
  t.is((await as("alice", "network resume deploy report")).code, 0);
  t.deepEqual(chain.set.paused, ["/daonetes.workgroup.v1.MsgCreateGroup"]);
  t.is((await as("alice", "network resume --all")).code, 0);
  t.regex((await as("alice", "network resume --all")).text, /nothing is paused/);
});
