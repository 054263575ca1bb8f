import { sortedUnique } from "./byte-order.ts";
import type { CanonicalNetwork, CanonicalServiceNetwork, CanonicalSubnet, CanonicalVolume } from "./canonical-spec.ts";
import type { Field } from "./field.ts";
import { shorten } from "./field.ts";
import { isIpAddress, isIpv4, isIpv6 } from "./ip-address.ts";
import { firstAddress, isSubnet, parseCidr } from "./subnet.ts";
import { textMap } from "./text-map.ts";

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
      } else if (key === "ipv4_address" || key === "ipv6_address") {
        if (!child.text) continue;
        if (key === "ipv4_address" ? isIpv4(child.text) : isIpv6(child.text)) network[key] = child.text;
        else child.error("DAO2130", `${child.name} is "${shorten(child.text)}", which is not an ${key.slice(0, 4) === "ipv4" ? "IPv4" : "IPv6"} address`);
      } else if (key === "priority") {
        const priority = child.integer(-1_000_000, 1_000_000);
        if (priority !== undefined && priority > 0) network.priority = priority;
        else if (priority) child.error("DAO2313", `${child.name} is ${priority}`, "0 or more: give the other networks a higher one");
      } else if (key === "mac_address") {
        child.error("DAO2304", `${child.name} is refused`, "remove it", "it can collide with other machines");
      } else if (key === "gw_priority") {
        child.error("DAO2304", `${child.name} is not supported`, "use priority: the network with the highest one is the way out");
      } else child.error("DAO2304", `${child.name} is not supported`, "remove it: the Engine chooses");
    }
    networks[entry.path.at(-1)!] = network;
  }
  if (entries.length === 0) networks["default"] = {};
  return networks;
}

export function readNetwork(field: Field | undefined): CanonicalNetwork {
  const network: CanonicalNetwork = {};
  if (field && isExternal(field)) return { shared: sharedName(field) };
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
        if (child.boolean() === false)
          child.error("DAO2304", `${child.name} is refused`, "remove it: every network has IPv4; enable_ipv6 adds IPv6");
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
      case "ipam":
        readIpam(child, network);
        break;
      case "driver_opts":
        if (child.children().length > 0)
          child.error("DAO2315", `${child.name} is refused`, "remove it", "options of a bridge reach into the device's own network");
        break;
    }
  }
  return network;
}

/** `ipam.config`: at most one subnet of each family. */
function readIpam(ipam: Field, network: CanonicalNetwork): void {
  const driver = ipam.child("driver");
  if (driver?.text && driver.text !== "default")
    driver.error("DAO2315", `${driver.name} is "${shorten(driver.text)}"`, "remove it: addresses are the device's business");
  const options = ipam.child("options");
  if (options?.children().length) options.error("DAO2315", `${options.name} is refused`, "remove it");
  const subnets: CanonicalSubnet[] = [];
  for (const item of ipam.child("config")?.items() ?? []) {
    const subnet = cidr(item.child("subnet"));
    const range = cidr(item.child("ip_range"));
    const gateway = item.child("gateway");
    const others = item.child("aux_addresses");
    if (others?.children().length)
      others.error("DAO2315", `${others.name} is refused`, "give the services fixed addresses with ipv4_address instead");
    if (subnet === undefined) {
      (gateway ?? item.child("ip_range"))?.error("DAO2104", `${item.name} needs subnet`, "as subnet: 172.28.0.0/24");
      continue;
    }
    if (gateway?.text && !isIpAddress(gateway.text.split("/")[0]!)) {
      gateway.error("DAO2130", `${gateway.name} is "${shorten(gateway.text)}", which is not an IP address`);
      continue;
    }
    subnets.push({
      subnet,
      ...(gateway?.text ? { gateway: gateway.text.split("/")[0]! } : {}),
      ...(range === undefined || range === subnet ? {} : { ip_range: range }),
    });
  }
  const family = ({ subnet }: CanonicalSubnet): number => (subnet.includes(":") ? 6 : 4);
  if (subnets.length > 2 || (subnets.length === 2 && family(subnets[0]!) === family(subnets[1]!)))
    ipam.error("DAO2313", `${ipam.name} has ${subnets.length} subnets`, "at most one of IPv4 and one of IPv6");
  else if (subnets.length > 0) network.subnets = subnets.sort((a, b) => family(a) - family(b));
}

/** A subnet without its host bits, as the Engine reads it. */
function cidr(field: Field | undefined): string | undefined {
  if (!field?.text) return undefined;
  const range = parseCidr(field.text);
  if (range && isSubnet(field.text)) return field.text;
  const help = range ? `the first address of that subnet is ${firstAddress(range)}` : "as 172.28.0.0/24 or fd00:1::/64";
  field.error("DAO2130", `${field.name} is "${shorten(field.text)}", which is not a subnet`, help);
  return undefined;
}

export function readVolume(field: Field | undefined): CanonicalVolume {
  const volume: CanonicalVolume = {};
  if (field && isExternal(field)) return { external: externalName(field) };
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
        if (child.children().length > 0) child.error("DAO2315", `${child.name} is refused`, insteadOfOptions(child), "options of a volume can mount any path of the device");
        break;
    }
  }
  return volume;
}

/** What a volume with options was meant for, said so that it can be had. */
function insteadOfOptions(options: Field): string {
  const device = options.child("device")?.text;
  if (options.child("type")?.text === "tmpfs") return "mount memory in the service:  tmpfs: [/path]";
  if (device === undefined || options.child("o")?.text?.includes("bind") !== true) return "remove it: the data lies in a volume of the device";
  return `mount the path itself in the service:  volumes: ["${shorten(device)}:/path"]`;
}

/** `external: true`, or the older mapping with a name. */
export function isExternal(field: Field): boolean {
  const external = field.child("external");
  return external !== undefined && (external.node.kind === "map" || external.boolean() === true);
}

/** Name of an external network or volume on the author's Engine: what it is looked up by there. */
export function externalName(field: Field): string {
  return field.child("name")?.text ?? field.child("external")?.child("name")?.text ?? field.path.at(-1)!;
}

function sharedName(field: Field): string {
  const name = externalName(field);
  field.notice("DAO2396", `${field.name} is shared: on each device the deployments of the group that name "${shorten(name)}" meet there`);
  return name;
}
