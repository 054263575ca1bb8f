import { DeviceProfile } from "@daonetes/client/device";
import { BASELINE_CAPABILITIES, type CanonicalHealthcheck, type CanonicalService } from "@daonetes/client/compose";
import { limitsText } from "../docker/limits.ts";
import { COMPOSE, identityLabels, OURS } from "../docker/labels.ts";
import type { ContainerConfig, DeviceRequest, EndpointConfig, HealthcheckConfig, LimitsView, MountConfig } from "../docker/engine.ts";
import type { DesiredDeployment, DesiredService } from "./desired-state.ts";

/** `systempaths=unconfined`: /proc and /sys without their masks. */
const UNMASKED = "systempaths=unconfined";
const DEFAULT_PIDS_LIMIT = 512;
const DEFAULT_SHM_BYTES = 64 * 1024 * 1024;
const DEFAULT_LOG_BYTES = 10 * 1024 * 1024;
const DEFAULT_LOG_FILES = 3;

/** What the device adds to a spec, and the names under which networks and volumes stand on it. */
export interface DeviceContext {
  device: string;
  /** Key of the labels' authentication code. */
  macKey: Uint8Array;
  /** Memory limit in bytes of containers whose spec names none. */
  defaultMemory: number;
  /** Nano-CPUs of containers whose spec names no limit; absent or 0 = no limit. */
  defaultCpus?: number;
  /** The most processes that a container gets; absent = as the spec says. */
  maxPids?: number;
  /** Name of the file's network on this Engine. */
  networkName: (name: string) => string;
  /** Name of a volume on this Engine, by its key: the file's name, or `SERVICE TARGET` for one without. */
  volumeName: (key: string) => string;
  /** The image's id on this Engine; "" = it is not there. */
  imageId: string;
  /** Paths that the image declares as volumes. */
  imageVolumes: readonly string[];
  /** Container whose namespace `service:x` means. */
  providerId: (service: string) => string;
  /** Full path of the folder that holds files and configs of specs. */
  contentRoot: string;
  /** Full path of the tmpfs that holds files of secrets. */
  secretRoot: string;
}

/** Key of a volume that the file gives no name: an anonymous one, or one that the image declares. */
export function anonymousVolumeKey(service: string, target: string): string {
  return `${service}${target}`.replace(/[^a-zA-Z0-9_.-]/g, "_");
}

/** Builds a container field by field from the canonical spec. Pure. */
export function containerConfig(
  deployment: DesiredDeployment,
  service: DesiredService,
  name: string,
  context: DeviceContext,
): ContainerConfig {
  const { config } = service;
  const networks = networkOrder(config);
  const first = networks[0];
  return {
    name,
    image: service.image,
    imageId: context.imageId,
    labels: containerLabels(deployment, service, context),
    ...(config.command === undefined ? {} : { command: config.command }),
    ...(config.entrypoint === undefined ? {} : { entrypoint: config.entrypoint }),
    environment: Object.entries(config.environment ?? {}).map(([key, value]) => `${key}=${value}`),
    // Names only: the values join them in the call of the Engine.
    secretVariables: service.sources.secretVariables,
    ...(config.hostname === undefined ? {} : { hostname: config.hostname }),
    ...(config.domainname === undefined ? {} : { domainname: config.domainname }),
    ...(config.user === undefined ? {} : { user: config.user }),
    ...(config.working_dir === undefined ? {} : { workingDir: config.working_dir }),
    ...(config.stop_signal === undefined ? {} : { stopSignal: config.stop_signal }),
    ...(config.stop_grace_period === undefined ? {} : { graceSeconds: Math.ceil(config.stop_grace_period / 1e9) }),
    ...(config.healthcheck === undefined ? {} : { healthcheck: healthcheck(config.healthcheck) }),
    tty: config.tty ?? false,
    openStdin: config.stdin_open ?? false,
    exposedPorts: exposedPorts(config),
    host: {
      privileged: config.privileged ?? false,
      capDrop: ["ALL"],
      capAdd: capabilities(config, deployment.profile === DeviceProfile.DEVICE_PROFILE_RESTRICTED),
      ...securityOptions(config),
      devices: (config.devices ?? []).filter(({ source }) => source.startsWith("/")).map((device) => ({ permissions: "rwm", ...device })),
      deviceCgroupRules: config.device_cgroup_rules ?? [],
      deviceRequests: deviceRequests(config),
      runtime: config.runtime ?? "",
      storageOptions: config.storage_opt ?? {},
      blkio: config.blkio_config ?? {},
      pidMode: namespace(config.pid, context),
      ipcMode: config.ipc === undefined ? "private" : namespace(config.ipc, context),
      utsMode: config.uts ?? "",
      usernsMode: config.userns_mode ?? "",
      // Unsaid, an Engine on version 1 of the control groups shows the whole tree of the device; it takes no other for the privileged.
      cgroupMode: config.cgroup ?? (config.privileged === true ? "" : "private"),
      readonlyRootfs: config.read_only ?? false,
      init: config.init ?? false,
      ...limitsOf(config, context),
      ...(config.mem_swappiness === undefined ? {} : { memorySwappiness: config.mem_swappiness }),
      cpuQuota: config.cpu_quota ?? 0,
      cpuPeriod: config.cpu_period ?? 0,
      oomScoreAdj: config.oom_score_adj ?? 0,
      shmSize: config.shm_size ?? DEFAULT_SHM_BYTES,
      mounts: mounts(service, context),
      portBindings: portBindings(config),
      networkMode: networkMode(config, first, context),
      dns: config.dns ?? [],
      dnsOptions: config.dns_opt ?? [],
      dnsSearch: config.dns_search ?? [],
      extraHosts: (config.extra_hosts ?? []).map((line) => line.replace("=", ":")),
      groupAdd: config.group_add ?? [],
      sysctls: config.sysctls ?? {},
      ulimits: Object.entries(config.ulimits ?? {}).map(([limit, { soft, hard }]) => ({ name: limit, soft, hard })),
      ...logging(config),
    },
    ...(first === undefined
      ? {}
      : { firstNetwork: { name: context.networkName(first), endpoint: endpointConfig(service, first) } }),
  };
}

function limitsOf(config: CanonicalService, context: DeviceContext): LimitsView {
  return {
    memory: config.mem_limit ?? context.defaultMemory,
    memoryReservation: config.mem_reservation ?? 0,
    memorySwap: config.memswap_limit ?? 0,
    // The Engine takes either this or a quota.
    nanoCpus: config.cpus ?? (config.cpu_quota === undefined ? (context.defaultCpus ?? 0) : 0),
    cpuShares: config.cpu_shares ?? 0,
    cpusetCpus: config.cpuset ?? "",
    pidsLimit: Math.min(config.pids_limit ?? DEFAULT_PIDS_LIMIT, context.maxPids ?? Number.POSITIVE_INFINITY),
  };
}

/** How a service is found on one of its networks. */
export function endpointConfig(service: DesiredService, network: string): EndpointConfig {
  const { aliases, ipv4_address, ipv6_address } = service.config.networks?.[network] ?? {};
  return {
    aliases: [service.name, ...(aliases ?? []).filter((alias) => alias !== service.name)],
    ...(ipv4_address === undefined ? {} : { ipv4Address: ipv4_address }),
    ...(ipv6_address === undefined ? {} : { ipv6Address: ipv6_address }),
  };
}

function containerLabels(
  deployment: DesiredDeployment,
  service: DesiredService,
  context: DeviceContext,
): Record<string, string> {
  const dependsOn = Object.entries(service.config.depends_on ?? {}).map(
    ([name, { condition, restart }]) => `${name}:${condition}:${restart === true}`,
  );
  return {
    ...service.config.labels,
    ...identityLabels(context.macKey, {
      device: context.device,
      groupId: deployment.groupId,
      deploymentId: deployment.deploymentId,
      object: `service/${service.name}`,
      configHash: service.configHash,
    }),
    [OURS.revision]: String(deployment.revision),
    [OURS.specHash]: deployment.specHash,
    [OURS.restart]: service.config.restart?.policy ?? "no",
    [OURS.imageId]: context.imageId,
    [OURS.limits]: limitsText(limitsOf(service.config, context)),
    [COMPOSE.project]: deployment.project,
    [COMPOSE.service]: service.name,
    [COMPOSE.number]: "1",
    [COMPOSE.oneoff]: "False",
    [COMPOSE.configHash]: service.configHash,
    [COMPOSE.dependsOn]: dependsOn.join(","),
    [COMPOSE.image]: service.config.image.digest,
    [COMPOSE.workingDir]: `/var/lib/daonetes/deployments/${deployment.deploymentId}`,
    [COMPOSE.configFiles]: `/var/lib/daonetes/specs/${deployment.specHash.replace("sha256:", "")}.json`,
    [COMPOSE.version]: "2.0.0",
  };
}

/** What is in the spec is what the owner has granted: a spec that asks for more is refused before it comes here. */
function capabilities(config: CanonicalService, restricted: boolean): string[] {
  const drop = new Set(config.cap_drop ?? []);
  const most = restricted ? ["NET_BIND_SERVICE"] : BASELINE_CAPABILITIES;
  const base = drop.has("ALL") ? [] : most.filter((capability) => !drop.has(capability));
  return [...new Set([...base, ...(config.cap_add ?? [])])].sort();
}

/** `no-new-privileges` holds unless the owner has granted that it does not. */
function securityOptions(config: CanonicalService): { securityOpt: string[]; unmaskedPaths: boolean } {
  const options = config.security_opt ?? [];
  const own = options.filter((option) => !option.startsWith("no-new-privileges=") && option !== UNMASKED);
  return {
    securityOpt: [...(options.includes("no-new-privileges=false") ? [] : ["no-new-privileges"]), ...own],
    // The Engine knows this one as a field of its own.
    unmaskedPaths: options.includes(UNMASKED),
  };
}

function deviceRequests(config: CanonicalService): DeviceRequest[] {
  const cdi = (config.devices ?? []).filter(({ source }) => !source.startsWith("/")).map(({ source }) => source);
  const gpus = (config.gpus ?? []).map(({ driver, count, device_ids, capabilities: words, options }) => ({
    driver: driver ?? "",
    count: device_ids === undefined ? (count ?? -1) : 0,
    deviceIds: device_ids ?? [],
    capabilities: [words],
    options: options ?? {},
  }));
  return cdi.length === 0 ? gpus : [...gpus, { driver: "cdi", count: 0, deviceIds: cdi, capabilities: [], options: {} }];
}

function namespace(mode: string | undefined, { providerId }: DeviceContext): string {
  return mode?.startsWith("service:") === true ? `container:${providerId(mode.slice("service:".length))}` : (mode ?? "");
}

/** Names of a service's networks: from the highest priority to the lowest, then by name. */
export function networkOrder({ networks }: CanonicalService): string[] {
  return Object.keys(networks ?? {}).sort(
    (a, b) => (networks?.[b]?.priority ?? 0) - (networks?.[a]?.priority ?? 0) || (a < b ? -1 : 1),
  );
}

function healthcheck(check: CanonicalHealthcheck): HealthcheckConfig {
  return {
    test: check.disable === true ? ["NONE"] : (check.test ?? []),
    // 0 = the image's own, else the Engine's default.
    intervalNs: check.interval ?? 0,
    timeoutNs: check.timeout ?? 0,
    startPeriodNs: check.start_period ?? 0,
    startIntervalNs: check.start_interval ?? 0,
    retries: check.retries ?? 0,
  };
}

function exposedPorts(config: CanonicalService): string[] {
  const ports = (config.ports ?? []).map(({ target, protocol }) => `${target}/${protocol}`);
  return [...new Set([...ports, ...(config.expose ?? [])])].sort();
}

function portBindings(config: CanonicalService): Record<string, { hostIp: string; hostPort: string }[]> {
  const bindings: Record<string, { hostIp: string; hostPort: string }[]> = {};
  for (const port of config.ports ?? []) {
    const hostPort = port.published === undefined ? "" : String(port.published);
    (bindings[`${port.target}/${port.protocol}`] ??= []).push({ hostIp: port.host_ip ?? "", hostPort });
  }
  return bindings;
}

function networkMode(config: CanonicalService, first: string | undefined, context: DeviceContext): string {
  if (config.network_mode !== undefined) return namespace(config.network_mode, context);
  return first === undefined ? "none" : context.networkName(first);
}

function mounts(service: DesiredService, context: DeviceContext): MountConfig[] {
  const covered = new Set<string>();
  const list: MountConfig[] = [];
  for (const mount of service.config.volumes ?? []) {
    covered.add(mount.target);
    if (mount.type === "volume") {
      list.push({
        type: "volume",
        source: service.sources.externalVolumes[mount.source ?? ""] ?? context.volumeName(mount.source ?? anonymousVolumeKey(service.name, mount.target)),
        target: mount.target,
        readOnly: mount.read_only ?? false,
        noCopy: mount.nocopy ?? false,
      });
    } else if (mount.type === "tmpfs") {
      list.push({
        type: "tmpfs",
        source: "",
        target: mount.target,
        readOnly: mount.read_only ?? false,
        ...(mount.size === undefined ? {} : { size: mount.size }),
        ...(mount.mode === undefined ? {} : { mode: mount.mode }),
        ...(mount.uid === undefined ? {} : { uid: mount.uid }),
        ...(mount.gid === undefined ? {} : { gid: mount.gid }),
        exec: mount.exec ?? false,
      });
    } else if (mount.type === "snapshot") {
      list.push(contentMount(context, service.sources.snapshots[mount.source] ?? "", mount.target));
    } else {
      list.push({
        type: "bind",
        source: mount.source,
        target: mount.target,
        readOnly: mount.read_only ?? false,
        ...(mount.create === undefined ? {} : { create: true }),
        ...(mount.propagation === undefined ? {} : { propagation: mount.propagation }),
      });
    }
  }
  for (const { target, content } of service.sources.configs) {
    covered.add(target);
    list.push(contentMount(context, content, target));
  }
  for (const { target, file } of service.sources.secrets) {
    covered.add(target);
    list.push({ type: "bind", source: `${context.secretRoot}/${file}`, target, readOnly: true });
  }
  for (const target of context.imageVolumes) {
    if (covered.has(target)) continue;
    const source = context.volumeName(anonymousVolumeKey(service.name, target));
    list.push({ type: "volume", source, target, readOnly: false, noCopy: false });
  }
  return list;
}

function contentMount({ contentRoot }: DeviceContext, content: string, target: string): MountConfig {
  return { type: "bind", source: `${contentRoot}/${content}`, target, readOnly: true };
}

function logging(config: CanonicalService): { logDriver: string; logOptions: Record<string, string> } {
  const driver = config.logging?.driver ?? "local";
  if (driver === "none") return { logDriver: "none", logOptions: {} };
  if (driver !== "local" && driver !== "json-file") return { logDriver: driver, logOptions: config.logging?.options ?? {} };
  return {
    logDriver: driver,
    logOptions: {
      "max-size": String(config.logging?.max_size ?? DEFAULT_LOG_BYTES),
      "max-file": String(config.logging?.max_file ?? DEFAULT_LOG_FILES),
    },
  };
}

/** Volumes that a service needs beside those the file names, as keys. */
export function anonymousVolumes(service: DesiredService, imageVolumes: readonly string[]): string[] {
  const mountsOfService = service.config.volumes ?? [];
  const covered = new Set(mountsOfService.map(({ target }) => target));
  const keys = mountsOfService
    .filter((mount) => mount.type === "volume" && mount.source === undefined)
    .map(({ target }) => anonymousVolumeKey(service.name, target));
  for (const target of imageVolumes) if (!covered.has(target)) keys.push(anonymousVolumeKey(service.name, target));
  return keys;
}
