import { timingSafeEqual } from "node:crypto";
import { SecretError } from "./secret-error.ts";

/** Largest value, in bytes. */
export const MAX_VALUE_BYTES = 32_768;

const HIDDEN = "[secret]";

/**
 * The bytes of a secret, in memory. Whatever prints it, by accident too, prints `[secret]`; only `bytes` and `text` give
 * the value away.
 */
export class SecretValue {
  readonly #bytes: Uint8Array;

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /**
   * @param name of the secret, for the error
   * @throws {SecretError} `empty`, `large`
   */
  static of(bytes: Uint8Array, name: string): SecretValue {
    if (bytes.length === 0) throw new SecretError("empty", `the value of ${name} has 0 bytes`, "a secret has 1 to 32,768 bytes");
    if (bytes.length > MAX_VALUE_BYTES) {
      throw new SecretError("large", `the value of ${name} has ${bytes.length} bytes, at most ${MAX_VALUE_BYTES} are allowed`, "keep a key in the secret and the data in a volume");
    }
    return new SecretValue(Uint8Array.from(bytes));
  }

  static fromText(text: string, name: string): SecretValue {
    return SecretValue.of(new TextEncoder().encode(text), name);
  }

  get size(): number {
    return this.#bytes.length;
  }

  bytes(): Uint8Array {
    return this.#bytes;
  }

  /**
   * The value as an environment variable holds it.
   * @throws {SecretError} `nul` for what no environment can hold: a NUL, or bytes that are not UTF-8
   */
  text(name: string): string {
    if (this.#bytes.includes(0)) {
      throw new SecretError("nul", `the value of ${name} has a NUL byte, which no environment variable can hold`, "mount it as a file: secrets: in the service, and NAME_FILE in its environment");
    }
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(this.#bytes);
    } catch {
      throw new SecretError("nul", `the value of ${name} is not UTF-8 text, so it is no environment variable`, "mount it as a file: secrets: in the service, and NAME_FILE in its environment");
    }
  }

  /** In a time that says nothing of where they differ. */
  equals(other: SecretValue): boolean {
    return this.#bytes.length === other.#bytes.length && timingSafeEqual(this.#bytes, other.#bytes);
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return HIDDEN;
  }
}
