import dockerReference from "@swimlane/docker-reference";
import type { ImageReference } from "./draft.ts";

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** An image name that cannot be used; the message says why. */
export class ImageNameError extends Error {}

/** Reads `nginx`, `nginx:1.27`, `registry:5000/a/b@sha256:..`. Throws ImageNameError. */
export function parseImage(text: string): ImageReference {
  if (text.length > 512) throw new ImageNameError("it is longer than 512 characters");
  if (/^[0-9a-f]{64}$/.test(text) || /^sha256:/.test(text))
    throw new ImageNameError("an image id has no registry to come from");
  let reference;
  try {
    reference = dockerReference.parseFamiliarName(text);
  } catch (error) {
    throw new ImageNameError(error instanceof Error ? error.message : String(error));
  }
  const { domain, repository, tag, digest } = reference;
  if (!domain || !repository) throw new ImageNameError("it has no name");
  const name = `${domain}/${repository}`;
  if (digest !== undefined && !DIGEST.test(digest))
    throw new ImageNameError("its digest is not sha256 with 64 hex digits");
  return {
    name,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest: digest as `sha256:${string}` }),
    text: `${name}:${tag ?? "latest"}`,
  };
}
