import { readFileSync } from "node:fs";
import { CometRpc, Ed25519Key } from "@daonetes/client/device";
import { anchor, LightClient, RpcSource, TrustedStore } from "@daonetes/client/light";
import { GatewayChain } from "../../src/chain/gateway-chain.ts";
import type { AgentState } from "../../src/state/agent-state.ts";

interface Recorded {
  chainId: string;
  device: string;
  strangers: { low: string; high: string };
  anchor: { height: string; hash: string };
  height: string;
  replies: { method: string; params: Record<string, unknown>; result: unknown }[];
}

/** Replies of a real node, at and around one height. */
export const recorded = JSON.parse(readFileSync(new URL("../../../testdata/vectors/node-replies.json", import.meta.url), "utf8")) as Recorded;

type Change = (method: string, result: Record<string, unknown>) => unknown;

/** A node that knows the recorded replies and no more; the newest header is the highest of them. A liar changes them. */
export class RecordedNode {
  change: Change = (_method, result) => result;
  readonly calls: string[] = [];

  rpc(): CometRpc {
    return new CometRpc("http://node", {
      fetch: (_url, init) => {
        const { method, params } = JSON.parse(init?.body as string) as { method: string; params: Record<string, unknown> };
        this.calls.push(method);
        const newest = method === "commit" && params["height"] === undefined ? { height: String(BigInt(recorded.height) + 1n) } : params;
        const reply = recorded.replies.find((one) => one.method === method && JSON.stringify(one.params) === JSON.stringify(newest));
        const body = reply === undefined ? { error: { code: -32603, message: "Internal error" } } : { result: this.change(method, structuredClone(reply.result) as Record<string, unknown>) };
        return Promise.resolve(new Response(JSON.stringify({ jsonrpc: "2.0", id: 1, ...body })));
      },
    });
  }

  /** The chain as the device with this address sees it through the node. */
  async chain(device = recorded.device, secondsLater = 1): Promise<{ chain: GatewayChain; state: Pick<AgentState, "trusted">; light: LightClient }> {
    const honest = new RecordedNode();
    const anchored = await anchor(new RpcSource(honest.rpc()), recorded.chainId, BigInt(recorded.anchor.height), Buffer.from(recorded.anchor.hash, "hex"));
    const newest = await new RpcSource(honest.rpc()).header(undefined);
    const rpc = this.rpc();
    const source = new RpcSource(rpc);
    const now = { seconds: (newest?.header.time.seconds ?? 0n) + BigInt(secondsLater), nanos: 0 };
    const light = new LightClient({ source, store: new TrustedStore(anchored), now: () => now });
    const state: Pick<AgentState, "trusted"> = { trusted: undefined };
    const clock = { now: () => 0, monotonic: () => performance.now(), sleep: () => Promise.resolve() };
    const membership = { gateway: "http://node", chainId: recorded.chainId, genesisHash: "", groupId: "1" };
    const key = Object.assign(Object.create(Ed25519Key.prototype) as Ed25519Key, { address: device });
    return { chain: new GatewayChain({ membership, rpc, source, light, key, clock, state }), state, light };
  }
}
