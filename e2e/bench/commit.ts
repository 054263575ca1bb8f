import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CometRpc, DaonetesClient, workgroupMessages } from "@daonetes/client";
import { DirectSecp256k1HdWallet } from "@cosmjs/proto-signing";
import type { OurDeployments } from "./our-deployments.ts";
import { atMost, preciseNow, report, takePairs } from "./pairs.ts";

/** C4: broadcast to committed, against a minimal bank application at its defaults and kvstore with our timeouts. */
export async function benchCommit(ours: OurDeployments, nodeRpc: string, chains: string): Promise<void> {
  const rpc = new CometRpc(nodeRpc, { timeoutMs: 30_000 });
  const group = await ours.client.workgroup.group(ours.groupId.toString());
  const mine = async (round: number): Promise<number> => {
    const message = workgroupMessages.updateGroup({ ...group, authority: ours.signing.address, groupId: group.id, metadata: `round ${round} ${Date.now()}` });
    return commitTime(rpc, await ours.signing.sign([message]));
  };
  const folder = await mkdtemp(join(tmpdir(), "daonetes-bench-chains-"));
  try {
    const signer = await DirectSecp256k1HdWallet.generate(12);
    const [account] = await signer.getAccounts();
    const bank = await startChain(chains, "bank", join(folder, "bank"), account?.address ?? "");
    try {
      const { SigningStargateClient } = await import("@cosmjs/stargate");
      const { TxRaw } = await import("cosmjs-types/cosmos/tx/v1beta1/tx");
      const cosmjs = await SigningStargateClient.offline(signer);
      const client = DaonetesClient.fromRpc(bank.rpc);
      const send = async (): Promise<Uint8Array> => {
        const { address, accountNumber, sequence } = await client.account(account?.address ?? "");
        const value = { fromAddress: address, toAddress: address, amount: [{ denom: "stake", amount: "1" }] };
        const raw = await cosmjs.sign(address, [{ typeUrl: "/cosmos.bank.v1beta1.MsgSend", value }], { amount: [], gas: "200000" }, "", { accountNumber, sequence: Number(sequence), chainId: "bank-peer" });
        return TxRaw.encode(raw).finish();
      };
      const pairs = await takePairs(async (round) => ({ ours: await mine(round), peer: await commitTime(bank.rpc, await send()) }), 10, 1);
      await report({ id: "C4", metric: "broadcast to committed, one validator", peer: "auth + bank on the same SDK, timeout_commit 5 s as the SDK sets it", peerVersion: "cosmos-sdk v0.55.0", unit: "ms", goal: atMost(0.05) }, pairs);
    } finally {
      bank.stop();
    }
    const kvstore = await startChain(chains, "kvstore", join(folder, "kvstore"));
    try {
      const pairs = await takePairs(async (round) => ({ ours: await mine(round), peer: await commitTime(kvstore.rpc, Buffer.from(`k${round}=v${Date.now()}`)) }));
      await report({ id: "C4", metric: "broadcast to committed, one validator", peer: "kvstore, our timeouts, in one process", peerVersion: "cometbft v0.40.0", unit: "ms", goal: atMost(1.3) }, pairs);
    } finally {
      kvstore.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Milliseconds of a call that returns when the transaction is in a block. @throws Error when it fails */
async function commitTime(rpc: CometRpc, tx: Uint8Array): Promise<number> {
  const began = preciseNow();
  const result = await rpc.call<{ check_tx: { code: number; log: string }; tx_result: { code: number; log: string } }>("broadcast_tx_commit", { tx: Buffer.from(tx).toString("base64") });
  const took = preciseNow() - began;
  if (result.check_tx.code !== 0 || result.tx_result.code !== 0) throw new Error(`refused: ${result.check_tx.log}${result.tx_result.log}`);
  return took;
}

async function startChain(program: string, name: string, home: string, ...args: string[]): Promise<{ rpc: CometRpc; stop: () => void }> {
  const port = await freePort();
  const child = spawn(program, [name, home, String(port), ...args], { stdio: ["ignore", "ignore", "inherit"] });
  const rpc = new CometRpc(`http://127.0.0.1:${port}`, { timeoutMs: 30_000 });
  const until = performance.now() + 30_000;
  for (;;) {
    const status = await rpc.call<{ sync_info: { latest_block_height: string } }>("status").catch(() => undefined);
    if (status !== undefined && status.sync_info.latest_block_height !== "0") return { rpc, stop: () => child.kill() };
    if (performance.now() > until || child.exitCode !== null) {
      child.kill();
      throw new Error(`the chain ${name} made no block`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
