import { sep } from "node:path";
import type { DesiredDeployment } from "../desired/desired-state.ts";
import type { Snapshot } from "../observed/observe.ts";

/** Names of contents that a wanted deployment mounts, or that a container still has, running or kept as a way back. */
export function usedContents(desired: readonly DesiredDeployment[], snapshot: Snapshot, root: string): Set<string> {
  return new Set([...desired.flatMap(({ contents }) => contents), ...mountedBelow(snapshot, root)]);
}

/** Files of secrets that a wanted deployment mounts, or that a container still has. */
export function usedSecretFiles(desired: readonly DesiredDeployment[], snapshot: Snapshot, root: string): Set<string> {
  return new Set([...desired.flatMap(({ secretFiles }) => secretFiles.map(({ file }) => file)), ...mountedBelow(snapshot, root)]);
}

/** First parts of the paths below a folder from which containers have something mounted. */
export function mountedBelow(snapshot: Snapshot, root: string): Set<string> {
  const used = new Set<string>();
  for (const { containers } of snapshot.deployments.values()) {
    for (const { security } of containers) {
      for (const mount of security.mounts) {
        const [type, source = ""] = mount.split("|");
        if (type === "bind" && source.startsWith(root + sep)) used.add(source.slice(root.length + 1).split(sep)[0] ?? "");
      }
    }
  }
  return used;
}
