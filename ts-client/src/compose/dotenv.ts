import { substitute } from "./template.ts";
import type { Lookup } from "./template.ts";

/** A line of an env file that cannot be read. */
export class DotenvError extends Error {
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

const NAME_CHARACTER = /[\p{L}\p{N}_.\-[\]]/u;
const BLANK = /[\t\v\f\r \u0085\u00a0]/;
const ESCAPE = /\\(?:[abcfnrtv$"\\]|0\d{0,3})/g;
const SIMPLE_ESCAPES: Record<string, string> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  '"': '"',
  "\\": "\\",
};

/**
 * Reads the `.env` syntax of Compose: comments, `export`, `NAME=value` or `NAME: value`, single quotes (as they are),
 * double quotes (escapes and variables), unquoted (variables, a comment after blank and `#`), values over several lines
 * in quotes, and a bare `NAME`, which takes the value of `inherit`. Variables are looked up in `lookup`, then in what
 * stands before. Throws DotenvError.
 */
export function parseDotenv(
  text: string,
  lookup: Lookup,
  before: ReadonlyMap<string, string> = new Map(),
): Map<string, string> {
  return new DotenvReader(text.replaceAll("\r\n", "\n").replace(/^\ufeff/, ""), lookup, before).read();
}

/** `format: raw` of `env_file`: a line is `NAME=value`, nothing is interpreted. */
export function parseRawEnv(text: string, lookup: Lookup): Map<string, string> {
  const values = new Map<string, string>();
  for (const [index, line] of text.split("\n").entries()) {
    const content = line.replace(/\r$/, "");
    if (content.trim() === "" || content.trimStart().startsWith("#")) continue;
    const equals = content.indexOf("=");
    const name = (equals === -1 ? content : content.slice(0, equals)).trimStart();
    if (name === "" || /\s/.test(name)) throw new DotenvError(index + 1, `"${name}" is not a variable name`);
    if (equals === -1) {
      const value = lookup(name);
      if (value !== undefined) values.set(name, value);
    } else values.set(name, content.slice(equals + 1));
  }
  return values;
}

class DotenvReader {
  readonly #text: string;
  readonly #lookup: Lookup;
  readonly #values: Map<string, string>;
  readonly #own = new Set<string>();
  #at = 0;

  constructor(text: string, lookup: Lookup, before: ReadonlyMap<string, string>) {
    this.#text = text;
    this.#lookup = lookup;
    this.#values = new Map(before);
  }

  read(): Map<string, string> {
    while (this.#skipToStatement()) {
      const { name, inherited } = this.#name();
      const value = inherited ? this.#lookup(name) : this.#value();
      if (value === undefined) continue;
      this.#values.set(name, value);
      this.#own.add(name);
    }
    return new Map([...this.#values].filter(([name]) => this.#own.has(name)));
  }

  #line(): number {
    return this.#text.slice(0, this.#at).split("\n").length;
  }

  #skipToStatement(): boolean {
    for (;;) {
      while (this.#at < this.#text.length && /\s/.test(this.#text[this.#at]!)) this.#at++;
      if (this.#at >= this.#text.length) return false;
      if (this.#text[this.#at] !== "#") return true;
      const end = this.#text.indexOf("\n", this.#at);
      this.#at = end === -1 ? this.#text.length : end + 1;
    }
  }

  #name(): { name: string; inherited: boolean } {
    const exported = /^export\s+/.exec(this.#text.slice(this.#at, this.#at + 4096));
    if (exported) this.#at += exported[0].length;
    const start = this.#at;
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at]!;
      if (character === "=" || character === ":" || character === "\n") break;
      if (!BLANK.test(character) && !NAME_CHARACTER.test(character)) {
        throw new DotenvError(this.#line(), `unexpected character ${JSON.stringify(character)} in a variable name`);
      }
    }
    const inherited = this.#at >= this.#text.length || this.#text[this.#at] === "\n";
    const name = this.#text.slice(start, this.#at).trimEnd();
    if (name === "" || /\s/.test(name))
      throw new DotenvError(this.#line(), "a variable name is empty or holds a blank");
    if (!inherited) {
      this.#at++;
      while (this.#at < this.#text.length && BLANK.test(this.#text[this.#at]!)) this.#at++;
    }
    return { name, inherited };
  }

  #value(): string {
    const quote = this.#text[this.#at];
    if (quote === '"' || quote === "'") return this.#quoted(quote);
    const end = this.#text.indexOf("\n", this.#at);
    let value = this.#text.slice(this.#at, end === -1 ? undefined : end);
    this.#at = end === -1 ? this.#text.length : end + 1;
    const comment = value.indexOf(" #");
    if (comment !== -1) value = value.slice(0, comment);
    return this.#expand(value.trimEnd());
  }

  #quoted(quote: string): string {
    const line = this.#line();
    let value = "";
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      const character = this.#text[at]!;
      if (character === "\\" && at + 1 < this.#text.length) {
        const next = this.#text[++at]!;
        value += next === quote ? next : "\\" + next;
      } else if (character === quote) {
        this.#at = at + 1;
        return quote === '"' ? this.#expand(value.replaceAll(ESCAPE, unescape)) : value;
      } else value += character;
    }
    throw new DotenvError(line, "a quoted value does not end");
  }

  #expand(value: string): string {
    try {
      return substitute(value, (name) => this.#lookup(name) ?? this.#values.get(name)).text;
    } catch (error) {
      throw new DotenvError(this.#line(), (error as Error).message);
    }
  }
}

function unescape(match: string): string {
  const code = match[1]!;
  if (code === "$") return "$$";
  if (code === "0") {
    const digits = match.slice(2);
    return /^[0-7]{3}$/.test(digits) && parseInt(digits, 8) < 256 ? String.fromCharCode(parseInt(digits, 8)) : match;
  }
  return SIMPLE_ESCAPES[code] ?? match;
}
