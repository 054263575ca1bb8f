import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { atMost, report, takePairs } from "./pairs.ts";

/** F1: resident memory of the idle agent, against a Node process that does nothing. */
export async function benchMemory(agentPid: number): Promise<void> {
  const pairs = await takePairs(
    async () => {
      const idle = spawn(process.execPath, ["-e", "setInterval(()=>{},1e9)"], { stdio: "ignore" });
      await delay(1_000);
      const pair = { ours: (await memory(agentPid)).resident, peer: (await memory(idle.pid as number)).resident };
      idle.kill();
      return pair;
    },
    10,
    0,
  );
  await report(
    { id: "F1", metric: "agent memory (RSS), idle", peer: "node -e 'setInterval(()=>{},1e9)'", peerVersion: `node ${process.versions.node}`, unit: "MB", goal: atMost(1.4) },
    pairs,
  );
}

/** Memory of a process in MB: all that is resident, and what is its own. */
export async function memory(pid: number): Promise<{ resident: number; own: number }> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
  const kilobytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0);
  return { resident: kilobytes("Rss") / 1024, own: (kilobytes("Private_Clean") + kilobytes("Private_Dirty")) / 1024 };
}
