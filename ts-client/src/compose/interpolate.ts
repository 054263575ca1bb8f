import type { Diagnostics } from "./diagnostics.ts";
import type { MapEntry, Node, ScalarNode } from "./node.ts";
import { isHarmless, isSecretName } from "./secret-names.ts";
import { RequiredVariableError, substitute, TemplateError } from "./template.ts";
import type { Lookup } from "./template.ts";

/**
 * Puts variables into every value of a tree (keys stay as they are). What had no value is remembered on the node, and
 * judged only if that node is part of the result: a value that another file replaces is no error.
 */
export function interpolate(root: Node, lookup: Lookup, diagnostics: Diagnostics): Node {
  const done = new Map<Node, Node>();
  const walk = (node: Node, path: readonly string[]): Node => {
    if (node.kind === "scalar") return interpolateScalar(node, path, lookup, diagnostics);
    const known = done.get(node);
    if (known) return known;
    let changed: Node;
    if (node.kind === "seq") {
      const items = node.items.map((item, index) => walk(item, [...path, String(index)]));
      changed = items.every((item, index) => item === node.items[index]) ? node : { ...node, items };
    } else {
      const entries = new Map<string, MapEntry>();
      let same = true;
      for (const [key, entry] of node.entries) {
        const value = walk(entry.value, [...path, key]);
        same &&= value === entry.value;
        entries.set(key, value === entry.value ? entry : { key: entry.key, value });
      }
      changed = same ? node : { ...node, entries };
    }
    done.set(node, changed);
    return changed;
  };
  return walk(root, []);
}

function interpolateScalar(
  node: ScalarNode,
  path: readonly string[],
  lookup: Lookup,
  diagnostics: Diagnostics,
): ScalarNode {
  if (typeof node.value !== "string" || !node.value.includes("$")) return node;
  try {
    const { text, missing, used } = substitute(node.value, lookup);
    if (text.includes("\0") || !text.isWellFormed()) {
      diagnostics.error("DAO2014", "text with a NUL or half a character after interpolation", { at: node.span, path });
      return node;
    }
    const secrets = used.filter((name) => isSecretName(name) && !isHarmless(lookup(name) ?? ""));
    return {
      ...node,
      value: text,
      text,
      ...(missing.length > 0 ? { missing } : {}),
      ...(used.length > 0 ? { used } : {}),
      ...(secrets.length > 0 ? { secrets } : {}),
    };
  } catch (error) {
    if (error instanceof RequiredVariableError) {
      diagnostics.error("DAO2010", error.message, {
        at: node.span,
        path,
        help: `set ${error.variable} in the shell, in .env or with --env-file`,
      });
    } else if (error instanceof TemplateError) {
      diagnostics.error("DAO2011", `interpolation is not well formed: ${error.message}`, {
        at: node.span,
        path,
        help: "write $$ for a dollar sign",
      });
    } else throw error;
    return { ...node, value: "", text: "" };
  }
}
