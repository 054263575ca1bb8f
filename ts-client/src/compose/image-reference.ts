import { IMAGE_NAME, IMAGE_TAG, SHA256 } from "./canonical-names.ts";
import type { Sha256 } from "./canonical-spec.ts";

/** An image as an author names it, fully qualified. */
export interface ImageReference {
  /** `docker.io/library/nginx`, `127.0.0.1:5000/hello`. */
  name: string;
  tag?: string;
  digest?: Sha256;
}

/** Reads `[registry/]path[:tag][@digest]`; undefined if it is none. `docker.io` and `library` are filled in. */
export function parseImageReference(text: string): ImageReference | undefined {
  const [beforeDigest = "", digest, ...rest] = text.split("@");
  if (rest.length > 0 || (digest !== undefined && !SHA256.test(digest))) return undefined;
  const colon = beforeDigest.lastIndexOf(":");
  const tagged = colon > beforeDigest.lastIndexOf("/");
  const tag = tagged ? beforeDigest.slice(colon + 1) : undefined;
  const name = qualify(tagged ? beforeDigest.slice(0, colon) : beforeDigest);
  if (!IMAGE_NAME.test(name) || (tag !== undefined && !IMAGE_TAG.test(tag))) return undefined;
  return { name, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest: digest as Sha256 }) };
}

/** `name:tag`, the key under which a running revision keeps its digest; no tag means `latest`. */
export function pinKey(reference: ImageReference): string {
  return `${reference.name}:${reference.tag ?? "latest"}`;
}

function qualify(name: string): string {
  const slash = name.indexOf("/");
  const first = slash === -1 ? "" : name.slice(0, slash);
  const isRegistry = /[.:]/.test(first) || first === "localhost";
  if (!isRegistry) return slash === -1 ? `docker.io/library/${name}` : `docker.io/${name}`;
  const registry = first === "index.docker.io" ? "docker.io" : first;
  const path = name.slice(slash + 1);
  return registry === "docker.io" && !path.includes("/") ? `docker.io/library/${path}` : `${registry}/${path}`;
}
