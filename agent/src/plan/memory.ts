/** What the agent remembers of a deployment beyond the Engine's state. A cache: lost, it is rebuilt without a restart. */
export interface DeploymentMemory {
  /** A revision that did not come up while a former one existed; not tried again. */
  failed: { revision: bigint; restartGeneration: bigint; reason: string; text: string } | undefined;
  /** Starts of each container after its first, by container id. */
  restarts: Map<string, number>;
  /** Failed steps by key, and when the next try may be. */
  retries: Map<string, { attempts: number; notBefore: number; reason: string; text: string }>;
}

export function emptyMemory(): DeploymentMemory {
  return { failed: undefined, restarts: new Map(), retries: new Map() };
}
