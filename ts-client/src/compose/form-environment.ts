import { ENVIRONMENT_NAME } from "./canonical-names.ts";
import { DotenvError, parseDotenv, parseRawEnv } from "./dotenv.ts";
import { reportDotenv } from "./model.ts";
import type { Variables } from "./model.ts";
import type { Place } from "./place.ts";
import { child, itemsOf } from "./place.ts";
import type { ProjectFiles } from "./project-files.ts";
import type { SourceFile, Span } from "./source.ts";
import type { Values } from "./values.ts";

/** One variable of a service, with where it was set and the secret-like variables its text was made of. */
export interface EnvironmentEntry {
  value: string;
  at: Span;
  path: readonly string[];
  secrets: readonly string[];
}

/** Reads `env_file`, then lays `environment` over it. A name without value takes the author's own, if there is one. */
export class EnvironmentForm {
  readonly #files: ProjectFiles;
  readonly #variables: Variables;
  readonly #values: Values;
  readonly #directory: string;

  constructor(files: ProjectFiles, variables: Variables, values: Values, directory: string) {
    this.#files = files;
    this.#variables = variables;
    this.#values = values;
    this.#directory = directory;
  }

  async of(service: Place): Promise<Map<string, EnvironmentEntry>> {
    const all = new Map<string, EnvironmentEntry>();
    for (const [name, entry] of await this.#fromFiles(child(service, "env_file"))) all.set(name, entry);
    for (const [name, place] of this.#values.pairs(child(service, "environment"))) {
      const node = this.#values.scalar(place);
      if (!node) continue;
      if (node.value !== null) all.set(name, { value: node.text, at: place.key, path: place.path, secrets: node.secrets ?? [] });
      else {
        const value = this.#variables.get(name);
        if (value !== undefined) all.set(name, { value, at: place.key, path: place.path, secrets: [] });
        else {
          all.delete(name);
          this.#values.notice("DAO2390", place, "has no value and is not set");
        }
      }
    }
    for (const [name, { at, path }] of all) {
      if (ENVIRONMENT_NAME.test(name)) continue;
      this.#values.diagnostics.error("DAO2129", `${JSON.stringify(name.slice(0, 80))} is not the name of a variable`, { at, path });
      all.delete(name);
    }
    return all;
  }

  /** `NAME=value` files of `label_file`. */
  async labels(place: Place | undefined): Promise<Map<string, string>> {
    return new Map([...(await this.#fromFiles(place))].map(([name, { value }]) => [name, value]));
  }

  async #fromFiles(place: Place | undefined): Promise<Map<string, EnvironmentEntry>> {
    const all = new Map<string, EnvironmentEntry>();
    for (const item of itemsOf(place)) {
      const named = item.node.kind === "map" ? child(item, "path") : item;
      const path = this.#values.text(named);
      if (path === undefined) continue;
      const file = await this.#files.mentioned(path, this.#directory, { at: named!.node.span, path: named!.path });
      if (file === "missing") {
        const required = this.#values.boolean(child(item, "required")) ?? true;
        if (required) this.#values.error("DAO2001", named!, `names "${path}", which does not exist`, "create it, or say required: false");
        else this.#values.notice("DAO2391", named!, `names "${path}", which does not exist`);
      } else if (file) this.#read(file, this.#values.text(child(item, "format")), item, all);
    }
    return all;
  }

  #read(file: SourceFile, format: string | undefined, place: Place, all: Map<string, EnvironmentEntry>): void {
    const lookup = (name: string): string | undefined => this.#variables.get(name);
    const before = new Map([...all].map(([name, { value }]) => [name, value]));
    try {
      const values = format === "raw" ? parseRawEnv(file.text, lookup) : parseDotenv(file.text, lookup, before);
      for (const [name, value] of values) all.set(name, { value, at: lineOf(file, name), path: place.path, secrets: [] });
    } catch (error) {
      if (!(error instanceof DotenvError)) throw error;
      reportDotenv(file, error, this.#values.diagnostics);
    }
  }
}

/** Where an env file sets a name: the last line that starts with it. */
function lineOf(file: SourceFile, name: string): Span {
  let offset = 0;
  let found = 0;
  for (const line of file.text.split("\n")) {
    const start = /^\s*(?:export\s+)?/.exec(line)![0].length;
    if (line.startsWith(name, start) && /^\s*(?:[=:]|$)/.test(line.slice(start + name.length))) found = offset + start;
    offset += line.length + 1;
  }
  return { file, start: found, end: found + name.length };
}
