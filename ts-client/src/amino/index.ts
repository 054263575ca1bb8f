/** `@daonetes/client/amino`: amino JSON of every message, for wallets, Ledgers and multisigs. */
export { aminoConverters } from "./converters.ts";
export { bytesOfAmino } from "./decode.ts";
export { aminoValue } from "./encode.ts";
export { type AminoJson, aminoName, typeUrlOfAminoName } from "./schema.ts";
export { type AminoMsg, aminoMsg, aminoSignBytes, type AminoSignDoc, messageOfAmino } from "./sign-doc.ts";
