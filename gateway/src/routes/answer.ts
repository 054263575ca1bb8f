import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { ProblemError } from "../plugins/problem.ts";
import type { Model } from "../read-model/model.ts";
import type { HotReads } from "../hot-reads.ts";
import { RenderedObjects } from "../read-model/rendered.ts";

/** Query of every list. */
export const PageQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100, description: "Items per page" })),
    cursor: Type.Optional(Type.String({ maxLength: 512, description: "next_cursor of the page before" })),
  },
  { additionalProperties: false },
);

/** Headers that say something of documents; these answers are data, and each header costs every reader. */
const FOR_DOCUMENTS = [
  "cross-origin-opener-policy",
  "origin-agent-cluster",
  "referrer-policy",
  "x-dns-prefetch-control",
  "x-download-options",
  "x-frame-options",
  "x-permitted-cross-domain-policies",
  "x-xss-protection",
];
/** Nothing may be loaded by what these answers hold, and nothing may frame them. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** Sends what routes read from the model, with height and ETag, and keeps it ready for the next request. */
export class Answers {
  readonly #rendered = new RenderedObjects();
  readonly #hot: HotReads;

  constructor(hot: HotReads) {
    this.#hot = hot;
  }

  /**
   * Sends one object.
   * @param key what it is, unique per object and view, and a key of `model.modified`
   */
  sendObject(request: FastifyRequest, reply: FastifyReply, model: Model, key: string, view: () => object): FastifyReply {
    const { etag, body } = this.#rendered.get(model, key, [key], view);
    return this.#send(request, reply, model, etag, body);
  }

  /** Sends one page of a sorted list. */
  sendPage<T>(
    request: FastifyRequest,
    reply: FastifyReply,
    model: Model,
    items: readonly T[],
    keyOf: (item: T) => string,
    view: (item: T) => object,
  ): FastifyReply {
    const { limit = 100, cursor } = request.query as { limit?: number; cursor?: string };
    const start = cursor === undefined ? 0 : after(items, keyOf, decodeCursor(cursor));
    const page = items.slice(start, start + limit);
    const last = page.at(-1);
    const nextCursor = last !== undefined && start + limit < items.length ? encodeCursor(keyOf(last)) : null;
    const text = JSON.stringify({ items: page.map(view), next_cursor: nextCursor });
    const etag = `W/"${createHash("sha256").update(text).digest("hex").slice(0, 24)}"`;
    if (nextCursor !== null) {
      const path = request.url.split("?")[0] ?? "";
      void reply.header("link", `<${path}?limit=${limit}&cursor=${nextCursor}>; rel="next"`);
    }
    return this.#send(request, reply, model, etag, Buffer.from(`${text.slice(0, -1)},"height":"${model.height}"}`));
  }

  #send(request: FastifyRequest, reply: FastifyReply, model: Model, etag: string, body: Buffer): FastifyReply {
    void reply.header("etag", etag).header("x-cosmos-block-height", String(model.height)).header("cache-control", "no-cache");
    for (const name of FOR_DOCUMENTS) void reply.removeHeader(name);
    void reply.header("content-security-policy", DATA_POLICY).type("application/json; charset=utf-8");
    this.#hot.keep(request.url, model, reply.getHeaders(), etag, body);
    if (request.headers["if-none-match"] !== etag) return reply.send(body);
    return reply.removeHeader("content-type").code(304).send();
  }
}

/** Position behind the item with this key, also if that item is gone: lists are sorted by key. */
function after<T>(items: readonly T[], keyOf: (item: T) => string, key: string): number {
  const exact = items.findIndex((item) => keyOf(item) === key);
  if (exact >= 0) return exact + 1;
  const position = items.findIndex((item) => compareKeys(keyOf(item), key) > 0);
  return position < 0 ? items.length : position;
}

/** Decimal keys by number, others by text. */
export function compareKeys(a: string, b: string): number {
  if (/^\d+$/.test(a) && /^\d+$/.test(b)) return Number(BigInt(a) - BigInt(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

function encodeCursor(key: string): string {
  return Buffer.from(`1:${key}`).toString("base64url");
}

function decodeCursor(cursor: string): string {
  const text = Buffer.from(cursor, "base64url").toString("utf8");
  if (!text.startsWith("1:")) {
    throw new ProblemError(400, "DAO1105", "the cursor is not one of this API", "begin again without cursor");
  }
  return text.slice(2);
}
