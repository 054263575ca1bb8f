import { readFile } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { DaonetesError } from "../../index.ts";
import { checkSecretName, MAX_VALUE_BYTES, SecretValue } from "../../secrets/index.ts";
import type { Session } from "../session.ts";

/** Bytes of a made-up value; it has a third more characters. */
const RANDOM_BYTES = 24;

/**
 * The value of a secret: a file as it is, what a person types unseen, or standard input without its last line end.
 *
 * @throws SecretError for a name or a value that cannot be one
 */
export async function readValue(session: Session, name: string, file: string | undefined): Promise<SecretValue> {
  checkSecretName(name);
  if (file !== undefined) return SecretValue.of(await readLimited(resolve(session.process.cwd, file)), name);
  const text = session.interactive ? await session.passphrase(`Value of ${name}`) : await session.process.readStdin();
  // A line typed or echoed ends with a line end that is not meant; a file is taken as it is.
  return SecretValue.fromText(text.replace(/\r?\n$/, ""), name);
}

/** A value that nobody chose: 32 characters. */
export function randomValue(name: string): SecretValue {
  checkSecretName(name);
  return SecretValue.fromText(randomBytes(RANDOM_BYTES).toString("base64url"), name);
}

async function readLimited(path: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(path);
    return bytes.length > MAX_VALUE_BYTES ? bytes.subarray(0, MAX_VALUE_BYTES + 1) : bytes;
  } catch (error) {
    throw new DaonetesError({ code: "DAO2001", kind: "usage", message: `${path} cannot be read`, help: "is the path right?", cause: error });
  }
}
