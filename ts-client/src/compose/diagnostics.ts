import type { Code } from "./codes.ts";
import { MAX_DIAGNOSTICS } from "./limits.ts";
import type { SourceFile, Span } from "./source.ts";

/** One finding of the pipeline. `-o json` prints the fields up to `help`. */
export interface Diagnostic {
  code: Code;
  severity: "error" | "notice";
  /** Empty where the finding has no place in a file. */
  file: string;
  /** From 1; 0 without a place. */
  line: number;
  column: number;
  /** JSON pointer into the merged file; empty for the whole of it. */
  pointer: string;
  /** What is wrong, one line. */
  message: string;
  /** A way out; empty where the message says it all. */
  help: string;
  /** Why, short; shown under the source line. */
  note?: string;
  span?: Span;
}

export interface Finding {
  at?: Span | undefined;
  path?: readonly string[] | undefined;
  help?: string | undefined;
  note?: string | undefined;
}

/** Collects all findings of a run, so that an author sees every error at once. */
export class Diagnostics {
  readonly list: Diagnostic[] = [];
  #errors = 0;
  readonly #aliases = new Set<string>();
  readonly #droppedNames = new Set<string>();
  #seen = new Set<string>();
  #places = new Map<SourceFile, Set<number>>();

  error(code: Code, message: string, finding: Finding = {}): void {
    this.#errors++;
    if (finding.at) {
      const places = this.#places.get(finding.at.file);
      if (places) places.add(finding.at.start);
      else this.#places.set(finding.at.file, new Set([finding.at.start]));
    }
    this.#add("error", code, message, finding);
  }

  notice(code: Code, message: string, finding: Finding = {}): void {
    this.#add("notice", code, message, finding);
  }

  /** A name of a container or a link that became an alias: all of them are one notice. */
  becameAlias(name: string): void {
    this.#aliases.add(name);
  }

  /** A `name:` that has no meaning in a deployment: all of them are one notice. */
  dropName(path: string): void {
    this.#droppedNames.add(path);
  }

  /** Says once what became of names. */
  summariseNames(): void {
    const list = (names: ReadonlySet<string>): string => {
      const shown = [...names].slice(0, 8).join(", ");
      return names.size > 8 ? `${shown} and ${names.size - 8} more` : shown;
    };
    const texts = [
      ...(this.#aliases.size > 0 ? [`${list(this.#aliases)} became ${this.#aliases.size === 1 ? "a name" : "names"} on the networks`] : []),
      ...(this.#droppedNames.size > 0 ? [`name of ${list(this.#droppedNames)} dropped: it belongs to the deployment`] : []),
    ];
    if (texts.length > 0) this.notice("DAO2392", texts.join("; "));
  }

  /** True if an error was reported exactly there. */
  hasErrorAt(span: Span): boolean {
    return this.#places.get(span.file)?.has(span.start) ?? false;
  }

  /** True if an error of this code is about a value, what it is part of, or a part of it. */
  hasErrorAbout(code: Code, path: readonly string[]): boolean {
    const pointer = pointerOf(path);
    const within = (outer: string, inner: string): boolean => inner === outer || inner.startsWith(`${outer}/`);
    return this.list.some((d) => d.code === code && d.severity === "error" && (within(pointer, d.pointer) || within(d.pointer, pointer)));
  }

  get failed(): boolean {
    return this.#errors > 0;
  }

  /** Errors first in reading order, at most MAX_DIAGNOSTICS. */
  get errors(): Diagnostic[] {
    const files = new Map<string, number>();
    for (const { file } of this.list) if (!files.has(file)) files.set(file, files.size);
    return this.list
      .filter((d) => d.severity === "error")
      .sort((a, b) => files.get(a.file)! - files.get(b.file)! || a.line - b.line || a.column - b.column);
  }

  get notices(): Diagnostic[] {
    return this.list.filter((d) => d.severity === "notice");
  }

  #add(severity: "error" | "notice", code: Code, message: string, finding: Finding): void {
    if (this.list.length >= MAX_DIAGNOSTICS) return;
    const diagnostic = diagnosticOf(severity, code, message, finding);
    const key = `${code} ${diagnostic.file}:${diagnostic.line}:${diagnostic.column} ${message}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.list.push(diagnostic);
  }
}

export function diagnosticOf(severity: "error" | "notice", code: Code, message: string, finding: Finding): Diagnostic {
  const { at } = finding;
  const position = at?.file.position(at.start);
  const diagnostic: Diagnostic = {
    code,
    severity,
    file: at?.file.path ?? "",
    line: position?.line ?? 0,
    column: position?.column ?? 0,
    pointer: pointerOf(finding.path ?? []),
    message,
    help: finding.help ?? "",
    ...(finding.note === undefined ? {} : { note: finding.note }),
  };
  // Not enumerable: the text of the whole file hangs on it, which no JSON is to carry.
  if (at) Object.defineProperty(diagnostic, "span", { value: at });
  return diagnostic;
}

/** The same finding in a file that is called otherwise. */
export function inFile(diagnostic: Diagnostic, file: string): Diagnostic {
  const renamed = { ...diagnostic, file };
  if (diagnostic.span) Object.defineProperty(renamed, "span", { value: diagnostic.span });
  return renamed;
}

/** The fields that `-o json` prints. */
export function diagnosticJson(d: Diagnostic): Omit<Diagnostic, "span" | "note"> {
  const { code, severity, file, line, column, pointer, message, help } = d;
  return { code, severity, file, line, column, pointer, message, help };
}

export function pointerOf(path: readonly string[]): string {
  return path.map((part) => "/" + part.replaceAll("~", "~0").replaceAll("/", "~1")).join("");
}

export function pathOf(pointer: string): string[] {
  if (pointer === "") return [];
  return pointer
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}
