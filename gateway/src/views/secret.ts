import type { workload } from "@daonetes/client";
import { scopeOf } from "@daonetes/client/secrets";
import { type Model, readersKey } from "../read-model/model.ts";
import { timeText } from "./scalars.ts";

/** One version of a secret and who can read it; never its content. */
export function secretView(secret: workload.Secret, model: Model): object {
  const scope = scopeOf(secret.name);
  return {
    name: secret.name,
    version: String(secret.version),
    scope,
    generation: String(secret.generation),
    hash: secret.hash,
    size: secret.size,
    publisher: secret.publisher,
    created_at: timeText(secret.createdAt),
    references: secret.references,
    sealed_to: model.secretReaders.get(readersKey(secret.groupId, scope, secret.generation)) ?? [],
  };
}
