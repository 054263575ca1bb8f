import type { Clock } from "./clock.ts";
import type { DesiredDeployment } from "./desired/desired-state.ts";
import type { Engine } from "./docker/engine.ts";
import type { PullGuard } from "./execute/pull-guard.ts";
import type { SecretsPort } from "./secrets/secrets.ts";
import { execute } from "./execute/executor.ts";
import type { Logger } from "./logger.ts";
import type { ObservedDeployment } from "./observed/observed-state.ts";
import { type DeploymentMemory, emptyMemory, refresh } from "./plan/memory.ts";
import { plan } from "./plan/plan.ts";
import type { Step } from "./plan/step.ts";
import type { DeviceFacts } from "./plan/plan-input.ts";

interface WorkerParts {
  engine: Engine;
  pulls: Pick<PullGuard, "pull">;
  secrets: Pick<SecretsPort, "environment">;
  clock: Clock;
  logger: Logger;
  /** Called with the steps of an apply before they are done. */
  before: (steps: readonly Step[]) => Promise<void>;
  /** Called when an apply has ended: look again. */
  onDone: () => void;
}

/** A revision that did not come up, as the state file holds it. */
export interface FailedRevision {
  revision: string;
  restartGeneration: string;
  reason: string;
  text: string;
}

/** Applies one deployment: one apply at a time, aborted when what is wanted changes meanwhile. */
export class DeploymentWorker {
  readonly memory: DeploymentMemory = emptyMemory();
  readonly #parts: WorkerParts;
  #ended = 0;
  #apply: { abort: AbortController; done: Promise<void> } | undefined;

  constructor(parts: WorkerParts, failed: FailedRevision | undefined) {
    this.#parts = parts;
    if (failed !== undefined) {
      const { reason, text } = failed;
      this.memory.failed = { revision: BigInt(failed.revision), restartGeneration: BigInt(failed.restartGeneration), reason, text };
    }
  }

  /** True while a failed step waits for its next try. */
  get hasRetries(): boolean {
    return this.memory.retries.size > 0;
  }

  /** How many applies have ended: what was observed before the last one ended is of the past. */
  get ended(): number {
    return this.#ended;
  }

  /** Plans and starts an apply if none runs. @param seen `ended` before the look at the Engine. @returns true while one runs */
  advance(desired: DesiredDeployment, observed: ObservedDeployment, facts: DeviceFacts, seen: number): boolean {
    const before = this.memory.wanted;
    refresh(this.memory, desired, observed);
    if (this.memory.wanted !== before) this.#apply?.abort.abort();
    if (this.#apply !== undefined || this.#ended !== seen) return true;
    const { engine, pulls, secrets, clock, logger } = this.#parts;
    const steps = plan({ desired, observed, memory: this.memory, facts, now: clock.now() });
    if (steps.length === 0) return false;
    const abort = new AbortController();
    const done = execute(steps, {
      engine,
      pulls,
      environment: (variables) => secrets.environment(desired.groupId, variables),
      clock,
      memory: this.memory,
      random: Math.random,
      signal: abort.signal,
      before: this.#parts.before,
      onStep: (step, error) => {
        const data = { deployment: desired.name, step: step.kind, key: step.key, cause: step.cause };
        if (error === undefined) logger.info(data, "step done");
        else logger.warn({ ...data, error: error.message }, "step failed");
      },
    }).finally(() => {
      this.#apply = undefined;
      this.#ended++;
      this.#parts.onDone();
    });
    this.#apply = { abort, done };
    return true;
  }

  abort(): void {
    this.#apply?.abort.abort();
  }

  /** Ends when no apply runs. */
  async idle(): Promise<void> {
    await this.#apply?.done;
  }
}
