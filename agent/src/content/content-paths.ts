import { createHash } from "node:crypto";
import type { CanonicalConfig, CanonicalFileReference, CanonicalSpec, Sha256 } from "@daonetes/client/compose";
import { type MountPoint, mountPointsOf } from "./mount-points.ts";

/** One file to be written below the folder of its content. */
export interface ContentFile {
  /** With `/`; "" is the content itself. */
  path: string;
  blobs: readonly Sha256[];
  mode: number;
  uid: number;
  gid: number;
}

/** Something that is mounted: a file or a folder of files, named by what it consists of. */
export interface Content {
  /** Name in the folder of contents; equal content has an equal name. */
  name: string;
  files: ContentFile[];
  /** Empty files and folders in it at which services mount something else. */
  points: MountPoint[];
}

const PLAIN_MODE = 0o644;
const EXECUTABLE_MODE = 0o755;
const CONFIG_MODE = 0o444;

/** @param source name of the snapshot in the spec */
export function snapshotContent(spec: CanonicalSpec, source: string): Content {
  const snapshot = spec.snapshots?.[source] ?? {};
  const files = snapshot.files === undefined ? [["", snapshot] as const] : Object.entries(snapshot.files);
  return named(
    files.map(([path, { blobs, executable }]) => ({
      path,
      blobs: blobs ?? [],
      mode: executable === true ? EXECUTABLE_MODE : PLAIN_MODE,
      uid: 0,
      gid: 0,
    })),
    mountPointsOf(spec, source),
  );
}

export function configContent(config: CanonicalConfig, { mode, uid, gid }: CanonicalFileReference): Content {
  return named([{ path: "", blobs: config.blobs ?? [], mode: mode ?? CONFIG_MODE, uid: uid ?? 0, gid: gid ?? 0 }]);
}

/** Everything that the services of a spec mount, each content once. */
export function contentsOf(spec: CanonicalSpec): Content[] {
  const contents = new Map<string, Content>();
  const add = (content: Content): unknown => contents.set(content.name, content);
  for (const source of Object.keys(spec.snapshots ?? {})) add(snapshotContent(spec, source));
  for (const service of Object.values(spec.services)) {
    for (const reference of service.configs ?? []) add(configContent(spec.configs?.[reference.source] ?? {}, reference));
  }
  return [...contents.values()];
}

function named(files: ContentFile[], points: MountPoint[] = []): Content {
  const parts = [...files.map(({ path, blobs, mode, uid, gid }) => [path, blobs, mode, uid, gid]).sort(), ...points.map(({ path, kind }) => [path, kind])];
  return { name: createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 40), files, points };
}
