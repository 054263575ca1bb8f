/**
 * `@daonetes/client/compose`: from Compose files to the canonical spec and back. Reading Compose files loads its parser
 * at first use, so that a device which only decodes specs never holds it.
 */
import type { LoadOptions, LoadResult } from "./load.ts";
import type { ProjectFolder } from "./project-folder.ts";

export * from "./canonical-spec.ts";
export { declarationOf, encodeCanonical, hashSpec } from "./canonical.ts";
export { decodeCanonical } from "./canonical-decode.ts";
export { DEFAULTS } from "./canonical-limits.ts";
export { type Code, CODES } from "./codes.ts";
export { type Diagnostic, diagnosticJson } from "./diagnostics.ts";
export {
  DigestError,
  type DigestResolver,
  pinImages,
  pinsOf,
  resolveDigests,
  type ResolveResult,
  toCanonical,
} from "./digests.ts";
export type { ComposeProject, DraftService, DraftSpec, ImageReference } from "./draft.ts";
export { familiarName } from "./image-name.ts";
export type { LoadOptions, LoadResult } from "./load.ts";
export { type BuildRequest } from "./build-request.ts";
export { blobsOf, contentOf, secretsOf } from "./content.ts";
export { hashOf } from "./content-store.ts";
export type { RolloutDefaults } from "./deploy-section.ts";
export { GRANT_KINDS, type GrantKind, HOST_GATEWAY, isEngineSocket, isShared, type Need, needsOf, requiresOf } from "./grants.ts";
export { providersOf } from "./canonical-references.ts";
export type { MountVerdict } from "./project-mount.ts";
export type { ProjectFolder } from "./project-folder.ts";
export type { ProjectSecret, SecretTarget } from "./sealing.ts";
export { checkPolicy, type PolicyFinding } from "./policy.ts";
export { renderDiagnostic, renderDiagnostics } from "./render-diagnostic.ts";
export { SpecError } from "./spec-error.ts";
export { startsFirst } from "./update-order.ts";
export { type AddressRange, firstAddress, overlap, parseCidr } from "./subnet.ts";
export {
  BASELINE_CAPABILITIES,
  type KeyVerdict,
  RESERVED_PORTS,
  SAFE_SYSCTLS,
  SERVICE_KEYS,
  TOP_LEVEL_KEYS,
  type Verdict,
} from "./verdicts.ts";
export { createDigestResolver, type ResolverOptions } from "../registry-client/digest-resolver.ts";
export { readDockerLogins, type RegistryLogin } from "../registry-client/docker-config.ts";
export { type EngineDigests, engineDigests } from "../registry-client/engine-digests.ts";
export type { RegistryFetch } from "../registry-client/registry-http.ts";
export { RegistryError } from "../registry-client/registry-error.ts";
export { type ImageFacts, RegistryImages } from "../registry-client/registry-images.ts";

/** Reads Compose files into a project in long form; see `LoadOptions`. Never throws on what a file says. */
export async function loadCompose(options: LoadOptions): Promise<LoadResult> {
  return (await import("./reading.ts")).loadCompose(options);
}

/** What a project may reach: the git work tree around its folder, or the folder itself; for `LoadOptions.projectRoot`. */
export async function projectRoot(directory: string): Promise<string> {
  return (await import("./reading.ts")).projectRoot(directory);
}

/** The project on the disk, for `LoadOptions.folder`: files that services mount, and what git says about them. */
export async function nodeProjectFolder(root: string): Promise<ProjectFolder> {
  return (await import("./reading.ts")).nodeProjectFolder(root);
}

/** Reads the files that `loadCompose` asks for from the disk, links followed only inside the project. */
export async function nodeReadFile(root: string): Promise<(path: string) => Promise<string | undefined>> {
  return (await import("./reading.ts")).nodeReadFile(root);
}
