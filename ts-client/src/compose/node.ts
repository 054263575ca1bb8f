import type { Span } from "./source.ts";

/**
 * The tree all steps before the long form work on. Nodes are never changed after they are made: a step returns new ones
 * and may share what it did not touch, so one anchored value used in ten places exists once.
 */
export type Node = ScalarNode | MapNode | SeqNode;

/** `!reset` and `!override` of the merge rules. */
export type MergeTag = "reset" | "override";

export interface ScalarNode {
  kind: "scalar";
  value: string | number | boolean | null;
  /** The value as text: of a number or boolean what Compose prints for it, of null the empty text. */
  text: string;
  span: Span;
  tag?: MergeTag;
  /** Variables that were interpolated without having a value. */
  missing?: readonly string[];
  /** Variables whose value is part of this text. */
  used?: readonly string[];
  /** Those of them with a secret-like name. */
  secrets?: readonly string[];
}

export interface MapNode {
  kind: "map";
  entries: ReadonlyMap<string, MapEntry>;
  span: Span;
  tag?: MergeTag;
}

export interface MapEntry {
  /** Where the key stands. */
  key: Span;
  value: Node;
}

export interface SeqNode {
  kind: "seq";
  items: readonly Node[];
  span: Span;
  tag?: MergeTag;
}

export function scalar(value: string, from: Node, span: Span = from.span): ScalarNode {
  const node: ScalarNode = { kind: "scalar", value, text: value, span };
  if (from.kind === "scalar") {
    if (from.missing) node.missing = from.missing;
    if (from.used) node.used = from.used;
    if (from.secrets) node.secrets = from.secrets;
  }
  return node;
}

export function isNull(node: Node | undefined): boolean {
  return node === undefined || (node.kind === "scalar" && node.value === null);
}

export function mapOf(node: Node | undefined): MapNode | undefined {
  return node?.kind === "map" ? node : undefined;
}

export function entry(node: Node | undefined, key: string): Node | undefined {
  return node?.kind === "map" ? node.entries.get(key)?.value : undefined;
}

/** Follows a path of keys and indexes; stops at the deepest node that exists. */
export function nearest(root: Node, path: readonly string[]): { node: Node; key: Span | undefined; rest: string[] } {
  let node = root;
  let key: Span | undefined;
  for (let index = 0; index < path.length; index++) {
    const part = path[index]!;
    if (node.kind === "map") {
      const found = node.entries.get(part);
      if (!found) return { node, key, rest: path.slice(index) };
      node = found.value;
      key = found.key;
    } else if (node.kind === "seq") {
      const found = node.items[Number(part)];
      if (!found) return { node, key, rest: path.slice(index) };
      node = found;
      key = undefined;
    } else return { node, key, rest: path.slice(index) };
  }
  return { node, key, rest: [] };
}

/** The tree as plain values, for the schema check. Objects have no prototype. */
export function toValue(node: Node): unknown {
  switch (node.kind) {
    case "scalar":
      return node.value;
    case "seq":
      return node.items.map(toValue);
    case "map": {
      const value = Object.create(null) as Record<string, unknown>;
      for (const [key, { value: child }] of node.entries) value[key] = toValue(child);
      return value;
    }
  }
}

/** Same values, whatever their place, style and key order. */
export function sameValue(a: Node, b: Node): boolean {
  if (a === b) return true;
  if (a.kind === "scalar") return b.kind === "scalar" && a.value === b.value && a.text === b.text;
  if (a.kind === "seq")
    return (
      b.kind === "seq" && a.items.length === b.items.length && a.items.every((item, i) => sameValue(item, b.items[i]!))
    );
  if (b.kind !== "map" || a.entries.size !== b.entries.size) return false;
  for (const [key, { value }] of a.entries) {
    const other = b.entries.get(key);
    if (!other || !sameValue(value, other.value)) return false;
  }
  return true;
}
