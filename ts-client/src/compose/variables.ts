import type { Diagnostics } from "./diagnostics.ts";
import type { Field } from "./field.ts";
import type { Node, ScalarNode } from "./node.ts";
import type { Span } from "./source.ts";

/** Where text may be empty because a variable has no value, as Compose has it; elsewhere that is an error. */
const MAY_BE_EMPTY = new Set(["environment", "command", "entrypoint", "labels"]);

/** Judges what interpolation left open in the parts of the file that count. */
export function checkVariables(
  parts: readonly Field[],
  plain: ReadonlySet<string>,
  unset: Set<string>,
  diagnostics: Diagnostics,
): void {
  for (const part of parts) {
    // A build beside an image is dropped, with all that it names.
    const dropped = part.child("image") === undefined ? undefined : part.child("build")?.path;
    walk(part.node, part.path, (node, path) => {
      if (dropped?.every((key, index) => path[index] === key) !== true) judge(node, path, plain, unset, diagnostics);
    });
  }
}

function judge(
  node: ScalarNode,
  path: readonly string[],
  plain: ReadonlySet<string>,
  unset: Set<string>,
  diagnostics: Diagnostics,
): void {
  const place = path[0] === "services" ? path[2] : path.at(-2);
  if (node.missing) {
    if (MAY_BE_EMPTY.has(place ?? "")) for (const name of node.missing) unset.add(name);
    else {
      const names = [...new Set(node.missing)].join(", ");
      diagnostics.error("DAO2012", `${path.join(".")} needs ${names}, which ${new Set(node.missing).size === 1 ? "has" : "have"} no value`, {
        at: node.span,
        path,
        help: `set ${names} in the shell, in .env or with --env-file, or give a default: \${${node.missing[0]}:-value}`,
      });
    }
  }
  const secrets = node.secrets?.filter((name) => !plain.has(name)) ?? [];
  if (secrets.length === 0 || (path[0] === "services" && place === "environment")) return;
  const variable = secrets[0]!;
  const inCommand = place === "command" || place === "entrypoint" || place === "healthcheck";
  diagnostics.error(
    "DAO2306",
    `${path.join(".")} would hold the value of ${secrets.join(", ")}, readable by everybody`,
    {
      at: spanOf(node, variable),
      path,
      help: `${inCommand ? inTheEnvironment(variable, place) : "take it out"}; --plain ${variable} if it is no secret`,
    },
  );
}

/** How a command gets a secret without carrying its value. @param place key of the service */
export function inTheEnvironment(variable: string, place: string | undefined): string {
  const shell = place === "healthcheck" ? '[CMD-SHELL, "PROGRAM $$' : '[sh, -c, "exec PROGRAM $$';
  return `pass it in the environment and let a shell put it in:  ${shell}${variable}"]   or use a *_FILE variable`;
}

/** Where a text names a variable; the whole text where that cannot be told. */
function spanOf({ span }: ScalarNode, variable: string): Span {
  const named = new RegExp(`\\$\\{?${variable}(?![A-Za-z0-9_])\\}?`).exec(span.file.text.slice(span.start, span.end));
  return named ? { file: span.file, start: span.start + named.index, end: span.start + named.index + named[0].length } : span;
}

function walk(node: Node, path: readonly string[], visit: (node: ScalarNode, path: readonly string[]) => void): void {
  if (node.kind === "scalar") visit(node, path);
  else if (node.kind === "seq") node.items.forEach((item, index) => walk(item, [...path, String(index)], visit));
  else for (const [key, { value }] of node.entries) if (!key.startsWith("x-")) walk(value, [...path, key], visit);
}
