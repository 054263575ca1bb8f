import type { Code } from "./codes.ts";
import type { Diagnostics } from "./diagnostics.ts";
import { keyValues } from "./merge.ts";
import { isNull } from "./node.ts";
import type { Node } from "./node.ts";
import type { Span } from "./source.ts";
import { parseBoolean, parseBytes, parseCpus, parseDuration, parseInteger } from "./units.ts";

/**
 * One value of the merged file on its way into the long form: reads it as what is expected, and reports at its place if it
 * is something else. A value of a wrong kind (a list for a number) was reported by the schema and reads as absent here.
 */
export class Field {
  readonly node: Node;
  readonly path: readonly string[];
  readonly key: Span | undefined;
  readonly diagnostics: Diagnostics;

  constructor(node: Node, path: readonly string[], key: Span | undefined, diagnostics: Diagnostics) {
    this.node = node;
    this.path = path;
    this.key = key;
    this.diagnostics = diagnostics;
  }

  get name(): string {
    return this.path.join(".");
  }

  get isNull(): boolean {
    return isNull(this.node);
  }

  /** The value, or its key where there is nothing to point at. */
  get span(): Span {
    return this.isNull && this.key ? this.key : this.node.span;
  }

  /** Text of a single value; undefined for null, lists and mappings. */
  get text(): string | undefined {
    return this.node.kind === "scalar" && this.node.value !== null ? this.node.text : undefined;
  }

  error(code: Code, message: string, help = "", note?: string): void {
    if (this.diagnostics.hasErrorAt(this.span)) return;
    this.diagnostics.error(code, message, { at: this.span, path: this.path, help, note });
  }

  notice(code: Code, message: string): void {
    this.diagnostics.notice(code, message, { at: this.key ?? this.span, path: this.path });
  }

  /** A key of a mapping; undefined if it is not there or null. */
  child(key: string): Field | undefined {
    const found = this.node.kind === "map" ? this.node.entries.get(key) : undefined;
    return found && !isNull(found.value)
      ? new Field(found.value, [...this.path, key], found.key, this.diagnostics)
      : undefined;
  }

  /** Keys of a mapping in file order, extensions left out. */
  children(): Field[] {
    return this.node.kind === "map" ? fieldsOf(this, this.node).filter((f) => !f.path.at(-1)!.startsWith("x-")) : [];
  }

  /** Entries of a mapping whose keys are the author's own names, or of a list of `NAME=value`. */
  pairs(): Field[] {
    return this.isNull ? [] : fieldsOf(this, keyValues(this.node));
  }

  /** Items of a list; a single value is a list of one. */
  items(): Field[] {
    if (this.isNull) return [];
    const nodes = this.node.kind === "seq" ? this.node.items : [this.node];
    return nodes.map((node, index) => new Field(node, [...this.path, String(index)], undefined, this.diagnostics));
  }

  boolean(): boolean | undefined {
    return this.#read("DAO2126", parseBoolean, "true or false");
  }

  bytes(): number | undefined {
    return this.#read("DAO2121", parseBytes, "a size, as 64m or 1.5g");
  }

  duration(): number | undefined {
    return this.#read("DAO2122", parseDuration, "a duration, as 30s or 1m30s");
  }

  cpus(): number | undefined {
    return this.#read("DAO2123", parseCpus, "a number of CPUs, as 0.5");
  }

  /** A whole number from `least` to `most`. */
  integer(least: number, most: number): number | undefined {
    const value = this.#read("DAO2123", parseInteger, "a whole number");
    if (value === undefined || (value >= least && value <= most)) return value;
    this.error("DAO2313", `${this.name} is ${value}`, `allowed: ${least} to ${most}`);
    return undefined;
  }

  #read<T>(code: Code, parse: (text: string) => T | undefined, expected: string): T | undefined {
    const { text } = this;
    if (text === undefined) return undefined;
    const value = parse(text);
    if (value === undefined) this.error(code, `${this.name} is "${shorten(text)}", which is not ${expected}`);
    return value;
  }
}

function fieldsOf(field: Field, map: { entries: ReadonlyMap<string, { key: Span; value: Node }> }): Field[] {
  return [...map.entries].map(
    ([key, entry]) => new Field(entry.value, [...field.path, key], entry.key, field.diagnostics),
  );
}

export function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}..` : text;
}
