import { execFile } from "node:child_process";
import { mkdir, stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { DaonetesError } from "@daonetes/client/device";

/** Magic number of tmpfs in statfs. */
const TMPFS = 0x01021994;
/** Taken only as far as it is used. */
const SIZE = "192m";
const run = promisify(execFile);

/**
 * Makes a folder on a tmpfs of the agent's own, which only root may look into. One that is mounted already stays: it
 * outlives the agent, not the boot. Where nothing may be mounted, as in a container, a folder on a tmpfs of the host will do.
 * @throws DaonetesError DAO4012
 */
export async function mountTmpfs(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await statfs(folder)).type === TMPFS && (await isMountPoint(folder))) return;
  const options = `mode=0700,size=${SIZE},nosuid,nodev,noexec`;
  try {
    // Never to a swap file, where the kernel knows how.
    await run("mount", ["-t", "tmpfs", "-o", `${options},noswap`, "daonetes-secrets", folder]).catch(() => run("mount", ["-t", "tmpfs", "-o", options, "daonetes-secrets", folder]));
  } catch (error) {
    if ((await statfs(folder)).type === TMPFS) return;
    throw new DaonetesError({
      code: "DAO4012",
      kind: "failed",
      message: `secrets need a tmpfs at ${folder}, which cannot be mounted: ${error instanceof Error ? error.message.trim() : String(error)}`,
      help: "run the agent as root; in a container, give it /run/daonetes of the host, on a tmpfs",
      cause: error,
    });
  }
}

async function isMountPoint(folder: string): Promise<boolean> {
  return (await stat(folder)).dev !== (await stat(dirname(folder))).dev;
}
