import { open, seal } from "./age.ts";
import { bind, unbind } from "./binding.ts";
import { checkSecretName } from "./secret-name.ts";
import { MAX_VALUE_BYTES, SecretValue } from "./secret-value.ts";

/** Largest sealed value, in bytes. */
export const MAX_CIPHERTEXT_BYTES = MAX_VALUE_BYTES + 4_096;

/** What a sealed value belongs to. It opens nowhere else. */
export interface ValuePlace {
  chainId: string;
  groupId: bigint;
  name: string;
  /** From 1. */
  version: bigint;
}

const head = ({ chainId, groupId, name, version }: ValuePlace): string => bind("daonetes/secret/v1", [chainId, groupId, name, version]);

/**
 * Seals a value to the recipient of its scope's key.
 * @throws {SecretError} `name`, `key`
 */
export async function sealValue(value: SecretValue, place: ValuePlace, keyRecipient: string): Promise<Uint8Array> {
  checkSecretName(place.name);
  const prefix = new TextEncoder().encode(head(place));
  const plain = Buffer.concat([prefix, value.bytes()]);
  try {
    return await seal(plain, keyRecipient);
  } finally {
    plain.fill(0);
  }
}

/**
 * Opens a value with the identity of its scope's key.
 * @throws {SecretError} all faults of opening, and `binding`, `empty`, `large`
 */
export async function openValue(ciphertext: Uint8Array, place: ValuePlace, keyIdentity: string): Promise<SecretValue> {
  const plain = await open(ciphertext, keyIdentity, MAX_CIPHERTEXT_BYTES);
  try {
    return SecretValue.of(unbind(plain, head(place), place.name), place.name);
  } finally {
    plain.fill(0);
  }
}
