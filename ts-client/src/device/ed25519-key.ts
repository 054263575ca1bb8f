import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { addressFromEd25519 } from "../address.ts";

/** DER prefix of a PKCS #8 ed25519 private key (RFC 8410); the 32-byte seed follows. */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const SEED_BYTES = 32;

/** An ed25519 key of a device or a ticket, over node:crypto. */
export class Ed25519Key {
  readonly publicKey: Uint8Array;
  readonly address: string;
  readonly #private: KeyObject;

  private constructor(privateKey: KeyObject) {
    this.#private = privateKey;
    const jwk = createPublicKey(privateKey).export({ format: "jwk" });
    this.publicKey = new Uint8Array(Buffer.from(jwk.x as string, "base64url"));
    this.address = addressFromEd25519(this.publicKey);
  }

  static generate(): Ed25519Key {
    return new Ed25519Key(generateKeyPairSync("ed25519").privateKey);
  }

  /** @param seed 32 secret bytes (RFC 8032) */
  static fromSeed(seed: Uint8Array): Ed25519Key {
    if (seed.byteLength !== SEED_BYTES) throw new RangeError(`an ed25519 seed has ${SEED_BYTES} bytes, not ${seed.byteLength}`);
    const der = Buffer.concat([PKCS8_PREFIX, seed]);
    return new Ed25519Key(createPrivateKey({ key: der, format: "der", type: "pkcs8" }));
  }

  /** The 32 secret bytes. They go to a key file of mode 0600 or into a ticket, nowhere else. */
  seed(): Uint8Array {
    const der = this.#private.export({ format: "der", type: "pkcs8" });
    return new Uint8Array(der.subarray(der.length - SEED_BYTES));
  }

  /** Signature of 64 bytes (RFC 8032). */
  sign(bytes: Uint8Array): Uint8Array {
    return new Uint8Array(sign(null, bytes, this.#private));
  }
}
