import type { Manifest } from "@daonetes/client/device";
import type { AgentState } from "../state/agent-state.ts";
import type { Status } from "./status.ts";

export interface LocalStatusInput {
  device: string;
  state: Pick<AgentState, "height" | "epoch" | "fenced" | "rival">;
  manifest: Manifest | undefined;
  /** "" = the chain can be read. */
  chainError: string;
  /** "" = what the gateway serves is acted on. */
  frozen: string;
  /** "" = the agent's own files can be written. */
  diskError: string;
  /** "" = the owner's file of grants is as it should be, or there is none. */
  grantsAlarm: string;
  /** "" = the Engine answers. */
  engineError: string;
  statuses: readonly Status[];
}

/** What `daonetes-agent status` shows of the running agent. */
export interface LocalStatus {
  device: string;
  /** `reachable`, or why it is not. */
  chain: string;
  height: string;
  epoch: string;
  member: boolean;
  fenced: boolean;
  /** Why nothing that the gateway serves is acted on, or "". */
  frozen: string;
  /** Why the agent's own files could not be written, or "". */
  disk_error: string;
  /** Why the owner's file of grants counts as empty though it is there, or "". */
  grants_alarm: string;
  /** Why the Engine cannot be asked, or "". */
  engine_error: string;
  /** Strange instance that used this device's key before, or "". */
  rival: string;
  deployments: {
    deployment: string;
    revision: string;
    running_revision: string;
    state: number;
    reason: string;
    text: string;
    /** Images that are coming: bytes that are here, of those known. */
    pulling: { image: string; done: number; total: number }[];
    /** How often what somebody did by hand was repaired since the agent started, and what was done last. */
    drift: { count: number; last: string };
    /** What the owner should know though it runs. */
    notices: string[];
  }[];
}

/** Pure. */
export function localStatus({ device, state, manifest, chainError, frozen, diskError, engineError, grantsAlarm, statuses }: LocalStatusInput): LocalStatus {
  const names = new Map(manifest?.assignments.map(({ deploymentId, deploymentName }) => [deploymentId, deploymentName]));
  return {
    device,
    chain: chainError === "" ? "reachable" : chainError,
    height: state.height,
    epoch: state.epoch,
    member: manifest !== undefined,
    fenced: state.fenced,
    frozen,
    disk_error: diskError,
    grants_alarm: grantsAlarm,
    engine_error: engineError,
    rival: state.rival,
    deployments: statuses.map((status) => ({
      deployment: names.get(status.deploymentId) ?? String(status.deploymentId),
      revision: String(status.revision),
      running_revision: String(status.runningRevision),
      state: status.state,
      reason: status.reason,
      text: status.text,
      pulling: status.pulling,
      drift: status.drift,
      notices: status.notices,
    })),
  };
}
