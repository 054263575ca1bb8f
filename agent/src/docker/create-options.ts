import type Docker from "dockerode";
import type { ContainerConfig, MountConfig } from "./engine.ts";

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
      IpcMode: "private",
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

function mountSettings(mount: MountConfig): Docker.MountSettings {
  const base = { Type: mount.type, Target: mount.target, Source: mount.source, ReadOnly: mount.readOnly };
  if (mount.type === "volume") {
    return { ...base, VolumeOptions: { NoCopy: mount.noCopy ?? false, Labels: {}, DriverConfig: { Name: "local", Options: {} } } };
  }
  return { ...base, BindOptions: { Propagation: "rprivate" } };
}

/** Options of a tmpfs as mount(8) names them; the Engine's own mount type knows neither owner nor exec. */
function tmpfsOptions(mount: MountConfig): string {
  const options = [mount.readOnly ? "ro" : "rw", "nosuid", "nodev", mount.exec === true ? "exec" : "noexec", `mode=${(mount.mode ?? 0o1777).toString(8)}`];
  if (mount.size !== undefined) options.push(`size=${mount.size}`);
  if (mount.uid !== undefined) options.push(`uid=${mount.uid}`);
  if (mount.gid !== undefined) options.push(`gid=${mount.gid}`);
  return options.join(",");
}
