import { parseDotenv, DotenvError } from "./dotenv.ts";
import type { Diagnostics } from "./diagnostics.ts";
import { Extends } from "./extends.ts";
import { importModel, includeEntries } from "./include.ts";
import type { IncludeEntry } from "./include.ts";
import { interpolate } from "./interpolate.ts";
import { dropResets, mergeNodes } from "./merge.ts";
import type { MapNode, Node } from "./node.ts";
import { parseYaml } from "./parse.ts";
import { dirname, resolvePath } from "./posix-path.ts";
import type { FileMention, ProjectFiles } from "./project-files.ts";
import { SourceFile } from "./source.ts";
import type { Lookup } from "./template.ts";

/** Variables that fill the files: what is looked up first wins. */
export type Variables = ReadonlyMap<string, string>;

/**
 * Reads files down to one merged tree: YAML, interpolation, include, extends, merge, in this order for each file, as
 * Compose does.
 */
export class ModelReader {
  readonly #files: ProjectFiles;
  readonly #diagnostics: Diagnostics;
  /** Which env file a variable came from; the shell's are not listed. */
  readonly origins = new Map<string, string>();

  constructor(files: ProjectFiles, diagnostics: Diagnostics) {
    this.#files = files;
    this.#diagnostics = diagnostics;
  }

  async merge(
    files: readonly SourceFile[],
    variables: Variables,
    trail: readonly string[] = [],
  ): Promise<MapNode | undefined> {
    const lookup: Lookup = (name) => variables.get(name);
    let model: MapNode | undefined;
    for (const file of files) {
      for (const root of this.#roots(file, lookup)) {
        const included = await this.#include(root, file, variables, trail);
        const extended = await this.#extends(lookup).apply(included, file);
        const merged: Node = model ? mergeNodes(model, extended, [], this.#diagnostics) : extended;
        model = dropResets(merged) as MapNode;
      }
    }
    return model;
  }

  #extends(lookup: Lookup): Extends {
    return new Extends(this.#files, (file) => this.#roots(file, lookup)[0], this.#diagnostics);
  }

  #roots(file: SourceFile, lookup: Lookup): MapNode[] {
    const roots: MapNode[] = [];
    for (const root of parseYaml(file, this.#diagnostics) ?? []) {
      if (root.kind === "map") roots.push(interpolate(root, lookup, this.#diagnostics) as MapNode);
      else if (root.kind !== "scalar" || root.value !== null) {
        this.#diagnostics.error("DAO2015", `${file.path} is not a mapping at its top level`, { at: root.span });
      }
    }
    return roots;
  }

  async #include(root: MapNode, file: SourceFile, variables: Variables, trail: readonly string[]): Promise<MapNode> {
    let result = root;
    for (const include of includeEntries(root, this.#diagnostics)) {
      const imported = await this.#included(include, file, variables, [...trail, file.path]);
      if (imported) result = importModel(imported, result, this.#diagnostics);
    }
    return result;
  }

  async #included(
    include: IncludeEntry,
    from: SourceFile,
    variables: Variables,
    trail: readonly string[],
  ): Promise<MapNode | undefined> {
    const path = ["include"];
    const first = resolvePath(from.baseDirectory, include.paths[0]!.text);
    const directory = include.projectDirectory
      ? resolvePath(from.baseDirectory, include.projectDirectory.text)
      : dirname(first);
    const files: SourceFile[] = [];
    for (const node of include.paths) {
      const mention = { at: node.span, path };
      const read = await this.#files.mentioned(node.text, from.baseDirectory, mention);
      if (read === "missing")
        this.#diagnostics.error("DAO2131", `include names "${node.text}", which does not exist`, mention);
      else if (read && trail.includes(read.path)) {
        this.#diagnostics.error("DAO2131", `include goes in a circle: ${[...trail, read.path].join(" -> ")}`, mention);
      } else if (read) files.push(new SourceFile(read.path, read.text, directory));
    }
    if (files.length < include.paths.length) return undefined;
    const own = new Map(variables);
    const envFiles = include.envFiles.filter(({ text }) => text !== "/dev/null");
    for (const node of envFiles) {
      await this.addEnvFile(own, variables, node.text, from.baseDirectory, "required", { at: node.span, path });
    }
    if (include.envFiles.length === 0) await this.addEnvFile(own, variables, ".env", directory, "optional", { path });
    return this.merge(files, own, trail);
  }

  /** Adds the variables of an env file to `target`; what `winning` has stays. */
  async addEnvFile(
    target: Map<string, string>,
    winning: Variables,
    path: string,
    base: string,
    need: "required" | "optional",
    mention: FileMention,
  ): Promise<void> {
    const file = await this.#files.mentioned(path, base, mention);
    if (file === "missing" && need === "required")
      this.#diagnostics.error("DAO2001", `env file "${path}" does not exist`, mention);
    if (!file || file === "missing") return;
    this.addEnvText(target, winning, file);
  }

  addEnvText(target: Map<string, string>, winning: Variables, file: SourceFile): void {
    try {
      const before = new Map(target);
      const values = parseDotenv(file.text, (name) => winning.get(name) ?? before.get(name));
      for (const [name, value] of values) {
        if (winning.has(name) || /^\d/.test(name)) continue;
        target.set(name, value);
        this.origins.set(name, file.path);
      }
    } catch (error) {
      if (!(error instanceof DotenvError)) throw error;
      reportDotenv(file, error, this.#diagnostics);
    }
  }
}

export function reportDotenv(file: SourceFile, error: DotenvError, diagnostics: Diagnostics): void {
  const text = file.text.split("\n");
  const start = text.slice(0, error.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
  const at = { file, start, end: start + Math.max(1, text[error.line - 1]?.length ?? 1) };
  diagnostics.error("DAO2009", `${file.path} cannot be read as an env file: ${error.message}`, { at });
}
