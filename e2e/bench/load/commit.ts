import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type CometRpc, workgroup } from "@daonetes/client";
import { encodeMessage } from "@daonetes/client/device";
import { atMost, preciseNow, report, takePairs } from "../pairs.ts";
import { Bank } from "./bank.ts";
import { Fleet } from "./fleet.ts";
import { OurNetwork } from "./our-network.ts";
import { PeerChain } from "./peer-chain.ts";
import { folderOn, nodes } from "./stage.ts";

const GAS = 400_000;
const STILL_MS = 200;

/** C4: broadcast to committed, against a minimal bank application at its defaults and kvstore with our timeouts. */
export async function benchCommit(validators: number): Promise<void> {
  await using stage = new AsyncDisposableStack();
  const folder = await folderOn(stage);
  const people = await Fleet.people(1);
  const [person] = people;
  if (person === undefined) return;
  const network = stage.use(await OurNetwork.start(join(folder, "ours"), validators, person.address, Fleet.inGenesis(people)));
  const mine = async (round: number): Promise<number> => {
    const message = workgroup.MsgUpdateGroup.fromPartial({ authority: person.address, groupId: 1n, metadata: `round ${round} ${Date.now()}` });
    return commitTime(network.rpc, await person.sign(encodeMessage("/daonetes.workgroup.v1.MsgUpdateGroup", workgroup.MsgUpdateGroup, message), GAS));
  };
  const metric = `broadcast to committed, ${nodes(validators)}`;
  {
    await using bank = await Bank.start(join(folder, "bank"), 1, { validators, ourTimeouts: false });
    const send = async (): Promise<number> => commitTime(bank.chain.rpc, (await bank.sends())[0] as Uint8Array);
    const pairs = await takePairs(async (round) => ({ ours: await mine(round), peer: await send() }), 10, 1);
    await report({ id: "C4", metric, peer: "auth + bank on the same SDK, timeout_commit 5 s as the SDK sets it", peerVersion: "cosmos-sdk v0.55.0", unit: "ms", goal: atMost(0.05) }, pairs);
  }
  {
    await using kvstore = await PeerChain.start("kvstore", join(folder, "kvstore"), { validators, ourTimeouts: true });
    const pairs = await takePairs(async (round) => ({ ours: await mine(round), peer: await commitTime(kvstore.rpc, Buffer.from(`k${round}=v${Date.now()}`)) }));
    await report({ id: "C4", metric, peer: "kvstore, our timeouts, application in the node's process", peerVersion: "cometbft v0.40.0", unit: "ms", goal: atMost(1.3) }, pairs);
  }
}

/**
 * Milliseconds of a call that returns when the transaction is in a block, on a chain that stood still: the block before
 * is followed by one that signs its state.
 * @throws Error when it fails
 */
export async function commitTime(rpc: CometRpc, tx: Uint8Array): Promise<number> {
  await delay(STILL_MS);
  const began = preciseNow();
  const result = await rpc.call<{ check_tx: { code: number; log: string }; tx_result: { code: number; log: string } }>("broadcast_tx_commit", { tx: Buffer.from(tx).toString("base64") });
  const took = preciseNow() - began;
  if (result.check_tx.code !== 0 || result.tx_result.code !== 0) throw new Error(`refused: ${result.check_tx.log}${result.tx_result.log}`);
  return took;
}
