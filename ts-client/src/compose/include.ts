import type { Diagnostics } from "./diagnostics.ts";
import { mergeNodes } from "./merge.ts";
import { entry, isNull, mapOf, sameValue } from "./node.ts";
import type { MapEntry, MapNode, Node, ScalarNode } from "./node.ts";

const SECTIONS = ["services", "jobs", "volumes", "networks", "secrets", "configs", "models"];

/** One entry of `include`, in long form. */
export interface IncludeEntry {
  paths: ScalarNode[];
  projectDirectory?: ScalarNode;
  envFiles: ScalarNode[];
}

/** The entries of `include` of a file. Malformed ones are reported and left out. */
export function includeEntries(root: MapNode, diagnostics: Diagnostics): IncludeEntry[] {
  const include = entry(root, "include");
  if (include === undefined || isNull(include)) return [];
  const wrong = (node: Node): void =>
    diagnostics.error(
      "DAO2131",
      "include takes a list of paths, or of mappings with path, project_directory, env_file",
      {
        at: node.span,
        path: ["include"],
      },
    );
  if (include.kind !== "seq") {
    wrong(include);
    return [];
  }
  const entries: IncludeEntry[] = [];
  for (const item of include.items) {
    const paths = texts(item.kind === "map" ? entry(item, "path") : item);
    const envFiles = texts(item.kind === "map" ? entry(item, "env_file") : undefined);
    const directory = item.kind === "map" ? entry(item, "project_directory") : undefined;
    if (!paths || paths.length === 0 || !envFiles || (directory && directory.kind !== "scalar")) wrong(item);
    else entries.push({ paths, envFiles, ...(directory?.kind === "scalar" ? { projectDirectory: directory } : {}) });
  }
  return entries;
}

function texts(node: Node | undefined): ScalarNode[] | undefined {
  if (isNull(node) || node === undefined) return [];
  const items = node.kind === "seq" ? node.items : [node];
  return items.every((item) => item.kind === "scalar" && typeof item.value === "string")
    ? (items as ScalarNode[])
    : undefined;
}

/** Takes the resources of an included model over; what the file says about them itself is laid over. */
export function importModel(imported: MapNode, root: MapNode, diagnostics: Diagnostics): MapNode {
  const entries = new Map<string, MapEntry>(root.entries);
  entries.delete("include");
  for (const section of SECTIONS) {
    const from = mapOf(entry(imported, section));
    if (!from) continue;
    const own = entries.get(section);
    if (!own || isNull(own.value)) {
      entries.set(section, imported.entries.get(section)!);
      continue;
    }
    if (own.value.kind !== "map") continue;
    const merged = new Map(own.value.entries);
    for (const [name, resource] of from.entries) {
      const local = merged.get(name);
      if (!local) merged.set(name, resource);
      else if (!sameValue(local.value, resource.value)) {
        merged.set(name, {
          key: local.key,
          value: mergeNodes(resource.value, local.value, [section, name], diagnostics),
        });
      }
    }
    entries.set(section, { key: own.key, value: { ...own.value, entries: merged } });
  }
  return { ...root, entries };
}
