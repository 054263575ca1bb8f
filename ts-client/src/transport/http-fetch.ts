import type { Agent as HttpAgent } from "node:http";

/** What the library needs of an answer; the answer of the platform's `fetch` is one. */
export interface HttpAnswer {
  ok: boolean;
  status: number;
  headers: { get(name: string): string | null };
  body: AsyncIterable<Uint8Array> | ReadableStream<Uint8Array> | null;
}

export interface HttpRequest {
  method?: "GET" | "HEAD" | "POST";
  headers?: Record<string, string>;
  body?: string;
  /** A redirection is an error: nobody sends this program elsewhere. */
  redirect: "error";
  signal: AbortSignal;
}

/** The part of `fetch` that the library uses. */
export type HttpFetch = (url: string | URL, request: HttpRequest) => Promise<HttpAnswer>;

/** A connection that rests is probed this late: every second, as by default, would be most of an idle device's traffic. */
const PROBE_MS = 300_000;
const agents: Record<string, HttpAgent> = {};

/**
 * `fetch` over node:http and node:https, which need 30 MB less memory than the platform's. Connections are kept alive; one
 * that the other end closed meanwhile is replaced by a new one.
 */
export const httpFetch: HttpFetch = async (url, request) => {
  try {
    return await fetchOnce(url, request, true);
  } catch (error) {
    if (!(error instanceof StaleConnectionError)) throw error;
    return fetchOnce(url, request, false);
  }
};

/** The other end closed a kept connection before it heard anything: it did nothing. */
class StaleConnectionError extends Error {}

async function fetchOnce(url: string | URL, { method = "GET", headers = {}, body, signal }: HttpRequest, reuse: boolean): Promise<HttpAnswer> {
  const target = new URL(url);
  // An import would read every export, and with the lazy WebSocket load what this function is here to avoid.
  const { Agent, request } = process.getBuiltinModule(target.protocol === "https:" ? "node:https" : "node:http");
  const agent = (agents[target.protocol] ??= new Agent({ keepAlive: true, keepAliveMsecs: PROBE_MS }));
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const call = request(target, { method, agent: reuse && agent, headers: { ...headers, ...length }, signal }, (response) => {
      const status = response.statusCode ?? 0;
      if (status >= 300 && status < 400) {
        response.destroy();
        reject(new Error(`a redirection (${status}) is not followed`));
      } else {
        const get = (name: string): string | null => {
          const value = response.headers[name.toLowerCase()];
          return Array.isArray(value) ? value.join(", ") : (value ?? null);
        };
        resolve({ ok: status >= 200 && status < 300, status, headers: { get }, body: response });
      }
    });
    call.once("error", (error) => {
      const stale = call.reusedSocket && (error as NodeJS.ErrnoException).code === "ECONNRESET";
      reject(signal.aborted ? (signal.reason as Error) : stale ? new StaleConnectionError(error.message, { cause: error }) : error);
    });
    call.end(body);
  });
}
