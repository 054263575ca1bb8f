import type Docker from "dockerode";
import type { ContainerConfig, LimitsView, MountConfig } from "./engine.ts";

/** A container's configuration in the words of the Engine API. Pure. */
export function createOptions(config: ContainerConfig): Docker.ContainerCreateOptions {
  const { host, healthcheck, firstNetwork } = config;
  return {
    name: config.name,
    Image: config.image,
    Labels: config.labels,
    Env: config.environment,
    Tty: config.tty,
    OpenStdin: config.openStdin,
    ExposedPorts: Object.fromEntries(config.exposedPorts.map((port) => [port, {}])),
    ...(config.command === undefined ? {} : { Cmd: config.command }),
    ...(config.entrypoint === undefined ? {} : { Entrypoint: config.entrypoint.length === 0 ? [""] : config.entrypoint }),
    ...(config.hostname === undefined ? {} : { Hostname: config.hostname }),
    ...(config.domainname === undefined ? {} : { Domainname: config.domainname }),
    ...(config.user === undefined ? {} : { User: config.user }),
    ...(config.workingDir === undefined ? {} : { WorkingDir: config.workingDir }),
    ...(config.stopSignal === undefined ? {} : { StopSignal: config.stopSignal }),
    ...(config.graceSeconds === undefined ? {} : { StopTimeout: config.graceSeconds }),
    ...(healthcheck === undefined
      ? {}
      : {
          Healthcheck: {
            Test: healthcheck.test,
            Interval: healthcheck.intervalNs,
            Timeout: healthcheck.timeoutNs,
            StartPeriod: healthcheck.startPeriodNs,
            StartInterval: healthcheck.startIntervalNs,
            Retries: healthcheck.retries,
          },
        }),
    HostConfig: {
      ...powers(host),
      CapAdd: host.capAdd,
      CapDrop: host.capDrop,
      SecurityOpt: host.securityOpt,
      ReadonlyRootfs: host.readonlyRootfs,
      Init: host.init,
      Memory: host.memory,
      MemoryReservation: host.memoryReservation,
      MemorySwap: host.memorySwap,
      ...(host.memorySwappiness === undefined ? {} : { MemorySwappiness: host.memorySwappiness }),
      NanoCpus: host.nanoCpus,
      ...(host.cpuQuota === 0 ? {} : { CpuQuota: host.cpuQuota }),
      ...(host.cpuPeriod === 0 ? {} : { CpuPeriod: host.cpuPeriod }),
      CpuShares: host.cpuShares,
      CpusetCpus: host.cpusetCpus,
      PidsLimit: host.pidsLimit,
      OomScoreAdj: host.oomScoreAdj,
      ShmSize: host.shmSize,
      Mounts: host.mounts.filter(({ type }) => type !== "tmpfs").map(mountSettings),
      Tmpfs: Object.fromEntries(host.mounts.filter(({ type }) => type === "tmpfs").map((mount) => [mount.target, tmpfsOptions(mount)])),
      PortBindings: Object.fromEntries(
        Object.entries(host.portBindings).map(([port, list]) => [
          port,
          list.map(({ hostIp, hostPort }) => ({ HostIp: hostIp, HostPort: hostPort })),
        ]),
      ),
      NetworkMode: host.networkMode,
      IpcMode: host.ipcMode,
      Dns: host.dns,
      DnsOptions: host.dnsOptions,
      DnsSearch: host.dnsSearch,
      ExtraHosts: host.extraHosts,
      GroupAdd: host.groupAdd,
      Sysctls: host.sysctls,
      Ulimits: host.ulimits.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
      LogConfig: { Type: host.logDriver, Config: host.logOptions },
      RestartPolicy: { Name: "no" },
    },
    ...(firstNetwork === undefined
      ? {}
      : {
          NetworkingConfig: {
            EndpointsConfig: {
              [firstNetwork.name]: {
                Aliases: firstNetwork.endpoint.aliases,
                IPAMConfig: {
                  ...(firstNetwork.endpoint.ipv4Address === undefined ? {} : { IPv4Address: firstNetwork.endpoint.ipv4Address }),
                  ...(firstNetwork.endpoint.ipv6Address === undefined ? {} : { IPv6Address: firstNetwork.endpoint.ipv6Address }),
                },
              },
            },
          },
        }),
  };
}

/** Limits back to what was asked for, in the words of the Engine API; the Engine takes 0 as "leave it". Pure. */
export function updateOptions(limits: LimitsView): object {
  return {
    Memory: limits.memory,
    MemoryReservation: limits.memoryReservation,
    // Unsaid, the Engine gives as much swap as memory; a memory limit above the two together would be refused.
    MemorySwap: limits.memorySwap === 0 ? limits.memory * 2 : limits.memorySwap,
    NanoCpus: limits.nanoCpus,
    CpuShares: limits.cpuShares,
    CpusetCpus: limits.cpusetCpus,
    PidsLimit: limits.pidsLimit,
    RestartPolicy: { Name: "no" },
  };
}

function mountSettings(mount: MountConfig): Docker.MountSettings {
  const base = { Type: mount.type, Target: mount.target, Source: mount.source, ReadOnly: mount.readOnly };
  if (mount.type === "volume") {
    return { ...base, VolumeOptions: { NoCopy: mount.noCopy ?? false, Labels: {}, DriverConfig: { Name: "local", Options: {} } } };
  }
  const bind = { Propagation: mount.propagation ?? ("rprivate" as const), ...(mount.create === true ? { CreateMountpoint: true } : {}) };
  return { ...base, BindOptions: bind };
}

/** What a container gets only with a grant; absent where the spec asks for nothing, so that nothing can slip in. */
function powers(host: ContainerConfig["host"]): Partial<Docker.HostConfig> {
  const disks = (list: { path: string; rate: number }[] | undefined): { Path: string; Rate: number }[] =>
    (list ?? []).map(({ path, rate }) => ({ Path: path, Rate: rate }));
  const { blkio } = host;
  return {
    ...(host.privileged ? { Privileged: true } : {}),
    ...(host.unmaskedPaths ? { MaskedPaths: [], ReadonlyPaths: [] } : {}),
    ...(host.devices.length === 0
      ? {}
      : {
          Devices: host.devices.map(({ source, target, permissions }) => ({
            PathOnHost: source,
            PathInContainer: target,
            CgroupPermissions: permissions,
          })),
        }),
    ...(host.deviceCgroupRules.length === 0 ? {} : { DeviceCgroupRules: host.deviceCgroupRules }),
    ...(host.deviceRequests.length === 0
      ? {}
      : {
          DeviceRequests: host.deviceRequests.map(({ driver, count, deviceIds, capabilities, options }) => ({
            Driver: driver,
            Count: count,
            DeviceIDs: deviceIds,
            Capabilities: capabilities,
            Options: options,
          })),
        }),
    ...(host.runtime === "" ? {} : { Runtime: host.runtime }),
    ...(Object.keys(host.storageOptions).length === 0 ? {} : { StorageOpt: host.storageOptions }),
    ...(Object.keys(blkio).length === 0
      ? {}
      : {
          ...(blkio.weight === undefined ? {} : { BlkioWeight: blkio.weight }),
          BlkioWeightDevice: (blkio.weight_device ?? []).map(({ path, weight }) => ({ Path: path, Weight: weight })),
          BlkioDeviceReadBps: disks(blkio.device_read_bps),
          BlkioDeviceReadIOps: disks(blkio.device_read_iops),
          BlkioDeviceWriteBps: disks(blkio.device_write_bps),
          BlkioDeviceWriteIOps: disks(blkio.device_write_iops),
        }),
    ...(host.pidMode === "" ? {} : { PidMode: host.pidMode }),
    ...(host.utsMode === "" ? {} : { UTSMode: host.utsMode }),
    ...(host.usernsMode === "" ? {} : { UsernsMode: host.usernsMode }),
    ...(host.cgroupMode === "" ? {} : { CgroupnsMode: host.cgroupMode as "host" | "private" }),
  };
}

/** Options of a tmpfs as mount(8) names them; the Engine's own mount type knows neither owner nor exec. */
function tmpfsOptions(mount: MountConfig): string {
  const options = [mount.readOnly ? "ro" : "rw", "nosuid", "nodev", mount.exec === true ? "exec" : "noexec", `mode=${(mount.mode ?? 0o1777).toString(8)}`];
  if (mount.size !== undefined) options.push(`size=${mount.size}`);
  if (mount.uid !== undefined) options.push(`uid=${mount.uid}`);
  if (mount.gid !== undefined) options.push(`gid=${mount.gid}`);
  return options.join(",");
}
