import { sortedUnique } from "./byte-order.ts";
import { readLinks } from "./dependencies.ts";
import type { DraftSpec } from "./draft.ts";
import type { Field } from "./field.ts";

/** `container_name` and the aliases of `links` become names on the networks of the service, if it has any. */
export function addServiceNames(services: readonly Field[], draft: DraftSpec): void {
  for (const service of services) {
    const name = service.path.at(-1)!;
    const own = service.child("container_name");
    if (own?.text && own.text !== name) {
      if (draft.services[name]?.networks) own.diagnostics.becameAlias(own.text);
      else own.diagnostics.dropName(service.name);
      addAlias(draft, name, own.text, undefined, own);
    }
    for (const { target, alias, at } of readLinks(service)) {
      if (alias !== target) addAlias(draft, target, alias, name, at);
    }
  }
}

function addAlias(draft: DraftSpec, service: string, alias: string, from: string | undefined, at: Field): void {
  if (alias !== service && Object.hasOwn(draft.services, alias)) {
    at.error("DAO2117", `${at.name} gives ${service} the name of another service, ${alias}`, "choose another name");
    return;
  }
  const networks = draft.services[service]?.networks ?? {};
  const seen = from === undefined ? undefined : draft.services[from]?.networks;
  for (const [network, settings] of Object.entries(networks)) {
    if (seen && !Object.hasOwn(seen, network)) continue;
    settings.aliases = sortedUnique([...(settings.aliases ?? []), alias]);
  }
}
