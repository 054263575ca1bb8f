import type { DesiredService } from "../desired/desired-state.ts";
import type { ObservedContainer } from "../observed/observed-state.ts";
import { restartPause } from "./backoff.ts";

export type RestartVerdict = { restart: "never" } | { restart: "at"; at: number };

/**
 * Whether, and when, a container that ended is started again. What did not end by itself is, at once. `always` and `unless-stopped` mean the same: the owner's
 * stop is a hold. Pure.
 * @param restarts how often it was started again so far
 */
export function restartVerdict(service: DesiredService, container: ObservedContainer, restarts: number): RestartVerdict {
  if (container.interrupted !== "") return { restart: "at", at: container.finishedAt };
  const restart = service.config.restart;
  if (restart === undefined) return { restart: "never" };
  if (restart.policy === "on-failure") {
    if (container.exitCode === 0) return { restart: "never" };
    if (restart.max_attempts !== undefined && restarts >= restart.max_attempts) return { restart: "never" };
  }
  const asked = restart.delay === undefined ? 0 : restart.delay / 1e6;
  return { restart: "at", at: container.finishedAt + Math.max(asked, restartPause(restarts)) };
}
