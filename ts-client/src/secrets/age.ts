import { bech32 } from "@scure/base";
import { SecretError } from "./secret-error.ts";

/** The only file that knows the age library; loaded when something is sealed or opened. */
const load = () => import("age-encryption");

const RECIPIENT = /^age1pq1[02-9ac-hj-np-z]{1900,2040}$/;
const IDENTITY = /^AGE-SECRET-KEY-PQ-1[02-9AC-HJ-NP-Z]{58}$/;

const VERSION = "age-encryption.org/v1\n";
const STANZA = "-> mlkem768x25519 ";
/** What one hybrid recipient needs is 1,628 bytes. */
const MAX_HEADER = 2_048;
/** Nonce and tag of the body. */
const LEAST_BODY = 16 + 16;
/** Latin-1, so that any byte has a character and positions stay positions. */
const LATIN = new TextDecoder("latin1");

/** Makes an age identity with a hybrid post-quantum recipient: `AGE-SECRET-KEY-PQ-1..`. */
export async function newIdentity(): Promise<string> {
  const { generateHybridIdentity } = await load();
  return generateHybridIdentity();
}

/** The identity that 32 secret bytes stand for: the same bytes, the same identity. */
export function identityFromSeed(seed: Uint8Array): string {
  return bech32.encodeFromBytes("age-secret-key-pq-", seed).toUpperCase();
}

/**
 * The recipient (`age1pq1..`) of an identity.
 * @throws {SecretError} `key`
 */
export async function recipientOf(identity: string): Promise<string> {
  const { identityToRecipient } = await load();
  if (!IDENTITY.test(identity)) throw notAnIdentity();
  try {
    return await identityToRecipient(identity);
  } catch {
    throw notAnIdentity();
  }
}

/** True if a text has the form of a hybrid recipient; its checksum is checked when something is sealed to it. */
export function isRecipient(text: string): boolean {
  return RECIPIENT.test(text);
}

/**
 * Encrypts for one recipient.
 * @throws {SecretError} `key` for anything but a hybrid recipient
 */
export async function seal(plain: Uint8Array, recipient: string): Promise<Uint8Array> {
  const { Encrypter } = await load();
  const encrypter = new Encrypter();
  try {
    if (!isRecipient(recipient)) throw new RangeError("another kind of recipient");
    encrypter.addRecipient(recipient);
  } catch {
    throw new SecretError("key", "that is no hybrid age recipient (age1pq1..)");
  }
  return encrypter.encrypt(plain);
}

/**
 * Decrypts what is sealed to exactly one hybrid recipient. Size and header are checked before any cryptography.
 * @param limit largest sealed text in bytes
 * @throws {SecretError} `bulky`, `header`, `cut`, `recipient`, `damaged`, `key`
 */
export async function open(sealed: Uint8Array, identity: string, limit: number): Promise<Uint8Array> {
  if (sealed.length > limit) throw new SecretError("bulky", `a sealed text of ${sealed.length} bytes, at most ${limit} are allowed`);
  const header = checkHeader(sealed);
  if (sealed.length < header + LEAST_BODY) throw cut();
  if (!IDENTITY.test(identity)) throw notAnIdentity();
  const { Decrypter } = await load();
  const decrypter = new Decrypter();
  try {
    decrypter.addIdentity(identity);
  } catch {
    throw notAnIdentity();
  }
  try {
    return await decrypter.decrypt(sealed);
  } catch (error) {
    const foreign = error instanceof Error && error.message.startsWith("no identity matched");
    throw foreign ? new SecretError("recipient", "it is sealed to another key") : damaged();
  }
}

/** Length of an age header with one hybrid stanza. */
function checkHeader(sealed: Uint8Array): number {
  const head = LATIN.decode(sealed.subarray(0, MAX_HEADER));
  const prefix = VERSION + STANZA;
  if (!head.startsWith(prefix)) throw prefix.startsWith(head) ? cut() : unknown();
  const mac = head.indexOf("\n--- ");
  const end = mac < 0 ? -1 : head.indexOf("\n", mac + 1);
  if (end < 0) throw sealed.length < MAX_HEADER ? cut() : unknown(`larger than ${MAX_HEADER} bytes`);
  if (head.indexOf("\n-> ", VERSION.length) >= 0 && head.indexOf("\n-> ", VERSION.length) < mac) throw unknown("for several recipients");
  return end + 1;
}

const cut = (): SecretError => new SecretError("cut", "the sealed text ends too early");
const damaged = (): SecretError => new SecretError("damaged", "the sealed text was changed or cut");
const unknown = (why = "not for a hybrid recipient"): SecretError => new SecretError("header", `the header of the sealed text is ${why}`);
const notAnIdentity = (): SecretError => new SecretError("key", "that is no hybrid age identity (AGE-SECRET-KEY-PQ-1..)");
