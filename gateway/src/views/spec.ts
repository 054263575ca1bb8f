import type { workload } from "@daonetes/client";
import { timeText } from "./scalars.ts";

export function specView(spec: workload.Spec): object {
  return {
    hash: spec.hash,
    group_id: String(spec.groupId),
    name: spec.name,
    version: String(spec.version),
    size: spec.size,
    declaration: {
      blobs: spec.declaration?.blobs ?? [],
      secrets: spec.declaration?.secrets ?? [],
      has_volumes: spec.declaration?.hasVolumes ?? false,
      platforms: spec.declaration?.platforms ?? [],
      requires: spec.declaration?.requires ?? [],
    },
    publisher: spec.publisher,
    published_at: timeText(spec.publishedAt),
    retired: spec.retired,
    references: spec.references,
  };
}
