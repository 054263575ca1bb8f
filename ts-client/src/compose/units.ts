/** Compose's units, as integers. Each function returns undefined for text it does not understand. */

const BINARY_UNITS: Record<string, number> = {
  "": 1,
  b: 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
  p: 2 ** 50,
};
const DECIMAL_UNITS: Record<string, number> = { "": 1, b: 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12, p: 1e15 };
const SIZE = /^(\d+(?:\.\d*)?|\.\d+) ?(?:b|([kmgtp])(?:i?b)?)?$/i;
const DURATION_PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h|d|w)/y;
const NANOSECONDS: Record<string, bigint> = {
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

/** `64m`, `1.5g`, `1024`: bytes, k = 1024. */
export function parseBytes(text: string): number | undefined {
  return parseSize(text, BINARY_UNITS);
}

/** The same with k = 1000, as the Engine reads the options of its log drivers. */
export function parseDecimalBytes(text: string): number | undefined {
  return parseSize(text, DECIMAL_UNITS);
}

function parseSize(text: string, units: Record<string, number>): number | undefined {
  const match = SIZE.exec(text);
  if (!match) return undefined;
  const bytes = Math.trunc(Number(match[1]) * units[match[2]?.toLowerCase() ?? ""]!);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** `1m30s`, `500ms`, `2d`: nanoseconds. */
export function parseDuration(text: string): number | undefined {
  const unsigned = text.replace(/^\+/, "");
  if (unsigned === "0") return 0;
  let total = 0n;
  let at = 0;
  while (at < unsigned.length) {
    DURATION_PART.lastIndex = at;
    const match = DURATION_PART.exec(unsigned);
    if (!match) return undefined;
    total += scaled(match[1]!, NANOSECONDS[match[2]!]!);
    at = DURATION_PART.lastIndex;
  }
  return at > 0 && total <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(total) : undefined;
}

/** `0.5`, `2`: nano-CPUs. */
export function parseCpus(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d*)?|\.\d+)$/.test(text) || text.length > 32) return undefined;
  const nano = scaled(text, 1_000_000_000n);
  return nano <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(nano) : undefined;
}

export function parseInteger(text: string): number | undefined {
  if (!/^[-+]?\d+$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? (value === 0 ? 0 : value) : undefined;
}

/** Compose takes the old YAML words too, where a boolean is expected. */
export function parseBoolean(text: string): boolean | undefined {
  switch (text.toLowerCase()) {
    case "true":
    case "y":
    case "yes":
    case "on":
      return true;
    case "false":
    case "n":
    case "no":
    case "off":
      return false;
  }
  return undefined;
}

/** Permission bits: a number, or octal text as `0440` or `0o440`. */
export function parseMode(text: string): number | undefined {
  const match = /^0?o?([0-7]{1,5})$/.exec(text);
  return match ? parseInt(match[1]!, 8) : undefined;
}

/** Decimal text times a unit, exactly, cut below one. */
function scaled(decimal: string, unit: bigint): bigint {
  const [whole = "", fraction = ""] = decimal.split(".");
  const digits = fraction.slice(0, 24);
  const value = BigInt(whole === "" ? "0" : whole) * unit;
  return digits === "" ? value : value + (BigInt(digits) * unit) / 10n ** BigInt(digits.length);
}
