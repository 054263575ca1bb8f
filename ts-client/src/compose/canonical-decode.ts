import { encodeCanonical } from "./canonical.ts";
import { checkReferences } from "./canonical-references.ts";
import { readSpec } from "./canonical-schema.ts";
import { SPEC_FORMAT } from "./canonical-spec.ts";
import type { CanonicalSpec } from "./canonical-spec.ts";
import { MAX_SERVICES, MAX_SPEC_BYTES } from "./limits.ts";
import { specError } from "./spec-error.ts";

/**
 * Reads canonical bytes of unknown origin. What it returns satisfies canonical-spec.ts in full and encodes to the same
 * bytes; everything else throws DaonetesError DAO2014 to DAO2027. Work is bounded by the 32 KiB limit.
 */
export function decodeCanonical(bytes: Uint8Array): CanonicalSpec {
  if (bytes.length > MAX_SPEC_BYTES) {
    throw specError("DAO2016", "", `it has ${bytes.length} bytes, at most ${MAX_SPEC_BYTES} are allowed`);
  }
  const value = parse(bytes);
  checkHead(value);
  const spec = readSpec(value, "");
  checkReferences(spec);
  if (Buffer.compare(bytes, encodeCanonical(spec)) !== 0) {
    throw specError("DAO2021", "", "keys are not sorted or there twice, or there is whitespace or an escape too many");
  }
  return spec;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw specError("DAO2020", "", "they cannot be parsed");
  }
}

/** The two findings that deserve their own code are looked for first. */
function checkHead(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  const { format, services } = value as Record<string, unknown>;
  if (typeof format === "string" && format !== SPEC_FORMAT)
    throw specError("DAO2026", "/format", `${SPEC_FORMAT} expected`);
  if (typeof services === "object" && services !== null && Object.keys(services).length > MAX_SERVICES) {
    throw specError("DAO2017", "/services", `at most ${MAX_SERVICES} are allowed`);
  }
}
