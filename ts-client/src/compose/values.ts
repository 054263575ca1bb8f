import type { Code } from "./codes.ts";
import type { Diagnostics } from "./diagnostics.ts";
import type { ScalarNode } from "./node.ts";
import { keyValues } from "./merge.ts";
import type { Place } from "./place.ts";
import { itemsOf } from "./place.ts";
import { parseBoolean, parseBytes, parseCpus, parseDuration, parseInteger } from "./quantities.ts";

/**
 * Reads values of the tree as what a key needs. Each method reports what is wrong at the value's place and then returns
 * undefined; a wrong kind of value is left to the schema check where that has spoken already.
 */
export class Values {
  readonly diagnostics: Diagnostics;
  readonly #reportKinds: boolean;

  constructor(diagnostics: Diagnostics, reportKinds: boolean) {
    this.diagnostics = diagnostics;
    this.#reportKinds = reportKinds;
  }

  error(code: Code, place: Place, message: string, help?: string, note?: string): undefined {
    this.diagnostics.error(code, `${nameOf(place)} ${message}`, { at: place.node.span, path: place.path, help, note });
  }

  /** An error about the key, not about what stands under it. */
  errorAtKey(code: Code, place: Place, message: string, help?: string, note?: string): undefined {
    this.diagnostics.error(code, `${nameOf(place)} ${message}`, { at: place.key, path: place.path, help, note });
  }

  notice(code: Code, place: Place, message: string, help?: string): void {
    this.diagnostics.notice(code, `${nameOf(place)} ${message}`, { at: place.key, path: place.path, help });
  }

  scalar(place: Place | undefined): ScalarNode | undefined {
    if (!place) return undefined;
    if (place.node.kind === "scalar") return place.node;
    if (this.#reportKinds) this.error("DAO2102", place, "has the wrong type: a single value expected");
    return undefined;
  }

  text(place: Place | undefined): string | undefined {
    return this.scalar(place)?.text;
  }

  /** Text of one form. */
  matching(place: Place | undefined, form: RegExp, code: Code, what: string, help?: string): string | undefined {
    const text = this.text(place);
    if (text === undefined || form.test(text)) return text;
    return this.error(code, place!, `is ${JSON.stringify(text.slice(0, 80))}, which is not ${what}`, help);
  }

  /** True if it says so; false is the default everywhere and is not carried. */
  flag(place: Place | undefined): true | undefined {
    return this.boolean(place) === true ? true : undefined;
  }

  boolean(place: Place | undefined): boolean | undefined {
    const text = this.text(place);
    if (text === undefined) return undefined;
    return parseBoolean(text) ?? this.error("DAO2126", place!, "is neither true nor false");
  }

  integer(place: Place | undefined, least: number, most: number, help?: string): number | undefined {
    const text = this.text(place);
    if (text === undefined) return undefined;
    const value = parseInteger(text);
    if (value === undefined) return this.error("DAO2123", place!, `is ${JSON.stringify(text.slice(0, 80))}, which is not a whole number`, help);
    if (value < least || value > most) return this.error("DAO2313", place!, `is ${value}, allowed is ${least} to ${most}`, help);
    return value;
  }

  /** Bytes; 0 means no limit to Compose and is therefore absent. */
  bytes(place: Place | undefined): number | undefined {
    const text = this.text(place);
    if (text === undefined) return undefined;
    if (text.startsWith("-")) return this.error("DAO2313", place!, "may not be unlimited", "remove it, then the owner's limit holds");
    const value = parseBytes(text);
    if (value === undefined) return this.error("DAO2121", place!, `is ${JSON.stringify(text.slice(0, 80))}, which is not a size`, "write it as 64m, 1.5g or a number of bytes");
    return value === 0 ? undefined : value;
  }

  duration(place: Place | undefined): number | undefined {
    const text = this.text(place);
    if (text === undefined) return undefined;
    return parseDuration(text) ?? this.error("DAO2122", place!, `is ${JSON.stringify(text.slice(0, 80))}, which is not a duration`, "write it as 10s, 1m30s or 200ms");
  }

  cpus(place: Place | undefined): number | undefined {
    const text = this.text(place);
    if (text === undefined) return undefined;
    const value = parseCpus(text);
    if (value === undefined) return this.error("DAO2123", place!, `is ${JSON.stringify(text.slice(0, 80))}, which is not a number of CPUs`, "write it as 0.5 or 2");
    return value === 0 ? undefined : value;
  }

  /** Items of a list (or the one value instead) as texts with their places. */
  texts(place: Place | undefined): { text: string; place: Place }[] {
    const all: { text: string; place: Place }[] = [];
    for (const item of itemsOf(place)) {
      const text = this.text(item);
      if (text !== undefined) all.push({ text, place: item });
    }
    return all;
  }

  /** A mapping, or a list of `NAME=value`: values as places, null for a bare name. */
  pairs(place: Place | undefined): [string, Place][] {
    if (!place) return [];
    return [...keyValues(place.node).entries].map(([name, { key, value }]) => [name, { node: value, key, path: [...place.path, name] }]);
  }
}

/** How messages name a place: `services.web.ports`. */
export function nameOf(place: Place): string {
  return place.path.join(".");
}
