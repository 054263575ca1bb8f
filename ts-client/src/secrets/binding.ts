import { SecretError } from "./secret-error.ts";

/** First line names the kind, the next lines what the sealed text belongs to. No part holds a line end. */
export function bind(kind: string, parts: readonly (string | bigint)[]): string {
  const lines = [kind, ...parts.map(String)];
  if (lines.some((line) => line.includes("\n"))) throw new SecretError("binding", "a chain-id or a name has a line end");
  return `${lines.join("\n")}\n`;
}

/**
 * What follows the binding text.
 * @throws {SecretError} `binding` if the text starts with another one
 */
export function unbind(plain: Uint8Array, expected: string, what: string): Uint8Array {
  const prefix = Buffer.from(expected, "utf8");
  if (!prefix.equals(plain.subarray(0, prefix.length))) {
    throw new SecretError("binding", `what is stored for ${what} was sealed for another chain, group, name or version`, "somebody moved it: seal it again, and look at who stored it (daonetes audit)");
  }
  return plain.subarray(prefix.length);
}
