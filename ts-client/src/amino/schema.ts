import { DaonetesError } from "../errors.ts";
import { AMINO_SCHEMA, type AminoField, type AminoMessage, type AminoParticular } from "../gen/amino-schema.ts";

export type { AminoField, AminoMessage, AminoParticular };

/** JSON as amino writes it: no floats, 64-bit integers are strings. */
export type AminoJson = string | number | boolean | null | readonly AminoJson[] | { readonly [name: string]: AminoJson };

/** Whether amino JSON is known of a message. */
export function isAminoMessage(fullName: string): boolean {
  return AMINO_SCHEMA[fullName] !== undefined;
}

/** @throws DaonetesError DAO3046 for a message that amino JSON is not known of */
export function aminoMessage(fullName: string): AminoMessage {
  const message = AMINO_SCHEMA[fullName];
  if (message === undefined) throw notAmino(`messages of type ${fullName} cannot be signed as amino JSON`);
  return message;
}

/** Name that stands beside the value of a message. */
export function aminoName(typeUrl: string): string {
  return aminoMessage(typeUrl.slice(1)).name ?? typeUrl;
}

let urls: ReadonlyMap<string, string> | undefined;

/** @throws DaonetesError DAO3046 for a name that no message has */
export function typeUrlOfAminoName(name: string): string {
  urls ??= new Map(Object.keys(AMINO_SCHEMA).map((fullName) => [aminoName(`/${fullName}`), `/${fullName}`]));
  const typeUrl = urls.get(name);
  if (typeUrl === undefined) throw notAmino(`no message is called "${name.slice(0, 80)}" in amino JSON`);
  return typeUrl;
}

export function notAmino(message: string): DaonetesError {
  return new DaonetesError({ code: "DAO3046", kind: "usage", message, help: "is this program as new as the network? daonetes version, daonetes doctor" });
}
