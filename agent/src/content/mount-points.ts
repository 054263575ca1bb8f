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
  const files = Object.keys(spec.snapshots?.[snapshot]?.files ?? {});
  const points = new Map<string, MountPoint>();
  for (const service of Object.values(spec.services)) {
    const placed = placedIn(service, spec.snapshots ?? {});
    for (const outer of service.volumes ?? []) {
      if (outer.type !== "snapshot" || outer.source !== snapshot) continue;
      for (const { target, kind } of placed) {
        if (enclosing(target, placed) !== outer.target) continue;
        const path = target.slice(outer.target.length + 1);
        if (!files.some((file) => file === path || file.startsWith(`${path}/`))) points.set(path, { path, kind });
      }
    }
  }
  return [...points.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function placedIn(service: CanonicalService, snapshots: Readonly<Record<string, CanonicalSnapshot>>): Placed[] {
  const isFile = (source: string): boolean => snapshots[source]?.files === undefined;
  return [
    ...(service.volumes ?? []).map((mount): Placed => ({ target: mount.target, kind: mount.type === "snapshot" && isFile(mount.source) ? "file" : "folder" })),
    ...[...(service.configs ?? []), ...(service.secrets ?? [])].map(({ target }): Placed => ({ target, kind: "file" })),
  ];
}

/** The innermost mount that a target lies in. */
function enclosing(target: string, placed: readonly Placed[]): string | undefined {
  const around = placed.filter((other) => target.startsWith(`${other.target}/`));
  return around.reduce<string | undefined>((inner, other) => (inner === undefined || other.target.length > inner.length ? other.target : inner), undefined);
}
