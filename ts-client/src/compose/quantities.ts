/** Sizes, durations and CPU counts as Compose writes them, as integers. All return undefined for what is not one. */

const SIZE = /^(\d{1,15})(?:\.(\d{1,9}))? ?([kmgtp])?i?b?$/i;
const POWERS = ["", "k", "m", "g", "t", "p"];

/** `64m`, `1.5GiB`, `1000` in bytes; prefixes are powers of 1024. */
export function parseBytes(text: string): number | undefined {
  const match = SIZE.exec(text.trim());
  if (!match) return undefined;
  const [, whole, fraction = "", prefix = ""] = match;
  const factor = 1024n ** BigInt(POWERS.indexOf(prefix.toLowerCase()));
  const bytes = (BigInt(whole! + fraction) * factor) / 10n ** BigInt(fraction.length);
  return bytes <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(bytes) : undefined;
}

const DURATION_PART = /(\d{1,12})(?:\.(\d{1,12}))?(ns|us|µs|μs|ms|s|m|h|d|w)/y;
const UNITS: Record<string, bigint> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
};

/** `1m30s`, `1.5h`, `200ms` in nanoseconds. */
export function parseDuration(text: string): number | undefined {
  if (text === "0") return 0;
  let total = 0n;
  DURATION_PART.lastIndex = 0;
  for (let at = 0; at < text.length; at = DURATION_PART.lastIndex) {
    DURATION_PART.lastIndex = at;
    const match = DURATION_PART.exec(text);
    if (!match) return undefined;
    const [, whole, fraction = "", unit] = match;
    total += (BigInt(whole! + fraction) * UNITS[unit!]!) / 10n ** BigInt(fraction.length);
  }
  return text !== "" && total <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(total) : undefined;
}

/** `0.5` in nano-CPUs. */
export function parseCpus(text: string): number | undefined {
  const match = /^(\d{1,4})(?:\.(\d{1,18}))?$/.exec(text.trim());
  if (!match) return undefined;
  const [, whole, fraction = ""] = match;
  return Number(whole) * 1_000_000_000 + Number(fraction.slice(0, 9).padEnd(9, "0"));
}

/** A whole number in decimal, as text or as a YAML number. */
export function parseInteger(text: string): number | undefined {
  const value = /^-?\d{1,16}$/.test(text.trim()) ? Number(text.trim()) : undefined;
  return value !== undefined && Number.isSafeInteger(value) ? value : undefined;
}

export function parseBoolean(text: string): boolean | undefined {
  if (/^(?:true|1|t|yes|y|on)$/i.test(text)) return true;
  if (/^(?:false|0|f|no|n|off)$/i.test(text)) return false;
  return undefined;
}
