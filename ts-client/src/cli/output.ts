import Table from "cli-table3";
import type picocolors from "picocolors";
import { stringify } from "yaml";
import { DaonetesError } from "../index.ts";

export type Format = "table" | "wide" | "json" | "jsonl" | "yaml" | "name";
export const FORMATS: readonly Format[] = ["table", "wide", "json", "jsonl", "yaml", "name"];

export interface Column<T> {
  title: string;
  value: (item: T) => string;
  /** Shown with `-o wide` only. */
  wide?: boolean;
}

/** Data goes to stdout, everything else to stderr. */
export interface Output {
  format: Format;
  quiet: boolean;
  /** What colours a word for stderr; changes nothing off a terminal and where none are wanted. */
  colors: Pick<typeof picocolors, "green" | "yellow">;
  out(text: string): void;
  err(text: string): void;
}

export function parseFormat(text: string): Format {
  const format = FORMATS.find((known) => known === text);
  if (format !== undefined) return format;
  throw new DaonetesError({ code: "DAO1001", kind: "usage", message: `"${text}" is no output format`, help: `one of ${FORMATS.join(", ")}` });
}

/** Prints a list in the wanted format. @param name what `-o name` prints of an item */
export function printList<T extends object>(
  output: Output,
  items: readonly T[],
  columns: readonly Column<T>[],
  name: (item: T) => string,
  height: bigint | undefined,
  empty: string,
): void {
  const document = { height: height === undefined ? null : String(height), items };
  switch (output.format) {
    case "json":
      output.out(toJson(document));
      return;
    case "yaml":
      output.out(stringify(plain(document)).trimEnd());
      return;
    case "jsonl":
      for (const item of items) output.out(toJson(item));
      return;
    case "name":
      for (const item of items) output.out(name(item));
      return;
    case "table":
    case "wide": {
      if (items.length === 0) {
        output.err(empty);
        return;
      }
      const shown = columns.filter(({ wide }) => wide !== true || output.format === "wide");
      const table = new Table({
        head: shown.map(({ title }) => title),
        chars: { top: "", "top-mid": "", "top-left": "", "top-right": "", bottom: "", "bottom-mid": "", "bottom-left": "", "bottom-right": "", left: "", "left-mid": "", mid: "", "mid-mid": "", right: "", "right-mid": "", middle: "  " },
        style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
      });
      for (const item of items) table.push(shown.map(({ value }) => value(item)));
      output.out(table.toString().replace(/ +$/gm, ""));
    }
  }
}

/** Prints one object in the wanted format; tables show it line by line. */
export function printObject(output: Output, item: object, lines: readonly [string, string][], name: string, height: bigint | undefined): void {
  const document = { ...item, height: height === undefined ? null : String(height) };
  if (output.format === "json" || output.format === "jsonl") output.out(toJson(document));
  else if (output.format === "yaml") output.out(stringify(plain(document)).trimEnd());
  else if (output.format === "name") output.out(name);
  else {
    const width = Math.max(...lines.map(([title]) => title.length)) + 2;
    for (const [title, value] of lines) output.out(`${title.padEnd(width)}${value}`);
  }
}

/** A line that says what was done; on stderr, so that stdout holds data only. */
export function done(output: Output, text: string): void {
  if (!output.quiet) output.err(`${output.colors.green("✔")} ${text}`);
}

/** A line that says what is awaited. */
export function waits(output: Output, text: string): void {
  if (!output.quiet) output.err(`${output.colors.yellow("●")} ${text}`);
}

/** A hint below a result. */
export function hint(output: Output, text: string): void {
  if (!output.quiet) output.err(`  ${text}`);
}

export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? String(item) : item));
}

function plain(value: unknown): unknown {
  return JSON.parse(toJson(value));
}

/** Text of somebody else without what would move a cursor, change a colour or turn the reading direction. */
export function visible(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

/** First and last characters of an address or hash. */
export function short(text: string): string {
  return text.length <= 18 ? text : `${text.slice(0, 11)}..${text.slice(-4)}`;
}

/** Unix time as text of how long ago it was. */
export function age(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 90) return `${seconds}s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)}m`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)}h`;
  return `${Math.round(seconds / 86_400)}d`;
}
