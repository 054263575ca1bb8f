import { compareBytes } from "./byte-order.ts";
import { specError } from "./spec-error.ts";

/** Reads one value of a spec from parsed JSON; throws DaonetesError with the place where it breaks a rule. */
export type Read<T> = (value: unknown, pointer: string) => T;

/** A field that may be absent, and the value that is then meant and therefore never written. */
export interface Optional<T> {
  read: Read<T>;
  fallback?: T;
}

export function optional<T>(read: Read<T>, fallback?: T): Optional<T> {
  return fallback === undefined ? { read } : { read, fallback };
}

type Fields<T> = {
  [K in keyof T]-?: undefined extends T[K]
    ? Optional<NonNullable<T[K]>>
    : object extends Pick<T, K>
      ? Optional<NonNullable<T[K]>>
      : Read<T[K]>;
};

/** An object with exactly these fields. Empty objects are refused unless `mayBeEmpty`. */
export function object<T extends object>(fields: Fields<T>, mayBeEmpty = false): Read<T> {
  const all = new Map<string, Read<unknown> | Optional<unknown>>(Object.entries(fields));
  return (value, pointer) => {
    const source = record(value, pointer);
    const result: Record<string, unknown> = {};
    for (const key of Object.keys(source)) {
      const field = all.get(key);
      if (!field) throw specError("DAO2022", `${pointer}/${printable(key)}`, "no field of this name");
      const read = typeof field === "function" ? field : field.read;
      result[key] = read(source[key], `${pointer}/${key}`);
      if (typeof field === "object" && field.fallback !== undefined && field.fallback === result[key]) {
        throw specError("DAO2021", `${pointer}/${key}`, "a default is not written");
      }
    }
    for (const [key, field] of all) {
      if (typeof field === "function" && !Object.hasOwn(source, key))
        throw specError("DAO2025", `${pointer}/${key}`, "it is required");
    }
    if (!mayBeEmpty && Object.keys(source).length === 0)
      throw specError("DAO2021", pointer, "an empty object is not written");
    return result as T;
  };
}

/** A mapping from names of one form to values. */
export function mapOfNames<T>(name: RegExp, read: Read<T>, most = 1024): Read<Record<string, T>> {
  return (value, pointer) => {
    const source = record(value, pointer);
    const keys = Object.keys(source);
    if (keys.length === 0) throw specError("DAO2021", pointer, "an empty mapping is not written");
    if (keys.length > most) throw specError("DAO2024", pointer, `${keys.length} entries, at most ${most} are allowed`);
    const result: Record<string, T> = {};
    for (const key of keys) {
      const at = `${pointer}/${printable(key)}`;
      if (!name.test(key) || key === "__proto__") throw specError("DAO2024", at, "not a usable name");
      result[key] = read(source[key], at);
    }
    return result;
  };
}

export interface TextRule {
  pattern?: RegExp;
  most?: number;
  /** Further test; the words complete "has to be ..". */
  is?: (text: string) => boolean;
  words?: string;
  mayBeEmpty?: boolean;
}

export function text(rule: TextRule = {}): Read<string> {
  return (value, pointer) => {
    if (typeof value !== "string") throw specError("DAO2023", pointer, "text expected");
    if (value.includes("\0") || !value.isWellFormed())
      throw specError("DAO2014", pointer, "text with a NUL or half a character");
    if (value === "" && !rule.mayBeEmpty) throw specError("DAO2024", pointer, "empty text");
    if (rule.most !== undefined && value.length > rule.most)
      throw specError("DAO2024", pointer, `longer than ${rule.most} characters`);
    if ((rule.pattern && !rule.pattern.test(value)) || (rule.is && !rule.is(value))) {
      throw specError("DAO2024", pointer, `it has to be ${rule.words ?? `of the form ${rule.pattern}`}`);
    }
    return value;
  };
}

export function integer(least: number, most: number = Number.MAX_SAFE_INTEGER): Read<number> {
  return (value, pointer) => {
    if (typeof value !== "number" || !Number.isSafeInteger(value))
      throw specError("DAO2023", pointer, "an integer expected");
    if (value < least || value > most)
      throw specError("DAO2024", pointer, `${value} is not between ${least} and ${most}`);
    return value;
  };
}

/** One of a few values; `true` and `false` among them are booleans. */
export function oneOf<const T extends string | boolean>(...values: readonly T[]): Read<T> {
  return (value, pointer) => {
    for (const allowed of values) if (value === allowed) return allowed;
    throw specError(
      typeof value === typeof values[0] ? "DAO2024" : "DAO2023",
      pointer,
      `it has to be ${values.join(" or ")}`,
    );
  };
}

/** A list whose order counts. */
export function list<T>(read: Read<T>, { least = 1, most = 4096 }: { least?: number; most?: number } = {}): Read<T[]> {
  return (value, pointer) => {
    if (!Array.isArray(value)) throw specError("DAO2023", pointer, "a list expected");
    if (value.length < least) throw specError("DAO2021", pointer, "an empty list is not written");
    if (value.length > most) throw specError("DAO2024", pointer, `${value.length} items, at most ${most} are allowed`);
    return value.map((item, index) => read(item, `${pointer}/${index}`));
  };
}

/** A list in one fixed order without equal items; `compare` orders them. */
export function sortedList<T>(read: Read<T>, compare: (a: T, b: T) => number, most?: number): Read<T[]> {
  const all = list(read, most === undefined ? {} : { most });
  return (value, pointer) => {
    const items = all(value, pointer);
    for (let index = 1; index < items.length; index++) {
      if (compare(items[index - 1]!, items[index]!) >= 0)
        throw specError("DAO2021", `${pointer}/${index}`, "not sorted, or there twice");
    }
    return items;
  };
}

export function sortedTexts(rule: TextRule, most?: number): Read<string[]> {
  return sortedList(text(rule), compareBytes, most);
}

/** One of several kinds of object, told apart by `type`. */
export function byType<T>(kinds: Record<string, Read<T>>): Read<T> {
  return (value, pointer) => {
    const { type } = record(value, pointer);
    const read = typeof type === "string" && Object.hasOwn(kinds, type) ? kinds[type] : undefined;
    if (!read) throw specError("DAO2024", `${pointer}/type`, `it has to be ${Object.keys(kinds).join(" or ")}`);
    return read(value, pointer);
  };
}

function record(value: unknown, pointer: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw specError("DAO2023", pointer, "an object expected");
  return value as Record<string, unknown>;
}

/** A key of hostile bytes, safe to print. */
function printable(key: string): string {
  return key.slice(0, 64).replaceAll(/[^\x20-\x7e]/g, "?");
}
