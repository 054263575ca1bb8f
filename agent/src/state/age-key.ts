import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { DaonetesError } from "@daonetes/client/device";
import { newIdentity, recipientOf } from "@daonetes/client/secrets";
import writeFileAtomic from "write-file-atomic";
import { checkOwnFile } from "./own-file.ts";

/** The age key of this device: what is sealed to its recipient, only this device opens. */
export interface AgeKey {
  identity: string;
  /** `age1pq1..` */
  recipient: string;
}

/**
 * Reads the age key, or makes it on the first start. It never leaves the device.
 * @throws DaonetesError DAO4002 when others could read or exchange it, DAO4013 when it is damaged
 */
export async function loadOrCreateAgeKey(path: string): Promise<AgeKey> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  if (!(await checkOwnFile(path))) {
    const identity = await newIdentity();
    await writeFileAtomic(path, `${identity}\n`, { mode: 0o600 });
    return { identity, recipient: await recipientOf(identity) };
  }
  const identity = (await readFile(path, "utf8")).trim();
  try {
    return { identity, recipient: await recipientOf(identity) };
  } catch {
    throw new DaonetesError({
      code: "DAO4013",
      kind: "usage",
      message: `the key file ${path} is damaged`,
      help: "restore it from a backup; or remove it, start again, and let an operator seal the secrets anew: daonetes secret reseal",
    });
  }
}
