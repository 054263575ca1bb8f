import type { AgentParts } from "./agent-parts.ts";
import type { Step } from "./plan/step.ts";
import { DeploymentWorker, type FailedRevision } from "./deployment-worker.ts";

/** The workers, one a deployment. */
export class DeploymentWorkers {
  readonly #parts: AgentParts;
  readonly #before: (steps: readonly Step[]) => Promise<void>;
  readonly #onDone: () => void;
  readonly #workers = new Map<bigint, DeploymentWorker>();

  /** @param before called with the steps of an apply before they are done. @param onDone called when it has ended */
  constructor(parts: AgentParts, before: (steps: readonly Step[]) => Promise<void>, onDone: () => void) {
    this.#parts = parts;
    this.#before = before;
    this.#onDone = onDone;
  }

  /** The worker of a deployment, made on first use. */
  of(deploymentId: bigint): DeploymentWorker {
    let worker = this.#workers.get(deploymentId);
    if (worker === undefined) {
      const { engine, pulls, secrets, clock, logger, state } = this.#parts;
      worker = new DeploymentWorker({ engine, pulls, secrets, clock, logger, before: this.#before, onDone: this.#onDone }, state.failed[String(deploymentId)]);
      this.#workers.set(deploymentId, worker);
    }
    return worker;
  }

  /** How many applies of each deployment have ended; to be asked before a look at the Engine. */
  ended(): Map<bigint, number> {
    return new Map([...this.#workers].map(([id, { ended }]) => [id, ended]));
  }

  /** Lets go of workers of deployments that are no more. */
  keepOnly(deploymentIds: ReadonlySet<bigint>): void {
    for (const id of this.#workers.keys()) if (!deploymentIds.has(id)) this.#workers.delete(id);
  }

  /** Revisions that failed, for the state file. */
  failed(): Record<string, FailedRevision> {
    const failed: Record<string, FailedRevision> = {};
    for (const [id, { memory }] of this.#workers) {
      if (memory.failed === undefined) continue;
      const { revision, restartGeneration, reason, text } = memory.failed;
      failed[String(id)] = { revision: String(revision), restartGeneration: String(restartGeneration), reason, text };
    }
    return failed;
  }

  /** Ends every apply. */
  async end(): Promise<void> {
    for (const worker of this.#workers.values()) worker.abort();
    await Promise.all([...this.#workers.values()].map((worker) => worker.idle()));
  }
}
