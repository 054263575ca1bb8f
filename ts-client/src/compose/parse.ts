import { Composer, isAlias, isMap, isScalar, isSeq, Lexer, Parser } from "yaml";
import type { CST, Document, Node as YamlNode, Scalar, YAMLError } from "yaml";
import type { Diagnostics } from "./diagnostics.ts";
import { MAX_ALIASES, MAX_DEPTH, MAX_FILE_BYTES, MAX_FILE_SERVICES, MAX_LIST_ITEMS, MAX_NODES } from "./limits.ts";
import { applyMergeKeys } from "./merge-keys.ts";
import type { MapEntry, MergeTag, Node } from "./node.ts";
import { scanShape } from "./scan-shape.ts";
import type { SourceFile, Span } from "./source.ts";
import { plainScalar } from "./yaml-scalar.ts";

const TEXT_KEY = /^[\x20-\x7e]+$/;
const KNOWN_TAGS: Record<string, "text" | "plain"> = {
  "tag:yaml.org,2002:str": "text",
  "tag:yaml.org,2002:int": "plain",
  "tag:yaml.org,2002:float": "plain",
  "tag:yaml.org,2002:bool": "plain",
  "tag:yaml.org,2002:null": "plain",
  "tag:yaml.org,2002:map": "plain",
  "tag:yaml.org,2002:seq": "plain",
};

/**
 * Reads YAML into a tree with positions; one root for each document of the file. Size, depth, aliases and expansion are
 * bounded before anything is built. Returns undefined after reporting at least one error.
 */
export function parseYaml(file: SourceFile, diagnostics: Diagnostics): Node[] | undefined {
  if (new TextEncoder().encode(file.text).length > MAX_FILE_BYTES) {
    diagnostics.error("DAO2002", `${file.path} is larger than 1 MiB`, { help: "split it, or drop what is not needed" });
    return undefined;
  }
  const services = countServices(file.text);
  if (services > MAX_FILE_SERVICES) {
    diagnostics.error("DAO2017", `${services} services, at most ${MAX_FILE_SERVICES} are read from one file`, {
      at: { file, start: 0, end: 1 },
      help: "split the file into several deployments",
    });
    return undefined;
  }
  const lexemes: string[] = [];
  const shape = scanShape(file.text, new Lexer().lex(file.text), lexemes);
  if (shape) {
    const at = { file, start: shape.offset, end: shape.offset + 1 };
    diagnostics.error(shape.code, shape.message, { at });
    return undefined;
  }
  try {
    const composer = new Composer({ schema: "failsafe", uniqueKeys: false, prettyErrors: false, logLevel: "silent" });
    const roots: Node[] = [];
    for (const document of composer.compose(syntaxTrees(lexemes))) {
      const root = new TreeBuilder(file, document, diagnostics).build();
      if (root) roots.push(root);
    }
    return diagnostics.failed ? undefined : roots;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    diagnostics.error("DAO2004", `${file.path} is nested more than ${MAX_DEPTH} levels deep`, {
      at: { file, start: 0, end: 1 },
    });
    return undefined;
  }
}

/** What `yaml` makes of a text, from lexemes that were looked at already. */
function* syntaxTrees(lexemes: readonly string[]): Generator<CST.Token, void> {
  const parser = new Parser();
  for (const lexeme of lexemes) yield* parser.next(lexeme);
  yield* parser.end();
}

/** Entries of a block mapping `services`, without reading the rest: what is far too much is not worth a parser's work. */
function countServices(text: string): number {
  const head = /^services:[ \t]*(?:#.*)?\r?$/m.exec(text);
  if (!head) return 0;
  const body = text.slice(head.index + head[0].length + 1);
  const indent = /^(?: *#.*\n|\s*\n)*( +)[^\s#]/.exec(body)?.[1];
  if (indent === undefined) return 0;
  let count = 0;
  for (const match of body.matchAll(/^( *)([^\s#-])/gm)) {
    if (match[1] === "") break;
    if (match[1] === indent) count++;
  }
  return count;
}

const OF_INDENT = "is it indented as its neighbours, with a blank after each colon, and is every [ and { closed?";

/** What people do who meet an error of the parser, by its code. */
const WAYS_OUT: Partial<Record<YAMLError["code"], string>> = {
  TAB_AS_INDENT: "indent with blanks, here and in the other lines",
  BAD_INDENT: OF_INDENT,
  BLOCK_AS_IMPLICIT_KEY: OF_INDENT,
  BLOCK_IN_FLOW: OF_INDENT,
  MULTILINE_IMPLICIT_KEY: OF_INDENT,
  UNEXPECTED_TOKEN: OF_INDENT,
  MISSING_CHAR: "a quotation mark or bracket is opened above and not closed",
  BAD_SCALAR_START: "put the value into quotation marks",
  BAD_DQ_ESCAPE: "double the backslash, or use single quotation marks",
};

class TreeBuilder {
  readonly #file: SourceFile;
  readonly #document: Document.Parsed;
  readonly #diagnostics: Diagnostics;
  #aliases = 0;
  #size = 0;
  readonly #anchors = new Map<string, YamlNode>();
  readonly #open = new Set<YamlNode>();
  readonly #built = new Map<YamlNode, { node: Node | undefined; size: number; depth: number }>();

  constructor(file: SourceFile, document: Document.Parsed, diagnostics: Diagnostics) {
    this.#file = file;
    this.#document = document;
    this.#diagnostics = diagnostics;
  }

  build(): Node | undefined {
    // What follows the first one follows from it.
    const [error] = this.#document.errors;
    if (error !== undefined) {
      const [start, end] = error.pos;
      const help = WAYS_OUT[error.code] ?? "the lines below it are not looked at until it is mended";
      this.#diagnostics.error("DAO2003", `not valid YAML: ${error.message.split("\n")[0]}`, { at: this.#span(start, end), help });
    }
    if (this.#document.errors.length > 0 || this.#document.contents === null) return undefined;
    try {
      return this.#node(this.#document.contents, 1);
    } catch (error) {
      if (error instanceof TooMuch) return undefined;
      throw error;
    }
  }

  #span(start: number, end: number): Span {
    return { file: this.#file, start, end: Math.max(end, start + 1) };
  }

  #at(node: YamlNode): Span {
    const [start, end] = node.range ?? [0, 1];
    return this.#span(start, end);
  }

  #stop(code: "DAO2004" | "DAO2005", message: string, node: YamlNode): never {
    this.#diagnostics.error(code, message, { at: this.#at(node) });
    throw new TooMuch();
  }

  #node(yaml: YamlNode | null, depth: number, keySpan?: Span): Node | undefined {
    if (yaml === null) return { kind: "scalar", value: null, text: "", span: keySpan ?? this.#span(0, 1) };
    if (isAlias(yaml)) return this.#alias(yaml.source, yaml, depth);
    this.#size++;
    if (this.#size > MAX_NODES)
      this.#stop("DAO2005", `the file holds more than ${MAX_NODES} values with its aliases expanded`, yaml);
    if (depth > MAX_DEPTH) this.#stop("DAO2004", `nested more than ${MAX_DEPTH} levels deep`, yaml);
    const anchor = (yaml as { anchor?: string }).anchor;
    if (anchor !== undefined) this.#anchors.set(anchor, yaml);
    const before = this.#size - 1;
    this.#open.add(yaml);
    const node = this.#value(yaml, depth);
    this.#open.delete(yaml);
    if (anchor !== undefined) this.#built.set(yaml, { node, size: this.#size - before, depth });
    return node;
  }

  #alias(name: string, yaml: YamlNode, depth: number): Node | undefined {
    if (++this.#aliases > MAX_ALIASES) this.#stop("DAO2005", `more than ${MAX_ALIASES} aliases`, yaml);
    const target = this.#anchors.get(name);
    if (!target) {
      this.#diagnostics.error("DAO2003", `not valid YAML: alias *${name} has no anchor before it`, {
        at: this.#at(yaml),
      });
      return undefined;
    }
    if (this.#open.has(target)) this.#stop("DAO2005", `alias *${name} stands inside its own anchor`, yaml);
    const built = this.#built.get(target)!;
    this.#size += built.size;
    if (this.#size > MAX_NODES)
      this.#stop("DAO2005", `the file holds more than ${MAX_NODES} values with its aliases expanded`, yaml);
    if (depth + heightOf(built.node) > MAX_DEPTH + 1)
      this.#stop("DAO2004", `nested more than ${MAX_DEPTH} levels deep`, yaml);
    return built.node;
  }

  #value(yaml: YamlNode, depth: number): Node | undefined {
    const span = this.#at(yaml);
    const tag = this.#tag(yaml);
    if (tag === undefined) return undefined;
    const mergeTag: { tag?: MergeTag } = tag === "reset" || tag === "override" ? { tag } : {};
    if (isScalar(yaml)) return this.#scalar(yaml, span, tag, mergeTag);
    if (isSeq(yaml)) {
      if (yaml.items.length > MAX_LIST_ITEMS)
        this.#stop("DAO2005", `a list of more than ${MAX_LIST_ITEMS} items`, yaml);
      const items: Node[] = [];
      for (const item of yaml.items) {
        const node = this.#node(item as YamlNode | null, depth + 1, span);
        if (node) items.push(node);
      }
      return { kind: "seq", items, span, ...mergeTag };
    }
    if (isMap(yaml)) return this.#map(yaml, span, depth, mergeTag);
    return undefined;
  }

  #scalar(yaml: Scalar, span: Span, tag: string, mergeTag: { tag?: MergeTag }): Node | undefined {
    const source = String(yaml.value as string | number | boolean | null ?? "");
    if (source.includes("\0") || !source.isWellFormed()) {
      this.#diagnostics.error("DAO2014", "text with a NUL or half a character", { at: span });
      return undefined;
    }
    const plain = tag !== "text" && (yaml.type === "PLAIN" || tag === "plain");
    return { kind: "scalar", ...(plain ? plainScalar(source) : { value: source, text: source }), span, ...mergeTag };
  }

  #map(
    yaml: { items: { key: unknown; value: unknown }[] },
    span: Span,
    depth: number,
    mergeTag: { tag?: MergeTag },
  ): Node | undefined {
    const entries = new Map<string, MapEntry>();
    const merges: { key: Span; value: Node }[] = [];
    for (const pair of yaml.items) {
      const key = pair.key as YamlNode | null;
      const keySpan = key === null ? span : this.#at(key);
      if (!isScalar(key)) {
        this.#diagnostics.error("DAO2008", "a key has to be text", { at: keySpan });
        continue;
      }
      const name = String(key.value as string | number | boolean | null ?? "");
      const value = this.#node(pair.value as YamlNode | null, depth + 1, keySpan);
      if (!value) continue;
      if (name === "<<" && key.type === "PLAIN") {
        merges.push({ key: keySpan, value });
        continue;
      }
      if (key.type === "PLAIN" && typeof plainScalar(name).value !== "string") {
        this.#diagnostics.error(
          "DAO2008",
          `a key has to be text, ${name === "" ? "this one is empty" : `${name} is not`}`,
          { at: keySpan, help: "put it into quotes" },
        );
        continue;
      }
      if (!TEXT_KEY.test(name) || name === "__proto__") {
        this.#diagnostics.error("DAO2008", "a key has to be printable ASCII text", { at: keySpan });
        continue;
      }
      const former = entries.get(name);
      if (former) {
        const { line } = this.#file.position(former.key.start);
        this.#diagnostics.error("DAO2006", `key "${name}" stands twice in one mapping`, {
          at: keySpan,
          help: `remove it here or in line ${line}`,
        });
        continue;
      }
      entries.set(name, { key: keySpan, value });
    }
    if (merges.length > 0) applyMergeKeys(entries, merges, this.#diagnostics);
    return { kind: "map", entries, span, ...mergeTag };
  }

  #tag(yaml: YamlNode): "reset" | "override" | "text" | "plain" | "none" | undefined {
    const tag = yaml.tag;
    if (tag === undefined || tag === "") return "none";
    if (tag === "!reset") return "reset";
    if (tag === "!override") return "override";
    if (tag === "!") return "text";
    const known = KNOWN_TAGS[tag];
    if (known) return known;
    this.#diagnostics.error("DAO2007", `tag ${tag} is not supported`, {
      at: this.#at(yaml),
      help: "only !reset and !override change how values are read",
    });
    return undefined;
  }
}

/** Thrown inside one document after the limit it broke was reported. */
class TooMuch extends Error {}

const heights = new WeakMap<Node, number>();

/** Levels of a tree; shared subtrees are measured once. */
function heightOf(node: Node | undefined): number {
  if (!node || node.kind === "scalar") return 1;
  const known = heights.get(node);
  if (known !== undefined) return known;
  let deepest = 0;
  if (node.kind === "seq") for (const item of node.items) deepest = Math.max(deepest, heightOf(item));
  else for (const { value } of node.entries.values()) deepest = Math.max(deepest, heightOf(value));
  heights.set(node, deepest + 1);
  return deepest + 1;
}
