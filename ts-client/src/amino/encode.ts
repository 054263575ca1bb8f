import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { durationText, timestampText } from "./times.ts";
import { type AminoField, type AminoJson, aminoMessage, aminoName, notAmino } from "./schema.ts";

/**
 * Amino JSON of an encoded message, without its name: what the chain makes of the same bytes when it checks a
 * signature. Fields come in the order of their names.
 * @throws DaonetesError DAO3046 for a message that cannot be signed so
 */
export function aminoValue(fullName: string, bytes: Uint8Array): AminoJson {
  if (fullName === "google.protobuf.Any") return anyValue(bytes);
  if (fullName === "google.protobuf.Timestamp") return timestampText(bytes);
  if (fullName === "google.protobuf.Duration") return durationText(bytes);
  const { fields } = aminoMessage(fullName);
  const found = read(fullName, fields, bytes);
  const value: Record<string, AminoJson> = {};
  for (const field of [...fields].sort(([, a], [, b]) => (a < b ? -1 : 1))) {
    const [number, name, kind, { repeated, keep, empty } = {}] = field;
    const list = found.get(number) ?? [];
    if (repeated === true) {
      if (list.length > 0) value[name] = list.map((one) => json(kind, one));
      else if (keep === true) value[name] = (empty ?? null);
      continue;
    }
    const last = scalars.has(kind) ? list.at(-1) : merged(list as Uint8Array[]);
    if (last !== undefined && !isZero(last, kind)) value[name] = json(kind, last);
    else if (keep === true) value[name] = (empty as string | undefined) ?? (kind === "google.protobuf.Timestamp" ? NO_TIME : json(kind, last ?? zeroOf(kind)));
  }
  return value;
}

/** What Go writes for no time. */
const NO_TIME = "0001-01-01T00:00:00Z";

type Raw = string | number | bigint | boolean | Uint8Array;

const scalars = new Set(["string", "bool", "bytes", "int32", "uint32", "int64", "uint64"]);

function anyValue(bytes: Uint8Array): AminoJson {
  const found = read("google.protobuf.Any", [[1, "type_url", "string"], [2, "value", "bytes"]], bytes);
  const typeUrl = found.get(1)?.at(-1) as string | undefined;
  if (typeUrl === undefined) throw notAmino("an Any without a type cannot be signed as amino JSON");
  return { type: aminoName(typeUrl), value: aminoValue(typeUrl.slice(1), (found.get(2)?.at(-1) as Uint8Array | undefined) ?? new Uint8Array()) };
}

/** Every occurrence of every field, by number. */
function read(fullName: string, fields: readonly AminoField[], bytes: Uint8Array): Map<number, Raw[]> {
  const kinds = new Map(fields.map(([number, , kind]) => [number, kind]));
  const found = new Map<number, Raw[]>();
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    const kind = kinds.get(number);
    // What the schema does not know would be executed without being signed.
    if (kind === undefined) throw notAmino(`${fullName} has a field ${number} that this program does not know`);
    const list = found.get(number) ?? [];
    found.set(number, list);
    const packed = wire === WireType.LengthDelimited && kind !== "string" && kind !== "bytes" && scalars.has(kind);
    if (!packed) {
      list.push(readOne(reader, kind));
      continue;
    }
    const end = reader.uint32() + reader.pos;
    while (reader.pos < end) list.push(readOne(reader, kind));
  }
  return found;
}

function readOne(reader: BinaryReader, kind: string): Raw {
  switch (kind) {
    case "string":
      return reader.string();
    case "bool":
      return reader.bool();
    case "int32":
      return reader.int32();
    case "uint32":
      return reader.uint32();
    case "int64":
      return BigInt(reader.int64());
    case "uint64":
      return BigInt(reader.uint64());
    default:
      return reader.bytes();
  }
}

/** A message that stands there in parts is their concatenation. */
function merged(list: readonly Uint8Array[]): Uint8Array | undefined {
  return list.length === 0 ? undefined : list.length === 1 ? list[0] : Buffer.concat(list);
}

/** A message is there or not; a scalar that is zero is as good as not there. */
function isZero(raw: Raw, kind: string): boolean {
  if (!scalars.has(kind)) return false;
  return raw instanceof Uint8Array ? raw.length === 0 : raw === "" || raw === 0 || raw === 0n || raw === false;
}

function zeroOf(kind: string): Raw {
  switch (kind) {
    case "string":
      return "";
    case "bool":
      return false;
    case "int32":
    case "uint32":
      return 0;
    case "int64":
    case "uint64":
      return 0n;
    default:
      return new Uint8Array();
  }
}

function json(kind: string, raw: Raw): AminoJson {
  if (typeof raw === "bigint") return raw.toString();
  if (!(raw instanceof Uint8Array)) return raw;
  return kind === "bytes" ? Buffer.from(raw).toString("base64") : aminoValue(kind, raw);
}
