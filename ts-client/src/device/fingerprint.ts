import { createHash } from "node:crypto";
import { wordlist } from "@scure/bip39/wordlists/english.js";

const WORDS = 6;
const BITS_PER_WORD = 11;

/**
 * Six words (66 bits) of a device's account key, for people to compare on two screens. Words are those of BIP-39.
 * @param publicKey ed25519 public key, 32 bytes
 */
export function fingerprintWords(publicKey: Uint8Array): string[] {
  const digest = createHash("sha256").update("daonetes/fingerprint/v1").update(publicKey).digest();
  const bits = BigInt(`0x${digest.toString("hex")}`);
  return Array.from({ length: WORDS }, (_, index) => {
    const shift = BigInt(256 - (index + 1) * BITS_PER_WORD);
    return wordlist[Number((bits >> shift) & 0x7ffn)] as string;
  });
}
