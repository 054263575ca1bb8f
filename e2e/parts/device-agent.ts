import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { ROOT } from "./cli.ts";
import { LOCAL_DIR } from "./hello-app.ts";

const AGENT = join(ROOT, "agent", "bin", "daonetes-agent.js");
const DEADLINE_MS = 30_000;

export interface AgentRun {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

/**
 * Runs `daonetes-agent up` of a device of its own until it ends, or until it has said `until`.
 * @param name folder of its state under the network's
 */
export async function agentUp(name: string, args: readonly string[], until?: RegExp): Promise<AgentRun> {
  const run = execa(process.execPath, [AGENT, "--state", join(LOCAL_DIR, name), "up", ...args], { reject: false, timeout: DEADLINE_MS, forceKillAfterDelay: 5_000 });
  let stdout = "";
  run.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString("utf8");
    if (until?.test(stdout) === true) run.kill("SIGTERM");
  });
  const { exitCode, stderr } = await run;
  return { exitCode, stdout, stderr };
}

/** Ends a device's agent. */
export type StopDevice = (() => Promise<void>) & { pid: number };

/** Starts `daonetes-agent up` of a device of its own and lets it run. */
export function startDevice(name: string, args: readonly string[]): StopDevice {
  const run = execa(process.execPath, [AGENT, "--state", join(LOCAL_DIR, name), "up", ...args], { reject: false, stdin: "ignore", stdout: "ignore", stderr: { file: join(LOCAL_DIR, `${name}.log`) } });
  const stop = async (): Promise<void> => {
    run.kill("SIGTERM");
    await run;
  };
  return Object.assign(stop, { pid: run.pid ?? 0 });
}

/** Most bytes of memory that a process ever had. */
export async function peakMemory(pid: number): Promise<number> {
  const kilobytes = /^VmHWM:\s+(?<size>\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, "utf8"))?.groups?.["size"];
  return Number(kilobytes) * 1024;
}

/** What `daonetes-agent status` shows of a device. */
export async function agentStatus(name: string): Promise<string> {
  return (await execa(process.execPath, [AGENT, "--state", join(LOCAL_DIR, name), "status"], { timeout: DEADLINE_MS })).stdout;
}
