import { setTimeout as delay } from "node:timers/promises";
import { startAgent } from "../../docker/net/agent.ts";
import { startNetwork } from "../../docker/net/chain.ts";
import { startGateway } from "../../docker/net/gateway.ts";
import { eventually, pidOf } from "../../docker/net/processes.ts";

export type Part = "agent" | "gateway" | "node0";

/** Ends a process of the network as a power cut does, and waits until it is gone. */
export async function kill(part: Part): Promise<void> {
  const pid = await pidOf(part);
  if (pid === undefined) throw new Error(`${part} does not run`);
  process.kill(pid, "SIGKILL");
  await eventually(`the killed ${part} did not go`, 5_000, async () => (await pidOf(part)) === undefined);
}

/** Starts a process of the network again, as a service manager would. */
export async function start(part: Part): Promise<void> {
  if (part === "agent") await startAgent();
  else if (part === "gateway") await startGateway();
  else await startNetwork();
}

/** Up to so many milliseconds, at random. */
export function pause(longestMs: number): Promise<void> {
  return delay(Math.random() * longestMs);
}
