import { join } from "node:path";
import { DOCKER_SOCKET, folders, ROOT } from "./layout.ts";
import { startProcess } from "./processes.ts";

/** Starts the agent of this computer. @param args more arguments of `up`, such as a ticket */
export async function startAgent(...args: readonly string[]): Promise<void> {
  const agent = join(ROOT, "agent", "bin", "daonetes-agent.js");
  await startProcess("agent", process.execPath, [agent, "--state", folders.agent, "--docker", DOCKER_SOCKET, "up", ...args]);
}
