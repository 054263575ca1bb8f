import { decodeCanonical } from "./canonical-decode.ts";
import { encodeCanonical } from "./canonical.ts";
import type { Sha256 } from "./canonical-spec.ts";
import { pathOf } from "./diagnostics.ts";
import type { Diagnostics } from "./diagnostics.ts";
import { withDigests } from "./digests.ts";
import type { LongForm } from "./long-form.ts";
import { nearestSpan } from "./nearest-span.ts";
import { checkPolicy } from "./policy.ts";
import { SpecError } from "./spec-error.ts";

/** As long as a real one, so that the size that is checked is the size that is published. */
const STAND_IN: Sha256 = `sha256:${"0".repeat(64)}`;

/**
 * Asks before anything is sent what a device will ask later: closed schema, size and policy. What it finds is reported
 * where the author wrote it.
 */
export function checkDraft(long: LongForm, diagnostics: Diagnostics): void {
  const spec = withDigests(long.draft, () => STAND_IN);
  try {
    decodeCanonical(encodeCanonical(spec));
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    const path = pathOf(error.pointer);
    const help = error.code === "DAO2016" ? "shorten texts, or split the file into several deployments" : undefined;
    diagnostics.error(
      error.code,
      path.length > 0 ? `${path.join(".")} cannot stand in a spec: ${error.detail}` : `the spec: ${error.detail}`,
      { at: nearestSpan(long.positions, path), path, help },
    );
    return;
  }
  for (const { code, pointer, message, help } of checkPolicy(spec)) {
    const path = pathOf(pointer);
    diagnostics.error(code, `${path.join(".")}: ${message}`, { at: nearestSpan(long.positions, path), path, help });
  }
}
