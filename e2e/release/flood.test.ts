import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import test from "ava";
import { DirectSecp256k1HdWallet } from "@cosmjs/proto-signing";
import { Ed25519Key, joinProofText, SigningClient, ticketProofText, workgroup, workgroupMessages } from "@daonetes/client";
import { buildUnorderedTx, DeviceInfo, type EncodedMessage, encodeMessage, MsgClaimEpoch, MsgJoin, MsgRenewLease } from "@daonetes/client/device";
import { record } from "../parts/ledger.ts";
import { Person } from "../parts/person.ts";
import { CHAIN_ID, type NetNode, ValidatorNet } from "../parts/validator-net.ts";

const SIZE = Number(process.env["FLOOD"] || 20_000);
const STRANGERS = 200;
const SENDERS = 4;
const GAS = 400_000;
const GROUP = 1n;

const folder = await mkdtemp(join(tmpdir(), "daonetes-flood-"));
const net = new ValidatorNet(folder);
const nodeOf = (index: number): NetNode => net.nodes[index] as NetNode;

test.after.always("the network stops", async () => {
  await net.stop();
  await rm(folder, { recursive: true, force: true });
});

test("M-15 strangers, tickets that are over and a device without rest: a revocation is in one of the next three blocks of four validators", async (t) => {
  t.timeout(900_000);
  const wallet = await DirectSecp256k1HdWallet.generate(12, { prefix: "daonet" });
  const [account] = await wallet.getAccounts();
  const authority = account?.address ?? "";
  await net.create(4, authority, [authority]);
  await net.start(...net.nodes);
  const { client } = nodeOf(0);
  const signing = await SigningClient.create({ client, signer: wallet, chainId: CHAIN_ID });
  await signing.send([workgroupMessages.createGroup({ creator: authority, name: "lab" })]);

  const ticketFor = async (seconds: bigint): Promise<Ed25519Key> => {
    const key = Ed25519Key.generate();
    const proof = key.sign(ticketProofText(CHAIN_ID, GROUP, key.publicKey));
    await signing.send([workgroupMessages.createTicket({ authority, groupId: GROUP, pubKey: key.publicKey, proof, maxUses: 5, autoApprove: true, ttl: { seconds, nanos: 0 } })]);
    return key;
  };
  const unordered = async (key: Ed25519Key, messages: EncodedMessage[]): Promise<Uint8Array[]> => {
    const [{ accountNumber }, { time: lastBlockTime }] = await Promise.all([client.account(key.address), client.status()]);
    return messages.map((message) => buildUnorderedTx({ key, chainId: CHAIN_ID, accountNumber, messages: [message], lastBlockTime, gas: BigInt(GAS) }).txBytes);
  };
  const joinWith = (ticket: Ed25519Key, key: Ed25519Key): EncodedMessage => {
    const info = DeviceInfo.create({ platform: "linux/amd64" });
    const proof = key.sign(joinProofText(CHAIN_ID, GROUP, ticket.address, key.publicKey, info));
    return encodeMessage("/daonetes.workgroup.v1.MsgJoin", MsgJoin, MsgJoin.create({ ticket: ticket.address, pubKey: key.publicKey, info, proof }));
  };

  const [good, expired, revoked] = [await ticketFor(3_600n), await ticketFor(60n), await ticketFor(3_600n)];
  const over = performance.now() + 62_000;
  const [noisy, victim] = [Ed25519Key.generate(), Ed25519Key.generate()];
  for (const tx of await unordered(good, [joinWith(good, noisy), joinWith(good, victim)])) await commit(nodeOf(0), tx);
  for (const key of [noisy, victim]) {
    const claim = MsgClaimEpoch.create({ device: key.address, epoch: 1n, instance: "flood" });
    for (const tx of await unordered(key, [encodeMessage("/daonetes.workload.v1.MsgClaimEpoch", MsgClaimEpoch, claim)])) await commit(nodeOf(0), tx);
  }
  const { id: ticketId } = (await client.workgroup.tickets(GROUP)).find(({ address }) => address === revoked.address) ?? { id: 0n };
  await signing.send([workgroupMessages.revokeTicket({ authority, ticketId })]);

  // Block time has to pass the end of the ticket.
  await delay(Math.max(0, over - performance.now()));
  await signing.send([workgroupMessages.updateGroup({ authority, groupId: GROUP, metadata: "the ticket is over" })]);
  const quarter = SIZE / 4;
  const strangers = await Promise.all(Array.from({ length: STRANGERS }, (_, index) => Person.create("daonet", index, CHAIN_ID)));
  const each = <T>(make: (index: number) => T): T[] => Array.from({ length: quarter }, (_, index) => make(index));
  const groups = await Promise.all(
    each(async (index) => {
      const stranger = strangers[index % STRANGERS] as Person;
      const message = workgroup.MsgCreateGroup.fromPartial({ creator: stranger.address, name: `x${index}` });
      return stranger.sign(encodeMessage("/daonetes.workgroup.v1.MsgCreateGroup", workgroup.MsgCreateGroup, message), GAS);
    }),
  );
  const late = await unordered(expired, each(() => joinWith(expired, Ed25519Key.generate())));
  const barred = await unordered(revoked, each(() => joinWith(revoked, Ed25519Key.generate())));
  const beats = await unordered(noisy, each((index) => encodeMessage("/daonetes.workload.v1.MsgRenewLease", MsgRenewLease, MsgRenewLease.create({ device: noisy.address, epoch: 1n, sequence: BigInt(index + 1) }))));
  const txs = each((index) => [groups[index], late[index], barred[index], beats[index]] as Uint8Array[]).flat();

  const first = await nodeOf(0).height();
  const answers = new Map<string, number>();
  let next = 0;
  let revocation: Promise<{ blocks: bigint }> | undefined;
  const revoke = async (): Promise<{ blocks: bigint }> => {
    const at = await nodeOf(0).height();
    const { height } = await signing.send([workgroupMessages.revokeDevice({ authority, device: victim.address })], { timeoutMs: 60_000 });
    return { blocks: height - at };
  };
  await Promise.all(
    Array.from({ length: SENDERS }, async (_, sender) => {
      while (next < txs.length) {
        if (next >= txs.length / 2) revocation ??= revoke();
        const answer = await offer(nodeOf(sender % 4), txs[next++] as Uint8Array);
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
      }
    }),
  );
  const { blocks = 99n } = (await revocation) ?? {};
  t.true(blocks <= 3n, `the revocation was in block ${blocks} after its broadcast`);
  t.is(answers.get("full") ?? 0, 0);
  // A stranger has no account; a ticket that is over has no role any more.
  for (const code of ["workgroup/32", "workgroup/21", "workgroup/22"]) t.is(answers.get(code), quarter, `${code} of ${JSON.stringify([...answers])}`);
  const last = await net.blocks(nodeOf(0), 2n, 60_000);
  const hashes = await Promise.all(net.nodes.map(async (node) => (await net.caughtUp(node, 30_000), node.appHash(last - 1n))));
  t.is(new Set(hashes).size, 1);
  const seconds = ((await nodeOf(0).blockTime(last)) - (await nodeOf(0).blockTime(first))) / 1000;
  t.true((answers.get("taken") ?? 0) <= 120 + seconds + SENDERS, `of the noisy device ${answers.get("taken")} entered in ${seconds} s`);
  await record(t.title, { txs: txs.length, answers: Object.fromEntries(answers), revokedAfterBlocks: Number(blocks), seconds, blocks: Number(last - first) });
});

/** What a node says of a transaction: "taken", "full", or codespace and code. */
async function offer(node: NetNode, tx: Uint8Array): Promise<string> {
  try {
    const { code, codespace } = await node.rpc.call<{ code: number; codespace: string }>("broadcast_tx_sync", { tx: Buffer.from(tx).toString("base64") });
    return code === 0 ? "taken" : `${codespace}/${code}`;
  } catch (error) {
    if (String(error).includes("mempool is full")) return "full";
    throw error;
  }
}

async function commit(node: NetNode, tx: Uint8Array): Promise<void> {
  const { check_tx: checked, tx_result: done } = await node.rpc.call<Record<"check_tx" | "tx_result", { code: number; log: string }>>("broadcast_tx_commit", { tx: Buffer.from(tx).toString("base64") });
  if (checked.code !== 0 || done.code !== 0) throw new Error(`${checked.log}${done.log}`);
}
