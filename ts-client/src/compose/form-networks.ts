import { sortedUnique } from "./byte-order.ts";
import { NETWORK_ALIAS } from "./canonical-names.ts";
import type { CanonicalNetwork, CanonicalServiceNetwork, CanonicalVolume } from "./canonical-spec.ts";
import type { Place } from "./place.ts";
import { child, entriesOf, isEmpty } from "./place.ts";
import { isNull } from "./node.ts";
import type { Values } from "./values.ts";

/** The network that services are on if they name none. */
export const DEFAULT_NETWORK = "default";

export interface NetworkForm {
  networks?: Record<string, CanonicalServiceNetwork>;
  network_mode?: string;
}

/** `networks` and `network_mode` of a service. */
export function formServiceNetworks(service: Place, values: Values): NetworkForm {
  const place = child(service, "networks");
  const modePlace = child(service, "network_mode");
  const mode = values.text(modePlace) ?? "";
  if (mode !== "" && place && !isEmpty(place)) {
    values.errorAtKey("DAO2117", modePlace!, "and networks exclude each other", "keep one of them");
    return {};
  }
  if (mode === "none") return { network_mode: mode };
  if (mode.startsWith("service:")) return { network_mode: mode };
  if (mode === "host" || mode.startsWith("container:")) {
    values.error("DAO2319", modePlace!, `${mode} leaves the deployment`, mode === "host" ? "publish ports instead" : "use service:NAME");
    return {};
  }
  if (mode === "bridge") values.notice("DAO2391", modePlace!, "bridge became the deployment's own network");
  else if (mode !== "" && mode !== DEFAULT_NETWORK) {
    values.error("DAO2319", modePlace!, `${mode} is not supported`, "use none, service:NAME, or networks");
    return {};
  }
  const networks: Record<string, CanonicalServiceNetwork> = {};
  if (place?.node.kind === "map") {
    for (const [name, entry] of entriesOf(place)) networks[name] = isNull(entry.node) ? {} : serviceNetwork(entry, values);
  } else for (const { text } of values.texts(place)) networks[text] = {};
  return { networks: Object.keys(networks).length === 0 ? { [DEFAULT_NETWORK]: {} } : networks };
}

function serviceNetwork(place: Place, values: Values): CanonicalServiceNetwork {
  const aliases: string[] = [];
  for (const [name, field] of entriesOf(place)) {
    if (isNull(field.node) || name.startsWith("x-")) continue;
    if (name === "aliases") {
      for (const { place: item } of values.texts(field)) {
        const alias = values.matching(item, NETWORK_ALIAS, "DAO2129", "a usable name");
        if (alias !== undefined) aliases.push(alias);
      }
    } else if (!isEmpty(field)) {
      values.errorAtKey("DAO2301", field, "does not work yet", "use the service's name, which always resolves");
    }
  }
  return aliases.length === 0 ? {} : { aliases: sortedUnique(aliases) };
}

/** One entry of the top-level `networks`. */
export function formNetwork(place: Place, values: Values): CanonicalNetwork {
  const network: CanonicalNetwork = {};
  for (const [name, field] of entriesOf(place)) {
    if (isNull(field.node) || name.startsWith("x-")) continue;
    switch (name) {
      case "internal":
      case "enable_ipv6":
        if (values.flag(field)) network[name] = true;
        break;
      case "labels":
        Object.assign(network, formLabels(field, values));
        break;
      case "driver":
        if (!["", "default", "bridge"].includes(values.text(field) ?? "")) values.error("DAO2315", field, "has a driver that is not allowed", "use bridge, or remove it");
        break;
      case "name":
        values.notice("DAO2392", field, "is dropped: the network has the deployment's own name on each device");
        break;
      case "attachable":
        values.notice("DAO2391", field, "has no effect here and was dropped");
        break;
      case "enable_ipv4":
        if (values.boolean(field) === false) values.error("DAO2301", field, "false does not work yet", "remove it");
        break;
      case "external":
        refuseExternal(field, values, "network");
        break;
      default:
        if (!isEmpty(field)) values.errorAtKey(name === "driver_opts" ? "DAO2315" : "DAO2301", field, "does not work yet", "remove it; subnets are the device's choice");
    }
  }
  return network;
}

/** One entry of the top-level `volumes`. */
export function formVolume(place: Place, values: Values): CanonicalVolume {
  const volume: CanonicalVolume = {};
  for (const [name, field] of entriesOf(place)) {
    if (isNull(field.node) || name.startsWith("x-")) continue;
    if (name === "labels") Object.assign(volume, formLabels(field, values));
    else if (name === "name") values.notice("DAO2392", field, "is dropped: the volume has the deployment's own name on each device");
    else if (name === "external") refuseExternal(field, values, "volume");
    else if (name === "driver") {
      if (!["", "default", "local"].includes(values.text(field) ?? "")) values.error("DAO2315", field, "has a driver that is not allowed", "use local, or remove it");
    } else if (!isEmpty(field)) values.errorAtKey("DAO2315", field, "is not allowed", "remove it; volumes are folders of the device");
  }
  return volume;
}

export function formLabels(place: Place | undefined, values: Values): { labels?: Record<string, string> } {
  const labels: Record<string, string> = {};
  for (const [name, value] of values.pairs(place)) labels[name] = values.text(value) ?? "";
  return Object.keys(labels).length === 0 ? {} : { labels };
}

function refuseExternal(field: Place, values: Values, kind: string): void {
  if (field.node.kind !== "map" && values.boolean(field) === false) return;
  values.errorAtKey("DAO2314", field, `means a ${kind} from outside the deployment`, `remove it; the deployment then has a ${kind} of its own on each device`);
}
