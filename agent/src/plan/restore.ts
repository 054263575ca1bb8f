import type { ObservedContainer } from "../observed/observed-state.ts";
import { restartPause } from "./backoff.ts";
import { ready, removeStep, startStep, stopStep } from "./container-steps.ts";
import { isDone, isUp, oldestPerService } from "./containers.ts";
import { stoppableNow } from "./dependencies.ts";
import type { PlanInput } from "./plan-input.ts";
import type { Step } from "./step.ts";

/** Back to what ran before: the containers of the failed revision go, the former ones start again. */
export function restore(input: PlanInput, fresh: readonly ObservedContainer[], former: readonly ObservedContainer[]): Step[] {
  const { desired, memory, now } = input;
  // Whatever passed last removed what stood before it, so the oldest of each service is the one that worked.
  const kept = oldestPerService(former);
  const going = [
    ...fresh.filter(({ service, revision }) => revision === desired.revision || kept.some((old) => old.service === service)),
    ...former.filter((container) => !kept.includes(container)),
  ];
  const running = going.filter(isUp);
  if (running.length > 0) {
    return stoppableNow(running).map((container) => stopStep(container, "the revision failed"));
  }
  if (going.length > 0) return going.map((container) => removeStep(container, "the revision failed"));
  // Services that the failed revision left as they were belong to what runs, too.
  return ready(restartFormer(input, [...kept, ...fresh]), memory, now);
}

/** Containers of a former revision that are down start again, with growing pauses, each after what it depends on. */
export function restartFormer({ desired, memory, now }: PlanInput, kept: readonly ObservedContainer[]): Step[] {
  const steps: Step[] = [];
  for (const container of kept) {
    if (isUp(container) || isDone(container) || desired.withdrawnSpecs.has(container.specHash)) continue;
    if (kept.some((other) => container.dependsOn.includes(other.service) && !isUp(other) && !isDone(other))) continue;
    const interrupted = container.interrupted !== "";
    if (!interrupted && container.state !== "created" && container.restart === "no") continue;
    if (!interrupted && now < container.finishedAt + restartPause(memory.restarts.get(container.id) ?? 0)) continue;
    steps.push(startStep(container, "the former revision runs again", !interrupted));
  }
  return steps;
}
