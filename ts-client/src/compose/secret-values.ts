import type { Sha256 } from "./canonical-spec.ts";
import { blobsOf } from "./content.ts";
import type { Diagnostics } from "./diagnostics.ts";
import { pathOf, pointerOf } from "./diagnostics.ts";
import type { LongForm } from "./long-form.ts";
import type { Variables } from "./model.ts";
import { nearestSpan } from "./pre-check.ts";
import { isHarmless, isSecretName } from "./secret-names.ts";

/** Shorter values turn up in other texts by chance. */
const LEAST_LENGTH = 8;

/**
 * Finds values of secret variables that reached the spec on a way that names do not show: through another variable of
 * `.env`, an env file or a copy of the value.
 */
export function checkSecretValues(
  long: LongForm,
  variables: Variables,
  plain: ReadonlySet<string>,
  diagnostics: Diagnostics,
): void {
  const secrets = [...variables].filter(
    ([name, value]) => isSecretName(name) && !plain.has(name) && value.length >= LEAST_LENGTH && !isHarmless(value),
  );
  if (secrets.length === 0) return;
  const visit = (value: unknown, pointer: string): void => {
    if (typeof value === "string") {
      const found = secrets.find(([, secret]) => value.includes(secret));
      if (!found) return;
      const path = pathOf(pointer);
      if (plain.has(path.at(-1)!)) return;
      const at = nearestSpan(long.positions, path);
      if (at && diagnostics.hasErrorAt(at)) return;
      diagnostics.error("DAO2306", `${path.join(".")} would hold the value of ${found[0]}, readable by everybody`, {
        at,
        path,
        help: `take it out, or pass --plain ${found[0]} if it is no secret`,
      });
    } else if (typeof value === "object" && value !== null) {
      for (const [key, child] of Object.entries(value)) {
        visit(child, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`);
      }
    }
  };
  visit(long.draft, "");
  for (const { hash, path } of contentPlaces(long)) {
    const text = new TextDecoder().decode(long.blobs.get(hash));
    const found = secrets.find(([, secret]) => text.includes(secret));
    const pointer = pointerOf(path);
    if (!found || diagnostics.errors.some((error) => error.pointer.startsWith(pointer))) continue;
    diagnostics.error("DAO2306", `${path.join(".")} holds the value of ${found[0]}, readable by everybody`, {
      at: nearestSpan(long.positions, path),
      path,
      help: `take it out of the file, or pass --plain ${found[0]} if it is no secret`,
    });
  }
}

/** Content that is published, with the mount or config that brings it. */
function contentPlaces({ draft }: LongForm): { hash: Sha256; path: string[] }[] {
  const places: { hash: Sha256; path: string[] }[] = [];
  for (const [name, config] of Object.entries(draft.configs ?? {})) {
    for (const hash of blobsOf(config)) places.push({ hash, path: ["configs", name] });
  }
  for (const [service, { volumes }] of Object.entries(draft.services)) {
    for (const [index, mount] of (volumes ?? []).entries()) {
      const snapshot = mount.type === "snapshot" ? draft.snapshots?.[mount.source] : undefined;
      for (const hash of snapshot ? blobsOf(snapshot) : []) places.push({ hash, path: ["services", service, "volumes", String(index)] });
    }
  }
  return places;
}
