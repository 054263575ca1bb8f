import { decodeCanonical } from "./canonical-decode.ts";
import { encodeCanonical } from "./canonical.ts";
import { SHA256 } from "./canonical-names.ts";
import type { CanonicalSpec } from "./canonical-spec.ts";
import { DaonetesError } from "../errors.ts";
import type { PinnedProject, Project, ProjectImage } from "./project.ts";

/**
 * Finds the digest that a reference stands for. Throws DaonetesError DAO2203 to DAO2205.
 * @param platform `os/arch` the service asks for, for the message; the digest of an index stays that of the index
 */
export type ResolveDigest = (reference: ProjectImage, platform?: string) => Promise<string>;

/** Gives every image its digest. One reference is resolved once, whatever the number of services that use it. */
export async function pinImages(project: Project, resolve: ResolveDigest): Promise<PinnedProject> {
  const pending = new Map<string, Promise<string>>();
  const digestOf = (image: ProjectImage, platform: string | undefined): Promise<string> => {
    if (image.digest !== undefined) return Promise.resolve(image.digest);
    const key = `${image.name}:${image.tag ?? "latest"} ${image.refresh ?? false}`;
    const known = pending.get(key) ?? resolve(image, platform);
    pending.set(key, known);
    return known;
  };
  const services = await Promise.all(
    Object.entries(project.spec.services).map(async ([name, service]) => {
      const digest = await digestOf(service.image, service.platform);
      if (!SHA256.test(digest)) throw withoutDigest(name);
      const { tag } = service.image;
      const image = { name: service.image.name, digest: digest as `sha256:${string}`, ...(tag === undefined ? {} : { tag }) };
      return [name, { ...service, image }] as const;
    }),
  );
  return { ...project, spec: { ...project.spec, services: Object.fromEntries(services) } };
}

/** The spec of a project whose images are pinned. Throws DaonetesError DAO2202 if one is not, DAO2016 above 32 KiB. */
export function toCanonical(project: Project | PinnedProject): CanonicalSpec {
  for (const [name, { image }] of Object.entries(project.spec.services)) if (image.digest === undefined) throw withoutDigest(name);
  return decodeCanonical(encodeCanonical(project.spec as CanonicalSpec));
}

function withoutDigest(service: string): DaonetesError {
  return new DaonetesError({ code: "DAO2202", kind: "failed", message: `the image of service ${service} has no digest`, help: "resolve it first, or name it as NAME@sha256:.." });
}
