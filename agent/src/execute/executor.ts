import type { Clock } from "../clock.ts";
import { type Engine, EngineError, type EngineErrorKind, type PullProgress } from "../docker/engine.ts";
import { retryPause } from "../plan/backoff.ts";
import type { SecretVariable } from "../secrets/secret-files.ts";
import type { PullGuard } from "./pull-guard.ts";
import { type DeploymentMemory, noteDrift } from "../plan/memory.ts";
import type { Step, StepKind } from "../plan/step.ts";

export interface ExecuteContext {
  engine: Engine;
  pulls: Pick<PullGuard, "pull">;
  /** Values of the variables that are secrets. */
  environment: (variables: readonly SecretVariable[]) => Promise<string[]>;
  clock: Clock;
  memory: DeploymentMemory;
  /** Between 0 and 1; spreads retries. */
  random: () => number;
  /** Ends a pull when the revision is no longer wanted. */
  signal: AbortSignal;
  /** What has to be noted on disk before these steps are done. */
  before?: (steps: readonly Step[]) => Promise<void>;
  onStep?: (step: Step, error: EngineError | undefined) => void;
}

type Effects = { [K in StepKind]: (step: Extract<Step, { kind: K }>, context: ExecuteContext) => Promise<void> };

/** One effect a step; a step without one does not compile. */
const effects: Effects = {
  pullImage: async ({ image, platform }, { pulls, signal, memory }) => {
    const onProgress = (progress: PullProgress): void => void memory.pulls.set(image, progress);
    try {
      await pulls.pull({ image, platform, signal, onProgress });
    } finally {
      memory.pulls.delete(image);
    }
  },
  createNetwork: async (step, { engine }) => {
    await engine.createNetwork(step.config);
  },
  createVolume: (step, { engine }) => engine.createVolume(step.name, step.labels),
  createContainer: async ({ config }, { engine, environment }) => {
    const { secretVariables } = config;
    // The only place where values of secrets and the configuration of a container meet.
    const sealed = secretVariables.length === 0 ? [] : await environment(secretVariables);
    await engine.createContainer({ ...config, environment: [...config.environment, ...sealed] });
  },
  connectNetwork: (step, { engine }) => engine.connectNetwork(step.network, step.container, step.endpoint),
  startContainer: async (step, { engine, memory }) => {
    if (step.restart) memory.restarts.set(step.container, (memory.restarts.get(step.container) ?? 0) + 1);
    await engine.startContainer(step.container);
  },
  updateContainer: (step, { engine }) => engine.updateContainer(step.container, step.limits),
  unpauseContainer: (step, { engine }) => engine.unpauseContainer(step.container),
  stopContainer: (step, { engine }) => engine.stopContainer(step.container, step.graceSeconds),
  renameContainer: (step, { engine }) => engine.renameContainer(step.container, step.name),
  removeContainer: async (step, { engine, memory }) => {
    memory.known.delete(step.container);
    await engine.removeContainer(step.container);
    memory.restarts.delete(step.container);
  },
  removeNetwork: (step, { engine }) => engine.removeNetwork(step.name),
  removeVolume: (step, { engine }) => engine.removeVolume(step.name),
  recordMismatch: (step, { memory }) => {
    memory.mismatches.set(step.service, { configHash: step.configHash, text: step.text });
    return Promise.resolve();
  },
  recordFailure: (step, { memory }) => {
    memory.failed = {
      revision: step.revision,
      restartGeneration: step.restartGeneration,
      reason: step.reason,
      text: step.text,
    };
    memory.retries.clear();
    return Promise.resolve();
  },
};

/** Does the steps of one pass side by side; a step that fails is remembered with the time of its next try. */
export async function execute(steps: readonly Step[], context: ExecuteContext): Promise<void> {
  await context.before?.(steps);
  await Promise.all(steps.map((step) => executeOne(step, context)));
}

async function executeOne(step: Step, context: ExecuteContext): Promise<void> {
  const { memory, clock } = context;
  try {
    await (effects[step.kind] as (step: Step, context: ExecuteContext) => Promise<void>)(step, context);
    memory.retries.delete(step.key);
    if ("drift" in step && step.drift) noteDrift(memory, `${"name" in step ? step.name : step.network}: ${step.cause}`);
    context.onStep?.(step, undefined);
  } catch (error) {
    if (context.signal.aborted) return;
    const failure = error instanceof EngineError ? error : new EngineError("other", error instanceof Error ? error.message : String(error), error);
    const attempts = (memory.retries.get(step.key)?.attempts ?? 0) + 1;
    memory.retries.set(step.key, {
      attempts,
      notBefore: clock.now() + retryPause(attempts, context.random()),
      reason: reasonOf(failure.kind, step.kind),
      text: failure.message,
    });
    context.onStep?.(step, failure);
  }
}

/** Reason of a report for what the Engine refused. */
function reasonOf(kind: EngineErrorKind, step: StepKind): string {
  switch (kind) {
    case "unavailable":
    case "timeout":
      return "EngineUnavailable";
    case "image_not_found":
      return "ImageNotFound";
    case "registry_auth":
      return "RegistryAuth";
    case "registry_unreachable":
      return "RegistryUnreachable";
    case "digest_mismatch":
      return "DigestMismatch";
    case "image_invalid":
      return "ImageInvalid";
    case "platform_mismatch":
      return "PlatformMismatch";
    case "disk_full":
      return "DiskPressure";
    case "subnet_clash":
      return "SubnetClash";
    case "port_in_use":
      return "PortInUse";
    case "name_in_use":
    case "in_use":
    case "other":
      return step === "pullImage" ? "RegistryUnreachable" : "CreateFailed";
  }
}
