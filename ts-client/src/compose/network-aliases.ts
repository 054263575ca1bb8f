import { sortedUnique } from "./byte-order.ts";
import { NETWORK_ALIAS } from "./canonical-names.ts";
import type { Place } from "./place.ts";
import { child } from "./place.ts";
import type { ProjectService } from "./project.ts";
import type { Values } from "./values.ts";

/** Turns `container_name` and the aliases of `links` into names on the networks of the service they mean. */
export function addNetworkAliases(services: Record<string, ProjectService>, places: ReadonlyMap<string, Place>, values: Values): void {
  for (const [name, place] of places) {
    const service = services[name];
    if (!service) continue;
    const container = child(place, "container_name");
    const alias = values.matching(container, NETWORK_ALIAS, "DAO2129", "a usable name");
    if (alias !== undefined) {
      if (alias !== name) addAlias(service, alias, Object.keys(service.networks ?? {}));
      values.notice("DAO2392", container!, service.networks ? "became a network alias; the container has a name of the deployment's own" : "was dropped; the container has a name of the deployment's own");
    }
    for (const { text, place: link } of values.texts(child(place, "links"))) addLink(name, text, link, services, values);
  }
}

function addLink(from: string, text: string, place: Place, services: Record<string, ProjectService>, values: Values): void {
  const [target = "", alias = target] = text.split(":");
  const other = services[target];
  if (!other || alias === target) return;
  if (!NETWORK_ALIAS.test(alias)) values.error("DAO2129", place, `names ${JSON.stringify(alias)}, which is not a usable name`);
  const shared = Object.keys(services[from]!.networks ?? {}).filter((network) => Object.hasOwn(other.networks ?? {}, network));
  if (shared.length === 0) values.error("DAO2117", place, `links to ${target}, which is on none of its networks`, "put both on one network");
  addAlias(other, alias, shared);
  values.notice("DAO2392", place, `became alias ${alias} of ${target}`);
}

function addAlias(service: ProjectService, alias: string, networks: readonly string[]): void {
  for (const network of networks) {
    const entry = service.networks![network]!;
    entry.aliases = sortedUnique([...(entry.aliases ?? []), alias]);
  }
}
