import { isIpv4, isIpv6 } from "./ip-address.ts";

/** Addresses from `first` to `last`, of 4 or of 6. */
export interface AddressRange {
  family: 4 | 6;
  first: bigint;
  last: bigint;
  prefix: number;
}

/** `172.20.0.0/16`, `fd00:1::/64` as a range; undefined for anything else. Host bits may be set. */
export function parseCidr(text: string): AddressRange | undefined {
  const [address = "", prefixText = "", ...more] = text.split("/");
  const number = addressNumber(address);
  if (number === undefined || more.length > 0 || !/^\d{1,3}$/.test(prefixText)) return undefined;
  const family = isIpv4(address) ? 4 : 6;
  const bits = family === 4 ? 32 : 128;
  const prefix = Number(prefixText);
  if (prefix > bits) return undefined;
  const size = 1n << BigInt(bits - prefix);
  const first = number - (number % size);
  return { family, first, last: first + size - 1n, prefix };
}

/** True for CIDR text in which no bit of the host part is set. */
export function isSubnet(text: string): boolean {
  const range = parseCidr(text);
  return range !== undefined && addressNumber(text.split("/")[0]!) === range.first && `${Number(text.split("/")[1])}` === text.split("/")[1];
}

export function contains(range: AddressRange, address: string): boolean {
  const number = addressNumber(address);
  return number !== undefined && (isIpv4(address) ? 4 : 6) === range.family && number >= range.first && number <= range.last;
}

export function overlap(a: AddressRange, b: AddressRange): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}

/** Where a deployment may have a subnet: addresses that are private by standard, also that for carriers. */
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"].map((text) => parseCidr(text)!);

export function isPrivate(range: AddressRange): boolean {
  return PRIVATE.some((all) => all.family === range.family && all.first <= range.first && range.last <= all.last);
}

/** An address as a number; undefined for other text. */
function addressNumber(address: string): bigint | undefined {
  if (isIpv4(address)) return address.split(".").reduce((sum, part) => (sum << 8n) + BigInt(part), 0n);
  if (!isIpv6(address)) return undefined;
  const [head = "", tail] = address.split("::");
  const groups = (text: string): bigint[] =>
    text === ""
      ? []
      : text.split(":").flatMap((group) => {
          if (!group.includes(".")) return [BigInt(`0x${group}`)];
          const number = addressNumber(group)!;
          return [number >> 16n, number & 0xffffn];
        });
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const zeros = Array<bigint>(8 - left.length - right.length).fill(0n);
  return [...left, ...zeros, ...right].reduce((sum, group) => (sum << 16n) + group, 0n);
}

/** The subnet that a range is, as text. */
export function firstAddress({ family, first, prefix }: AddressRange): string {
  if (family === 4) return `${[24n, 16n, 8n, 0n].map((shift) => (first >> shift) & 255n).join(".")}/${prefix}`;
  const groups = Array.from({ length: 8 }, (_, index) => ((first >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  return `${groups.join(":").replace(/(?:(?:^|:)0){2,}(?::|$)/, "::")}/${prefix}`;
}
