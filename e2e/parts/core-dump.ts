import { mkdir, readdir, readFile, readlink, rename } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { eventually } from "../../docker/net/processes.ts";

/** Where the kernel puts a dump that it writes by itself: beside the process. */
const BESIDE = /^core(?:\.%p)?$/;

/** Why no dump of a process can be had on this machine; undefined = it can. */
export async function noDumps(): Promise<string | undefined> {
  const pattern = (await readFile("/proc/sys/kernel/core_pattern", "utf8")).trim();
  return BESIDE.test(pattern) ? undefined : `this machine hands its core dumps elsewhere (core_pattern: ${pattern})`;
}

/**
 * Ends a process as a crash does, with a core dump of any size, and moves the dump.
 * @returns path of the dump below the folder
 */
export async function dump(pid: number, folder: string, name: string): Promise<string> {
  const cwd = await readlink(`/proc/${pid}/cwd`);
  await execa("prlimit", ["--pid", String(pid), "--core=unlimited:unlimited"]);
  // A signal that no program of ours handles: some end in order at others.
  process.kill(pid, "SIGSYS");
  let found: string | undefined;
  await eventually(`${name} left no core dump in ${cwd}`, 30_000, async () => {
    found = (await readdir(cwd)).find((file) => file === "core" || file === `core.${pid}`);
    return found !== undefined && !(await isThere(pid));
  });
  await mkdir(folder, { recursive: true });
  const path = join(folder, name);
  await rename(join(cwd, found ?? ""), path).catch(async () => execa("mv", [join(cwd, found ?? ""), path]));
  return path;
}

/** True while a process lives, a zombie not. The dump is whole once it does not. */
async function isThere(pid: number): Promise<boolean> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return text !== "" && !text.slice(text.lastIndexOf(")")).startsWith(") Z");
}
