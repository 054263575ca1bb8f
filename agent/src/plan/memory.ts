import type { DesiredDeployment, DesiredService } from "../desired/desired-state.ts";
import type { PullProgress } from "../docker/engine.ts";
import type { ObservedDeployment } from "../observed/observed-state.ts";

/** What the agent remembers of a deployment beyond the Engine's state. A cache: lost, it is rebuilt without a restart. */
export interface DeploymentMemory {
  /** What was wanted when the rest was noted. */
  wanted: string;
  /** A revision that did not come up while a former one existed; not tried again. */
  failed: { revision: bigint; restartGeneration: bigint; reason: string; text: string } | undefined;
  /** Starts of each container after its first, by container id. */
  restarts: Map<string, number>;
  /** Containers that were there at the last look, by id: those that vanish were removed by hand. */
  known: Map<string, string>;
  /** Images that are coming, by reference. */
  pulls: Map<string, PullProgress>;
  /** What was repaired of what somebody did by hand. */
  drift: { count: number; last: string };
  /** Containers that the Engine made otherwise than asked for, by service: not made again until something changes. */
  mismatches: Map<string, { configHash: string; text: string }>;
  /** Failed steps by key, and when the next try may be. */
  retries: Map<string, { attempts: number; notBefore: number; reason: string; text: string }>;
}

export function emptyMemory(): DeploymentMemory {
  return { wanted: "", failed: undefined, restarts: new Map(), known: new Map(), pulls: new Map(), drift: { count: 0, last: "" }, mismatches: new Map(), retries: new Map() };
}

/** Why the container of this service, as it is wanted now, is not made again; undefined = it may be made. */
export function mismatchOf({ memory }: { memory: DeploymentMemory }, { name, configHash }: DesiredService): string | undefined {
  const mismatch = memory.mismatches.get(name);
  return mismatch?.configHash === configHash ? mismatch.text : undefined;
}

export function noteDrift(memory: DeploymentMemory, what: string): void {
  memory.drift = { count: memory.drift.count + 1, last: what };
}

/** True for reasons that say nothing of the revision: the same step may work a moment later. */
export function isPassing(reason: string): boolean {
  return reason === "EngineUnavailable" || reason === "RegistryUnreachable" || reason === "DiskPressure";
}

/** Forgets what no longer counts: retries of another wanted state, and notes on containers that are gone. */
export function refresh(memory: DeploymentMemory, desired: DesiredDeployment, observed: ObservedDeployment): void {
  const refused = desired.refusal !== undefined && desired.refusal.passing !== true;
  const wanted = [desired.revision, desired.restartGeneration, desired.intent, desired.held, refused, ...[...desired.withdrawnSpecs].sort()].join("/");
  if (memory.wanted !== wanted) {
    memory.wanted = wanted;
    memory.retries.clear();
    memory.mismatches.clear();
  }
  const present = new Set(observed.containers.map(({ id }) => id));
  for (const [id, name] of memory.known) if (!present.has(id)) noteDrift(memory, `${name} was removed by hand`);
  memory.known = new Map(observed.containers.map(({ id, name }) => [id, name]));
  for (const id of memory.restarts.keys()) if (!present.has(id)) memory.restarts.delete(id);
  for (const key of memory.retries.keys()) {
    const id = /^(?:start|stop|remove|update|unpause)\/(?<id>.+)$/.exec(key)?.groups?.["id"];
    if (id !== undefined && !present.has(id)) memory.retries.delete(key);
    const service = /^container\/(?<name>.+)$/.exec(key)?.groups?.["name"];
    const hash = desired.services.find(({ name }) => name === service)?.configHash;
    if (service !== undefined && observed.containers.some((container) => container.service === service && container.configHash === hash)) {
      memory.retries.delete(key);
    }
  }
}
