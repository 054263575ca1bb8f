import { DaonetesError } from "../errors.ts";
import { type HttpAnswer, type HttpFetch, httpFetch } from "./http-fetch.ts";

/** Largest answer that is read, in bytes. */
export const MAX_REPLY_BYTES = 8 * 1024 * 1024;

export interface CometRpcOptions {
  /** Milliseconds after which a call fails. Default 10,000. */
  timeoutMs?: number;
  /** Default: over node:http. */
  fetch?: HttpFetch;
}

/** An error that the node itself answered with. */
export class RpcAnswerError extends Error {
  readonly rpcCode: number;
  readonly data: string;
  constructor(rpcCode: number, message: string, data: string) {
    super(data === "" ? message : `${message}: ${data}`);
    this.name = "RpcAnswerError";
    this.rpcCode = rpcCode;
    this.data = data;
  }
}

interface RpcEnvelope {
  result?: unknown;
  error?: { code: number; message: string; data?: string } | null;
}

/** CometBFT's JSON-RPC over HTTP. Every call has a deadline and every answer a size limit. */
export class CometRpc {
  readonly url: string;
  readonly #timeoutMs: number;
  readonly #fetch: HttpFetch;
  #nextId = 1;

  /** @param url address of the RPC, such as `http://127.0.0.1:8080/chain/rpc` */
  constructor(url: string, options: CometRpcOptions = {}) {
    this.url = url;
    this.#timeoutMs = options.timeoutMs ?? 10_000;
    this.#fetch = options.fetch ?? httpFetch;
  }

  /**
   * Calls one method.
   * @throws DaonetesError DAO5001 when the node is out of reach or its answer is no JSON-RPC; RpcAnswerError when the node refuses
   */
  async call<T>(method: string, params: Record<string, unknown> = {}, signal?: AbortSignal): Promise<T> {
    const deadline = AbortSignal.timeout(this.#timeoutMs);
    const body = JSON.stringify({ jsonrpc: "2.0", id: this.#nextId++, method, params });
    let text: string;
    try {
      const response = await this.#fetch(this.url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
        redirect: "error",
        signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
      });
      text = await readBounded(response);
    } catch (error) {
      if (signal?.aborted === true) throw error;
      throw this.#unreachable(deadline.aborted ? "no answer in time" : describe(error), error);
    }
    let envelope: RpcEnvelope | null;
    try {
      envelope = JSON.parse(text) as RpcEnvelope | null;
    } catch (error) {
      throw this.#unreachable("the answer is not JSON", error);
    }
    if (envelope?.error !== undefined && envelope.error !== null) {
      throw new RpcAnswerError(envelope.error.code, envelope.error.message, envelope.error.data ?? "");
    }
    if (envelope?.result === undefined) throw this.#unreachable("the answer is no JSON-RPC result", undefined);
    return envelope.result as T;
  }

  #unreachable(why: string, cause: unknown): DaonetesError {
    return new DaonetesError({
      code: "DAO5001",
      kind: "unreachable",
      message: `the chain does not answer at ${this.url}: ${why}`,
      help: "check that the gateway runs (daonetes doctor) and that the context names it (daonetes context show)",
      cause,
    });
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  for (const one of [error.cause, error]) if (one instanceof Error && "code" in one) return String(one.code);
  return error.message;
}

async function readBounded(response: HttpAnswer): Promise<string> {
  if (response.body === null) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > MAX_REPLY_BYTES) throw new Error(`the answer is larger than ${MAX_REPLY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
