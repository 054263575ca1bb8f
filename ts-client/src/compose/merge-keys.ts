import type { Diagnostics } from "./diagnostics.ts";
import type { MapEntry, Node } from "./node.ts";
import type { Span } from "./source.ts";

/**
 * `<<`: takes over the entries of one mapping or of several, without touching what the mapping says itself. Of several,
 * the first that has a key wins.
 */
export function applyMergeKeys(
  entries: Map<string, MapEntry>,
  merges: readonly { key: Span; value: Node }[],
  diagnostics: Diagnostics,
): void {
  for (const { key, value } of merges) {
    const sources = value.kind === "seq" ? value.items : [value];
    for (const source of sources) {
      if (source.kind !== "map") {
        diagnostics.error("DAO2003", "not valid YAML: << takes a mapping or a list of mappings", { at: key });
        continue;
      }
      for (const [name, inherited] of (source).entries) {
        if (!entries.has(name)) entries.set(name, inherited);
      }
    }
  }
}
