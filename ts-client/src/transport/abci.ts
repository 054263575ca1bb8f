import { DaonetesError } from "../errors.ts";
import { type CometRpc, RpcAnswerError } from "./comet-rpc.ts";
import type { Rpc } from "./rpc.ts";

interface AbciQueryResult {
  response: { code: number; log?: string; value?: string | null; height?: string; codespace?: string };
}

/** How the node writes a gRPC status into the log of a query. */
const NOT_FOUND = "code = NotFound ";

/** Queries over `abci_query`, at the newest height or at a fixed one. */
export class AbciTransport implements Rpc {
  readonly #rpc: CometRpc;
  readonly #height: bigint | undefined;

  /** @param height block height to read at; absent = the newest */
  constructor(rpc: CometRpc, height?: bigint) {
    this.#rpc = rpc;
    this.#height = height;
  }

  /** @throws DaonetesError DAO5004 not found, DAO5005 refused, DAO5001 out of reach */
  async request(service: string, method: string, data: Uint8Array): Promise<Uint8Array> {
    const path = `/${service}/${method}`;
    let result: AbciQueryResult;
    try {
      result = await this.#rpc.call<AbciQueryResult>("abci_query", {
        path,
        data: Buffer.from(data).toString("hex"),
        height: String(this.#height ?? 0n),
        prove: false,
      });
    } catch (error) {
      if (error instanceof RpcAnswerError) throw refused(path, error.message);
      throw error;
    }
    const { code, log, value } = result.response;
    if (code === 0) return Buffer.from(value ?? "", "base64");
    const text = log ?? "";
    if (text.includes(NOT_FOUND)) throw notFound(text);
    throw refused(path, text);
  }
}

function notFound(log: string): DaonetesError {
  return new DaonetesError({ code: "DAO5004", kind: "not_found", message: firstSentence(log), raw: log });
}

function refused(path: string, log: string): DaonetesError {
  return new DaonetesError({
    code: "DAO5005",
    kind: "failed",
    message: `the chain refused the query ${path}: ${firstSentence(log)}`,
    raw: log,
  });
}

/** gRPC errors come as `rpc error: code = NotFound desc = text: key not found`. */
function firstSentence(log: string): string {
  const text = /desc = (?<text>[^\n]*)/.exec(log)?.groups?.["text"] ?? log;
  return text.replace(/: key not found$/, "").slice(0, 300);
}
