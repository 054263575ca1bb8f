import { readFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";

/** Where packets of this device go without a network of ours. */
export interface HostRoutes {
  /** Subnets of routes, and addresses, as `10.0.0.0/8`. The way to everywhere else is not among them. */
  read(): Promise<string[]>;
}

/** The kernel's tables. What cannot be read counts as empty: the Engine refuses what really clashes. */
export const kernelRoutes: HostRoutes = {
  read: async () => {
    const [ipv4, ipv6] = await Promise.all([textOf("/proc/net/route"), textOf("/proc/net/ipv6_route")]);
    const addresses = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address, family }) => `${address}/${family === "IPv4" ? 32 : 128}`));
    return [...routesOf(ipv4), ...routes6Of(ipv6), ...addresses];
  },
};

async function textOf(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}

/** Subnets of /proc/net/route: hexadecimal, least byte first. */
export function routesOf(table: string): string[] {
  return table.split("\n").slice(1).flatMap((line) => {
    const [, destination, , , , , , mask] = line.split(/\s+/);
    if (destination === undefined || mask === undefined || !/^[0-9A-F]{8}$/i.test(destination) || !/^[0-9A-F]{8}$/i.test(mask)) return [];
    const prefix = [...bytesOf(mask)].reduce((sum, byte) => sum + byte.toString(2).replaceAll("0", "").length, 0);
    return prefix === 0 ? [] : [`${[...bytesOf(destination)].reverse().join(".")}/${prefix}`];
  });
}

/** Subnets of /proc/net/ipv6_route, without link-local and multicast ones. */
export function routes6Of(table: string): string[] {
  return table.split("\n").flatMap((line) => {
    const [destination, length] = line.split(/\s+/);
    if (destination === undefined || length === undefined || !/^[0-9a-f]{32}$/i.test(destination)) return [];
    const prefix = Number.parseInt(length, 16);
    if (prefix === 0 || /^f[ef]/i.test(destination)) return [];
    return [`${destination.match(/.{4}/g)!.join(":")}/${prefix}`];
  });
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex, "hex");
}
