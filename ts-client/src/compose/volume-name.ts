import { hashOf } from "./content-store.ts";

/**
 * Name of the volume for a path of the project (`dir`) or of the device (`host`): the same for ever, and another for every
 * path. Names that the file gives its own volumes are avoided.
 */
export function volumeName(path: string, own: ReadonlySet<string>, prefix: "dir" | "host" = "dir"): string {
  const plain = `${prefix}.${path.replaceAll("/", ".")}`;
  const exact = /^[a-zA-Z0-9_-]+(?:\/[a-zA-Z0-9_-]+)*$/.test(path) && plain.length <= 63 && !own.has(plain);
  if (exact) return plain;
  const hash = hashOf(new TextEncoder().encode(path)).slice("sha256:".length, "sha256:".length + 8);
  return `${plain.replaceAll(/[^a-zA-Z0-9_.-]/g, "-").slice(0, 54)}-${hash}`;
}
