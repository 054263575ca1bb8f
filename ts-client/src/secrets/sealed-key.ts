import { open, recipientOf, seal } from "./age.ts";
import { bind, unbind } from "./binding.ts";
import { SecretError } from "./secret-error.ts";

/** Largest grant, in bytes. */
export const MAX_GRANT_BYTES = 4_096;

/** What a grant belongs to. It opens nowhere else. */
export interface KeyPlace {
  chainId: string;
  groupId: bigint;
  scope: string;
  /** From 1. */
  generation: bigint;
}

const head = ({ chainId, groupId, scope, generation }: KeyPlace): string => bind("daonetes/secret-key/v1", [chainId, groupId, scope, generation]);

/**
 * Makes a grant: the identity of a scope's key, sealed to a device's or a person's recipient.
 * @throws {SecretError} `key`
 */
export async function sealKey(keyIdentity: string, place: KeyPlace, recipient: string): Promise<Uint8Array> {
  const plain = Buffer.from(head(place) + keyIdentity, "utf8");
  try {
    return await seal(plain, recipient);
  } finally {
    plain.fill(0);
  }
}

/**
 * Opens a grant.
 * @param keyRecipient recipient of the scope's key as the chain has it: a grant of any other key is refused
 * @throws {SecretError} all faults of opening, `binding`, and `key` if it holds another key
 */
export async function openKey(grant: Uint8Array, place: KeyPlace, ownIdentity: string, keyRecipient: string): Promise<string> {
  const plain = await open(grant, ownIdentity, MAX_GRANT_BYTES);
  const identity = new TextDecoder().decode(unbind(plain, head(place), `the key of ${place.scope}`));
  plain.fill(0);
  if ((await recipientOf(identity)) !== keyRecipient) {
    throw new SecretError("key", `the grant of ${place.scope} holds another key than the group's`, "grant it again: daonetes secret reseal");
  }
  return identity;
}
