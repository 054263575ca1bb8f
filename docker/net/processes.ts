import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { folders } from "./layout.ts";

/** Starts a process of the network unless it runs; its output goes to a log, its pid to a file. @returns true if it was started */
export async function startProcess(name: string, command: string, args: readonly string[], environment: Record<string, string> = {}): Promise<boolean> {
  if ((await pidOf(name)) !== undefined) return false;
  await mkdir(folders.logs, { recursive: true });
  await mkdir(folders.pids, { recursive: true });
  const log = openSync(join(folders.logs, `${name}.log`), "a");
  const child = spawn(command, [...args], { detached: true, stdio: ["ignore", log, log], env: { ...process.env, ...environment } });
  closeSync(log);
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
  child.unref();
  await writeFile(join(folders.pids, name), `${child.pid} ${await startTime(child.pid as number)}\n`);
  return true;
}

/** @returns pid of a process of the network, if it still is the one that was started */
export async function pidOf(name: string): Promise<number | undefined> {
  const text = await readFile(join(folders.pids, name), "utf8").catch(() => "");
  const [pid, began] = text.trim().split(" ");
  if (pid === undefined || pid === "") return undefined;
  return (await startTime(Number(pid))) === began && began !== "" ? Number(pid) : undefined;
}

/** Ends a process of the network: asks, waits, kills. */
export async function stopProcess(name: string, graceMs = 10_000): Promise<boolean> {
  const pid = await pidOf(name);
  if (pid !== undefined) {
    process.kill(pid, "SIGTERM");
    const until = performance.now() + graceMs;
    while ((await pidOf(name)) !== undefined && performance.now() < until) await delay(50);
    if ((await pidOf(name)) !== undefined) process.kill(pid, "SIGKILL");
  }
  await rm(join(folders.pids, name), { force: true });
  return pid !== undefined;
}

/** Last lines of a process's log, for an error message. */
export async function logTail(name: string, lines = 5): Promise<string> {
  const text = await readFile(join(folders.logs, `${name}.log`), "utf8").catch(() => "");
  return text.trimEnd().split("\n").slice(-lines).join("\n");
}

/** Start time of a process in clock ticks since boot: a pid that is used again has another. "" = gone or a zombie. */
async function startTime(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? "" : (fields[19] ?? "");
}

/** Runs a program to its end. @throws with its last output when it fails */
export async function runProgram(command: string, args: readonly string[], options: { cwd?: string; env?: Record<string, string>; timeoutMs?: number } = {}): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = spawn(command, [...args], { cwd: options.cwd, env: { ...process.env, ...options.env }, stdio: ["ignore", "pipe", "pipe"] });
  const timer = setTimeout(() => child.kill("SIGKILL"), options.timeoutMs ?? 1_800_000);
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (err = (err + chunk.toString("utf8")).slice(-8_000)));
  child.once("error", reject);
  child.once("close", (code) => {
    clearTimeout(timer);
    if (code === 0) resolve(out);
    else reject(new Error(`${command} ${args.slice(0, 3).join(" ")} ended with ${code}:\n${err.trim().split("\n").slice(-8).join("\n")}`));
  });
  return promise;
}

/** Waits until a check holds. @throws with `what` when it does not in time */
export async function eventually(what: string, timeoutMs: number, check: () => Promise<boolean>): Promise<void> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    if (await check().catch(() => false)) return;
    if (performance.now() > until) throw new Error(`${what} in ${Math.round(timeoutMs / 1000)} s`);
    await delay(100);
  }
}
