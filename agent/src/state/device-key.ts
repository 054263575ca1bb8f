import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { DaonetesError, Ed25519Key } from "@daonetes/client/device";
import { checkOwnFile } from "./own-file.ts";

/** Reads the device's key, or makes it on the first start. It never leaves the device. */
export async function loadOrCreateDeviceKey(path: string): Promise<Ed25519Key> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    return await loadDeviceKey(path);
  } catch (error) {
    if (!(error instanceof DaonetesError) || error.code !== "DAO4001") throw error;
  }
  const key = Ed25519Key.generate();
  await writeFileAtomic(path, `${Buffer.from(key.seed()).toString("base64")}\n`, { mode: 0o600 });
  return key;
}

/** @throws DaonetesError DAO4001 when there is none, DAO4002 when others could read or exchange it, DAO4003 when it is damaged */
export async function loadDeviceKey(path: string): Promise<Ed25519Key> {
  if (!(await checkOwnFile(path))) {
    throw new DaonetesError({
      code: "DAO4001",
      kind: "usage",
      message: `this device has no key at ${path}`,
      help: "join a group first: daonetes-agent up --ticket dnj1..",
    });
  }
  const seed = Buffer.from((await readFile(path, "utf8")).trim(), "base64");
  if (seed.byteLength !== 32) {
    throw new DaonetesError({
      code: "DAO4003",
      kind: "usage",
      message: `the key file ${path} is damaged`,
      help: "restore it from a backup, or remove it and join again with a new ticket",
    });
  }
  return Ed25519Key.fromSeed(seed);
}
