import type { ObservedContainer } from "../observed/observed-state.ts";
import type { DeploymentMemory } from "./memory.ts";
import type { Step } from "./step.ts";

export function startStep(container: ObservedContainer, cause: string, restart: boolean): Step {
  return { kind: "startContainer", key: `start/${container.id}`, cause, container: container.id, name: container.name, restart };
}

export function stopStep(container: ObservedContainer, cause: string): Step {
  return { kind: "stopContainer", key: `stop/${container.id}`, cause, container: container.id, name: container.name, graceSeconds: container.graceSeconds };
}

export function removeStep(container: ObservedContainer, cause: string): Step {
  return { kind: "removeContainer", key: `remove/${container.id}`, cause, container: container.id, name: container.name };
}

/** Leaves out what failed a short while ago. */
export function ready(steps: readonly Step[], memory: DeploymentMemory, now: number): Step[] {
  return steps.filter(({ key }) => (memory.retries.get(key)?.notBefore ?? 0) <= now);
}
