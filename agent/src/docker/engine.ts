import type { RegistryLogin } from "../secrets/registry-logins.ts";
import type { SecretVariable } from "../secrets/secret-files.ts";

/** The Docker Engine as the agent uses it. Every call ends: by an answer, an EngineError, or its deadline. */
export interface Engine {
  /** @throws EngineError kind "unavailable" */
  info(signal?: AbortSignal): Promise<EngineInfo>;
  /** All containers, of anybody, running or not. */
  listContainers(): Promise<ContainerSummary[]>;
  /** @returns undefined if there is none */
  inspectContainer(id: string): Promise<ContainerDetail | undefined>;
  /** @returns id of the new container */
  createContainer(config: ContainerConfig): Promise<string>;
  startContainer(id: string): Promise<void>;
  /** Sends the stop signal, waits up to `graceSeconds`, then kills. Done when it no longer runs. */
  stopContainer(id: string, graceSeconds: number): Promise<void>;
  /** Sets limits of a container that runs, and the Engine's restart policy back to "no". */
  updateContainer(id: string, limits: LimitsView): Promise<void>;
  unpauseContainer(id: string): Promise<void>;
  renameContainer(id: string, name: string): Promise<void>;
  /** Removes a container and its anonymous volumes; done also if there is none. */
  removeContainer(id: string): Promise<void>;
  listNetworks(): Promise<NetworkSummary[]>;
  createNetwork(config: NetworkConfig): Promise<string>;
  connectNetwork(network: string, container: string, endpoint: EndpointConfig): Promise<void>;
  /** Done also if there is none. */
  removeNetwork(name: string): Promise<void>;
  listVolumes(): Promise<VolumeSummary[]>;
  createVolume(name: string, labels: Record<string, string>): Promise<void>;
  /** Done also if there is none. */
  removeVolume(name: string): Promise<void>;
  /** @param reference `name@sha256:..`. @returns undefined if it is not on this device */
  inspectImage(reference: string): Promise<ImageDetail | undefined>;
  /** Pulls by digest, with the given login, or else the device's own. Fails when no byte comes for minutes; ends when the signal does. */
  pullImage(reference: string, options: PullOptions): Promise<void>;
  /** What happened to containers: started, died, changed health, was stopped, updated, detached, removed; ends with an error when the connection does. */
  events(signal: AbortSignal): AsyncIterable<EngineEvent>;
  /** Last lines of a container's output, for people. */
  logTail(id: string, lines: number): Promise<string>;
}

export interface EngineInfo {
  id: string;
  version: string;
  apiVersion: string;
  /** `linux/amd64`. */
  platform: string;
  memoryBytes: number;
  cpus: number;
  dataRoot: string;
  /** Of the kernel's control groups: "1" or "2". */
  cgroupVersion: string;
  /** Limits that containers cannot be given here, in the Engine's words; none = all of them hold. */
  missingLimits: readonly string[];
}

export interface PullOptions {
  /** The group's login for the registry; absent = the device's own, if it has one. */
  login?: RegistryLogin | undefined;
  /** `os/arch`, for an index of several platforms; absent = the Engine's own. */
  platform: string | undefined;
  signal: AbortSignal;
  onProgress: (progress: PullProgress) => void;
}

/** Bytes of the layers that are being transferred. */
export interface PullProgress {
  done: number;
  /** As far as known by now. */
  total: number;
}

export interface EngineEvent {
  action: string;
  containerId: string;
  /** Number of the signal, of a kill; else "". */
  signal: string;
}

/** True for what the Engine says when somebody stops or kills a container; a program that ends by itself is "die" only. */
export function isStopByHand({ action, signal }: EngineEvent): boolean {
  return action === "stop" || (action === "kill" && signal === "9");
}

export interface ContainerSummary {
  id: string;
  name: string;
  labels: Record<string, string>;
  /** Published host ports, as `tcp/8080`. */
  publishedPorts: string[];
}

export type ContainerState = "created" | "running" | "paused" | "restarting" | "removing" | "exited" | "dead";
export type HealthState = "none" | "starting" | "healthy" | "unhealthy";

export interface ContainerDetail extends ContainerSummary {
  state: ContainerState;
  health: HealthState;
  exitCode: number;
  oomKilled: boolean;
  /** Seconds between the stop signal and the kill. */
  graceSeconds: number;
  /** Unix milliseconds, 0 if never. */
  startedAt: number;
  /** Unix milliseconds, 0 if never. */
  finishedAt: number;
  imageId: string;
  networks: string[];
  security: SecurityView;
  limits: LimitsView;
}

/** What inspect says of the fields that decide what a container may do; normalised, compared with the intent before start. */
export interface SecurityView {
  /** The Engine's id of the image. */
  imageId: string;
  privileged: boolean;
  capAdd: string[];
  capDrop: string[];
  securityOpt: string[];
  /** `type|source|target|ro` or `rw`, sorted. */
  mounts: string[];
  /** `/dev/a:/dev/b:rwm`, and requests for devices as text, sorted. */
  devices: string[];
  deviceCgroupRules: string[];
  runtime: string;
  user: string;
  /** Supplementary groups, sorted. */
  groups: string[];
  /** `name=value`, sorted. */
  sysctls: string[];
  readonlyRootfs: boolean;
  networkMode: string;
  pidMode: string;
  ipcMode: string;
  utsMode: string;
  usernsMode: string;
  cgroupMode: string;
  restartPolicy: string;
  /** `80/tcp=host:port`, sorted. */
  portBindings: string[];
}

/** Limits of a container. An Engine drops those that its kernel does not know. 0 or "" = none. */
export interface LimitsView {
  memory: number;
  memoryReservation: number;
  memorySwap: number;
  nanoCpus: number;
  cpuShares: number;
  cpusetCpus: string;
  pidsLimit: number;
}

export interface MountConfig {
  type: "volume" | "tmpfs" | "bind";
  source: string;
  target: string;
  readOnly: boolean;
  /** Volume only: do not fill it from the image. */
  noCopy?: boolean;
  /** tmpfs only: bytes. */
  size?: number;
  /** tmpfs only: permission bits. */
  mode?: number;
  /** tmpfs only: owner. */
  uid?: number;
  /** tmpfs only: group. */
  gid?: number;
  /** tmpfs only: files may be executed. */
  exec?: boolean;
  /** bind only: a missing source is made as a folder, where the Engine can. */
  create?: boolean;
  /** bind only: absent = `rprivate`. */
  propagation?: "rslave";
}

/** GPUs and other devices that a driver of the Engine brings. */
export interface DeviceRequest {
  driver: string;
  /** -1 = all, 0 = those of `deviceIds`. */
  count: number;
  deviceIds: string[];
  capabilities: string[][];
  options: Record<string, string>;
}

/** Weights and limits of disks, as the spec names them. */
export interface BlkioConfig {
  weight?: number;
  weight_device?: { path: string; weight: number }[];
  device_read_bps?: { path: string; rate: number }[];
  device_read_iops?: { path: string; rate: number }[];
  device_write_bps?: { path: string; rate: number }[];
  device_write_iops?: { path: string; rate: number }[];
}

export interface HealthcheckConfig {
  test: string[];
  intervalNs: number;
  timeoutNs: number;
  startPeriodNs: number;
  /** Between two checks while it starts. */
  startIntervalNs: number;
  retries: number;
}

/** A container, field by field. Nothing of a spec passes without being named here. */
export interface ContainerConfig {
  name: string;
  image: string;
  /** The Engine's id of that image; "" = not known. */
  imageId: string;
  labels: Record<string, string>;
  command?: string[];
  entrypoint?: string[];
  environment: string[];
  /** Variables whose values are secrets; whoever makes the container adds them to `environment` at the last moment. */
  secretVariables: SecretVariable[];
  hostname?: string;
  domainname?: string;
  user?: string;
  workingDir?: string;
  stopSignal?: string;
  /** Seconds between the stop signal and the kill, also where the Engine itself ends; absent = 10. */
  graceSeconds?: number;
  healthcheck?: HealthcheckConfig;
  tty: boolean;
  openStdin: boolean;
  exposedPorts: string[];
  host: {
    privileged: boolean;
    capAdd: string[];
    capDrop: string[];
    securityOpt: string[];
    /** True: /proc and /sys are shown whole. */
    unmaskedPaths: boolean;
    devices: { source: string; target: string; permissions: string }[];
    deviceCgroupRules: string[];
    deviceRequests: DeviceRequest[];
    /** "" = the Engine's default. */
    runtime: string;
    storageOptions: Record<string, string>;
    blkio: BlkioConfig;
    /** `host`, `container:ID` or "" = its own. */
    pidMode: string;
    /** `private`, `shareable`, `host` or `container:ID`. */
    ipcMode: string;
    /** `host` or "" = its own. */
    utsMode: string;
    /** `host` or "" = the Engine's default. */
    usernsMode: string;
    /** `host` or "" = the Engine's default. */
    cgroupMode: string;
    readonlyRootfs: boolean;
    init: boolean;
    memory: number;
    memoryReservation: number;
    memorySwap: number;
    memorySwappiness?: number;
    nanoCpus: number;
    /** Microseconds in `cpuPeriod`; 0 = no limit of this kind. */
    cpuQuota: number;
    /** Microseconds; 0 = the kernel's default. */
    cpuPeriod: number;
    cpuShares: number;
    cpusetCpus: string;
    pidsLimit: number;
    oomScoreAdj: number;
    shmSize: number;
    mounts: MountConfig[];
    /** Container port such as `80/tcp` to host addresses. */
    portBindings: Record<string, { hostIp: string; hostPort: string }[]>;
    networkMode: string;
    dns: string[];
    dnsOptions: string[];
    dnsSearch: string[];
    extraHosts: string[];
    groupAdd: string[];
    sysctls: Record<string, string>;
    ulimits: { name: string; soft: number; hard: number }[];
    logDriver: string;
    logOptions: Record<string, string>;
  };
  /** First network, joined at creation; the others are connected before start. */
  firstNetwork?: { name: string; endpoint: EndpointConfig };
}

export interface EndpointConfig {
  aliases: string[];
  ipv4Address?: string;
  ipv6Address?: string;
}

export interface NetworkConfig {
  name: string;
  subnets: { subnet: string; gateway?: string; ip_range?: string }[];
  internal: boolean;
  enableIpv6: boolean;
  labels: Record<string, string>;
}

export interface NetworkSummary {
  id: string;
  name: string;
  labels: Record<string, string>;
  subnets: string[];
}

export interface VolumeSummary {
  name: string;
  labels: Record<string, string>;
}

export interface ImageDetail {
  id: string;
  /** Paths that the image declares as volumes. */
  volumes: string[];
  /** True if the image brings a healthcheck of its own. */
  hasHealthcheck: boolean;
  /** `linux/amd64`. */
  platform: string;
  /** User that the image names; "" = root. */
  user: string;
}

export type EngineErrorKind =
  | "unavailable"
  | "image_not_found"
  | "registry_auth"
  | "registry_unreachable"
  | "digest_mismatch"
  | "image_invalid"
  | "platform_mismatch"
  | "disk_full"
  | "port_in_use"
  | "subnet_clash"
  | "name_in_use"
  | "in_use"
  | "timeout"
  | "other";

/** What the Engine refused, and why. */
export class EngineError extends Error {
  readonly kind: EngineErrorKind;
  constructor(kind: EngineErrorKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "EngineError";
    this.kind = kind;
  }
}
