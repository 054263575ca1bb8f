import type { DesiredService } from "../desired/desired-state.ts";
import type { LimitsView } from "../docker/engine.ts";
import type { ObservedContainer } from "../observed/observed-state.ts";
import { stopStep } from "./container-steps.ts";
import { missingNetworks } from "./objects.ts";
import type { PlanInput } from "./plan-input.ts";
import type { Step } from "./step.ts";

/** Engines without accounting of swap show it as they like. */
const NOT_COMPARED: readonly (keyof LimitsView)[] = ["memorySwap"];

/**
 * What somebody did by hand to a container that is up, undone: paused, updated, detached from a network, put in place of
 * ours. What the Engine cannot take back while it runs is stopped, and made anew. Pure.
 */
export function driftSteps(input: PlanInput, service: DesiredService, container: ObservedContainer): Step[] {
  const { id, name } = container;
  if (container.state === "paused") {
    return [{ kind: "unpauseContainer", key: `unpause/${id}`, cause: "paused by hand", container: id, name, drift: true }];
  }
  if (container.state !== "running") return [];
  if (isOtherwise(container)) return [{ ...stopStep(container, "is not as it was made"), drift: true } as Step];
  const updates = updateSteps(container);
  if (updates.length > 0) return updates;
  return missingNetworks(input, service, container).map((step) => ({ ...step, cause: "detached by hand", drift: true }) as Step);
}

/** Limits, and a restart policy of the Engine, that somebody set: also of a job that has ended, or the Engine would start it again. Pure. */
export function updateSteps({ id, name, wantedLimits: limits, limits: actual, security }: ObservedContainer): Step[] {
  if (limits === undefined || (security.restartPolicy === "no" && !changed(limits, actual, isSetOtherwise))) return [];
  return [{ kind: "updateContainer", key: `update/${id}`, cause: "updated by hand", container: id, name, limits, drift: true }];
}

/** True for what only a new container repairs: another image, or a limit where none was asked for. Pure. */
export function isOtherwise({ checkedImageId, security, wantedLimits, limits }: ObservedContainer): boolean {
  if (checkedImageId !== "" && checkedImageId !== security.imageId) return true;
  return wantedLimits !== undefined && changed(wantedLimits, limits, isAdded);
}

type Limit = number | string;

function changed(wanted: LimitsView, actual: LimitsView, differ: (wanted: Limit, actual: Limit) => boolean): boolean {
  return (Object.keys(wanted) as (keyof LimitsView)[]).some((limit) => !NOT_COMPARED.includes(limit) && differ(wanted[limit], actual[limit]));
}

/** A limit that is gone was dropped by the Engine: no hand can take one off. */
function isSetOtherwise(wanted: Limit, actual: Limit): boolean {
  return isSet(wanted) && isSet(actual) && wanted !== actual;
}

function isAdded(wanted: Limit, actual: Limit): boolean {
  return !isSet(wanted) && isSet(actual);
}

function isSet(limit: Limit): boolean {
  return limit !== 0 && limit !== "";
}
