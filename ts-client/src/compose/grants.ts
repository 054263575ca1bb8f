import { sortedUnique } from "./byte-order.ts";
import type { CanonicalGpu, CanonicalMount, CanonicalService, CanonicalSpec } from "./canonical-spec.ts";
import { BASELINE_CAPABILITIES, OWN_LOG_DRIVERS, SAFE_SYSCTLS, SHARED_HOST_FILES } from "./verdicts.ts";

/**
 * What a spec asks of the owner of a device, one text a grant. The grammar is a contract: the same texts stand in
 * `requires` of a spec, in what an approver reads, and in the owner's file of grants. The first word is the kind:
 *
 * | text | asks for |
 * |---|---|
 * | `bind PATH ro`, `bind PATH rw` | a path of the device, read-only or writable |
 * | `blkio` | weights and limits of the device's disks |
 * | `capability NAME` | a capability outside the baseline, or `ALL` |
 * | `device PATH rwm` | a device node (or the name of a CDI device), with what is allowed |
 * | `device-rule c 188:* rmw` | access to device nodes by number |
 * | `engine-socket` | the Engine, which is root on the device |
 * | `external-volume NAME` | a volume that is there already |
 * | `gpu DRIVER WHICH CAPABILITIES` | GPUs: `any` or a driver; `all`, a number or ids; capabilities |
 * | `host-cgroup` `host-ipc` `host-network` `host-pid` `host-userns` `host-uts` | a namespace of the device |
 * | `host-gateway` | the device's own address under a name |
 * | `log-driver NAME` | another driver for logs |
 * | `privileged` | everything |
 * | `runtime NAME` | another program that runs the container |
 * | `security-opt NAME=VALUE` | a weaker or other isolation |
 * | `storage-opt NAME=VALUE` | an option of the storage driver |
 * | `sysctl NAME` | a kernel parameter outside the safe list |
 */
export const GRANT_KINDS = [
  "bind",
  "blkio",
  "capability",
  "device",
  "device-rule",
  "engine-socket",
  "external-volume",
  "gpu",
  "host-cgroup",
  "host-gateway",
  "host-ipc",
  "host-network",
  "host-pid",
  "host-userns",
  "host-uts",
  "log-driver",
  "privileged",
  "runtime",
  "security-opt",
  "storage-opt",
  "sysctl",
] as const;

export type GrantKind = (typeof GRANT_KINDS)[number];

/** The address in `extra_hosts` that stands for the device itself. */
export const HOST_GATEWAY = "host-gateway";

/** One grant, and where the spec asks for it. */
export interface Need {
  /** In the grammar above. */
  text: string;
  kind: GrantKind;
  /** Service that asks; absent for a volume of the whole spec. */
  service?: string;
  /** JSON pointer into the spec. */
  pointer: string;
}

/** Everything that a spec asks of a device's owner, in the order of services. */
export function needsOf(spec: Pick<CanonicalSpec, "services" | "volumes">): Need[] {
  const needs: Need[] = [];
  for (const name of Object.keys(spec.services).sort()) {
    const service = spec.services[name] as CanonicalService;
    for (const [field, texts] of Object.entries(serviceNeeds(service))) {
      for (const text of texts) {
        needs.push({ text, kind: text.split(" ")[0] as GrantKind, service: name, pointer: `/services/${name}/${field}` });
      }
    }
  }
  for (const [name, { external }] of Object.entries(spec.volumes ?? {})) {
    if (external === undefined) continue;
    needs.push({ text: `external-volume ${external}`, kind: "external-volume", pointer: `/volumes/${name}/external` });
  }
  return needs;
}

/** The list that stands in `requires`. */
export function requiresOf(spec: Pick<CanonicalSpec, "services" | "volumes">): string[] {
  return sortedUnique(needsOf(spec).map(({ text }) => text));
}

/** By the field that asks. */
function serviceNeeds(service: CanonicalService): Record<string, string[]> {
  const driver = service.logging?.driver ?? "local";
  return {
    privileged: service.privileged ? ["privileged"] : [],
    network_mode: service.network_mode === "host" ? ["host-network"] : [],
    pid: service.pid === "host" ? ["host-pid"] : [],
    ipc: service.ipc === "host" ? ["host-ipc"] : [],
    uts: service.uts === "host" ? ["host-uts"] : [],
    cgroup: service.cgroup === "host" ? ["host-cgroup"] : [],
    userns_mode: service.userns_mode === "host" ? ["host-userns"] : [],
    cap_add: (service.cap_add ?? []).filter((name) => !BASELINE_CAPABILITIES.includes(name)).map((name) => `capability ${name}`),
    devices: (service.devices ?? []).map(({ source, permissions }) => `device ${source} ${permissions ?? "rwm"}`),
    device_cgroup_rules: (service.device_cgroup_rules ?? []).map((rule) => `device-rule ${rule}`),
    gpus: (service.gpus ?? []).map(gpuText),
    runtime: service.runtime === undefined ? [] : [`runtime ${service.runtime}`],
    security_opt: (service.security_opt ?? []).map((option) => `security-opt ${option}`),
    storage_opt: Object.entries(service.storage_opt ?? {}).map(([name, value]) => `storage-opt ${name}=${value}`),
    sysctls: Object.keys(service.sysctls ?? {}).filter((name) => !SAFE_SYSCTLS.includes(name)).map((name) => `sysctl ${name}`),
    blkio_config: service.blkio_config ? ["blkio"] : [],
    extra_hosts: (service.extra_hosts ?? []).some((line) => line.endsWith(`=${HOST_GATEWAY}`)) ? ["host-gateway"] : [],
    logging: OWN_LOG_DRIVERS.includes(driver) ? [] : [`log-driver ${driver}`],
    volumes: (service.volumes ?? []).flatMap(bindText),
  };
}

function gpuText({ driver, count, device_ids, capabilities }: CanonicalGpu): string {
  const which = device_ids?.join(",") ?? (count === undefined || count === -1 ? "all" : String(count));
  return `gpu ${driver ?? "any"} ${which} ${capabilities.join(",")}`;
}

function bindText(mount: CanonicalMount): string[] {
  if (mount.type !== "bind" || isShared(mount)) return [];
  if (isEngineSocket(mount.source)) return ["engine-socket"];
  return [`bind ${mount.source} ${mount.read_only ? "ro" : "rw"}`];
}

/** True for the few files of a device that anybody may read. */
export function isShared(mount: { source: string; read_only?: true }): boolean {
  return mount.read_only === true && SHARED_HOST_FILES.includes(mount.source);
}

/** Whoever reaches this path talks to the Engine, read-only or not. */
export function isEngineSocket(path: string): boolean {
  return /(?:^|\/)(?:docker|containerd|podman|crio|buildkitd)\.sock$/.test(path);
}
