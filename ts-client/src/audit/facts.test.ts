import { readdirSync, readFileSync } from "node:fs";
import test from "ava";
import { AuthInfo, TxBody, TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { TxMsgData } from "cosmjs-types/cosmos/base/abci/v1beta1/abci";
import { addressFromBytes } from "../address.ts";
import { Ed25519Key } from "../device/ed25519-key.ts";
import { buildUnorderedTx } from "../device/unordered-tx.ts";
import * as council from "../gen/daonetes/council/v1/tx.ts";
import { MsgAcceptAuthority, MsgApproveDevice } from "../gen/daonetes/workgroup/v1/tx.ts";
import { MsgCreateDeployment, MsgCreateDeploymentResponse, MsgPauseDeployment, MsgReport } from "../gen/daonetes/workload/v1/tx.ts";
import { decodeFields, messageTypeUrls } from "./codecs.ts";
import { actionOf, actorOf, objectOf } from "./naming.ts";
import { txFacts } from "./tx-facts.ts";

const ALICE = addressFromBytes(new Uint8Array(20).fill(1));
const DEVICE = addressFromBytes(new Uint8Array(20).fill(2));

function txOf(typeUrl: string, value: Uint8Array): Uint8Array {
  return TxRaw.encode(
    TxRaw.fromPartial({ bodyBytes: TxBody.encode(TxBody.fromPartial({ messages: [{ typeUrl, value }] })).finish(), authInfoBytes: AuthInfo.encode(AuthInfo.fromPartial({})).finish() }),
  ).finish();
}

const dataOf = (typeUrl: string, value: Uint8Array): Uint8Array => TxMsgData.encode(TxMsgData.fromPartial({ msgResponses: [{ typeUrl, value }] })).finish();

test("the signer of every message of the chain is found", (t) => {
  const proto = new URL("../../../proto/daonetes/", import.meta.url);
  let checked = 0;
  for (const module of readdirSync(proto)) {
    const text = readFileSync(new URL(`${module}/v1/tx.proto`, proto), "utf8");
    for (const [, name = "", signer = ""] of text.matchAll(/message (Msg\w+) \{(?:(?!\nmessage )[^])*?signer\) = "(\w+)"/g)) {
      const typeUrl = `/daonetes.${module}.v1.${name}`;
      t.true(messageTypeUrls().includes(typeUrl), typeUrl);
      // Every field that may hold an address holds another one.
      const fields = decodeFields(typeUrl, new Uint8Array());
      const others = Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, value === "" ? DEVICE : value]));
      t.is(actorOf({ ...others, [signer]: ALICE }), ALICE, `${name} is signed by its ${signer}`);
      checked++;
    }
  }
  t.is(checked, messageTypeUrls().length);
});

test("actions are nouns with what was done to them", (t) => {
  const actions = { MsgApproveDevice: "device.approved", MsgCreateDeployment: "deployment.created", MsgJoin: "device.joined", MsgPutSecret: "secret.put", MsgApprove: "proposal.approved", MsgRollbackDeployment: "deployment.rolled-back", MsgCordonDevice: "device.cordoned", MsgUpdateMembers: "members.updated", MsgClaimEpoch: "epoch.claimed", MsgRenewLease: "lease.renewed" };
  for (const [name, action] of Object.entries(actions)) t.is(actionOf(name).action, action);
});

test("a transaction tells who acted on what, from its own bytes", (t) => {
  const value = MsgApproveDevice.encode(MsgApproveDevice.fromPartial({ authority: ALICE, device: DEVICE })).finish();
  const { facts, hash } = txFacts(txOf("/daonetes.workgroup.v1.MsgApproveDevice", value), new Uint8Array());
  t.regex(hash, /^[0-9A-F]{64}$/);
  t.deepEqual(facts, [{ message: 0, part: 0, type: "/daonetes.workgroup.v1.MsgApproveDevice", actor: ALICE, action: "device.approved", object: `device ${DEVICE}`, groupId: null, about: [`device ${DEVICE}`] }]);
});

test("an epoch is named by its number, not by the device that claims it", (t) => {
  t.is(objectOf("epoch", { device: DEVICE, epoch: 3n }, {}), "epoch 3");
});

test("what a message leaves open comes from its response", (t) => {
  const value = MsgCreateDeployment.encode(MsgCreateDeployment.fromPartial({ authority: ALICE, groupId: 3n, name: "web" })).finish();
  const data = dataOf("/daonetes.workload.v1.MsgCreateDeploymentResponse", MsgCreateDeploymentResponse.encode(MsgCreateDeploymentResponse.fromPartial({ deploymentId: 9n })).finish());
  t.like(txFacts(txOf("/daonetes.workload.v1.MsgCreateDeployment", value), data).facts[0], { action: "deployment.created", object: "deployment web", groupId: "3" });
});

test("the approval that carries a proposal out is told as that", (t) => {
  const value = council.MsgApprove.encode(council.MsgApprove.fromPartial({ member: ALICE, proposalId: 2n })).finish();
  const response = (status: 1 | 2): Uint8Array => dataOf("/daonetes.council.v1.MsgApproveResponse", council.MsgApproveResponse.encode(council.MsgApproveResponse.fromPartial({ outcome: { status } })).finish());
  const factOf = (status: 1 | 2) => txFacts(txOf("/daonetes.council.v1.MsgApprove", value), response(status)).facts[0];
  t.like(factOf(1), { action: "proposal.approved", object: "proposal 2" });
  t.like(factOf(2), { action: "proposal.executed", object: "proposal 2" });
});

test("a proposal is about what its messages are about, also those of a proposal inside", (t) => {
  const pause = { typeUrl: "/daonetes.workload.v1.MsgPauseDeployment", value: MsgPauseDeployment.encode(MsgPauseDeployment.fromPartial({ authority: ALICE, deploymentId: 4n })).finish() };
  const accept = { typeUrl: "/daonetes.workgroup.v1.MsgAcceptAuthority", value: MsgAcceptAuthority.encode(MsgAcceptAuthority.fromPartial({ authority: ALICE, groupId: 3n })).finish() };
  const vote = { typeUrl: "/daonetes.council.v1.MsgApprove", value: council.MsgApprove.encode(council.MsgApprove.fromPartial({ member: ALICE, proposalId: 2n })).finish() };
  const submit = (...messages: { typeUrl: string; value: Uint8Array }[]): { typeUrl: string; value: Uint8Array } => ({
    typeUrl: "/daonetes.council.v1.MsgSubmit",
    value: council.MsgSubmit.encode(council.MsgSubmit.fromPartial({ proposer: ALICE, councilId: 1n, messages })).finish(),
  });
  const factOf = ({ typeUrl, value }: { typeUrl: string; value: Uint8Array }) => txFacts(txOf(typeUrl, value), new Uint8Array()).facts[0];
  t.like(factOf(submit(pause, vote)), { action: "proposal.submitted", groupId: null, about: ["deployment 4", "proposal 2"] });
  t.like(factOf(submit(submit(accept, pause))), { groupId: "3", about: ["deployment 4"] });
  t.like(factOf(vote), { groupId: null, about: ["proposal 2"] });
});

test("each report of a device is a fact of its own, signed by the device's key", (t) => {
  const key = Ed25519Key.fromSeed(new Uint8Array(32).fill(7));
  const report = { deploymentId: 4n, revision: 2n, runningRevision: 2n, state: 6 as const, reason: "", text: "", services: [] };
  const value = MsgReport.encode(MsgReport.fromPartial({ device: key.address, reports: [report, { ...report, deploymentId: 5n, state: 9 as const }] })).finish();
  const { txBytes } = buildUnorderedTx({ key, chainId: "c", accountNumber: 1n, messages: [{ typeUrl: "/daonetes.workload.v1.MsgReport", value }], lastBlockTime: { seconds: 1n, nanos: 0 }, gas: 1n });
  const { facts, signers } = txFacts(txBytes, new Uint8Array());
  t.deepEqual(signers, [key.address]);
  t.deepEqual(facts.map(({ part, actor, action, object }) => [part, actor, action, object]), [
    [0, key.address, "report.healthy", "deployment 4 revision 2"],
    [1, key.address, "report.refused", "deployment 5 revision 2"],
  ]);
});
