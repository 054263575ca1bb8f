import type { CanonicalHealthcheck, CanonicalService } from "@daonetes/client/compose";
import { COMPOSE, identityLabels, OURS } from "../docker/labels.ts";
import type { ContainerConfig, EndpointConfig, HealthcheckConfig, MountConfig } from "../docker/engine.ts";
import type { DesiredDeployment, DesiredService } from "./desired-state.ts";

/** The most that a container may do without a grant. */
export const BASELINE_CAPABILITIES = [
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
] as const;

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
  /** Name of the file's network on this Engine. */
  networkName: (name: string) => string;
  /** Name of a volume on this Engine, by its key: the file's name, or `SERVICE TARGET` for one without. */
  volumeName: (key: string) => string;
  /** Paths that the image declares as volumes. */
  imageVolumes: readonly string[];
  /** Container whose network namespace `service:x` means. */
  providerId: (service: string) => string;
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
  const networks = Object.keys(config.networks ?? {}).sort();
  const first = networks[0];
  return {
    name,
    image: service.image,
    labels: containerLabels(deployment, service, context),
    ...(config.command === undefined ? {} : { command: config.command }),
    ...(config.entrypoint === undefined ? {} : { entrypoint: config.entrypoint }),
    environment: Object.entries(config.environment ?? {}).map(([key, value]) => `${key}=${value}`),
    ...(config.hostname === undefined ? {} : { hostname: config.hostname }),
    ...(config.domainname === undefined ? {} : { domainname: config.domainname }),
    ...(config.user === undefined ? {} : { user: config.user }),
    ...(config.working_dir === undefined ? {} : { workingDir: config.working_dir }),
    ...(config.stop_signal === undefined ? {} : { stopSignal: config.stop_signal }),
    ...(config.healthcheck === undefined ? {} : { healthcheck: healthcheck(config.healthcheck) }),
    tty: config.tty ?? false,
    openStdin: config.stdin_open ?? false,
    exposedPorts: exposedPorts(config),
    host: {
      capDrop: ["ALL"],
      capAdd: capabilities(config),
      securityOpt: ["no-new-privileges"],
      readonlyRootfs: config.read_only ?? false,
      init: config.init ?? false,
      memory: config.mem_limit ?? context.defaultMemory,
      memoryReservation: config.mem_reservation ?? 0,
      memorySwap: config.memswap_limit ?? 0,
      ...(config.mem_swappiness === undefined ? {} : { memorySwappiness: config.mem_swappiness }),
      nanoCpus: config.cpus ?? 0,
      cpuShares: config.cpu_shares ?? 0,
      cpusetCpus: config.cpuset ?? "",
      pidsLimit: config.pids_limit ?? DEFAULT_PIDS_LIMIT,
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

function capabilities(config: CanonicalService): string[] {
  const drop = new Set(config.cap_drop ?? []);
  const base = drop.has("ALL") ? [] : BASELINE_CAPABILITIES.filter((capability) => !drop.has(capability));
  const added = (config.cap_add ?? []).filter((capability) => (BASELINE_CAPABILITIES as readonly string[]).includes(capability));
  return [...new Set([...base, ...added])].sort();
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
  const provider = /^service:(?<name>.+)$/.exec(config.network_mode ?? "")?.groups?.["name"];
  if (provider !== undefined) return `container:${context.providerId(provider)}`;
  if (first !== undefined) return context.networkName(first);
  return "none";
}

function mounts(service: DesiredService, context: DeviceContext): MountConfig[] {
  const covered = new Set<string>();
  const list: MountConfig[] = [];
  for (const mount of service.config.volumes ?? []) {
    covered.add(mount.target);
    if (mount.type === "volume") {
      list.push({
        type: "volume",
        source: context.volumeName(mount.source ?? anonymousVolumeKey(service.name, mount.target)),
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
    } else {
      list.push({ type: "bind", source: mount.source, target: mount.target, readOnly: true });
    }
  }
  for (const target of context.imageVolumes) {
    if (covered.has(target)) continue;
    const source = context.volumeName(anonymousVolumeKey(service.name, target));
    list.push({ type: "volume", source, target, readOnly: false, noCopy: false });
  }
  return list;
}

function logging(config: CanonicalService): { logDriver: string; logOptions: Record<string, string> } {
  const driver = config.logging?.driver ?? "local";
  if (driver === "none") return { logDriver: "none", logOptions: {} };
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
