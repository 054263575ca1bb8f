import type { DesiredDeployment } from "../desired/desired-state.ts";
import type { ObservedDeployment } from "../observed/observed-state.ts";
import type { DeploymentMemory } from "./memory.ts";

/** What the device is, as far as the plan depends on it. */
export interface DeviceFacts {
  device: string;
  macKey: Uint8Array;
  /** `linux/amd64`. */
  platform: string;
  /** Where the agent takes /24 subnets for networks whose spec names none. */
  subnetPools: readonly string[];
  /** Memory limit in bytes of containers whose spec names none. */
  defaultMemory: number;
  /** Nano-CPUs of containers whose spec names no limit; absent or 0 = no limit. */
  defaultCpus?: number;
  /** The most processes that a container gets; absent = as the spec says. */
  maxPids?: number;
  /** Full path of the folder that holds files and configs of specs. */
  contentRoot: string;
  /** Full path of the tmpfs that holds files of secrets. */
  secretRoot: string;
  /** Names of the shared networks that any deployment of the device wants to be on. */
  wantedSharedNetworks: ReadonlySet<string>;
}

export interface PlanInput {
  desired: DesiredDeployment;
  observed: ObservedDeployment;
  memory: DeploymentMemory;
  facts: DeviceFacts;
  /** Wall clock, Unix milliseconds. */
  now: number;
}
