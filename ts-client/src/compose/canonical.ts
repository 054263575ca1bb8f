import { compareBytes, sortedUnique } from "./byte-order.ts";
import { contentOf, secretsOf } from "./content.ts";
import { hashOf } from "./content-store.ts";
import type { CanonicalSpec, Sha256, SpecDeclaration } from "./canonical-spec.ts";
import { MAX_SPEC_BYTES } from "./limits.ts";
import { specError } from "./spec-error.ts";

const MAX_LEVELS = 16;
const KEY = /^[\x20-\x7e]+$/;

/**
 * The canonical bytes of a spec: UTF-8 JSON without whitespace, keys sorted by byte, escapes of RFC 8785, integers only.
 * Throws DaonetesError DAO2014 or DAO2023 for values that JSON of this kind cannot carry, DAO2016 above 32 KiB.
 */
export function encodeCanonical(spec: CanonicalSpec): Uint8Array {
  const bytes = new TextEncoder().encode(encodeValue(spec, "", 0));
  if (bytes.length > MAX_SPEC_BYTES) {
    throw specError("DAO2016", "", `it has ${bytes.length} bytes, at most ${MAX_SPEC_BYTES} are allowed`);
  }
  return bytes;
}

/** The hash of canonical bytes, by which a spec is named everywhere. */
export function hashSpec(bytes: Uint8Array): Sha256 {
  return hashOf(bytes);
}

/** What a publisher declares beside the bytes of a spec. */
export function declarationOf(spec: CanonicalSpec): SpecDeclaration {
  const services = Object.values(spec.services);
  return {
    blobs: sortedUnique(contentOf(spec)),
    secrets: secretsOf(spec),
    has_volumes: services.some(({ volumes }) => volumes?.some(({ type }) => type === "volume") ?? false),
    platforms: sortedUnique(services.flatMap(({ platform }) => platform ?? [])),
    requires: [...(spec.requires ?? [])],
  };
}

function encodeValue(value: unknown, pointer: string, level: number): string {
  if (level > MAX_LEVELS) throw specError("DAO2023", pointer, `nested more than ${MAX_LEVELS} levels deep`);
  switch (typeof value) {
    case "string":
      return encodeText(value, pointer);
    case "number":
      if (!Number.isSafeInteger(value))
        throw specError("DAO2023", pointer, "a number has to be an integer of at most 2^53 - 1");
      return String(value);
    case "boolean":
      return String(value);
    case "object":
      if (value === null) break;
      if (Array.isArray(value)) {
        return `[${value.map((item, index) => encodeValue(item, `${pointer}/${index}`, level + 1)).join(",")}]`;
      }
      return encodeObject(value as Record<string, unknown>, pointer, level);
  }
  throw specError("DAO2023", pointer, `${value === null ? "null" : typeof value} is no value of a spec`);
}

function encodeObject(value: Record<string, unknown>, pointer: string, level: number): string {
  const parts: string[] = [];
  for (const key of Object.keys(value).sort(compareBytes)) {
    const child = value[key];
    if (child === undefined) continue;
    if (!KEY.test(key)) throw specError("DAO2014", pointer, "a key has to be printable ASCII text");
    parts.push(`${JSON.stringify(key)}:${encodeValue(child, `${pointer}/${key}`, level + 1)}`);
  }
  return `{${parts.join(",")}}`;
}

/** JSON.stringify escapes exactly as RFC 8785 asks for. */
function encodeText(text: string, pointer: string): string {
  if (text.includes("\0")) throw specError("DAO2014", pointer, "text holds a NUL");
  if (!text.isWellFormed()) throw specError("DAO2014", pointer, "text holds half a character");
  return JSON.stringify(text);
}
