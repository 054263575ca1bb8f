import { sortedUnique } from "./byte-order.ts";
import { comparePorts } from "./canonical-order.ts";
import type { CanonicalPort } from "./canonical-spec.ts";
import type { Field } from "./field.ts";
import { shorten } from "./field.ts";
import { isIpAddress } from "./ip-address.ts";
import { MAX_PORT_RANGE } from "./limits.ts";
import type { Span } from "./source.ts";
import { parseInteger } from "./units.ts";

export interface PlacedPort {
  port: CanonicalPort;
  at: Field;
}

interface Range {
  from: number;
  to: number;
}

/** The ports of a service, one entry a port. Of two equal ones the first stays. */
export function readPorts(field: Field): PlacedPort[] {
  const ports = new Map<string, PlacedPort>();
  for (const item of field.items()) {
    const expanded = item.node.kind === "map" ? longPort(item) : shortPort(item);
    for (const port of expanded ?? []) {
      const key = `${port.host_ip ?? ""}|${port.published ?? ""}|${port.target}/${port.protocol}`;
      if (!ports.has(key)) ports.set(key, { port, at: item });
    }
  }
  return [...ports.values()].sort((a, b) => comparePorts(a.port, b.port));
}

/** `80`, `8080:80`, `127.0.0.1:8080:80/udp`, `[::1]:8080-8090:80-90`. */
function shortPort(item: Field): CanonicalPort[] | undefined {
  const { text } = item;
  if (text === undefined) return undefined;
  const parts = text.split(":");
  const [container = "", protocolText = "tcp"] = parts.at(-1)!.split("/");
  const host = parts.length > 1 ? parts.at(-2)! : "";
  const address = parts
    .slice(0, -2)
    .join(":")
    .replace(/^\[(.*)\]$/, "$1");
  if (parts.at(-1)!.split("/").length > 2) { bad(item, text); return; }
  const target = range(container);
  const published = host === "" ? undefined : range(host);
  if (!target || (host !== "" && !published)) { bad(item, text); return; }
  return expand(item, target, published, protocolText, address);
}

function longPort(item: Field): CanonicalPort[] | undefined {
  for (const child of item.children()) {
    const key = child.path.at(-1)!;
    if (key === "mode" && child.text !== undefined && child.text !== "ingress" && child.text !== "host") {
      child.error(
        "DAO2103",
        `${child.name} is "${shorten(child.text)}"`,
        "allowed: ingress, host (both mean the same on one device)",
      );
    }
    if (key === "name" || key === "app_protocol")
      child.notice("DAO2391", `${child.name} has no effect on a device and was dropped`);
  }
  const target = item.child("target");
  if (target?.text === undefined) {
    item.error("DAO2104", `${item.name} needs target`);
    return undefined;
  }
  const inside = range(target.text);
  const published = item.child("published");
  const outside = published?.text === undefined || published.text === "" ? undefined : range(published.text);
  if (!inside || inside.from !== inside.to) { bad(target, target.text); return; }
  if (published?.text && !outside) { bad(published, published.text); return; }
  return expand(item, inside, outside, item.child("protocol")?.text ?? "tcp", item.child("host_ip")?.text ?? "");
}

function expand(
  item: Field,
  target: Range,
  published: Range | undefined,
  protocolText: string,
  address: string,
): CanonicalPort[] | undefined {
  const protocol = protocolText.toLowerCase();
  if (protocol !== "tcp" && protocol !== "udp" && protocol !== "sctp") {
    item.error("DAO2124", `${item.name} has the protocol "${shorten(protocolText)}"`, "allowed: tcp, udp, sctp");
    return undefined;
  }
  if (address !== "" && !isIpAddress(address)) {
    item.error("DAO2130", `${item.name} has the host address "${shorten(address)}", which is not an IP address`);
    return undefined;
  }
  const count = target.to - target.from + 1;
  if (count > MAX_PORT_RANGE || (published && published.to - published.from + 1 > MAX_PORT_RANGE)) {
    item.error(
      "DAO2311",
      `${item.name} names more than ${MAX_PORT_RANGE} ports`,
      "publish only what is reached from outside",
    );
    return undefined;
  }
  if (published && published.to - published.from + 1 !== count) {
    const help =
      count === 1
        ? "name one host port: a device does not pick from a range"
        : "both ranges have to have the same length";
    item.error("DAO2124", `${item.name} maps ${published.to - published.from + 1} host ports to ${count}`, help);
    return undefined;
  }
  return Array.from({ length: count }, (_, index) => ({
    target: target.from + index,
    protocol,
    ...(published ? { published: published.from + index } : {}),
    ...(address === "" ? {} : { host_ip: address }),
  }));
}

/** `80` or `80-90`, 1 to 65535. */
export function range(text: string): Range | undefined {
  const [first = "", last = first, ...more] = text.split("-");
  const from = /^\d+$/.test(first) ? parseInteger(first) : undefined;
  const to = /^\d+$/.test(last) ? parseInteger(last) : undefined;
  if (more.length > 0 || !from || !to || from > to || to > 65535) return undefined;
  return { from, to };
}

function bad(item: Field, text: string): undefined {
  item.error(
    "DAO2124",
    `${item.name} is "${shorten(text)}", which is not a port`,
    "as 8080:80, 127.0.0.1:8080:80 or 53:53/udp; ports are 1 to 65535",
  );
  return undefined;
}

/** `expose`: `3000`, `8000-8010`, `53/udp`, as `port/protocol`, sorted. */
export function readExpose(field: Field): string[] {
  const ports = new Set<string>();
  for (const item of field.items()) {
    const { text } = item;
    if (text === undefined) continue;
    const [numbers = "", protocol = "tcp", ...more] = text.split("/");
    const span: Range | undefined = range(numbers);
    if (!span || more.length > 0 || !["tcp", "udp", "sctp"].includes(protocol.toLowerCase())) bad(item, text);
    else if (span.to - span.from >= MAX_PORT_RANGE) {
      item.error("DAO2311", `${item.name} names more than ${MAX_PORT_RANGE} ports`);
    } else for (let port = span.from; port <= span.to; port++) ports.add(`${port}/${protocol.toLowerCase()}`);
  }
  return sortedUnique(ports);
}

export interface PublishedPort extends PlacedPort {
  service: string;
  at: Field;
}

/** Two services that ask for one port of the device. */
export function checkHostPorts(ports: readonly PublishedPort[]): void {
  const taken = new Map<string, PublishedPort[]>();
  for (const entry of ports) {
    const { port } = entry;
    if (port.published === undefined) continue;
    const key = `${port.published}/${port.protocol}`;
    const others = taken.get(key) ?? [];
    const clash = others.find((other) => overlaps(other.port.host_ip, port.host_ip));
    if (clash) {
      const { line } = positionOf(clash.at.span);
      entry.at.error(
        "DAO2114",
        `host port ${key} is published by ${clash.service} (line ${line}) and ${entry.service}`,
        "publish one of them under another port",
      );
    }
    taken.set(key, [...others, entry]);
  }
}

function positionOf(span: Span): { line: number } {
  return span.file.position(span.start);
}

function overlaps(a: string | undefined, b: string | undefined): boolean {
  const any = (ip: string | undefined): boolean => ip === undefined || ip === "0.0.0.0" || ip === "::";
  return any(a) || any(b) || a === b;
}
