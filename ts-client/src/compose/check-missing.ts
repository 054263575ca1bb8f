import type { Diagnostics } from "./diagnostics.ts";
import type { MapNode, Node } from "./node.ts";
import type { Span } from "./source.ts";

/** Keys of a service in which a variable without value is empty text, as in Compose; anywhere else it is an error. */
const LENIENT = new Set(["environment", "command", "labels"]);

/** Judges variables without value in what is left of the merged tree; services that no profile starts do not count. */
export function checkMissingVariables(root: MapNode, active: ReadonlySet<string>, diagnostics: Diagnostics): void {
  const empty = new Map<string, { at: Span; path: readonly string[] }>();
  const walk = (node: Node, path: readonly string[]): void => {
    if (node.kind === "seq") for (const [index, item] of node.items.entries()) walk(item, [...path, String(index)]);
    else if (node.kind === "map") {
      for (const [key, { value }] of node.entries) {
        if (path.length === 1 && path[0] === "services" && !active.has(key)) continue;
        if (!key.startsWith("x-") || path.length > 2) walk(value, [...path, key]);
      }
    } else for (const name of node.missing ?? []) judge(name, node.span, path);
  };
  const judge = (name: string, at: Span, path: readonly string[]): void => {
    const lenient = (path[0] === "services" && LENIENT.has(path[2] ?? "")) || path[2] === "labels";
    if (lenient) empty.set(name, empty.get(name) ?? { at, path });
    else {
      diagnostics.error("DAO2012", `${path.join(".")} needs ${name}, which has no value`, {
        at,
        path,
        help: `set ${name} in the shell, in .env or with --env-file, or write a default: \${${name}:-..}`,
      });
    }
  };
  walk(root, []);
  const [first] = empty.values();
  if (first) diagnostics.notice("DAO2390", `without value and therefore empty: ${[...empty.keys()].join(", ")}`, first);
}
