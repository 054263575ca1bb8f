import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import type { Findings, Seen } from "./findings.ts";

const UNIT = "daonetes-agent.service";
const DEADLINE_MS = 5_000;

/** The computer: its C library, and what starts the agent when it boots. */
export async function checkHost(findings: Findings): Promise<void> {
  await findings.check("libc", "Node's own builds need glibc", () => {
    const { glibcVersionRuntime } = (process.report.getReport() as { header: { glibcVersionRuntime?: string } }).header;
    return glibcVersionRuntime === undefined ? { warn: "not glibc (musl?): only the builds of the distribution run" } : `glibc ${glibcVersionRuntime}`;
  });
  await findings.check("service", `let something start "daonetes-agent up" at boot, such as a systemd unit named ${UNIT}`, service);
}

async function service(): Promise<Seen> {
  if (!existsSync("/run/systemd/system")) return { warn: "no systemd here: after a reboot somebody has to start the agent" };
  const run = promisify(execFile);
  const state = await run("systemctl", ["is-enabled", UNIT], { timeout: DEADLINE_MS }).then(
    ({ stdout }) => stdout.trim(),
    (error: unknown) => (error as { stdout?: string }).stdout?.trim() || "not there",
  );
  return state === "enabled" ? `${UNIT} is enabled` : { warn: `${UNIT} is ${state}` };
}
