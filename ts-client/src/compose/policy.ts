import type { CanonicalNetwork, CanonicalService, CanonicalSpec, CanonicalVolume } from "./canonical-spec.ts";
import { MAX_PIDS, MAX_STOP_GRACE, SECOND } from "./canonical-limits.ts";
import type { Code } from "./codes.ts";
import { MAX_PORT_RANGE } from "./limits.ts";
import { isPrivate, parseCidr } from "./subnet.ts";
import { RESERVED_LABELS, RESERVED_PORTS } from "./verdicts.ts";

/** One thing that no device of the profile `baseline` runs, whatever its owner allows. */
export interface PolicyFinding {
  /** Short, stable name of the rule. */
  rule: string;
  code: Code;
  /** JSON pointer into the spec. */
  pointer: string;
  message: string;
  help: string;
}

/** The Engine refuses smaller memory limits. */
const MIN_MEMORY = 6 * 1024 * 1024;
/** Where the kernel's and the Engine's own mounts are. */
const SYSTEM_TARGETS = /^\/(?:proc|sys)(?:\/|$)|^\/dev$/;
/** Keys, grants and secrets of the agent: nothing and nobody opens them to a container. */
const AGENT_PATHS = /^\/(?:var\/lib|run|etc)\/daonetes(?:\/|$)/;
const ENGINE_FILES = new Set(["/etc/hosts", "/etc/hostname", "/etc/resolv.conf"]);

/**
 * What the baseline forbids in a spec whoever asks, everything at once. Author, approver and device ask the same
 * question; what the owner of a device may allow is another one, and `needsOf` answers it.
 */
export function checkPolicy(spec: CanonicalSpec): PolicyFinding[] {
  const findings: PolicyFinding[] = [];
  const report: Report = (rule, code, pointer, message, help) =>
    void findings.push({ rule, code, pointer, message, help });
  for (const [name, network] of Object.entries(spec.networks ?? {})) checkSubnets(network, `/networks/${name}`, report);
  for (const section of ["networks", "volumes"] as const) {
    const entries: Readonly<Record<string, CanonicalNetwork | CanonicalVolume>> = spec[section] ?? {};
    for (const [name, { labels }] of Object.entries(entries)) checkLabels(labels, `/${section}/${name}/labels`, report);
  }
  for (const [name, service] of Object.entries(spec.services)) checkService(service, `/services/${name}`, report);
  return findings;
}

type Report = (rule: string, code: Code, pointer: string, message: string, help: string) => void;

function checkService(service: CanonicalService, at: string, report: Report): void {
  checkLabels(service.labels, `${at}/labels`, report);
  checkPrivileges(service, at, report);
  checkPorts(service, at, report);
  checkMounts(service, at, report);
  checkResources(service, at, report);
  if (service.platform !== undefined && !service.platform.startsWith("linux/")) {
    report(
      "platform",
      "DAO2313",
      `${at}/platform`,
      `platform ${service.platform} is not Linux`,
      "devices run Linux containers",
    );
  }
}

function checkSubnets({ subnets }: CanonicalNetwork, at: string, report: Report): void {
  for (const { subnet } of subnets ?? []) {
    const range = parseCidr(subnet)!;
    const [widest, narrowest] = range.family === 4 ? [16, 30] : [48, 126];
    if (!isPrivate(range))
      report("subnet", "DAO2313", `${at}/ipam`, `subnet ${subnet} is not private`, "as 172.28.0.0/24, 10.8.0.0/24 or fd00:1::/64; or leave it to the device");
    else if (range.prefix < widest || range.prefix > narrowest)
      report("subnet", "DAO2313", `${at}/ipam`, `subnet ${subnet} has a prefix that is not allowed`, `/${widest} to /${narrowest}`);
  }
}

function checkLabels(labels: Readonly<Record<string, string>> | undefined, at: string, report: Report): void {
  for (const name of Object.keys(labels ?? {})) {
    const prefix = RESERVED_LABELS.find((reserved) => `${name.toLowerCase()}.`.startsWith(reserved));
    if (prefix)
      report(
        "reserved-label",
        "DAO2312",
        `${at}/${name}`,
        `label ${name} is reserved`,
        `choose a name that does not start with ${prefix}`,
      );
  }
}

function checkPrivileges(service: CanonicalService, at: string, report: Report): void {
  for (const [name, { soft, hard }] of Object.entries(service.ulimits ?? {})) {
    if (name === "memlock" || (soft !== -1 && hard !== -1)) continue;
    report(
      "ulimit",
      "DAO2313",
      `${at}/ulimits/${name}`,
      `${name} may not be unlimited`,
      "name a number; only memlock may be unlimited",
    );
  }
}

function checkPorts(service: CanonicalService, at: string, report: Report): void {
  const ports = service.ports ?? [];
  if (ports.length > MAX_PORT_RANGE) {
    report(
      "port-count",
      "DAO2311",
      `${at}/ports`,
      `${ports.length} published ports, at most ${MAX_PORT_RANGE} are allowed`,
      "publish fewer ports",
    );
  }
  for (const [index, { published }] of ports.entries()) {
    const owner = published === undefined ? undefined : RESERVED_PORTS.get(published);
    if (owner === undefined) continue;
    report(
      "reserved-port",
      "DAO2310",
      `${at}/ports/${index}`,
      `port ${published} of the device belongs to ${owner}`,
      "publish another port",
    );
  }
}

function checkMounts(service: CanonicalService, at: string, report: Report): void {
  for (const [index, { target }] of (service.secrets ?? []).entries()) {
    if (!SYSTEM_TARGETS.test(target) && !ENGINE_FILES.has(target)) continue;
    report("mount-target", "DAO2313", `${at}/secrets/${index}`, `nothing can be mounted at ${target}`, "choose another path in the container");
  }
  for (const [index, mount] of (service.volumes ?? []).entries()) {
    const pointer = `${at}/volumes/${index}`;
    // The owner who gives away /sys or /dev gives it at its place; over /proc the Engine mounts nothing.
    const owners = mount.type === "bind" && !mount.target.startsWith("/proc");
    if ((SYSTEM_TARGETS.test(mount.target) && !owners) || ENGINE_FILES.has(mount.target)) {
      report(
        "mount-target",
        "DAO2313",
        pointer,
        `nothing can be mounted at ${mount.target}`,
        "choose another path in the container",
      );
    }
    if (mount.type === "bind" && AGENT_PATHS.test(mount.source)) {
      report(
        "agent-path",
        "DAO2308",
        pointer,
        `${mount.source} belongs to the agent of the device`,
        "mount another path: whoever reads the agent's keys is the device",
      );
    }
    if (mount.type === "tmpfs" && mount.size !== undefined && mount.size > (service.mem_limit ?? Infinity)) {
      report(
        "memory",
        "DAO2313",
        pointer,
        "the tmpfs is larger than the memory limit",
        "lower its size or raise mem_limit",
      );
    }
  }
}

function checkResources(service: CanonicalService, at: string, report: Report): void {
  const bound = (rule: string, field: keyof CanonicalService, message: string, help: string): void =>
    report(rule, "DAO2313", `${at}/${field}`, message, help);
  if ((service.pids_limit ?? 1) > MAX_PIDS || (service.pids_limit ?? 1) < 1) {
    bound("pids", "pids_limit", `pids_limit is not between 1 and ${MAX_PIDS}`, `choose one between 1 and ${MAX_PIDS}`);
  }
  if ((service.mem_limit ?? MIN_MEMORY) < MIN_MEMORY)
    bound("memory", "mem_limit", "mem_limit is below 6 MiB", "the Engine needs at least 6 MiB");
  if ((service.shm_size ?? 0) > (service.mem_limit ?? Infinity))
    bound("memory", "shm_size", "shm_size is larger than mem_limit", "lower it or raise mem_limit");
  if ((service.oom_score_adj ?? 0) < 0)
    bound("oom-score", "oom_score_adj", "oom_score_adj is below 0", "choose 0 to 1000");
  if ((service.stop_grace_period ?? 0) > MAX_STOP_GRACE)
    bound("stop-grace", "stop_grace_period", "stop_grace_period is above 300 s", "choose at most 300s");
  if ((service.healthcheck?.interval ?? SECOND) < SECOND)
    bound("health-interval", "healthcheck", "the interval is below 1 s", "choose 1s or more");
}
