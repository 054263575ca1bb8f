import { lstat, mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { DaonetesError, Ed25519Key } from "@daonetes/client/device";

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
  let info;
  try {
    info = await lstat(path);
  } catch {
    throw new DaonetesError({
      code: "DAO4001",
      kind: "usage",
      message: `this device has no key at ${path}`,
      help: "join a group first: daonetes-agent up --ticket dnj1..",
    });
  }
  const wrong = !info.isFile()
    ? "it is not a plain file"
    : (info.mode & 0o077) !== 0
      ? `its mode is 0${(info.mode & 0o777).toString(8)}`
      : info.uid !== process.getuid?.()
        ? "it belongs to another user"
        : undefined;
  if (wrong !== undefined) {
    throw new DaonetesError({
      code: "DAO4002",
      kind: "usage",
      message: `the key file ${path} is not safe: ${wrong}`,
      help: `make it the agent's own and unreadable for others: chown root ${path} && chmod 600 ${path}`,
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
