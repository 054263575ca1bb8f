import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { type Pair, report } from "./pairs.ts";

const ROUNDS = 10;

/** F1: resident memory of the idle agent, against a Node process that does nothing. */
export async function benchMemory(agentPid: number): Promise<void> {
  const pairs: Pair[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const idle = spawn(process.execPath, ["-e", "setInterval(()=>{},1e9)"], { stdio: "ignore" });
    await delay(1_000);
    pairs.push({ ours: await rss(agentPid), peer: await rss(idle.pid as number) });
    idle.kill();
  }
  await report("F1", "agent memory (RSS), idle", "node -e 'setInterval(()=>{},1e9)'", "MB", pairs, (ratio) => ratio <= 1.4, "<= 1.4");
}

async function rss(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+)/m.exec(text)?.[1] ?? 0) / 1024;
}
