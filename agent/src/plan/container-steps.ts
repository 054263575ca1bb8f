import type { DesiredDeployment } from "../desired/desired-state.ts";
import type { ObservedContainer } from "../observed/observed-state.ts";
import type { DeploymentMemory } from "./memory.ts";
import type { Step } from "./step.ts";

const DEFAULT_GRACE_SECONDS = 10;

export function graceOf(desired: DesiredDeployment): number {
  const longest = Math.max(0, ...desired.services.map(({ config }) => config.stop_grace_period ?? 0));
  return longest === 0 ? DEFAULT_GRACE_SECONDS : Math.ceil(longest / 1e9);
}

export function startStep(container: ObservedContainer, cause: string, restart: boolean): Step {
  return { kind: "startContainer", key: `start/${container.id}`, cause, container: container.id, name: container.name, restart };
}

export function stopStep(container: ObservedContainer, graceSeconds: number, cause: string): Step {
  return { kind: "stopContainer", key: `stop/${container.id}`, cause, container: container.id, name: container.name, graceSeconds };
}

export function removeStep(container: ObservedContainer, cause: string): Step {
  return { kind: "removeContainer", key: `remove/${container.id}`, cause, container: container.id, name: container.name };
}

/** Leaves out what failed a short while ago. */
export function ready(steps: readonly Step[], memory: DeploymentMemory, now: number): Step[] {
  return steps.filter(({ key }) => (memory.retries.get(key)?.notBefore ?? 0) <= now);
}
