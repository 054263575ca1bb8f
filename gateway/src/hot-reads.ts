import type { IncomingMessage, ServerResponse } from "node:http";
import type { Model } from "./read-model/model.ts";

/** Answers that may wait for the next request, and bytes of them, at one height. */
const MAX_ANSWERS = 4_096;
const MAX_BYTES = 64 * 1024 * 1024;

/** Up to this size a body is kept as text: Node then sends it together with the headers, in one call of the system. */
const ONE_WRITE_BYTES = 32 * 1024;

interface Answer {
  etag: string;
  headers: string[];
  notModified: string[];
  body: string | Buffer;
}

/**
 * Answers that a route has given at the present height, by URL, for whoever asks next: written without hooks, schema or
 * log. Only what follows from URL and model alone may be kept here. A new height empties it. These answers do not count
 * against the rate of an address: refusing one costs as much as giving it.
 */
export class HotReads {
  readonly #answers = new Map<string, Answer>();
  readonly #now: () => Model;
  #model: Model | undefined;
  #height = -1n;
  #bytes = 0;

  /** @param now the model as it stands */
  constructor(now: () => Model) {
    this.#now = now;
  }

  /** Keeps an answer that was made from `model`. @param headers as they were sent, etag included */
  keep(url: string, model: Model, headers: Record<string, number | string | string[] | undefined>, etag: string, body: Buffer): void {
    this.#forgetOld();
    const full = this.#answers.size >= MAX_ANSWERS || this.#bytes + body.byteLength > MAX_BYTES;
    if (model !== this.#model || model.height !== this.#height || full || this.#answers.has(url)) return;
    const fixed = Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || name.startsWith("ratelimit") ? [] : [name, String(value)],
    );
    this.#bytes += body.byteLength;
    this.#answers.set(url, {
      etag,
      headers: [...fixed, "content-length", String(body.byteLength)],
      notModified: fixed.filter((_, index) => fixed[index - (index % 2)] !== "content-type"),
      body: body.byteLength <= ONE_WRITE_BYTES ? body.toString("utf8") : body,
    });
  }

  /** Answers if it can. @returns false if the routes have to */
  serve(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.method !== "GET") return false;
    const answer = this.#answers.get(request.url as string);
    if (answer === undefined) return false;
    const model = this.#now();
    if (model !== this.#model || model.height !== this.#height) return false;
    if (request.headers["if-none-match"] === answer.etag) {
      response.writeHead(304, answer.notModified).end();
    } else {
      response.writeHead(200, answer.headers).end(answer.body);
    }
    return true;
  }

  #forgetOld(): void {
    const model = this.#now();
    if (model === this.#model && model.height === this.#height) return;
    this.#answers.clear();
    this.#bytes = 0;
    this.#model = model;
    this.#height = model.height;
  }
}
