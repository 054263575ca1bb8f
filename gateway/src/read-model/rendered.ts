import { createHash } from "node:crypto";
import type { Model } from "./model.ts";

/** A ready answer. */
export interface Rendered {
  body: Buffer;
  etag: string;
}

interface CacheEntry {
  modified: bigint;
  /** The object as JSON without its closing brace. */
  open: Buffer;
  etag: string;
  height: bigint;
  body: Buffer;
}

/**
 * Answers about single objects as finished bytes: serialised once per change of the object, and given the current
 * height once per block.
 */
export class RenderedObjects {
  readonly #entries = new Map<string, CacheEntry>();
  #model: Model | undefined;

  /**
   * @param key what is rendered, unique per object and view
   * @param dependsOn keys in `model.modified` whose newest change dates the object
   */
  get(model: Model, key: string, dependsOn: readonly string[], view: () => object): Rendered {
    if (this.#model !== model) {
      this.#entries.clear();
      this.#model = model;
    }
    let modified = 0n;
    for (const name of dependsOn) {
      const at = model.modified.get(name) ?? 0n;
      if (at > modified) modified = at;
    }
    let entry = this.#entries.get(key);
    if (entry === undefined || entry.modified !== modified) {
      const json = Buffer.from(JSON.stringify(view()));
      const hash = createHash("sha256").update(json).digest("hex").slice(0, 16);
      entry = {
        modified,
        open: json.subarray(0, json.length - 1),
        etag: `W/"${modified}-${hash}"`,
        height: -1n,
        body: json,
      };
      this.#entries.set(key, entry);
    }
    if (entry.height !== model.height) {
      entry.body = Buffer.concat([entry.open, Buffer.from(`,"height":"${model.height}"}`)]);
      entry.height = model.height;
    }
    return entry;
  }
}
