import { type CanonicalService, type CanonicalSpec, needsOf } from "@daonetes/client/compose";
import { boundPath } from "./bound-path.ts";
import { covers, isBelow } from "./covers.ts";
import type { Grants } from "./grants.ts";

/** One thing that the owner of the device does not allow. */
export interface OwnerFinding {
  reason: "GrantMissing" | "PolicyRefused";
  /** Stable id of the rule. */
  rule: string;
  /** JSON pointer into the spec. */
  pointer: string;
  message: string;
  /** The line that would allow it, to be added to `grants` of the owner's file; undefined = no line does. */
  line: string | undefined;
}

export interface OwnerQuestion {
  spec: CanonicalSpec;
  group: string;
  deployment: string;
  /** True: the group asks for the stricter profile. */
  asksRestricted: boolean;
  grants: Grants;
  /**
   * Where paths of the device really lead, by the path as it is written: those that the spec mounts with all links
   * followed, those that are granted with the links of the folders above them.
   */
  realPaths: ReadonlyMap<string, string>;
  /** Where the agent keeps keys, grants and secrets. */
  agentFolders: readonly string[];
  /** Group that may use the Engine's socket; undefined or 0 = no group but root. */
  engineGroup?: number | undefined;
}

/** True where the stricter profile holds: the owner or the group wants it. Pure. */
export function isRestricted({ grants, asksRestricted }: Pick<OwnerQuestion, "grants" | "asksRestricted">): boolean {
  return asksRestricted || grants.profile === "restricted";
}

/** What the owner's file does not allow of a spec, everything at once. The group can narrow what it allows, never widen it. Pure. */
export function checkOwner(question: OwnerQuestion): OwnerFinding[] {
  const findings = needsOf(question.spec).flatMap(({ text, kind, pointer }) => missing(question, kind, pointer, text));
  for (const [name, service] of Object.entries(question.spec.services)) {
    const at = `/services/${name}`;
    findings.push(...groupFindings(question, service, at), ...portFindings(question, service, at), ...limitFindings(question.grants, service, at));
    if (isRestricted(question)) findings.push(...restrictedFindings(service, at));
  }
  return findings;
}

/** A need that no grant covers; of a path both what is written and where it leads have to be covered. */
function missing(question: OwnerQuestion, kind: string, pointer: string, text: string): OwnerFinding[] {
  if (!isGranted(question, text)) return [missingFinding(question, kind, pointer, text)];
  const path = kind === "bind" ? boundPath(text) : undefined;
  const real = path === undefined ? undefined : question.realPaths.get(path);
  if (path === undefined || real === undefined) return [];
  const led = `bind ${real} ${text.endsWith(" ro") ? "ro" : "rw"}`;
  if (question.agentFolders.some((folder) => isBelow(folder, real)) || (real !== path && real.endsWith(".sock"))) {
    const message = `${path} leads to ${real} on this device, which is never mounted in this way`;
    return [{ reason: "PolicyRefused", rule: "host-path", pointer, message, line: undefined }];
  }
  return isGranted(question, led) ? [] : [missingFinding(question, kind, pointer, led)];
}

function missingFinding(question: OwnerQuestion, rule: string, pointer: string, text: string): OwnerFinding {
  const message = `the owner of this device has not granted: ${text}`;
  return { reason: "GrantMissing", rule: `grant-${rule}`, pointer, message, line: lineFor(question, text) };
}

/** The line of `grants` that allows exactly this, and no more. Pure. */
export function lineFor({ group, deployment }: Pick<OwnerQuestion, "group" | "deployment">, allow: string): string {
  return JSON.stringify({ allow, for: `${group}/${deployment}` });
}

function isGranted({ grants, group, deployment, realPaths }: OwnerQuestion, text: string): boolean {
  return grants.grants.some(
    (grant) => grant.for.some((target) => isFor(target, group, deployment)) && (covers(grant.allow, text) || covers(realGrant(grant.allow, realPaths), text)),
  );
}

/** A granted path as it is without links above it: /var/run is /run on most devices. */
function realGrant(allow: string, realPaths: ReadonlyMap<string, string>): string {
  const path = boundPath(allow);
  const real = path === undefined ? undefined : realPaths.get(grantedKey(path));
  return real === undefined ? allow : `bind ${real} ${allow.slice(-2)}`;
}

/** Under which a granted path stands among the real paths. */
export function grantedKey(path: string): string {
  return `granted ${path}`;
}

function isFor(target: string, group: string, deployment: string): boolean {
  const [targetGroup, targetDeployment] = target.split("/");
  return (targetGroup === "*" || targetGroup === group) && (targetDeployment === "*" || targetDeployment === deployment);
}

/** Whoever is in the group of the Engine's socket is root as soon as he sees it. */
function groupFindings(question: OwnerQuestion, { group_add, user }: CanonicalService, at: string): OwnerFinding[] {
  const { engineGroup } = question;
  if (engineGroup === undefined || engineGroup === 0 || isGranted(question, "engine-socket")) return [];
  const field = group_add?.includes(String(engineGroup)) ? "group_add" : user?.split(":")[1] === String(engineGroup) ? "user" : undefined;
  return field === undefined ? [] : [missingFinding(question, "engine-socket", `${at}/${field}`, "engine-socket")];
}

function portFindings(question: OwnerQuestion, service: CanonicalService, at: string): OwnerFinding[] {
  const { ports: allowed } = question.grants.limits;
  const strict = isRestricted(question);
  if (allowed === undefined && !strict) return [];
  return (service.ports ?? []).flatMap(({ published, target }, index): OwnerFinding[] => {
    const pointer = `${at}/ports/${index}`;
    if (published === undefined) {
      const message = `the Engine would choose the port of the device for ${target}, and the owner of this device allows certain ports only: name one of them`;
      return [{ reason: "PolicyRefused", rule: "limit-ports", pointer, message, line: undefined }];
    }
    if (allowed?.some(({ first, last }) => first <= published && published <= last)) return [];
    const text = `port ${published}`;
    return isGranted(question, text) ? [] : [missingFinding(question, "port", pointer, text)];
  });
}

function limitFindings({ limits }: Grants, service: CanonicalService, at: string): OwnerFinding[] {
  const above = (rule: string, field: string, asked: number | undefined, most: number | undefined, unit: string): OwnerFinding[] => {
    if (asked === undefined || most === undefined || asked <= most) return [];
    const message = `${field} asks for ${asked}, the owner of this device gives a container at most ${most} ${unit}`;
    return [{ reason: "PolicyRefused", rule: `limit-${rule}`, pointer: `${at}/${field}`, message, line: undefined }];
  };
  const quota = service.cpu_quota === undefined ? undefined : Math.ceil((service.cpu_quota / (service.cpu_period ?? 100_000)) * 1e9);
  return [
    ...above("memory", "mem_limit", service.mem_limit, limits.memory, "bytes"),
    ...above("memory", "mem_reservation", service.mem_reservation, limits.memory, "bytes"),
    ...above("memory", "memswap_limit", service.memswap_limit, limits.memory === undefined ? undefined : limits.memory * 2, "bytes with swap"),
    ...above("cpus", "cpus", service.cpus, limits.cpus, "nano-CPUs"),
    ...above("cpus", "cpu_quota", quota, limits.cpus, "nano-CPUs"),
    ...above("pids", "pids_limit", service.pids_limit, limits.pids, "processes"),
  ];
}

function restrictedFindings(service: CanonicalService, at: string): OwnerFinding[] {
  const findings: OwnerFinding[] = [];
  const refuse = (field: string, message: string): void => {
    findings.push({ reason: "PolicyRefused", rule: `restricted-${field.replace("_", "-")}`, pointer: `${at}/${field}`, message: `the profile restricted ${message}`, line: undefined });
  };
  if (!/^[1-9]\d{0,9}(?::\d{1,10})?$/.test(service.user ?? "")) refuse("user", "needs a numeric user above 0");
  if (service.read_only !== true) refuse("read_only", "needs a read-only root file system");
  if ((service.cap_add ?? []).some((capability) => capability !== "NET_BIND_SERVICE")) refuse("cap_add", "allows no capability but NET_BIND_SERVICE");
  if (service.privileged === true) refuse("privileged", "allows no privileged container");
  return findings;
}
