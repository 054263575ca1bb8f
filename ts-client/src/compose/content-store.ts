import { hash } from "node:crypto";
import type { CanonicalContent, Sha256 } from "./canonical-spec.ts";
import { MAX_BLOB_BYTES, MAX_BLOBS, MAX_SNAPSHOT_BYTES } from "./limits.ts";

/** Collects the bytes that a spec refers to by hash, within what one spec may carry. */
export class ContentStore {
  readonly blobs = new Map<Sha256, Uint8Array>();
  #bytes = 0;

  /** Bytes that fit still, all files and configs together. */
  get room(): number {
    return Math.max(0, MAX_SNAPSHOT_BYTES - this.#bytes);
  }

  /** True while no bound is crossed. */
  get fits(): boolean {
    return this.#bytes <= MAX_SNAPSHOT_BYTES && this.blobs.size <= MAX_BLOBS;
  }

  add(bytes: Uint8Array): CanonicalContent {
    const hashes: Sha256[] = [];
    for (let at = 0; at < bytes.length; at += MAX_BLOB_BYTES) {
      const blob = bytes.subarray(at, at + MAX_BLOB_BYTES);
      const name = hashOf(blob);
      // The same bytes in two places are carried, and counted, once.
      if (!this.blobs.has(name)) this.#bytes += blob.length;
      this.blobs.set(name, blob);
      hashes.push(name);
    }
    return hashes.length === 0 ? {} : { blobs: hashes };
  }
}

export function hashOf(bytes: Uint8Array): Sha256 {
  return `sha256:${hash("sha256", bytes)}`;
}
