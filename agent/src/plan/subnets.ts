import { type AddressRange, firstAddress, overlap, parseCidr } from "@daonetes/client/compose";
import type { DesiredNetwork } from "../desired/desired-state.ts";
import type { NetworkConfig } from "../docker/engine.ts";
import type { TakenSubnet } from "../observed/observed-state.ts";
import type { DeviceFacts } from "./plan-input.ts";

type Subnets = NetworkConfig["subnets"];
/** What a new network gets, or why it cannot have it. */
export type SubnetChoice = { subnets: Subnets } | { clash: string };

/** Prefix of the subnets that the agent chooses itself. */
const IPV4_PREFIX = 24;
const IPV6_PREFIX = 64;
/** Subnets of 64 bits that are tried under the device's own prefix of 48. */
const IPV6_TRIES = 256;

/**
 * Subnets for a network that is to be made: those that the spec names, else a /24 of the device's pools and, where IPv6
 * is asked for, a /64 of a prefix of the device's own; clear of routes, addresses and other networks. The same network
 * gets the same place again if that is free. Pure.
 */
export function chooseSubnets(network: Pick<DesiredNetwork, "name" | "subnets" | "enableIpv6">, seed: string, taken: readonly TakenSubnet[], facts: Pick<DeviceFacts, "device" | "subnetPools">): SubnetChoice {
  const subnets: Subnets = [];
  for (const family of [4, 6] as const) {
    const given = network.subnets.find(({ subnet }) => parseCidr(subnet)?.family === family);
    if (given !== undefined) {
      const other = clashOf(parseCidr(given.subnet) as AddressRange, taken);
      if (other !== undefined) return { clash: `${given.subnet} of network ${network.name} overlaps ${other.subnet}, ${other.owner}` };
      subnets.push(given);
    } else if (family === 4 || network.enableIpv6) {
      const candidates = family === 4 ? ipv4Candidates(facts.subnetPools, seed) : ipv6Candidates(facts.device, seed);
      const free = candidates.find((range) => clashOf(range, taken) === undefined);
      if (free === undefined) return { clash: `no subnet is free for network ${network.name} in ${facts.subnetPools.join(", ")}` };
      subnets.push({ subnet: firstAddress(free) });
    }
  }
  return { subnets };
}

function clashOf(range: AddressRange, taken: readonly TakenSubnet[]): TakenSubnet | undefined {
  return taken.find(({ subnet }) => {
    const other = parseCidr(subnet);
    return other !== undefined && overlap(range, other);
  });
}

function ipv4Candidates(pools: readonly string[], seed: string): AddressRange[] {
  const size = 1n << BigInt(32 - IPV4_PREFIX);
  return pools.flatMap((text) => {
    const pool = parseCidr(text);
    if (pool?.family !== 4 || pool.prefix > IPV4_PREFIX) return [];
    const count = 2 ** (IPV4_PREFIX - pool.prefix);
    const start = hash(seed) % count;
    return Array.from({ length: count }, (_, index) => rangeAt(4, pool.first + BigInt((start + index) % count) * size, IPV4_PREFIX));
  });
}

/** RFC 4193: fd, 40 bits that are the device's own, 16 bits of the network. */
function ipv6Candidates(device: string, seed: string): AddressRange[] {
  const own = (BigInt(hash(device)) << 8n) + BigInt(hash(`${device}/`) & 255);
  const start = hash(seed) & 0xffff;
  return Array.from({ length: IPV6_TRIES }, (_, index) => {
    const id = BigInt((start + index) & 0xffff);
    return rangeAt(6, (((0xfdn << 40n) + own) << 80n) + (id << 64n), IPV6_PREFIX);
  });
}

function rangeAt(family: 4 | 6, first: bigint, prefix: number): AddressRange {
  return { family, first, last: first + (1n << BigInt((family === 4 ? 32 : 128) - prefix)) - 1n, prefix };
}

/** FNV-1a, 32 bits: spreads names, protects nothing. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}
