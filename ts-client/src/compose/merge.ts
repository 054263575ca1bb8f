import type { Diagnostics } from "./diagnostics.ts";
import { sameValue, scalar } from "./node.ts";
import type { MapEntry, MapNode, Node, SeqNode } from "./node.ts";

type Rule = "replace" | "key-values" | "sequence" | "names" | "dependencies" | "logging" | "build" | "ulimit";

const SERVICE_RULES: Record<string, Rule> = {
  annotations: "key-values",
  build: "build",
  command: "replace",
  depends_on: "dependencies",
  dns: "sequence",
  dns_opt: "sequence",
  dns_search: "sequence",
  entrypoint: "replace",
  env_file: "sequence",
  label_file: "sequence",
  environment: "key-values",
  extra_hosts: "sequence",
  labels: "key-values",
  logging: "logging",
  models: "names",
  networks: "names",
  sysctls: "key-values",
  tmpfs: "sequence",
};

/** Rule for a path below the top level; undefined: mappings merge, lists append, the rest is replaced. */
function ruleFor(path: readonly string[]): Rule | undefined {
  const [section, , key, sub] = path;
  if (section === "services") {
    if (path.length === 3) return SERVICE_RULES[key!];
    if (path.length === 4) {
      if (key === "build" && (sub === "args" || sub === "labels" || sub === "additional_contexts")) return "key-values";
      if (key === "build" && sub === "extra_hosts") return "sequence";
      if (key === "healthcheck" && sub === "test") return "replace";
      if (key === "deploy" && sub === "labels") return "key-values";
      if (key === "ulimits") return "ulimit";
    }
    return undefined;
  }
  return path.length === 3 && key === "labels" ? "key-values" : undefined;
}

/**
 * Lays `over` on `base` by the merge rules of Compose. `!reset` removes what was there, `!override` replaces it.
 * A value keeps the position of the file it comes from.
 */
export function mergeNodes(base: Node, over: Node, path: readonly string[], diagnostics: Diagnostics): Node {
  if (over.tag === "override") return over;
  const rule = ruleFor(path);
  const merge = (a: MapNode, b: MapNode): Node => mergeMaps(a, b, path, diagnostics);
  switch (rule) {
    case "replace":
      return over;
    case "key-values":
      return merge(keyValues(base), keyValues(over));
    case "sequence":
      return append(sequence(base), sequence(over));
    case "names":
    case "dependencies":
      return merge(names(base, rule === "dependencies"), names(over, rule === "dependencies"));
    case "build":
      return merge(buildMap(base), buildMap(over));
    case "logging":
      if (base.kind === "map" && over.kind === "map") {
        const drivers = [base.entries.get("driver"), over.entries.get("driver")].map((e) => e?.value);
        if (drivers[0] && drivers[1] && !sameValue(drivers[0], drivers[1])) return over;
      }
      break;
    case "ulimit":
      if (base.kind !== "map" || over.kind !== "map") return over;
      break;
    case undefined:
  }
  if (over.kind === "scalar" && over.value === null) return base;
  if (base.kind === "scalar") return over;
  if (base.kind !== over.kind) {
    diagnostics.error(
      "DAO2120",
      `${path.join(".")} cannot be merged: a ${kindName(base)} here, a ${kindName(over)} there`,
      {
        at: over.span,
        path,
        help: "use the same form in both files, or replace it with !override",
      },
    );
    return base;
  }
  return base.kind === "map" ? merge(base, over as MapNode) : append(base, over as SeqNode);
}

/** Removes `!reset` entries from a tree that nothing is laid under. */
export function dropResets(node: Node): Node {
  if (node.kind === "scalar") return node;
  if (node.kind === "seq") return { ...node, items: node.items.filter((item) => item.tag !== "reset").map(dropResets) };
  const entries = new Map<string, MapEntry>();
  for (const [key, entry] of node.entries) {
    if (entry.value.tag !== "reset") entries.set(key, { key: entry.key, value: dropResets(entry.value) });
  }
  return { ...node, entries };
}

function mergeMaps(base: MapNode, over: MapNode, path: readonly string[], diagnostics: Diagnostics): MapNode {
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const former = entries.get(key);
    if (entry.value.tag === "reset") entries.delete(key);
    else if (!former) entries.set(key, entry);
    else {
      const value = mergeNodes(former.value, entry.value, [...path, key], diagnostics);
      entries.set(key, { key: value === former.value ? former.key : entry.key, value });
    }
  }
  return { kind: "map", entries, span: over.span };
}

function append(base: SeqNode, over: SeqNode): SeqNode {
  const items = [...base.items];
  for (const item of over.items) {
    if (item.tag !== "reset" && !items.some((existing) => sameValue(existing, item))) items.push(item);
  }
  return { kind: "seq", items, span: over.span };
}

function sequence(node: Node): SeqNode {
  if (node.kind === "seq") return node;
  if (node.kind === "scalar") return { kind: "seq", items: node.value === null ? [] : [node], span: node.span };
  const items: Node[] = [];
  for (const [key, { value }] of node.entries) {
    if (value.kind === "seq") {
      for (const item of value.items) items.push(scalar(`${key}=${item.kind === "scalar" ? item.text : ""}`, item));
    } else if (value.kind === "scalar")
      items.push(value.value === null ? scalar(key, value) : scalar(`${key}=${value.text}`, value));
  }
  return { kind: "seq", items, span: node.span };
}

/** A list of `NAME=value` as a mapping; a bare `NAME` has the value null. The last of equal names counts. */
export function keyValues(node: Node): MapNode {
  if (node.kind === "map") return node;
  const entries = new Map<string, MapEntry>();
  for (const item of node.kind === "seq" ? node.items : [node]) {
    if (item.kind !== "scalar" || item.value === null) continue;
    const equals = item.text.indexOf("=");
    const name = equals === -1 ? item.text : item.text.slice(0, equals);
    if (equals !== -1) entries.set(name, { key: item.span, value: scalar(item.text.slice(equals + 1), item) });
    else entries.set(name, { key: item.span, value: { kind: "scalar", value: null, text: "", span: item.span } });
  }
  return { kind: "map", entries, span: node.span };
}

function names(node: Node, dependencies: boolean): MapNode {
  if (node.kind === "map") return node;
  const entries = new Map<string, MapEntry>();
  for (const item of node.kind === "seq" ? node.items : [node]) {
    if (item.kind !== "scalar" || item.value === null) continue;
    const value: Node = dependencies
      ? {
          kind: "map",
          entries: new Map([["condition", { key: item.span, value: scalar("service_started", item) }]]),
          span: item.span,
        }
      : { kind: "scalar", value: null, text: "", span: item.span };
    entries.set(item.text, { key: item.span, value });
  }
  return { kind: "map", entries, span: node.span };
}

function buildMap(node: Node): MapNode {
  if (node.kind === "map") return node;
  const entries = new Map<string, MapEntry>();
  if (node.kind === "scalar" && node.value !== null) entries.set("context", { key: node.span, value: node });
  return { kind: "map", entries, span: node.span };
}

function kindName(node: Node): string {
  return { scalar: "single value", seq: "list", map: "mapping" }[node.kind];
}
