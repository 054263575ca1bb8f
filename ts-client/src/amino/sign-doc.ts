import type { EncodeObject, Registry } from "@cosmjs/proto-signing";
import { bytesOfAmino } from "./decode.ts";
import { aminoValue } from "./encode.ts";
import { type AminoJson, aminoName, notAmino, typeUrlOfAminoName } from "./schema.ts";

/** A message beside its name. */
export interface AminoMsg {
  readonly type: string;
  readonly value: AminoJson;
}

/** What is signed as amino JSON. Numbers of 64 bits are decimal text. */
export interface AminoSignDoc {
  readonly chain_id: string;
  readonly account_number: string;
  readonly sequence: string;
  readonly fee: { readonly amount: readonly { denom: string; amount: string }[]; readonly gas: string };
  readonly msgs: readonly AminoMsg[];
  readonly memo: string;
}

/** A message as amino JSON. @throws DaonetesError DAO3046 for a message that cannot be signed so */
export function aminoMsg(registry: Registry, { typeUrl, value }: EncodeObject): AminoMsg {
  return { type: aminoName(typeUrl), value: aminoValue(typeUrl.slice(1), registry.encode({ typeUrl, value: value as unknown })) };
}

/** The message that amino JSON says, decoded. @throws DaonetesError DAO3046 when it says none */
export function messageOfAmino(registry: Registry, { type, value }: AminoMsg): EncodeObject {
  const typeUrl = typeUrlOfAminoName(type);
  if (registry.lookupType(typeUrl) === undefined) throw notAmino(`messages of type ${typeUrl} are not known here`);
  return { typeUrl, value: registry.decode({ typeUrl, value: bytesOfAmino(typeUrl.slice(1), value) }) as unknown };
}

/** The bytes that a key signs: keys of objects sorted, no spaces, escaped as Go escapes. */
export function aminoSignBytes(doc: AminoSignDoc): Uint8Array {
  return Buffer.from(
    JSON.stringify(sorted(doc as unknown as AminoJson)).replace(/[&<>\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`),
    "utf8",
  );
}

function sorted(json: AminoJson): AminoJson {
  if (Array.isArray(json)) return (json as readonly AminoJson[]).map(sorted);
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(Object.entries(json).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => [name, sorted(value)]));
}
