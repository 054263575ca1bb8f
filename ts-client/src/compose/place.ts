import { pathOf } from "./diagnostics.ts";
import { isNull, nearest } from "./node.ts";
import type { MapNode, Node } from "./node.ts";
import type { Span } from "./source.ts";

/** A value of the merged tree, with where it stands in the file and in the tree. */
export interface Place {
  node: Node;
  /** Where its key stands; of a list item the item itself. */
  key: Span;
  path: readonly string[];
}

/** The value under a key; undefined if it is absent or null. */
export function child(place: Place | undefined, key: string): Place | undefined {
  if (place?.node.kind !== "map") return undefined;
  const found = place.node.entries.get(key);
  if (!found || isNull(found.value)) return undefined;
  return { node: found.value, key: found.key, path: [...place.path, key] };
}

/** The entries of a mapping, null values included. */
export function entriesOf(place: Place | undefined): [string, Place][] {
  if (place?.node.kind !== "map") return [];
  return [...place.node.entries].map(([name, { key, value }]) => [name, { node: value, key, path: [...place.path, name] }]);
}

/** The items of a list, or the single value that stands instead of one. */
export function itemsOf(place: Place | undefined): Place[] {
  if (!place) return [];
  if (place.node.kind !== "seq") return [place];
  return place.node.items.map((node, index) => ({ node, key: node.span, path: [...place.path, String(index)] }));
}

export function isEmpty(place: Place): boolean {
  const { node } = place;
  return node.kind === "map" ? node.entries.size === 0 : node.kind === "seq" ? node.items.length === 0 : node.text === "";
}

export function rootPlace(root: MapNode): Place {
  return { node: root, key: root.span, path: [] };
}

/** Where a JSON pointer leads in the file: the deepest place that exists. */
export function spanOfPointer(root: MapNode, pointer: string): Span {
  const { node, key } = nearest(root, pathOf(pointer));
  return node.kind === "scalar" ? node.span : (key ?? node.span);
}
