/**
 * What a plain YAML scalar means. YAML 1.2 core, with the spellings Compose's own parser takes as well: `0440` and `0o440` are
 * octal, `0b1` binary, `1_000` has a separator. `yes`, `on` and their like are text (Compose turns them into booleans only
 * where a boolean is expected).
 */
export interface PlainScalar {
  value: string | number | boolean | null;
  /** How Compose prints the value where text is expected. */
  text: string;
}

const INTEGER = /^[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

export function plainScalar(source: string): PlainScalar {
  switch (source) {
    case "":
    case "~":
    case "null":
    case "Null":
    case "NULL":
      return { value: null, text: "" };
    case "true":
    case "True":
    case "TRUE":
      return { value: true, text: "true" };
    case "false":
    case "False":
    case "FALSE":
      return { value: false, text: "false" };
  }
  if (!/^[-+.0-9]/.test(source)) return { value: source, text: source };
  return integer(source) ?? float(source.replaceAll("_", "")) ?? { value: source, text: source };
}

function integer(source: string): PlainScalar | undefined {
  if (!INTEGER.test(source)) return undefined;
  const digits = source.replaceAll("_", "").replace(/^[-+]/, "");
  const literal = /^0[0-7]+$/.test(digits) ? `0o${digits}` : digits;
  let magnitude: bigint;
  try {
    magnitude = BigInt(literal);
  } catch {
    return undefined;
  }
  const exact = source.startsWith("-") ? -magnitude : magnitude;
  if (exact > 0xffff_ffff_ffff_ffffn || exact < -0x8000_0000_0000_0000n) return undefined;
  return { value: Number(exact), text: exact.toString() };
}

function float(source: string): PlainScalar | undefined {
  if (!FLOAT.test(source)) return undefined;
  const value = Number(source);
  if (!Number.isFinite(value)) return undefined;
  return { value, text: floatText(value) };
}

/** Shortest decimal that reads back as the same number, with an exponent below 1e-4 and from 1e21 on. */
export function floatText(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && magnitude < 1e-4) return value.toExponential().replace(/e-(\d)$/, "e-0$1");
  return String(value);
}
