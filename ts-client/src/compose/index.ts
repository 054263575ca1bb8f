/**
 * `@daonetes/client/compose`: from Compose files to the canonical spec and back. Reading Compose files loads its parser
 * at first use, so that a device which only decodes specs never holds it.
 */
import type { EngineDigests } from "../registry-client/engine-digests.ts";
import type { ResolverOptions } from "../registry-client/digest-resolver.ts";
import type { DigestResolver, ResolveResult } from "./digests.ts";
import type { ComposeProject } from "./draft.ts";
import type { LoadOptions, LoadResult } from "./load.ts";

export * from "./canonical-spec.ts";
export { declarationOf, encodeCanonical, hashSpec } from "./canonical.ts";
export { decodeCanonical } from "./canonical-decode.ts";
export { DEFAULTS } from "./canonical-limits.ts";
export { type Code, CODES } from "./codes.ts";
export { type Diagnostic, diagnosticJson } from "./diagnostics.ts";
export { DigestError, type DigestResolver, pinsOf, type ResolveResult, toCanonical } from "./digests.ts";
export type { ComposeProject, DraftService, DraftSpec, ImageReference } from "./draft.ts";
export { familiarName } from "./image-name.ts";
export type { LoadOptions, LoadResult } from "./load.ts";
export { checkPolicy, type PolicyFinding } from "./policy.ts";
export { renderDiagnostic, renderDiagnostics } from "./render-diagnostic.ts";
export { SpecError } from "./spec-error.ts";
export { BASELINE_CAPABILITIES, type KeyVerdict, RESERVED_PORTS, SERVICE_KEYS, TOP_LEVEL_KEYS, type Verdict } from "./verdicts.ts";
export type { EngineDigests } from "../registry-client/engine-digests.ts";
export type { ResolverOptions } from "../registry-client/digest-resolver.ts";

/** Reads Compose files into a project in long form; see `LoadOptions`. Never throws on what a file says. */
export async function loadCompose(options: LoadOptions): Promise<LoadResult> {
  return (await import("./load.ts")).loadCompose(options);
}

/** Pins every image of a project; `previous` holds the pins of the running revision (`pinsOf`). */
export async function resolveDigests(
  project: ComposeProject,
  resolver: DigestResolver,
  previous?: ReadonlyMap<string, string>,
): Promise<ResolveResult> {
  return (await import("./digests.ts")).resolveDigests(project, resolver, previous);
}

/** Reads the files that `loadCompose` asks for from the disk, links followed only inside the project folder. */
export async function nodeReadFile(projectDirectory: string): Promise<(path: string) => Promise<string | undefined>> {
  return (await import("./node-files.ts")).nodeReadFile(projectDirectory);
}

/** A resolver that asks the Engine first and the registry then. */
export async function createDigestResolver(options: ResolverOptions = {}): Promise<DigestResolver> {
  return (await import("../registry-client/digest-resolver.ts")).createDigestResolver(options);
}

/** The digests that an Engine knows, through its socket. */
export async function engineDigests(socketPath?: string): Promise<EngineDigests> {
  return (await import("../registry-client/engine-digests.ts")).engineDigests(socketPath);
}
