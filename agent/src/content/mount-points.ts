import type { CanonicalService, CanonicalSnapshot, CanonicalSpec } from "@daonetes/client/compose";

/** A place below a folder of files at which something else is mounted. */
export interface MountPoint {
  /** Below the folder, with `/`. */
  path: string;
  kind: "file" | "folder";
}

interface Placed {
  target: string;
  kind: MountPoint["kind"];
}

/**
 * Where the services of a spec mount something inside a snapshot that they mount, and the snapshot itself has nothing.
 * Nothing can be made in what is mounted read-only, so the place has to be there before. Sorted by path, each once.
 */
export function mountPointsOf(spec: CanonicalSpec, snapshot: string): MountPoint[] {
  const folder = spec.snapshots?.[snapshot]?.files;
  if (folder === undefined) return [];
  const files = Object.keys(folder);
  const isInSnapshot = (path: string): boolean => files.some((file) => file === path || file.startsWith(`${path}/`) || path.startsWith(`${file}/`));
  const points = new Map<string, MountPoint>();
  for (const service of Object.values(spec.services)) {
    for (const outer of service.volumes ?? []) {
      if (outer.type !== "snapshot" || outer.source !== snapshot) continue;
      const root = `${outer.target}/`;
      const inside = placedIn(service, spec.snapshots ?? {}).filter(({ target }) => target.startsWith(root));
      for (const { target, kind } of inside) {
        // What lies in another mount has its place there.
        if (inside.some((other) => target.startsWith(`${other.target}/`))) continue;
        const path = target.slice(root.length);
        if (!isInSnapshot(path)) points.set(path, { path, kind });
      }
    }
  }
  return [...points.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Everything that a service mounts. */
function placedIn(service: CanonicalService, snapshots: Readonly<Record<string, CanonicalSnapshot>>): Placed[] {
  const isFile = (source: string): boolean => snapshots[source]?.files === undefined;
  return [
    ...(service.volumes ?? []).map((mount): Placed => ({ target: mount.target, kind: mount.type === "snapshot" && isFile(mount.source) ? "file" : "folder" })),
    ...[...(service.configs ?? []), ...(service.secrets ?? [])].map(({ target }): Placed => ({ target, kind: "file" })),
  ];
}
