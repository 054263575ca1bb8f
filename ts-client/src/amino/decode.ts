import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { type AminoJson, aminoMessage, notAmino, typeUrlOfAminoName } from "./schema.ts";
import { durationBytes, timestampBytes } from "./times.ts";

/**
 * Encodes the message that amino JSON says. Encoded again as amino JSON it is the same.
 * @throws DaonetesError DAO3046 when the JSON is not of this message: an unknown name, another kind of value
 */
export function bytesOfAmino(fullName: string, json: AminoJson): Uint8Array {
  if (fullName === "google.protobuf.Timestamp") return timestampBytes(text(fullName, json));
  if (fullName === "google.protobuf.Duration") return durationBytes(text(fullName, json));
  if (fullName === "google.protobuf.Any") {
    const { type, value } = object(fullName, json);
    const typeUrl = typeUrlOfAminoName(text(`${fullName}.type`, type));
    const writer = new BinaryWriter().uint32(10).string(typeUrl);
    const content = bytesOfAmino(typeUrl.slice(1), value ?? {});
    return (content.length === 0 ? writer : writer.uint32(18).bytes(content)).finish();
  }
  const { fields } = aminoMessage(fullName);
  const left = { ...object(fullName, json) };
  const writer = new BinaryWriter();
  for (const [number, name, kind, particular] of [...fields].sort(([a], [b]) => a - b)) {
    const value = left[name];
    delete left[name];
    if (value === undefined || value === null) continue;
    const where = `${fullName}.${name}`;
    if (particular?.repeated !== true) {
      write(writer, number, kind, where, value, false);
      continue;
    }
    if (!Array.isArray(value)) throw notAmino(`${where} is no list`);
    for (const one of value as AminoJson[]) write(writer, number, kind, where, one, true);
  }
  const [unknown] = Object.keys(left);
  if (unknown !== undefined) throw notAmino(`${fullName} has no field "${unknown.slice(0, 40)}"`);
  return writer.finish();
}

/** @param always write zeros as well: elements of lists are all there */
function write(writer: BinaryWriter, number: number, kind: string, where: string, value: AminoJson, always: boolean): void {
  switch (kind) {
    case "string":
      if (always || value !== "") writer.uint32((number << 3) | 2).string(text(where, value));
      return;
    case "bytes": {
      const bytes = base64(where, value);
      if (always || bytes.length > 0) writer.uint32((number << 3) | 2).bytes(bytes);
      return;
    }
    case "bool":
      if (typeof value !== "boolean") throw notAmino(`${where} is neither true nor false`);
      if (always || value) writer.uint32(number << 3).bool(value);
      return;
    case "int32":
    case "uint32": {
      const whole = integer(where, value, kind);
      if (always || whole !== 0n) writer.uint32(number << 3)[kind](Number(whole));
      return;
    }
    case "int64":
    case "uint64": {
      const whole = integer(where, value, kind);
      if (always || whole !== 0n) writer.uint32(number << 3)[kind](whole);
      return;
    }
    default:
      writer.uint32((number << 3) | 2).bytes(bytesOfAmino(kind, value));
  }
}

const RANGES: Record<string, readonly [bigint, bigint]> = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};

function integer(where: string, value: AminoJson, kind: keyof typeof RANGES): bigint {
  const wide = kind.endsWith("64");
  const whole = wide ? typeof value === "string" && /^-?\d{1,20}$/.test(value) : typeof value === "number" && Number.isSafeInteger(value);
  const [least, most] = RANGES[kind]!;
  const found = whole ? BigInt(value as string | number) : undefined;
  if (found === undefined || found < least || found > most) throw notAmino(`${where} is no ${wide ? "text of a" : ""} whole number (${kind})`);
  return found;
}

function text(where: string, value: AminoJson | undefined): string {
  if (typeof value !== "string") throw notAmino(`${where} is no text`);
  return value;
}

function base64(where: string, value: AminoJson): Uint8Array {
  const bytes = Buffer.from(text(where, value), "base64");
  if (bytes.toString("base64") !== value) throw notAmino(`${where} is no base64`);
  return bytes;
}

function object(where: string, value: AminoJson): Record<string, AminoJson> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw notAmino(`${where} is no object`);
  return value as Record<string, AminoJson>;
}
