import { parseTime } from "../chain-status.ts";
import type { Timestamp } from "../gen/google/protobuf/timestamp.ts";
import { forged } from "./light-error.ts";

/** Reads one object of a node's JSON, part by part. Whatever has not the form it should have is a forgery. */
export class Reply {
  readonly #value: Record<string, unknown>;
  readonly #where: string;

  constructor(value: unknown, where: string) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw forged(`${where} is not an object`);
    this.#value = value as Record<string, unknown>;
    this.#where = where;
  }

  has(name: string): boolean {
    return this.#value[name] !== undefined && this.#value[name] !== null;
  }

  /** One part, whatever it is. */
  part(name: string): unknown {
    return this.#value[name];
  }

  object(name: string): Reply {
    return new Reply(this.#value[name], `${this.#where}.${name}`);
  }

  list(name: string, max: number): Reply[] {
    const value = this.#value[name];
    if (!Array.isArray(value) || value.length > max) throw this.#malformed(name, `a list of at most ${max}`);
    return value.map((entry, index) => new Reply(entry, `${this.#where}.${name}[${index}]`));
  }

  text(name: string, maxLength = 256): string {
    const value = this.#value[name];
    if (typeof value !== "string" || value.length > maxLength) throw this.#malformed(name, "text");
    return value;
  }

  /** A 64-bit number, as text or as a JSON number; absent is 0. */
  integer(name: string): bigint {
    const value = this.#value[name] ?? "0";
    if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
    if (typeof value !== "string" || !/^-?\d{1,20}$/.test(value)) throw this.#malformed(name, "a number");
    return BigInt(value);
  }

  hexBytes(name: string, lengths: readonly number[]): Uint8Array {
    const value = this.#value[name] ?? "";
    if (typeof value !== "string" || !/^(?:[0-9A-Fa-f]{2})*$/.test(value)) throw this.#malformed(name, "hex");
    return this.#sized(name, Buffer.from(value, "hex"), lengths);
  }

  base64Bytes(name: string, lengths?: readonly number[]): Uint8Array {
    const value = this.#value[name] ?? "";
    if (typeof value !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) throw this.#malformed(name, "base64");
    const bytes = Buffer.from(value, "base64");
    return lengths === undefined ? new Uint8Array(bytes) : this.#sized(name, bytes, lengths);
  }

  time(name: string): Timestamp {
    try {
      return parseTime(this.text(name, 40));
    } catch (error) {
      throw forged(`${this.#where}.${name} is not a time`, error);
    }
  }

  #sized(name: string, bytes: Uint8Array, lengths: readonly number[]): Uint8Array {
    if (!lengths.includes(bytes.byteLength)) throw this.#malformed(name, `${lengths.join(" or ")} bytes`);
    return new Uint8Array(bytes);
  }

  #malformed(name: string, wanted: string): Error {
    return forged(`${this.#where}.${name} is not ${wanted}`);
  }
}
