import { ReportState } from "@daonetes/client/device";
import { EngineError } from "../docker/engine.ts";
import type { Status } from "./status.ts";

/** An Engine may be away for so long before the group is told: a restart of it takes less. */
const TELL_AFTER_MS = 30_000;

/** States of work that goes on; an Engine that is away changes nothing of the others. */
const AT_WORK: ReadonlySet<ReportState> = new Set([
  ReportState.REPORT_STATE_ACCEPTED,
  ReportState.REPORT_STATE_PULLING,
  ReportState.REPORT_STATE_STARTING,
  ReportState.REPORT_STATE_RUNNING,
  ReportState.REPORT_STATE_HEALTHY,
  ReportState.REPORT_STATE_DEGRADED,
]);

/** True for an error that says that the Engine does not answer at all. */
export function isEngineAway(error: unknown): error is EngineError {
  return error instanceof EngineError && (error.kind === "unavailable" || error.kind === "timeout");
}

/** Since when the Engine does not answer, and what is said of the deployments meanwhile. */
export class EngineOutage {
  #since: number | undefined;
  /** Why the Engine cannot be asked, or "". */
  error = "";

  /** The Engine did not answer. @param now monotonic milliseconds @returns true if it did before */
  begin(error: EngineError, now: number): boolean {
    this.error = error.message;
    const isNew = this.#since === undefined;
    this.#since ??= now;
    return isNew;
  }

  /** The Engine answered. @returns true if it did not before */
  end(): boolean {
    const wasAway = this.#since !== undefined;
    this.#since = undefined;
    this.error = "";
    return wasAway;
  }

  /** @param last what was said when the Engine answered last @param now monotonic milliseconds */
  statuses(last: readonly Status[], now: number): Status[] {
    if (this.#since === undefined || now - this.#since < TELL_AFTER_MS) return [...last];
    return last.map((status) =>
      AT_WORK.has(status.state)
        ? { ...status, state: ReportState.REPORT_STATE_DEGRADED, reason: "EngineUnavailable", text: `${this.error}; what it runs cannot be seen` }
        : status,
    );
  }
}
