import type { Diagnostics } from "./diagnostics.ts";
import { mergeNodes } from "./merge.ts";
import { entry, mapOf } from "./node.ts";
import type { MapEntry, MapNode, Node } from "./node.ts";
import type { ProjectFiles } from "./project-files.ts";
import type { SourceFile, Span } from "./source.ts";

/** Reads one more file of the project down to its interpolated tree. */
export type ReadTree = (file: SourceFile) => Node | undefined;

/** The services of one file, and where they come from. */
interface Scope {
  services: MapNode;
  /** Identity of the file in cycle messages. */
  file: string;
  base: string;
}

/** Resolves `extends` of all services of a file: the base service first, the service itself laid over it. */
export class Extends {
  readonly #files: ProjectFiles;
  readonly #readTree: ReadTree;
  readonly #diagnostics: Diagnostics;
  readonly #scopes = new Map<string, Scope | undefined>();

  constructor(files: ProjectFiles, readTree: ReadTree, diagnostics: Diagnostics) {
    this.#files = files;
    this.#readTree = readTree;
    this.#diagnostics = diagnostics;
  }

  async apply(root: MapNode, file: SourceFile): Promise<MapNode> {
    const services = mapOf(entry(root, "services"));
    if (!services || ![...services.entries.values()].some(({ value }) => entry(value, "extends"))) return root;
    const scope: Scope = { services, file: file.path, base: file.baseDirectory };
    const resolved = new Map<string, MapEntry>();
    for (const [name, { key, value }] of services.entries) {
      resolved.set(name, { key, value: await this.#resolve(name, value, scope, []) });
    }
    const entries = new Map(root.entries);
    entries.set("services", { key: root.entries.get("services")!.key, value: { ...services, entries: resolved } });
    return { ...root, entries };
  }

  async #resolve(name: string, service: Node, scope: Scope, trail: readonly string[]): Promise<Node> {
    const extending = service.kind === "map" ? service.entries.get("extends") : undefined;
    if (!extending || service.kind !== "map") return service;
    const own = new Map(service.entries);
    own.delete("extends");
    const rest: MapNode = { ...service, entries: own };
    const path = ["services", name, "extends"];
    const here = `${scope.file}: ${name}`;
    if (trail.includes(here)) {
      this.#diagnostics.error("DAO2116", `extends goes in a circle: ${[...trail, here].join(" -> ")}`, {
        at: extending.key,
        path,
      });
      return rest;
    }
    const base = await this.#base(extending.value, scope, path);
    if (!base) return rest;
    const source = await this.#resolve(base.name, base.node, base.scope, [...trail, here]);
    return mergeNodes(source, rest, ["services", name], this.#diagnostics);
  }

  async #base(
    extending: Node,
    scope: Scope,
    path: string[],
  ): Promise<{ name: string; node: Node; scope: Scope } | undefined> {
    const named = extending.kind === "map" ? entry(extending, "service") : extending;
    const file = entry(extending, "file");
    if (
      named?.kind !== "scalar" ||
      typeof named.value !== "string" ||
      (file && (file.kind !== "scalar" || typeof file.value !== "string"))
    ) {
      this.#diagnostics.error("DAO2102", "extends takes the name of a service, or a mapping with service and file", {
        at: extending.span,
        path,
      });
      return undefined;
    }
    const name = named.value;
    const from = file?.kind === "scalar" ? await this.#scope(file.text, scope, file.span, path) : scope;
    if (!from) return undefined;
    const node = from.services.entries.get(name)?.value;
    if (!node) {
      this.#diagnostics.error(
        "DAO2115",
        `${path.join(".")} names service "${name}", which ${from.file} does not define`,
        {
          at: named.span,
          path,
          help: `services in ${from.file}: ${[...from.services.entries.keys()].join(", ")}`,
        },
      );
      return undefined;
    }
    return { name, node, scope: from };
  }

  async #scope(file: string, from: Scope, at: Span, path: string[]): Promise<Scope | undefined> {
    const id = `${from.base}|${file}`;
    if (this.#scopes.has(id)) return this.#scopes.get(id);
    this.#scopes.set(id, undefined);
    const read = await this.#files.mentioned(file, from.base, { at, path });
    if (read === "missing") {
      this.#diagnostics.error("DAO2115", `${path.join(".")} names file "${file}", which does not exist`, { at, path });
      return undefined;
    }
    const root = read && this.#readTree(read);
    if (!read || !root) return undefined;
    const services = mapOf(entry(root, "services"));
    if (!services) {
      this.#diagnostics.error("DAO2115", `${path.join(".")} names file "${file}", which has no services`, { at, path });
      return undefined;
    }
    const scope: Scope = { services, file: read.path, base: read.baseDirectory };
    this.#scopes.set(id, scope);
    return scope;
  }
}
