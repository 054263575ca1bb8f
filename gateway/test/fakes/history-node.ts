import { buildUnorderedTx, Ed25519Key, encodeMessage, type EncodedMessage, MsgReport } from "@daonetes/client/device";
import { CometRpc, DaonetesClient } from "@daonetes/client";

interface FakeBlock {
  time: string;
  txs: string[];
  txs_results: object[];
  finalize_block_events: object[];
}

export const DEVICE_KEY = Ed25519Key.fromSeed(new Uint8Array(32).fill(9));

/** A transaction in which the device reports a state of deployment 7. */
export function reportTx(state: number, sequence = 1n): Uint8Array {
  const reports = [{ deploymentId: 7n, revision: 1n, runningRevision: 1n, state: state as never, reason: "", text: "", services: [] }];
  const value = MsgReport.fromPartial({ device: DEVICE_KEY.address, epoch: 1n, sequence, reports });
  return txOf(encodeMessage("/daonetes.workload.v1.MsgReport", MsgReport, value));
}

/** A transaction with one message. */
export function txOf(message: EncodedMessage): Uint8Array {
  return buildUnorderedTx({ key: DEVICE_KEY, chainId: "lab-1", accountNumber: 1n, messages: [message], lastBlockTime: { seconds: 1n, nanos: 0 }, gas: 1n }).txBytes;
}

/** An event of the first message of a transaction. */
export function event(type: string, data: Record<string, string>): object {
  return { type: `daonetes.${type}`, attributes: [...Object.entries(data).map(([key, value]) => ({ key, value: JSON.stringify(value) })), { key: "msg_index", value: "0" }] };
}

export const ofGroup = (id: string) => ({ type: "daonetes.workload.v1.EventReported", attributes: [{ key: "group_id", value: `"${id}"` }, { key: "device", value: `"${DEVICE_KEY.address}"` }, { key: "msg_index", value: "0" }] });

/** A node with blocks that a history is written from. */
export class HistoryNode {
  readonly blocks = new Map<number, FakeBlock>();
  readonly asked: string[] = [];
  oldest = 1;
  genesis = "genesis";

  get height(): number {
    return Math.max(0, ...this.blocks.keys());
  }

  /** @param events of each transaction; absent: one of group 1 */
  add(txs: readonly Uint8Array[] = [], codes: readonly number[] = [], hook: object[] = [], events: readonly object[][] = []): void {
    const height = this.height + 1;
    this.blocks.set(height, {
      time: `2026-01-01T00:00:${String(height).padStart(2, "0")}.000000001Z`,
      txs: txs.map((tx) => Buffer.from(tx).toString("base64")),
      txs_results: txs.map((_, index) => ({ code: codes[index] ?? 0, gas_wanted: "1", gas_used: "1", events: events[index] ?? [ofGroup("1")] })),
      finalize_block_events: hook,
    });
  }

  client(): DaonetesClient {
    const fetch = (_url: unknown, init: { body?: string }): Promise<Response> => {
      const { method, params } = JSON.parse(init.body ?? "") as { method: string; params: { height?: string } };
      return Promise.resolve(new Response(JSON.stringify({ result: this.#answer(method, Number(params.height ?? 0)) })));
    };
    return DaonetesClient.fromRpc(new CometRpc("http://node", { fetch }));
  }

  #answer(method: string, height: number): unknown {
    const block = this.blocks.get(height);
    if (method === "status") {
      return {
        node_info: { network: "lab-1" },
        sync_info: { latest_block_height: String(this.height), latest_block_time: "2026-01-01T00:00:00Z", latest_block_hash: "", catching_up: false, earliest_block_height: String(this.oldest) },
      };
    }
    if (method === "genesis_chunked") return { chunk: "0", total: "1", data: Buffer.from(this.genesis).toString("base64") };
    this.asked.push(`${method} ${height}`);
    if (method === "block") return { block: { header: { time: block?.time }, data: { txs: block?.txs } } };
    return { height: String(height), txs_results: block?.txs_results, finalize_block_events: block?.finalize_block_events };
  }
}
