import type { Diagnostics } from "./diagnostics.ts";
import type { Field } from "./field.ts";
import type { Node } from "./node.ts";
import { SERVICE_KEYS, TOP_LEVEL_KEYS } from "./verdicts.ts";
import type { KeyVerdict } from "./verdicts.ts";

/** Refuses keys whose verdict is not to work, at the key. A value that asks for nothing (`false`, empty) passes. */
export function checkKeys(root: Field, services: readonly Field[], diagnostics: Diagnostics): void {
  for (const field of root.children()) check(field, TOP_LEVEL_KEYS, diagnostics);
  for (const service of services) for (const field of service.children()) check(field, SERVICE_KEYS, diagnostics);
  const version = root.child("version");
  version?.notice("DAO2391", "version has no effect any more and was dropped");
  for (const service of services) {
    const attach = service.child("attach");
    attach?.notice("DAO2391", `${attach.name} is about the author's terminal and was dropped`);
  }
}

function check(field: Field, table: Readonly<Record<string, KeyVerdict>>, diagnostics: Diagnostics): void {
  const key = field.path.at(-1)!;
  const verdict = Object.hasOwn(table, key) ? table[key] : undefined;
  if (!verdict || verdict.works || asksNothing(field.node)) return;
  const finding = { at: field.key, path: field.path, help: verdict.help, note: verdict.rule };
  diagnostics.error("DAO2304", `${field.name} is not supported`, finding);
}

function asksNothing(node: Node): boolean {
  if (node.kind === "scalar") return node.value === null || node.value === false || node.value === "";
  return node.kind === "seq" ? node.items.length === 0 : node.entries.size === 0;
}
