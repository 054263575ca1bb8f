import { createHash } from "node:crypto";
import { bech32 } from "@scure/base";
import { DaonetesError } from "./errors.ts";

/** Human-readable part of every address. */
export const ADDRESS_PREFIX = "daonet";

/** Address as text. */
export function addressFromBytes(bytes: Uint8Array): string {
  return bech32.encode(ADDRESS_PREFIX, bech32.toWords(bytes));
}

/**
 * Raw bytes of an address: 20 for a key, 32 for a module account or council.
 * @throws DaonetesError DAO1010 when the text is no address of this network
 */
export function addressToBytes(address: string): Uint8Array {
  const bytes = decode(address);
  if (bytes === undefined) {
    throw new DaonetesError({
      code: "DAO1010",
      kind: "usage",
      message: `"${address}" is not an address`,
      help: `an address starts with ${ADDRESS_PREFIX}1 and carries a checksum; copy it whole`,
    });
  }
  return bytes;
}

/** True for a well-formed address. */
export function isAddress(text: string): boolean {
  return decode(text) !== undefined;
}

function decode(text: string): Uint8Array | undefined {
  const decoded = bech32.decodeUnsafe(text);
  if (decoded?.prefix !== ADDRESS_PREFIX) return undefined;
  return bech32.fromWordsUnsafe(decoded.words) ?? undefined;
}

/** Address of an ed25519 public key: the first 20 bytes of its sha256. */
export function addressFromEd25519(publicKey: Uint8Array): string {
  return addressFromBytes(createHash("sha256").update(publicKey).digest().subarray(0, 20));
}
