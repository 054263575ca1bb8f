import type Docker from "dockerode";
import { mountText, requestText } from "../plan/verify.ts";
import type { LimitsView, SecurityView } from "./engine.ts";

/** Fields of inspect that the published types lack. */
interface UntypedHost {
  UTSMode?: string;
  Runtime?: string;
  CgroupnsMode?: string;
  DeviceRequests?: { Driver?: string; Count?: number; DeviceIDs?: string[] | null; Capabilities?: string[][] | null }[] | null;
  DeviceCgroupRules?: string[] | null;
}

type Inspect = Docker.ContainerInspectInfo;
type Host = Omit<Inspect["HostConfig"], keyof UntypedHost> & UntypedHost;

/** What an inspected container may do, normalised. Pure. */
export function securityView(detail: Inspect): SecurityView {
  const host = detail.HostConfig as Host;
  return {
    imageId: detail.Image,
    privileged: host.Privileged ?? false,
    capAdd: capabilities(host.CapAdd as string[] | null | undefined),
    capDrop: capabilities(host.CapDrop as string[] | null | undefined),
    securityOpt: (host.SecurityOpt as string[] | null | undefined) ?? [],
    mounts: mounts(detail),
    devices: devices(host),
    deviceCgroupRules: [...(host.DeviceCgroupRules ?? [])].sort(),
    runtime: host.Runtime ?? "",
    user: detail.Config.User,
    groups: [...(host.GroupAdd ?? [])].sort(),
    sysctls: Object.entries(host.Sysctls ?? {}).map(([name, value]) => `${name}=${value}`).sort(),
    readonlyRootfs: host.ReadonlyRootfs ?? false,
    networkMode: host.NetworkMode ?? "",
    pidMode: host.PidMode ?? "",
    ipcMode: host.IpcMode ?? "",
    utsMode: host.UTSMode ?? "",
    usernsMode: host.UsernsMode ?? "",
    cgroupMode: host.CgroupnsMode ?? "",
    restartPolicy: host.RestartPolicy?.Name === "" || host.RestartPolicy === undefined ? "no" : host.RestartPolicy.Name,
    portBindings: Object.entries((host.PortBindings ?? {}) as Record<string, { HostIp: string; HostPort: string }[] | null>)
      .flatMap(([port, list]) => (list ?? []).map(({ HostIp, HostPort }) => `${port}=${HostIp}:${HostPort}`))
      .sort(),
  };
}

/** Seconds that an Engine waits for a container that does not say. */
const DEFAULT_GRACE_SECONDS = 10;

/** Seconds between the stop signal and the kill. Pure. */
export function graceSeconds({ Config }: Inspect): number {
  return (Config as Inspect["Config"] & { StopTimeout?: number | null }).StopTimeout ?? DEFAULT_GRACE_SECONDS;
}

/** The limits that hold for it. Pure. */
export function limitsView(detail: Inspect): LimitsView {
  const host = detail.HostConfig;
  return {
    memory: host.Memory ?? 0,
    memoryReservation: host.MemoryReservation ?? 0,
    memorySwap: host.MemorySwap ?? 0,
    nanoCpus: host.NanoCpus ?? 0,
    cpuShares: host.CpuShares ?? 0,
    cpusetCpus: host.CpusetCpus ?? "",
    pidsLimit: host.PidsLimit ?? 0,
  };
}

function capabilities(list: readonly string[] | null | undefined): string[] {
  return (list ?? []).map((capability) => capability.replace(/^CAP_/, "")).sort();
}

/** What is really mounted, volumes that the image brings among it; tmpfs stands in the configuration only. */
function mounts({ HostConfig: host, Mounts: list }: Inspect): string[] {
  return [
    ...list
      .filter(({ Type }) => Type !== "tmpfs")
      .map(({ Type, Name, Source, Destination, RW }) =>
        mountText({ type: Type, source: Type === "volume" ? (Name ?? "") : Source, target: Destination, readOnly: !RW }),
      ),
    ...Object.entries((host.Tmpfs ?? {}) as Record<string, string>).map(([target, options]) =>
      mountText({ type: "tmpfs", source: "", target, readOnly: options.split(",").includes("ro") }),
    ),
  ].sort();
}

function devices(host: Host): string[] {
  const list = (host.Devices as { PathOnHost: string; PathInContainer: string; CgroupPermissions: string }[] | null | undefined) ?? [];
  return [
    ...list.map(({ PathOnHost, PathInContainer, CgroupPermissions }) => `${PathOnHost}:${PathInContainer}:${CgroupPermissions}`),
    ...(host.DeviceRequests ?? []).map(({ Driver, Count, DeviceIDs, Capabilities }) =>
      requestText({ driver: Driver ?? "", count: Count ?? 0, deviceIds: DeviceIDs ?? [], capabilities: Capabilities ?? [] }),
    ),
  ].sort();
}
