import type { Manifest } from "@daonetes/client/device";
import type { AgentState } from "../state/agent-state.ts";
import type { Status } from "./status.ts";

export interface LocalStatusInput {
  device: string;
  state: Pick<AgentState, "height" | "epoch">;
  manifest: Manifest | undefined;
  /** "" = the chain can be read. */
  chainError: string;
  fenced: boolean;
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
  deployments: {
    deployment: string;
    revision: string;
    running_revision: string;
    state: number;
    reason: string;
    text: string;
  }[];
}

/** Pure. */
export function localStatus({ device, state, manifest, chainError, fenced, statuses }: LocalStatusInput): LocalStatus {
  const names = new Map(manifest?.assignments.map(({ deploymentId, deploymentName }) => [deploymentId, deploymentName]));
  return {
    device,
    chain: chainError === "" ? "reachable" : chainError,
    height: state.height,
    epoch: state.epoch,
    member: manifest !== undefined,
    fenced,
    deployments: statuses.map((status) => ({
      deployment: names.get(status.deploymentId) ?? String(status.deploymentId),
      revision: String(status.revision),
      running_revision: String(status.runningRevision),
      state: status.state,
      reason: status.reason,
      text: status.text,
    })),
  };
}
