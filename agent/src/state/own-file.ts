import { lstat } from "node:fs/promises";
import { DaonetesError } from "@daonetes/client/device";

/**
 * Refuses a key file that others could read or exchange. @returns false if there is none
 * @throws DaonetesError DAO4002
 */
export async function checkOwnFile(path: string): Promise<boolean> {
  let info;
  try {
    info = await lstat(path);
  } catch {
    return false;
  }
  const wrong = !info.isFile()
    ? "it is not a plain file"
    : (info.mode & 0o077) !== 0
      ? `its mode is 0${(info.mode & 0o777).toString(8)}`
      : info.uid !== process.getuid?.()
        ? "it belongs to another user"
        : undefined;
  if (wrong === undefined) return true;
  throw new DaonetesError({
    code: "DAO4002",
    kind: "usage",
    message: `the key file ${path} is not safe: ${wrong}`,
    help: `make it the agent's own and unreadable for others: chown root ${path} && chmod 600 ${path}`,
  });
}
