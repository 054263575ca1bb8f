import type { ContainerState, HealthState, LimitsView, SecurityView } from "../docker/engine.ts";

/** Why a container is not up: somebody stopped it. */
export const BY_HAND = "stopped by hand";

/** A container of ours, as it stands now. */
export interface ObservedContainer {
  id: string;
  name: string;
  service: string;
  configHash: string;
  revision: bigint;
  /** Hash of the spec that it was made by. */
  specHash: string;
  /** Restart policy of the service it was made for. */
  restart: string;
  /** Services that it depends on. */
  dependsOn: string[];
  state: ContainerState;
  health: HealthState;
  exitCode: number;
  oomKilled: boolean;
  /** Seconds between the stop signal and the kill, as it was made. */
  graceSeconds: number;
  /** Set: it did not end by itself, so it is started again whatever its restart policy; the text says why. */
  interrupted: string;
  /** Unix milliseconds, 0 if never. */
  startedAt: number;
  /** Unix milliseconds, 0 if never. */
  finishedAt: number;
  networks: string[];
  security: SecurityView;
  limits: LimitsView;
  /** Limits as they were asked for at its creation; undefined = not noted. */
  wantedLimits: LimitsView | undefined;
  /** Image by the Engine's id, as it was when its digest was checked; "" = not noted. */
  checkedImageId: string;
}

/** A network or volume of ours. */
export interface ObservedObject {
  /** Name on the Engine. */
  name: string;
  /** Name in the file, or key of an anonymous volume. */
  key: string;
  configHash: string;
}

/** Addresses that a new network has to stay clear of. */
export interface TakenSubnet {
  subnet: string;
  /** For people. */
  owner: string;
}

/** What one image brings. */
export interface ObservedImage {
  id: string;
  volumes: string[];
  hasHealthcheck: boolean;
  platform: string;
}

/** Everything on the Engine that belongs to one deployment, and what stands in its way. */
export interface ObservedDeployment {
  containers: ObservedContainer[];
  networks: ObservedObject[];
  volumes: ObservedObject[];
  /** Networks that deployments of the group share, by their name among those: name on the Engine. */
  sharedNetworks: ReadonlyMap<string, string>;
  /** Shared networks that no container is on, as named on the Engine. */
  idleSharedNetworks: readonly string[];
  /** Images of the desired services that are present, by `name@digest`. */
  images: Map<string, ObservedImage>;
  /** Host ports (`tcp/8080`) that the desired services publish and that somebody else holds. */
  busyPorts: Set<string>;
  /** Looked up only where a network is lacking. */
  takenSubnets: TakenSubnet[];
  /** Names of containers, networks and volumes that are not this deployment's. */
  takenNames: Set<string>;
}

export function nothingObserved(): ObservedDeployment {
  return { containers: [], networks: [], volumes: [], sharedNetworks: new Map(), idleSharedNetworks: [], images: new Map(), busyPorts: new Set(), takenSubnets: [], takenNames: new Set() };
}
