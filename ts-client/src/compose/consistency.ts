import { dependencies, findPortClash } from "./canonical-references.ts";
import type { CanonicalPort, CanonicalService } from "./canonical-spec.ts";
import { findCycle } from "./cycle.ts";
import { DEFAULT_NETWORK } from "./form-networks.ts";
import type { PortOrigins } from "./form-ports.ts";
import type { Place } from "./place.ts";
import { child } from "./place.ts";
import type { ProjectService } from "./project.ts";
import type { Span } from "./source.ts";
import { nearest } from "./node.ts";
import type { Values } from "./values.ts";

/** What the services of a project say about each other and about networks and volumes. */
export class Consistency {
  readonly #root: Place;
  readonly #values: Values;
  readonly #defined: ReadonlySet<string>;

  /** @param defined all services of the file, started or not */
  constructor(root: Place, values: Values, defined: ReadonlySet<string>) {
    this.#root = root;
    this.#values = values;
    this.#defined = defined;
  }

  /** Drops optional dependencies that are not there, reports the others, and looks for circles. */
  dependencies(services: Record<string, ProjectService>, active: ReadonlySet<string>): void {
    for (const [name, service] of Object.entries(services)) {
      for (const other of dependencies(service as CanonicalService)) {
        if (active.has(other)) continue;
        const path = ["services", name, "depends_on", other];
        if (service.depends_on?.[other]?.required === false) {
          delete service.depends_on[other];
          if (Object.keys(service.depends_on).length === 0) delete service.depends_on;
          this.#values.diagnostics.notice("DAO2391", `services.${name} may go without ${other}, which is not started`, { at: this.#span(path, other), path });
        } else if (this.#defined.has(other)) {
          this.#error("DAO2118", path, other, `services.${name} needs ${other}, which no active profile starts`, "switch its profile on with --profile");
        } else {
          const help = `services: ${[...this.#defined].join(", ")}`;
          this.#error("DAO2110", path, other, `services.${name} depends on ${other}, which is not defined`, help);
        }
      }
    }
    const cycle = findCycle(new Map(Object.entries(services).map(([name, service]) => [name, dependencies(service as CanonicalService)])));
    if (!cycle) return;
    const path = ["services", cycle[0]!, "depends_on", cycle[1]!];
    this.#error("DAO2111", path, cycle[1]!, `services depend on each other in a circle: ${cycle.join(" -> ")}`, "remove one of these dependencies");
  }

  /** Networks and volumes that services use, by name; those without definition are reported. */
  used(services: Record<string, ProjectService>, section: "networks" | "volumes"): Set<string> {
    const used = new Set<string>();
    for (const [name, service] of Object.entries(services)) {
      for (const reference of referencesOf(service, section)) {
        if (used.has(reference)) continue;
        const isDefault = section === "networks" && reference === DEFAULT_NETWORK;
        if (isDefault || this.#declared(section).has(reference)) used.add(reference);
        else {
          const code = section === "networks" ? "DAO2112" : "DAO2113";
          const kind = section.slice(0, -1);
          this.#error(code, ["services", name, section, reference], reference, `services.${name} uses ${kind} ${reference}, which is not defined`, `add it at the top level:  ${section}: {${reference}: {}}`);
        }
      }
    }
    for (const name of this.#declared(section)) {
      if (used.has(name)) continue;
      const path = [section, name];
      this.#values.diagnostics.notice("DAO2393", `${path.join(".")} is not used and was left out`, { at: this.#span(path, name), path });
    }
    return used;
  }

  ports(services: Record<string, ProjectService>, origins: PortOrigins): void {
    const all = Object.entries(services).map(([name, { ports }]): [string, CanonicalPort[]] => [name, ports ?? []]);
    const clash = findPortClash(all);
    if (!clash) return;
    const place = origins.get(clash.port);
    const message = `services.${clash.second} publishes port ${clash.port.published}/${clash.port.protocol}, which ${clash.first === clash.second ? "it" : clash.first} publishes as well`;
    this.#values.diagnostics.error("DAO2114", message, { at: place?.node.span, path: place?.path, help: "publish one of them on another port" });
  }

  #declared(section: string): Set<string> {
    const place = child(this.#root, section);
    return new Set(place?.node.kind === "map" ? place.node.entries.keys() : []);
  }

  #error(code: "DAO2110" | "DAO2111" | "DAO2112" | "DAO2113" | "DAO2118", path: string[], name: string, message: string, help: string): void {
    this.#values.diagnostics.error(code, message, { at: this.#span(path, name), path, help });
  }

  /** The key of that name, the list item that says it, or what is nearest above. */
  #span(path: readonly string[], name: string): Span {
    const { node, key, rest } = nearest(this.#root.node, path);
    if (rest.length === 0) return key ?? node.span;
    if (node.kind === "seq") {
      const item = node.items.find((one) => one.kind === "scalar" && (one.text === name || one.text.startsWith(`${name}:`)));
      if (item) return item.span;
    }
    return key ?? node.span;
  }
}

function referencesOf(service: ProjectService, section: "networks" | "volumes"): string[] {
  if (section === "networks") return Object.keys(service.networks ?? {});
  return (service.volumes ?? []).flatMap((mount) => (mount.type === "volume" ? (mount.source ?? []) : []));
}
