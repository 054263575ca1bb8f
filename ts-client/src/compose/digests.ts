import { DaonetesError } from "../errors.ts";
import type { CanonicalService, CanonicalSpec, Sha256 } from "./canonical-spec.ts";
import type { Code } from "./codes.ts";
import { diagnosticOf } from "./diagnostics.ts";
import type { Diagnostic } from "./diagnostics.ts";
import type { ComposeProject, DraftService, DraftSpec } from "./draft.ts";
import { familiarName } from "./image-name.ts";
import { specError } from "./spec-error.ts";

/** Where digests come from. The order of sources (Engine, registry) is the resolver's business. */
export interface DigestResolver {
  /**
   * The digest that a reference (`docker.io/library/nginx:1.27`) stands for now: of an index or of a plain manifest.
   * Throws DigestError.
   */
  resolve(reference: string, platform?: string): Promise<string>;
  /** Pins of the running revision by reference text; an unchanged text keeps its digest. */
  readonly previous?: ReadonlyMap<string, string>;
}

/** Why a reference has no digest: DAO2203 not found, DAO2204 out of reach, DAO2205 no access. */
export class DigestError extends DaonetesError {
  declare readonly code: Code;

  constructor(code: "DAO2203" | "DAO2204" | "DAO2205", message: string, help: string, cause?: unknown) {
    super({
      code,
      kind: code === "DAO2203" ? "not_found" : code === "DAO2204" ? "unreachable" : "denied",
      message,
      help,
      cause,
    });
  }
}

export type ResolveResult =
  { ok: true; project: ComposeProject; pinned: number } | { ok: false; diagnostics: Diagnostic[] };

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/**
 * Pins every image of a project. A reference with a digest keeps it; one that the running revision has (`previous`, by
 * reference text) keeps that pin unless the file says `pull_policy: always`; the rest is asked for, each text once.
 */
export async function resolveDigests(
  project: ComposeProject,
  resolver: DigestResolver,
  previous: ReadonlyMap<string, string> = resolver.previous ?? new Map(),
): Promise<ResolveResult> {
  const asked = new Map<string, Promise<Sha256>>();
  const diagnostics: Diagnostic[] = [];
  const services = Object.create(null) as Record<string, DraftService>;
  let pinned = 0;
  await Promise.all(
    Object.entries(project.draft.services).map(async ([name, service]) => {
      const { image, platform } = service;
      services[name] = service;
      const former = image.fresh ? undefined : previous.get(image.text);
      if (image.digest !== undefined) return;
      try {
        const key = `${image.text} ${platform ?? ""}`;
        let answer = former !== undefined && DIGEST.test(former) ? Promise.resolve(former as Sha256) : asked.get(key);
        if (!answer) asked.set(key, (answer = ask(resolver, image.text, platform)));
        services[name] = { ...service, image: { ...image, digest: await answer } };
        pinned++;
      } catch (error) {
        if (!(error instanceof DigestError)) throw error;
        const at = project.positions.get(`/services/${name}/image`) ?? project.positions.get(`/services/${name}`);
        diagnostics.push(
          diagnosticOf("error", error.code, `services.${name}.image: ${error.message}`, {
            at,
            path: ["services", name, "image"],
            help: error.help,
          }),
        );
      }
    }),
  );
  if (diagnostics.length > 0) return { ok: false, diagnostics: diagnostics.sort((a, b) => a.line - b.line) };
  return { ok: true, pinned, project: { ...project, draft: { ...project.draft, services } } };
}

/** The same for callers that want one error: throws DigestError for the first image, with the number of others. */
export async function pinImages(project: ComposeProject, resolver: DigestResolver): Promise<ComposeProject> {
  const result = await resolveDigests(project, resolver);
  if (result.ok) return result.project;
  const [first, ...more] = result.diagnostics;
  const { code, message, help } = first!;
  const others = more.length === 0 ? "" : ` (and ${more.length} more ${more.length === 1 ? "image" : "images"})`;
  throw new DigestError(code as "DAO2203", message + others, help);
}

async function ask(resolver: DigestResolver, reference: string, platform: string | undefined): Promise<Sha256> {
  const digest = await resolver.resolve(reference, platform);
  if (!DIGEST.test(digest))
    throw new DigestError(
      "DAO2204",
      `the registry names no usable digest for ${familiarName(reference)}`,
      "pin the image by name@sha256:..",
    );
  return digest as Sha256;
}

/** The pins of a spec by reference text, for `previous` of the next publish. */
export function pinsOf(spec: CanonicalSpec): Map<string, string> {
  return new Map(
    Object.values(spec.services).map(({ image }) => [`${image.name}:${image.tag ?? "latest"}`, image.digest]),
  );
}

/** The spec of a project whose images are all pinned. Throws SpecError DAO2202 for one that is not. */
export function toCanonical(project: Pick<ComposeProject, "draft">): CanonicalSpec {
  return withDigests(project.draft, (name): never => {
    throw specError("DAO2202", `/services/${name}/image`, "it has to be resolved first");
  });
}

/** A draft as a spec; `standIn` gives the digest of an image that has none yet. */
export function withDigests(draft: DraftSpec, standIn: (service: string) => Sha256): CanonicalSpec {
  const services = Object.create(null) as Record<string, CanonicalService>;
  for (const [name, { image, ...service }] of Object.entries(draft.services)) {
    const { tag } = image;
    services[name] = {
      ...service,
      image: { name: image.name, digest: image.digest ?? standIn(name), ...(tag === undefined ? {} : { tag }) },
    };
  }
  return { ...draft, services };
}
