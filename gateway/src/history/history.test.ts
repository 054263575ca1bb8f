import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { testApp } from "../../test/fakes/app.ts";
import { council } from "@daonetes/client";
import { type EncodedMessage, encodeMessage } from "@daonetes/client/device";
import { DEVICE_KEY, event, HistoryNode, ofGroup, reportTx, txOf } from "../../test/fakes/history-node.ts";
import { changesAt, groups, sampleChanges } from "../../test/fakes/state.ts";
import { apply } from "../read-model/apply.ts";
import { emptyModel, ownerOf } from "../read-model/model.ts";
import type { KnownOwner } from "./owners.ts";
import { HistoryWriter } from "./writer.ts";

interface Page {
  items: { height: string; action: string; actor: string; object: string; tx_hash: string; signers: string[]; changes: object[] }[];
  next_cursor: string | null;
  complete_from: string;
  complete_to: string;
}

const silent = { info: () => undefined, warn: () => undefined };

async function written(t: ExecutionContext, node: HistoryNode, path = "", known?: KnownOwner): Promise<HistoryWriter> {
  const writer = new HistoryWriter(node.client(), path, () => BigInt(node.height), silent, known);
  t.teardown(() => writer.close());
  await writer.catchUp();
  return writer;
}

async function api(t: ExecutionContext, history: HistoryWriter) {
  const model = emptyModel();
  apply(model, changesAt(50n, { groups: groups(2) }));
  const { app } = await testApp(t, { model, history });
  return (query = ""): Promise<{ statusCode: number; body: string; headers: object; page: Page }> =>
    app.inject(`/api/v1/groups/group-1/audit${query}`).then((answer) => ({ statusCode: answer.statusCode, body: answer.body, headers: answer.headers, page: (answer.statusCode === 200 && !query.includes("csv") ? answer.json() : {}) as Page }));
}

function sample(): HistoryNode {
  const node = new HistoryNode();
  node.add();
  node.add([reportTx(4), reportTx(5, 2n)]);
  node.add([reportTx(6, 3n), reportTx(7, 4n)], [0, 5]);
  node.add([], [], [{ type: "daonetes.workload.v1.EventRolloutPaused", attributes: [{ key: "group_id", value: '"1"' }, { key: "deployment_id", value: '"7"' }] }, ofGroup("2")]);
  return node;
}

test("every executed message and what the chain did by itself is an entry, a failed one is not", async (t) => {
  const get = await api(t, await written(t, sample()));
  const { page } = await get();
  t.deepEqual(page.items.map(({ height, actor, action, object }) => [height, actor, action, object]), [
    ["2", DEVICE_KEY.address, "report.starting", "deployment 7 revision 1"],
    ["2", DEVICE_KEY.address, "report.running", "deployment 7 revision 1"],
    ["3", DEVICE_KEY.address, "report.healthy", "deployment 7 revision 1"],
    ["4", "", "rollout.paused", "deployment 7"],
  ]);
  t.deepEqual(page.items[0]?.signers, [DEVICE_KEY.address]);
  t.is(page.items[0]?.changes.length, 1);
  t.is(page.items[3]?.tx_hash, "");
  t.like(page, { complete_from: "1", complete_to: "4", next_cursor: null });
});

test("filters, order and pages by cursor give each entry once", async (t) => {
  const get = await api(t, await written(t, sample()));
  t.is((await get(`?actor=${DEVICE_KEY.address}`)).page.items.length, 3);
  t.is((await get("?action=report")).page.items.length, 3);
  t.is((await get("?action=report.healthy")).page.items.length, 1);
  t.is((await get("?since=2026-01-01T00:00:03Z")).page.items.length, 2);
  t.is((await get("?until=2026-01-01T00:00:03Z")).page.items.length, 2);
  for (const order of ["asc", "desc"]) {
    const all = (await get(`?order=${order}`)).page.items;
    const paged: Page["items"] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const { page } = await get(`?order=${order}&limit=1${cursor === "" ? "" : `&cursor=${cursor}`}`);
      paged.push(...page.items);
      cursor = page.next_cursor;
    }
    t.deepEqual(paged, all, order);
  }
  for (const bad of ["?since=yesterday", "?cursor=abc", "?action=DROP", "?limit=0", "?unknown=1"]) t.is((await get(bad)).statusCode, 400, bad);
});

test("CSV has a header line and the same entries", async (t) => {
  const get = await api(t, await written(t, sample()));
  const { body, headers } = await get("?format=csv");
  const lines = body.trimEnd().split("\r\n");
  t.like(headers, { "content-type": "text/csv; charset=utf-8" });
  t.is(lines.length, 5);
  t.true(lines[0]!.startsWith("height,time,actor,"));
  t.true(lines[3]!.includes(`${DEVICE_KEY.address},,report.healthy,deployment 7 revision 1`));
});

test("a history in a file goes on where it was, and reads no block twice", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "daonetes-history-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "history.db");
  const node = sample();
  await (await written(t, node, path)).close();
  node.add([reportTx(8, 5n)]);
  node.asked.length = 0;
  const again = await written(t, node, path);
  t.deepEqual(node.asked.sort(), ["block 5", "block_results 5"]);
  t.deepEqual(again.range(), { from: 1n, to: 5n });
  await again.close();

  for (const spoil of [() => writeFileSync(path, "not a database"), () => (node.genesis = "another network")]) {
    spoil();
    const anew = await written(t, node, path);
    t.deepEqual(anew.range(), { from: 1n, to: 5n });
    await anew.close();
  }
});

test("where the node has lost blocks, the history says where it begins", async (t) => {
  const node = sample();
  node.oldest = 3;
  const get = await api(t, await written(t, node));
  t.like((await get()).page, { complete_from: "3", complete_to: "4" });
});

const MEMBER = DEVICE_KEY.address;
/** Pauses deployment 9; only the deployment says which group is meant. */
const pause: EncodedMessage = { typeUrl: "/daonetes.workload.v1.MsgPauseDeployment", value: Uint8Array.of(0x10, 9) };
const submit = (message: EncodedMessage): EncodedMessage =>
  encodeMessage("/daonetes.council.v1.MsgSubmit", council.MsgSubmit, council.MsgSubmit.fromPartial({ proposer: MEMBER, councilId: 1n, messages: [message] }));
const approve = (proposalId: bigint): EncodedMessage => encodeMessage("/daonetes.council.v1.MsgApprove", council.MsgApprove, council.MsgApprove.fromPartial({ member: MEMBER, proposalId }));
const submitted = (id: string): object => event("council.v1.EventProposalSubmitted", { council_id: "1", proposal_id: id });
const voted = (id: string): object => event("council.v1.EventVoteCast", { council_id: "1", proposal_id: id, member: MEMBER });

test("who asked and who signed is in the history of the group that a proposal is about, also through councils in councils", async (t) => {
  const node = new HistoryNode();
  node.add([reportTx(4)], [], [], [[event("workload.v1.EventDeploymentCreated", { group_id: "1", deployment_id: "9", revision: "1" })]]);
  node.add([txOf(submit(pause))], [], [], [[submitted("1"), voted("1")]]);
  node.add([txOf(approve(1n))], [], [], [[voted("1")]]);
  // A council asks in another one: carrying proposal 2 out makes proposal 3.
  node.add([txOf(submit(submit(pause)))], [], [], [[submitted("2"), voted("2")]]);
  node.add([txOf(approve(2n))], [], [], [[voted("2"), submitted("3"), voted("3")]]);
  node.add([txOf(submit(approve(3n)))], [], [], [[submitted("4"), voted("4")]]);
  // Of another council, about nothing of any group.
  node.add([txOf(approve(77n))], [], [], [[voted("77")]]);
  const get = await api(t, await written(t, node));
  const { page } = await get("?action=proposal");
  t.deepEqual(page.items.map(({ height, actor, action }) => [height, actor, action]), [
    ["2", MEMBER, "proposal.submitted"],
    ["3", MEMBER, "proposal.approved"],
    ["4", MEMBER, "proposal.submitted"],
    ["5", MEMBER, "proposal.approved"],
    ["6", MEMBER, "proposal.submitted"],
  ]);
});

test("a proposal about a thing that is older than the history is found through the chain's state", async (t) => {
  const model = emptyModel();
  apply(model, sampleChanges());
  const node = new HistoryNode();
  node.add([txOf(submit({ ...pause, value: Uint8Array.of(0x10, 7) }))], [], [], [[submitted("1")]]);
  node.add([txOf(approve(1n))], [], [], [[voted("1")]]);
  const get = await api(t, await written(t, node, "", (thing) => ownerOf(model, thing)));
  t.deepEqual((await get()).page.items.map(({ action }) => action), ["proposal.submitted", "proposal.approved"]);
});

test("before the first block was read the history is not there yet", async (t) => {
  const model = emptyModel();
  apply(model, changesAt(50n, { groups: groups(1) }));
  const { app } = await testApp(t, { model });
  const answer = await app.inject("/api/v1/groups/1/audit");
  t.is(answer.statusCode, 503);
  t.is(answer.json<{ code: string }>().code, "DAO5502");
});
