import type { CometRpc } from "./transport/comet-rpc.ts";
import { DaonetesError } from "./errors.ts";
import type { Timestamp } from "./gen/google/protobuf/timestamp.ts";

/** Where a chain stands, as the node says. */
export interface ChainStatus {
  chainId: string;
  /** Height of the newest block. */
  height: bigint;
  /** Its time. */
  time: Timestamp;
  /** Its hash, upper-case hex. */
  hash: string;
  catchingUp: boolean;
}

interface StatusResult {
  node_info: { network: string };
  sync_info: {
    latest_block_height: string;
    latest_block_time: string;
    latest_block_hash: string;
    catching_up: boolean;
  };
}

export async function readStatus(rpc: CometRpc, signal?: AbortSignal): Promise<ChainStatus> {
  const { node_info, sync_info } = await rpc.call<StatusResult>("status", {}, signal);
  return {
    chainId: node_info.network,
    height: BigInt(sync_info.latest_block_height),
    time: parseTime(sync_info.latest_block_time),
    hash: sync_info.latest_block_hash,
    catchingUp: sync_info.catching_up,
  };
}

/** Reads RFC 3339 with up to nine decimals; Date would lose nanoseconds. */
export function parseTime(text: string): Timestamp {
  const match = /^(?<seconds>[0-9T:-]+)(?:\.(?<fraction>[0-9]{1,9}))?Z$/.exec(text);
  const millis = match === null ? Number.NaN : Date.parse(`${match.groups?.["seconds"]}Z`);
  if (match === null || Number.isNaN(millis)) {
    throw new DaonetesError({ code: "DAO5002", kind: "failed", message: `the node sent the malformed time "${text.slice(0, 40)}"` });
  }
  return {
    seconds: BigInt(millis) / 1000n,
    nanos: Number((match.groups?.["fraction"] ?? "").padEnd(9, "0")),
  };
}

/** sha256 of the genesis file as shipped, read by chunks and hashed by the caller of `onChunk`. */
export async function readGenesisChunks(rpc: CometRpc, onChunk: (bytes: Uint8Array) => void): Promise<void> {
  const MAX_CHUNKS = 64;
  for (let chunk = 0; ; chunk++) {
    const answer = await rpc.call<{ chunk: string; total: string; data: string }>("genesis_chunked", {
      chunk: String(chunk),
    });
    onChunk(Buffer.from(answer.data, "base64"));
    const total = Number(answer.total);
    if (total > MAX_CHUNKS) {
      throw new DaonetesError({ code: "DAO5003", kind: "failed", message: `the genesis file has ${total} chunks; at most ${MAX_CHUNKS} are read` });
    }
    if (chunk + 1 >= total) return;
  }
}
