import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { networkInterfaces } from "node:os";
import { ports } from "../../docker/net/layout.ts";

/** What is sent for a digest. */
export interface Body {
  type: string;
  /** Bytes that are announced; absent = the end is not said. */
  length?: number;
  chunks: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  /** The answer is this refusal instead. */
  status?: number;
  /** True: the connection breaks when all but the last of these bytes are sent. */
  cut?: boolean;
}

/** The pull half of a registry, which sends for a digest whatever it was told to. Streams are made while they are sent. */
export class HostileRegistry {
  readonly host = `127.0.0.1:${ports.registry + 2}`;
  /** The same registry at an address where only TLS would be taken; it speaks none. */
  readonly hostWithoutTls = `${outerAddress()}:${ports.registry + 2}`;
  /** Bytes of manifests and blobs that went out. */
  sent = 0;
  /** Transfers that are going on. */
  open = 0;
  /** Unix milliseconds of each question for a manifest of an image that is wanted. */
  readonly asked: { digest: string; at: number }[] = [];
  /** True: whoever is no Engine is sent away. */
  enginesOnly = false;
  readonly #bodies = new Map<string, Body>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<HostileRegistry> {
    const registry = new HostileRegistry();
    registry.#server.listen(ports.registry + 2);
    await once(registry.#server, "listening");
    return registry;
  }

  /** Serves these bytes as what they are. @returns their digest */
  add(bytes: Buffer, type = "application/octet-stream"): string {
    const digest = digestOf(bytes);
    this.send(digest, bodyOf(bytes, type));
    return digest;
  }

  /** Sends this for a digest, whether it fits or not. @returns the digest */
  send(digest: string, body: Body): string {
    this.#bodies.set(digest, body);
    return digest;
  }

  /** What is sent for a digest now. */
  sends(digest: string): Body | undefined {
    return this.#bodies.get(digest);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer({ method, url = "", headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.enginesOnly && !/^docker\//.test(headers["user-agent"] ?? "")) return void response.writeHead(503).end();
    if (url === "/v2/") return void response.end("{}");
    const { kind, digest } = /^\/v2\/.+\/(?<kind>manifests|blobs)\/(?<digest>[^/]+)$/.exec(url)?.groups ?? {};
    const body = this.#bodies.get(digest ?? "");
    if (digest === undefined || body === undefined) return void response.writeHead(404).end(JSON.stringify({ errors: [{ code: "MANIFEST_UNKNOWN", message: "manifest unknown" }] }));
    if (body.status !== undefined) return void response.writeHead(body.status).end(JSON.stringify({ errors: [{ code: body.status === 401 ? "UNAUTHORIZED" : "UNKNOWN", message: "no" }] }));
    if (kind === "manifests" && method === "GET") this.asked.push({ digest, at: Date.now() });
    const skipped = body.length === undefined ? 0 : Number(/^bytes=(\d+)-/.exec(headers.range ?? "")?.[1] ?? 0);
    response.writeHead(skipped === 0 ? 200 : 206, {
      "Content-Type": body.type,
      "Docker-Content-Digest": digest,
      ...(body.length === undefined ? {} : { "Content-Length": body.length - skipped, "Accept-Ranges": "bytes" }),
      ...(skipped === 0 ? {} : { "Content-Range": `bytes ${skipped}-${(body.length ?? 0) - 1}/${body.length}` }),
    });
    if (method === "HEAD") return void response.end();
    this.open++;
    await this.#stream(body, skipped, response);
    this.open--;
  }

  /** As fast as it is taken, until the other side hangs up. */
  async #stream(body: Body, skipped: number, response: ServerResponse): Promise<void> {
    const hungUp = new AbortController();
    response.once("close", () => { hungUp.abort(); });
    let left = skipped;
    for await (const chunk of body.chunks()) {
      if (hungUp.signal.aborted) return;
      const rest = chunk.subarray(Math.min(left, chunk.length), body.cut ? -1 : undefined);
      left -= chunk.length - rest.length;
      this.sent += rest.length;
      if (!response.write(rest)) await once(response, "drain", { signal: hungUp.signal }).catch(() => undefined);
    }
    if (body.cut) response.socket?.end();
    else response.end();
  }
}

/** An address of this machine that others could reach. */
function outerAddress(): string {
  const found = Object.values(networkInterfaces()).flat().find((one) => one?.family === "IPv4" && !one.internal);
  if (found === undefined) throw new Error("this machine has no address but the loopback's");
  return found.address;
}

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

export function bodyOf(bytes: Buffer, type = "application/octet-stream"): Body {
  return { type, length: bytes.length, chunks: () => [bytes] };
}
