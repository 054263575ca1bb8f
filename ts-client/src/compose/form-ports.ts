import { sortedUnique } from "./byte-order.ts";
import { comparePorts } from "./canonical-order.ts";
import type { CanonicalPort } from "./canonical-spec.ts";
import { isIpAddress } from "./ip-address.ts";
import { MAX_PORT_RANGE } from "./limits.ts";
import type { Place } from "./place.ts";
import { child, entriesOf, itemsOf } from "./place.ts";
import type { Values } from "./values.ts";

const RANGE = /^(\d{1,5})(?:-(\d{1,5}))?$/;
const HELP = 'write it as "8080:80", "127.0.0.1:8080:80/tcp" or with target, published, protocol, host_ip';
const PROTOCOLS = ["tcp", "udp", "sctp"] as const;

/** Where each port of the long form came from. */
export type PortOrigins = WeakMap<CanonicalPort, Place>;

export function formPorts(place: Place | undefined, values: Values, origins: PortOrigins): CanonicalPort[] | undefined {
  const ports: CanonicalPort[] = [];
  for (const item of itemsOf(place)) {
    const found = item.node.kind === "map" ? longPort(item, values) : shortPort(item, values);
    for (const port of found) {
      if (ports.some((other) => comparePorts(other, port) === 0)) continue;
      origins.set(port, item);
      ports.push(port);
    }
  }
  return ports.length === 0 ? undefined : ports.sort(comparePorts);
}

export function formExpose(place: Place | undefined, values: Values): string[] | undefined {
  const all: string[] = [];
  for (const { text, place: item } of values.texts(place)) {
    const [ports, protocol = "tcp"] = text.split("/");
    const range = parseRange(ports!);
    if (!range || !isProtocol(protocol)) values.error("DAO2124", item, `is ${JSON.stringify(text)}, which is not a port`, 'write it as "80" or "53/udp"');
    else if (range.to - range.from >= MAX_PORT_RANGE) tooWide(item, values);
    else for (let port = range.from; port <= range.to; port++) all.push(`${port}/${protocol}`);
  }
  return all.length === 0 ? undefined : sortedUnique(all);
}

function shortPort(place: Place, values: Values): CanonicalPort[] {
  const text = values.text(place);
  if (text === undefined) return [];
  const wrong = (): CanonicalPort[] => {
    values.error("DAO2124", place, `is ${JSON.stringify(text)}, which is not a port`, HELP);
    return [];
  };
  const match = /^(?:(?:\[([^\]]*)\]|([^:[\]]*)):)??(?:([^:]*):)?([^:/]+)(?:\/([a-zA-Z]+))?$/.exec(text);
  if (!match) return wrong();
  const [, v6, v4, published = "", target, protocol = "tcp"] = match;
  const address = v6 ?? v4 ?? "";
  const inside = parseRange(target!);
  const outside = published === "" ? undefined : parseRange(published, 0);
  if (!inside || (published !== "" && !outside) || (address !== "" && !isIpAddress(address))) return wrong();
  if (!isProtocol(protocol.toLowerCase())) return wrong();
  const width = inside.to - inside.from;
  if (width >= MAX_PORT_RANGE || (outside && outside.to - outside.from >= MAX_PORT_RANGE)) return tooWide(place, values);
  if (outside && outside.to - outside.from !== width) {
    values.error("DAO2124", place, "maps ranges of different width", "publish one port of the device for each port of the container");
    return [];
  }
  const ports: CanonicalPort[] = [];
  for (let offset = 0; offset <= width; offset++) {
    ports.push(port(inside.from + offset, protocol.toLowerCase(), outside && outside.from + offset, address));
  }
  return ports;
}

function longPort(place: Place, values: Values): CanonicalPort[] {
  for (const [name, field] of entriesOf(place)) {
    if (name === "app_protocol" || name === "name") values.notice("DAO2391", field, "has no effect here and was dropped");
  }
  const target = values.integer(child(place, "target"), 1, 65535);
  const published = values.text(child(place, "published")) ?? "";
  const protocol = (values.text(child(place, "protocol")) ?? "tcp").toLowerCase();
  const address = values.text(child(place, "host_ip")) ?? "";
  const mode = child(place, "mode");
  if (mode && !["host", "ingress"].includes(values.text(mode) ?? "")) values.error("DAO2103", mode, "is neither host nor ingress");
  if (target === undefined) {
    if (!child(place, "target")) values.error("DAO2124", place, "has no target", HELP);
    return [];
  }
  if (!isProtocol(protocol) || (address !== "" && !isIpAddress(address))) {
    values.error("DAO2124", place, "has a protocol or an address that is none", HELP);
    return [];
  }
  const outside = published === "" ? undefined : parseRange(published, 0);
  if ((published !== "" && !outside) || (outside && outside.from !== outside.to)) {
    values.error("DAO2124", child(place, "published")!, `is ${JSON.stringify(published)}, which is not one port`, "name one port; leave it out to let the Engine pick one");
    return [];
  }
  return [port(target, protocol, outside?.from, address)];
}

function port(target: number, protocol: string, published: number | undefined, address: string): CanonicalPort {
  return {
    target,
    protocol: protocol as CanonicalPort["protocol"],
    ...(published === undefined || published === 0 ? {} : { published }),
    ...(address === "" ? {} : { host_ip: address }),
  };
}

function tooWide(place: Place, values: Values): [] {
  values.error("DAO2311", place, `names more than ${MAX_PORT_RANGE} ports`, "publish fewer ports");
  return [];
}

function parseRange(text: string, least = 1): { from: number; to: number } | undefined {
  const match = RANGE.exec(text);
  if (!match) return undefined;
  const from = Number(match[1]);
  const to = Number(match[2] ?? match[1]);
  return from >= least && to >= from && to <= 65535 ? { from, to } : undefined;
}

function isProtocol(text: string): boolean {
  return (PROTOCOLS as readonly string[]).includes(text);
}
