import { sortedUnique } from "./byte-order.ts";
import type { CanonicalConfig, CanonicalService, CanonicalSnapshot, CanonicalSpec, Sha256 } from "./canonical-spec.ts";

/** Hashes of everything that a config, a file or a folder of the project consists of. */
export function blobsOf(content: CanonicalSnapshot | CanonicalConfig): Sha256[] {
  const files = "files" in content ? Object.values(content.files ?? {}) : [];
  return [...(content.blobs ?? []), ...files.flatMap(({ blobs }) => blobs ?? [])];
}

/** Hashes of all content that a spec refers to; the same one may come more than once. */
export function contentOf(spec: Pick<CanonicalSpec, "snapshots" | "configs">): Sha256[] {
  return [...Object.values(spec.snapshots ?? {}), ...Object.values(spec.configs ?? {})].flatMap(blobsOf);
}

/** Names of all secrets that a spec refers to, sorted, each once. */
export function secretsOf(spec: { services: Record<string, Pick<CanonicalService, "secret_environment" | "secrets">> }): string[] {
  return sortedUnique(
    Object.values(spec.services).flatMap(({ secret_environment, secrets }) => [
      ...Object.values(secret_environment ?? {}),
      ...(secrets ?? []).map(({ source }) => source),
    ]),
  );
}
