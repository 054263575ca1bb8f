import type { ContainerConfig, EndpointConfig, LimitsView, NetworkConfig } from "../docker/engine.ts";

/** Set where the step repairs what somebody did by hand: counted. */
interface Repair {
  drift?: true;
}

/**
 * What the executor can do. A step is data, and one effect: one call of the Engine, or one entry in the memory. `key`
 * names it for retries, `cause` says why it is done.
 */
export type Step =
  | { kind: "pullImage"; key: string; cause: string; image: string; digest: string; platform: string | undefined }
  | { kind: "createNetwork"; key: string; cause: string; config: NetworkConfig }
  | { kind: "createVolume"; key: string; cause: string; name: string; labels: Record<string, string> }
  | { kind: "createContainer"; key: string; cause: string; service: string; config: ContainerConfig }
  | ({ kind: "connectNetwork"; key: string; cause: string; network: string; container: string; endpoint: EndpointConfig } & Repair)
  | ({ kind: "startContainer"; key: string; cause: string; container: string; name: string; restart: boolean } & Repair)
  | ({ kind: "updateContainer"; key: string; cause: string; container: string; name: string; limits: LimitsView } & Repair)
  | ({ kind: "unpauseContainer"; key: string; cause: string; container: string; name: string } & Repair)
  | ({ kind: "stopContainer"; key: string; cause: string; container: string; name: string; graceSeconds: number } & Repair)
  | { kind: "renameContainer"; key: string; cause: string; container: string; name: string }
  | { kind: "removeContainer"; key: string; cause: string; container: string; name: string }
  | { kind: "removeNetwork"; key: string; cause: string; name: string }
  | { kind: "removeVolume"; key: string; cause: string; name: string }
  | { kind: "recordMismatch"; key: string; cause: string; service: string; configHash: string; text: string }
  | { kind: "recordFailure"; key: string; cause: string; revision: bigint; restartGeneration: bigint; reason: string; text: string };

export type StepKind = Step["kind"];

/** A plan as text, one line a step: what tests compare and the log shows. */
export function planText(steps: readonly Step[]): string {
  return steps.map((step) => `${step.kind} ${step.key} (${step.cause})`).join("\n");
}
