import type { ObservedContainer } from "../observed/observed-state.ts";
import { gate } from "./gate.ts";
import { isPassing, mismatchOf } from "./memory.ts";
import { platformMismatch } from "./platform.ts";
import type { PlanInput } from "./plan-input.ts";
import { restartVerdict } from "./restart.ts";

/** Restarts of a new revision's container after which it counts as failed, if a former revision exists. */
export const MAX_RESTARTS_BEFORE_PASSED = 3;

/** True if the desired revision is one that did not come up while a former one existed. */
export function hasFailed({ desired, memory }: Pick<PlanInput, "desired" | "memory">): boolean {
  const { failed } = memory;
  return failed?.revision === desired.revision && failed.restartGeneration === desired.restartGeneration;
}

/** Why the desired revision does not come up, if it is certain. Asked only while a former revision exists. */
export function failureOf(input: PlanInput, fresh: ReadonlyMap<string, ObservedContainer>): { reason: string; text: string } | undefined {
  const { desired, observed, memory, now } = input;
  const platform = platformMismatch(desired.services.filter(({ name }) => !fresh.has(name)), input);
  if (platform !== undefined) return { reason: "PlatformMismatch", text: platform };
  for (const service of desired.services) {
    const mismatch = mismatchOf(input, service);
    if (mismatch !== undefined) return { reason: "VerifyFailed", text: mismatch };
    const creation = memory.retries.get(`container/${service.name}`);
    if (creation !== undefined && !isPassing(creation.reason)) return { reason: creation.reason, text: creation.text };
    const container = fresh.get(service.name);
    if (container === undefined) continue;
    const start = memory.retries.get(`start/${container.id}`);
    if (start !== undefined && !isPassing(start.reason)) return { reason: start.reason, text: start.text };
    const verdict = gate(service, container, observed.images.get(service.image), now);
    const restarts = memory.restarts.get(container.id) ?? 0;
    if (verdict === "unhealthy") return { reason: "Unhealthy", text: `the healthcheck of ${service.name} fails` };
    if (verdict === "exited") {
      if (container.oomKilled) return { reason: "OomKilled", text: `${service.name} was killed for want of memory` };
      if (restartVerdict(service, container, restarts).restart === "never") {
        return { reason: "ExitedNonZero", text: `${service.name} ended with ${container.exitCode}` };
      }
    }
    if (restarts >= MAX_RESTARTS_BEFORE_PASSED && verdict !== "passed") {
      return { reason: "CrashLoop", text: `${service.name} ended ${restarts + 1} times, last with ${container.exitCode}` };
    }
  }
  return undefined;
}
