import { boundPath } from "./bound-path.ts";
import { isBelow } from "./covers.ts";

/** Capabilities with which a program leaves its container. */
const ROOT_CAPABILITIES = new Set(["ALL", "BPF", "DAC_READ_SEARCH", "SYS_ADMIN", "SYS_MODULE", "SYS_PTRACE", "SYS_RAWIO"]);

/** True for what makes a container the master of the device, and of the agent's keys. It can be granted; the owner should know. Pure. */
export function isAsGoodAsRoot(allow: string, agentFolders: readonly string[]): boolean {
  const [kind, what = ""] = allow.split(" ");
  if (kind === "privileged" || kind === "engine-socket") return true;
  if (kind === "capability") return ROOT_CAPABILITIES.has(what);
  const path = boundPath(allow);
  return path !== undefined && agentFolders.some((folder) => isBelow(path, folder));
}
