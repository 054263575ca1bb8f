import { sortedUnique } from "./byte-order.ts";
import type { CanonicalNetwork, CanonicalServiceNetwork, CanonicalVolume } from "./canonical-spec.ts";
import type { Field } from "./field.ts";
import { shorten } from "./field.ts";
import { textMap } from "./service-fields.ts";

/** Networks of a service by name: what it lists, else the deployment's default network. */
export function readServiceNetworks(field: Field | undefined): Record<string, CanonicalServiceNetwork> {
  const networks = Object.create(null) as Record<string, CanonicalServiceNetwork>;
  const entries = field?.pairs() ?? [];
  for (const entry of entries) {
    const network: CanonicalServiceNetwork = {};
    for (const child of entry.children()) {
      const key = child.path.at(-1)!;
      if (child.isNull) continue;
      if (key === "aliases") {
        const aliases = child.items().flatMap((item) => (item.text ? [item.text] : []));
        if (aliases.length > 0) network.aliases = sortedUnique(aliases);
      } else if (key === "priority" || key === "gw_priority") {
        child.error("DAO2301", `${child.name} does not work yet`, "remove it");
      } else if (key === "mac_address")
        child.error("DAO2304", `${child.name} is refused`, "remove it", "it can collide with other machines");
      else child.error("DAO2301", `${child.name} does not work yet`, "use the service's name instead of an address");
    }
    networks[entry.path.at(-1)!] = network;
  }
  if (entries.length === 0) networks["default"] = {};
  return networks;
}

export function readNetwork(field: Field | undefined): CanonicalNetwork {
  const network: CanonicalNetwork = {};
  for (const child of field?.children() ?? []) {
    const key = child.path.at(-1)!;
    if (child.isNull) continue;
    switch (key) {
      case "internal":
        if (child.boolean()) network.internal = true;
        break;
      case "enable_ipv6":
        if (child.boolean()) network.enable_ipv6 = true;
        break;
      case "enable_ipv4":
        if (child.boolean() === false) child.error("DAO2301", `${child.name} does not work yet`, "remove it");
        break;
      case "labels": {
        const labels = textMap(child);
        if (Object.keys(labels).length > 0) network.labels = labels;
        break;
      }
      case "driver":
        if (child.text !== "bridge" && child.text !== "default") {
          child.error(
            "DAO2315",
            `${child.name} is "${shorten(child.text ?? "")}"`,
            "remove it: networks are bridges of the deployment",
          );
        }
        break;
      case "attachable":
        if (child.boolean()) child.notice("DAO2391", `${child.name} has no effect on a bridge and was dropped`);
        break;
      case "name":
        child.notice("DAO2392", `${child.name} was dropped: the network belongs to the deployment`);
        break;
      case "external":
        external(child);
        break;
      case "ipam":
      case "driver_opts":
        if (key === "driver_opts" || child.child("config"))
          child.error("DAO2301", `${child.name} does not work yet`, "remove it: the device chooses a free subnet");
        break;
    }
  }
  return network;
}

export function readVolume(field: Field | undefined): CanonicalVolume {
  const volume: CanonicalVolume = {};
  for (const child of field?.children() ?? []) {
    const key = child.path.at(-1)!;
    if (child.isNull) continue;
    switch (key) {
      case "labels": {
        const labels = textMap(child);
        if (Object.keys(labels).length > 0) volume.labels = labels;
        break;
      }
      case "driver":
        if (child.text !== "local")
          child.error(
            "DAO2315",
            `${child.name} is "${shorten(child.text ?? "")}"`,
            "remove it: volumes are local to the device",
          );
        break;
      case "driver_opts":
        if (child.children().length > 0)
          child.error(
            "DAO2315",
            `${child.name} is refused`,
            "remove it; tmpfs works as a mount",
            "options of a volume can mount any path of the device",
          );
        break;
      case "name":
        child.notice("DAO2392", `${child.name} was dropped: the volume belongs to the deployment`);
        break;
      case "external":
        external(child);
        break;
    }
  }
  return volume;
}

function external(field: Field): void {
  if (field.node.kind === "scalar" && field.boolean() !== true) return;
  field.error(
    "DAO2314",
    `${field.name} asks for something that the deployment does not make`,
    "remove external: the deployment makes its own",
  );
}
