import type { ContainerConfig, DeviceRequest, LimitsView, SecurityView } from "../docker/engine.ts";

/**
 * Fields in which a created container gives more power than was asked for, or other. Empty = it is what was intended.
 * A closed list: what the Engine fills in for itself elsewhere is of no concern. Pure.
 */
export function differences(intent: ContainerConfig, actual: SecurityView): string[] {
  const { host } = intent;
  const wrong: string[] = [];
  const same = (field: string, wanted: readonly string[], got: readonly string[]): void => {
    if (JSON.stringify([...wanted].sort()) !== JSON.stringify([...got].sort())) wrong.push(field);
  };
  if (intent.imageId !== "" && actual.imageId !== intent.imageId) wrong.push("image");
  if (actual.privileged !== host.privileged) wrong.push("privileged");
  same("devices", deviceTexts(intent), actual.devices);
  same("device rules", host.deviceCgroupRules, actual.deviceCgroupRules);
  if (host.runtime !== "" && actual.runtime !== host.runtime) wrong.push("runtime");
  if (actual.restartPolicy !== "no") wrong.push("restart policy");
  if (actual.readonlyRootfs !== host.readonlyRootfs) wrong.push("read-only root");
  if (intent.user !== undefined && actual.user !== intent.user) wrong.push("user");
  const namespaces = actual.pidMode === host.pidMode && actual.utsMode === host.utsMode && actual.usernsMode === host.usernsMode;
  if (!namespaces || (host.cgroupMode !== "" && actual.cgroupMode !== host.cgroupMode)) wrong.push("namespaces");
  if (actual.ipcMode !== "" && actual.ipcMode !== host.ipcMode) wrong.push("ipc");
  if (actual.networkMode !== host.networkMode) wrong.push("network mode");
  same("groups", host.groupAdd, actual.groups);
  same("kernel parameters", Object.entries(host.sysctls).map(([name, value]) => `${name}=${value}`), actual.sysctls);
  same("capabilities", host.capAdd, actual.capAdd);
  same("dropped capabilities", host.capDrop, actual.capDrop);
  same("security options", host.securityOpt, withoutOwn(host, actual.securityOpt));
  same("mounts", host.mounts.map(mountText), actual.mounts);
  const bindings = Object.entries(host.portBindings).flatMap(([port, list]) =>
    list.map(({ hostIp, hostPort }) => `${port}=${hostIp}:${hostPort}`),
  );
  same("ports", bindings, actual.portBindings);
  return wrong;
}

/** Labels that the Engine takes away by itself from who shares the device's processes or its memory, or is privileged. */
function withoutOwn(host: ContainerConfig["host"], options: readonly string[]): readonly string[] {
  const shares = host.privileged || host.pidMode === "host" || host.ipcMode === "host";
  return shares && !host.securityOpt.includes("label=disable") ? options.filter((option) => option !== "label=disable") : options;
}

const LIMIT_NAMES: Record<keyof LimitsView, string> = {
  memory: "memory limit",
  memoryReservation: "memory reservation",
  memorySwap: "swap limit",
  nanoCpus: "CPU limit",
  cpuShares: "CPU weight",
  cpusetCpus: "CPU set",
  pidsLimit: "process limit",
};

/** Names of the limits that were asked for and that the Engine does not keep: a notice, no failure. Pure. */
export function droppedLimits({ host }: ContainerConfig, actual: LimitsView): string[] {
  return (Object.keys(LIMIT_NAMES) as (keyof LimitsView)[])
    .filter((limit) => host[limit] !== 0 && host[limit] !== "" && host[limit] !== actual[limit])
    .map((limit) => LIMIT_NAMES[limit]);
}

/** How a mount is written in a SecurityView. */
export function mountText({ type, source, target, readOnly }: { type: string; source: string; target: string; readOnly: boolean }): string {
  return `${type}|${source}|${target}|${readOnly ? "ro" : "rw"}`;
}

function deviceTexts({ host }: ContainerConfig): string[] {
  return [...host.devices.map(({ source, target, permissions }) => `${source}:${target}:${permissions}`), ...host.deviceRequests.map(requestText)];
}

/** How a request for devices is written in a SecurityView. */
export function requestText({ driver, count, deviceIds, capabilities }: Omit<DeviceRequest, "options">): string {
  return `request ${driver} ${count} ${deviceIds.join(",")} ${JSON.stringify(capabilities)}`;
}
