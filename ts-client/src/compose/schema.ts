import { validate } from "../gen/compose-schema.ts";
import type { SchemaError } from "../gen/compose-schema.ts";
import type { Diagnostics } from "./diagnostics.ts";
import { pathOf } from "./diagnostics.ts";
import { entry, mapOf, nearest, toValue } from "./node.ts";
import type { MapNode, Node } from "./node.ts";
import type { Span } from "./source.ts";
import { SERVICE_KEYS } from "./verdicts.ts";

/** Names that look like a key of the schema are offered in the help. */
const MAX_DISTANCE = 2;

/** Checks a merged tree against the official Compose schema and reports what it finds at the place in the file. */
export function checkSchema(root: MapNode, diagnostics: Diagnostics): void {
  if (validate(toValue(root))) return;
  const byPlace = new Map<string, SchemaError[]>();
  for (const error of validate.errors ?? []) {
    const list = byPlace.get(error.instancePath);
    if (list) list.push(error);
    else byPlace.set(error.instancePath, [error]);
  }
  const places = [...byPlace.keys()];
  for (const [place, errors] of byPlace) {
    const deeper = places.some((other) => other.startsWith(`${place}/`));
    reportPlace(root, place, errors, deeper, diagnostics);
  }
}

function reportPlace(
  root: MapNode,
  place: string,
  errors: readonly SchemaError[],
  deeper: boolean,
  diagnostics: Diagnostics,
): void {
  const path = pathOf(place);
  const { node, key } = nearest(root, path);
  const name = path.join(".") || "the file";
  const kinds = new Set(errors.map((e) => e.keyword));
  const types = errors.filter((e) => e.keyword === "type").flatMap((e) => e.params["type"] as string | string[]);
  const accepted = types.includes(typeName(node));
  for (const error of errors) {
    switch (error.keyword) {
      case "additionalProperties":
      case "unevaluatedProperties": {
        const unknown = String(error.params["additionalProperty"] ?? error.params["unevaluatedProperty"]);
        if (error.keyword === "unevaluatedProperties" && Object.hasOwn(SERVICE_KEYS, unknown)) break;
        if (!mapOf(node)?.entries.has(unknown)) break;
        reportUnknown(node, unknown, path, diagnostics);
        break;
      }
      case "required": {
        if (node.kind !== "map") break;
        const missing = String(error.params["missingProperty"]);
        diagnostics.error("DAO2104", `${name} needs ${missing}`, { at: key ?? node.span, path });
        break;
      }
      case "enum":
        diagnostics.error("DAO2103", `${name} is none of the allowed values`, {
          at: node.span,
          path,
          help: `allowed: ${(error.params["allowedValues"] as unknown[]).join(", ")}`,
        });
        break;
      case "pattern":
        diagnostics.error("DAO2103", `${name} has a form that is not allowed`, { at: node.span, path });
        break;
      case "minimum":
      case "maximum":
        diagnostics.error("DAO2103", `${name} must be ${String(error.params["comparison"])} ${String(error.params["limit"])}`, { at: node.span, path });
        break;
      case "uniqueItems": {
        const item = node.kind === "seq" ? node.items[Number(error.params["i"])] : undefined;
        // Compose takes one of them, whatever the schema says.
        diagnostics.notice("DAO2394", `${name} names one thing twice; it counts once`, { at: (item ?? node).span, path });
        break;
      }
    }
  }
  const structural = [...kinds].some((k) => !["type", "oneOf", "anyOf", "unevaluatedProperties"].includes(k));
  if (types.length > 0 && !accepted && !structural && !deeper) {
    const help = wayOut(types, path.at(-1) ?? "");
    diagnostics.error("DAO2102", `${name} has the wrong type: ${describe(types)} expected, ${typeText(node)} found`, { at: spanOf(node, key), path, ...(help === undefined ? {} : { help }) });
  } else if (kinds.has("oneOf") && !structural && !deeper && types.length === 0) {
    diagnostics.error("DAO2102", `${name} has none of the allowed forms`, { at: spanOf(node, key), path });
  }
}

function reportUnknown(node: Node, unknown: string, path: readonly string[], diagnostics: Diagnostics): void {
  const at = mapOf(node)!.entries.get(unknown)!.key;
  const full = [...path, unknown];
  const inService = path.length === 2 && path[0] === "services";
  const candidate = inService ? closest(unknown, Object.keys(SERVICE_KEYS)) : undefined;
  const named =
    ["services", "networks", "volumes", "configs", "secrets", "models", "jobs"].includes(path[0] ?? "") &&
    path.length === 1;
  if (named) {
    diagnostics.error("DAO2129", `${full.join(".")} is not a usable name`, {
      at,
      path: full,
      help: "letters, digits, dot, dash and underscore",
    });
    return;
  }
  diagnostics.error("DAO2101", `${full.join(".")} is not a key of Compose`, { at, path: full, help: insteadOf(node, unknown, path, candidate) });
}

function insteadOf(node: Node, unknown: string, path: readonly string[], candidate: string | undefined): string {
  if (candidate !== undefined) return `did you mean ${candidate}?`;
  const value = entry(node, unknown);
  // A service at the top: files were written so before there were versions.
  const isService = path.length === 0 && servicesOf(node) === undefined && value !== undefined && ["image", "build"].some((key) => entry(value, key) !== undefined);
  return isService ? `put it under services:  services: {${unknown}: ..}` : "remove it; extensions start with x-";
}

function spanOf(node: Node, key: Span | undefined): Span {
  return node.kind === "scalar" && node.value === null && key ? key : node.span;
}

function typeName(node: Node): string {
  if (node.kind === "map") return "object";
  if (node.kind === "seq") return "array";
  return node.value === null ? "null" : typeof node.value;
}

function typeText(node: Node): string {
  return TYPE_TEXTS[typeName(node)] ?? typeName(node);
}

const TYPE_TEXTS: Record<string, string> = {
  object: "a mapping",
  array: "a list",
  string: "text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  null: "nothing",
};

function describe(types: readonly string[]): string {
  const texts = [...new Set(types)].filter((t) => t !== "null" || types.length === 1).map((t) => TYPE_TEXTS[t] ?? t);
  return texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} or ${texts.at(-1)}`;
}

/** How a value of one of these types is written under a key. */
function wayOut(types: readonly string[], key: string): string | undefined {
  const under = /^\d*$/.test(key) ? "" : `${key}: `;
  if (types.includes("array")) return `write a list:  ${under}[ONE, TWO]`;
  if (types.includes("object")) return `write a mapping:  ${under}{NAME: VALUE}`;
  if (types.includes("string")) return `write one value:  ${under}VALUE`;
  if (types.includes("boolean")) return `write it without quotation marks:  ${under}true`;
  if (types.includes("number") || types.includes("integer")) return `write it without quotation marks:  ${under}1`;
  return undefined;
}

function closest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > 40) return undefined;
  let best: string | undefined;
  let least = MAX_DISTANCE + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase().replaceAll("-", "_"), candidate);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > MAX_DISTANCE) return MAX_DISTANCE + 1;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** Services of a tree, by name. */
export function servicesOf(root: Node): MapNode | undefined {
  return mapOf(entry(root, "services"));
}
