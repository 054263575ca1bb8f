/**
 * `@daonetes/client/compose`: from Compose files to the canonical spec and back. Reading Compose files loads its parser
 * at first use, so that a device which only decodes specs never holds it.
 */
export * from "./canonical-spec.ts";
export { declarationOf, encodeCanonical, hashSpec } from "./canonical.ts";
export { decodeCanonical } from "./canonical-decode.ts";
export { DEFAULTS } from "./canonical-limits.ts";
export { type Code, CODES } from "./codes.ts";
export { type Diagnostic, diagnosticJson } from "./diagnostics.ts";
export { checkPolicy, type PolicyFinding } from "./policy.ts";
export { renderDiagnostic, renderDiagnostics } from "./render-diagnostic.ts";
export { BASELINE_CAPABILITIES, type KeyVerdict, RESERVED_PORTS, SERVICE_KEYS, TOP_LEVEL_KEYS, type Verdict } from "./verdicts.ts";
