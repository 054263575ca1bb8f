import { sortedUnique } from "./byte-order.ts";
import { DEFAULTS, MAX_PIDS, MAX_STOP_GRACE } from "./canonical-limits.ts";
import * as names from "./canonical-names.ts";
import type { CanonicalDependency, CanonicalLogging, CanonicalService } from "./canonical-spec.ts";
import { CommandLineError, splitCommandLine } from "./command-line.ts";
import { formDeploy, formRestart, oneCopy } from "./form-deploy.ts";
import type { DeployForm } from "./form-deploy.ts";
import { formHealthcheck } from "./form-healthcheck.ts";
import { formMounts } from "./form-mounts.ts";
import type { MountOrigins } from "./form-mounts.ts";
import { formLabels, formServiceNetworks } from "./form-networks.ts";
import { formExpose, formPorts } from "./form-ports.ts";
import type { PortOrigins } from "./form-ports.ts";
import { parseImageReference } from "./image-reference.ts";
import { isIpAddress } from "./ip-address.ts";
import { isNull } from "./node.ts";
import { isAbsolute, normalize } from "./posix-path.ts";
import type { Place } from "./place.ts";
import { child, entriesOf, itemsOf } from "./place.ts";
import type { ProjectImage, ProjectService } from "./project.ts";
import type { Values } from "./values.ts";
import { BASELINE_CAPABILITIES } from "./verdicts.ts";

export interface Origins {
  ports: PortOrigins;
  mounts: MountOrigins;
}

/** What a file sets of a service beside its environment and labels of files, which are read apart. */
export function formService(place: Place, values: Values, origins: Origins): ProjectService | undefined {
  const at = (key: string): Place | undefined => child(place, key);
  checkValueless(place, values);
  const deploy = formDeploy(at("deploy"), values);
  const limits = limitsOf(place, deploy, values);
  const restart = deploy.restart ?? formRestart(at("restart"), values);
  const stopGrace = values.duration(at("stop_grace_period"));
  if (stopGrace !== undefined && stopGrace > MAX_STOP_GRACE) values.error("DAO2313", at("stop_grace_period")!, "is longer than 300 s", "choose at most 300s");
  oneCopy(at("scale"), values);
  const service: { [K in keyof ProjectService]?: ProjectService[K] | undefined } = {
    image: formImage(place, values),
    cap_add: capabilities(at("cap_add"), values, "add"),
    cap_drop: capabilities(at("cap_drop"), values, "drop"),
    command: commandLine(at("command"), values),
    depends_on: dependencies(place, values),
    dns: addresses(at("dns"), values),
    dns_opt: optionalList(values.texts(at("dns_opt")).map(({ text }) => text)),
    dns_search: optionalList(values.texts(at("dns_search")).map(({ text }) => text)),
    domainname: values.matching(at("domainname"), names.DOMAIN_NAME, "DAO2129", "a domain name"),
    entrypoint: commandLine(at("entrypoint"), values),
    expose: formExpose(at("expose"), values),
    extra_hosts: extraHosts(at("extra_hosts"), values),
    group_add: groups(at("group_add"), values),
    healthcheck: formHealthcheck(at("healthcheck"), values),
    hostname: values.matching(at("hostname"), names.HOST_NAME, "DAO2129", "a host name"),
    init: values.flag(at("init")),
    ...formLabels(at("labels"), values),
    logging: formLogging(at("logging"), values),
    ...formServiceNetworks(place, values),
    platform: values.matching(at("platform"), names.PLATFORM, "DAO2103", "a platform", "write it as linux/amd64 or linux/arm/v7"),
    ports: formPorts(at("ports"), values, origins.ports),
    read_only: values.flag(at("read_only")),
    restart: restart === "no" ? undefined : restart,
    stdin_open: values.flag(at("stdin_open")),
    stop_grace_period: unless(stopGrace, DEFAULTS.stopGracePeriod),
    stop_signal: stopSignal(at("stop_signal"), values),
    sysctls: texts(at("sysctls"), values),
    tty: values.flag(at("tty")),
    ulimits: ulimits(at("ulimits"), values),
    user: values.matching(at("user"), names.USER, "DAO2103", "a user", "write it as 1000, 1000:1000 or a name of the image"),
    volumes: formMounts(at("volumes"), at("tmpfs"), values, origins.mounts),
    working_dir: workingDirectory(at("working_dir"), values),
    ...limits,
  };
  for (const key of Object.keys(service) as (keyof ProjectService)[]) if (service[key] === undefined) delete service[key];
  return service.image ? (service as ProjectService) : undefined;
}

function limitsOf(place: Place, deploy: DeployForm, values: Values): { [K in keyof CanonicalService]?: CanonicalService[K] | undefined } {
  const at = (key: string): Place | undefined => child(place, key);
  const own = {
    cpus: values.cpus(at("cpus")),
    mem_limit: values.bytes(at("mem_limit")),
    mem_reservation: values.bytes(at("mem_reservation")),
    pids_limit: values.integer(at("pids_limit"), 1, MAX_PIDS, `choose 1 to ${MAX_PIDS}`),
  };
  const folded: Partial<Record<keyof typeof own, number | undefined>> = {};
  for (const key of Object.keys(own) as (keyof typeof own)[]) {
    if (own[key] !== undefined && deploy[key] !== undefined && own[key] !== deploy[key]) {
      values.errorAtKey("DAO2117", at(key)!, "and deploy.resources say different things", "keep one of them");
    }
    folded[key] = own[key] ?? deploy[key];
  }
  const memory = folded.mem_limit;
  const swap = values.bytes(at("memswap_limit"));
  if (swap !== undefined && (memory === undefined || swap < memory)) values.error("DAO2117", at("memswap_limit")!, "is memory and swap together, at least mem_limit", "set mem_limit, and this to mem_limit or more");
  if (folded.mem_reservation !== undefined && memory !== undefined && folded.mem_reservation > memory) {
    values.errorAtKey("DAO2117", at("mem_reservation") ?? at("deploy")!, "reserves more memory than the limit", "lower the reservation");
  }
  return {
    ...folded,
    pids_limit: unless(folded.pids_limit, DEFAULTS.pidsLimit),
    memswap_limit: swap,
    mem_swappiness: values.integer(at("mem_swappiness"), 0, 100),
    oom_score_adj: unless(values.integer(at("oom_score_adj"), 0, 1000, "choose 0 to 1000"), DEFAULTS.oomScoreAdj),
    shm_size: unless(values.bytes(at("shm_size")), DEFAULTS.shmSize),
    cpu_shares: unless(values.integer(at("cpu_shares"), 0, 262_144), 0),
    cpuset: values.matching(at("cpuset"), names.CPU_SET, "DAO2103", "a set of CPUs", "write it as 0-2,4"),
  };
}

/** Keys that only one value is allowed for, or that are dropped with a notice: they leave nothing in the spec. */
function checkValueless(place: Place, values: Values): void {
  const attach = child(place, "attach");
  if (attach) values.notice("DAO2391", attach, "is about the author's terminal and was dropped");
  const build = child(place, "build");
  if (build && child(place, "image")) values.notice("DAO2391", build, "was dropped: the image is taken as it is published");
  const pull = child(place, "pull_policy");
  if (pull && !["missing", "if_not_present", "always", "never"].includes(values.text(pull) ?? "")) {
    values.error("DAO2103", pull, `${values.text(pull)} is not supported`, "allowed: missing, always, never; images are pinned by digest");
  }
  for (const key of ["ipc", "pid", "cgroup", "uts"]) {
    const field = child(place, key);
    const text = values.text(field) ?? "";
    if (text !== "" && text !== "private") values.error("DAO2319", field!, `${text} leaves the container's own namespace`, "remove it");
  }
  for (const { text, place: item } of values.texts(child(place, "security_opt"))) {
    if (!/^no-new-privileges(?:[:=]true)?$/.test(text)) values.error("DAO2317", item, `${text} is outside the baseline`, "remove it; no-new-privileges always holds");
  }
}

function formImage(place: Place, values: Values): ProjectImage | undefined {
  const image = child(place, "image");
  const text = values.text(image);
  if (text === undefined || text === "") {
    const build = child(place, "build");
    if (build) return values.errorAtKey("DAO2206", build, "cannot be built here: the service has no image", "docker build and push it, then name the image");
    return values.errorAtKey("DAO2106", place, "has no image", "add image: NAME:TAG");
  }
  const reference = parseImageReference(text);
  if (!reference) return values.error("DAO2201", image!, `is ${JSON.stringify(text.slice(0, 120))}, which is not an image name`, "write it as name:tag or registry/name:tag");
  return { ...reference, ...(values.text(child(place, "pull_policy")) === "always" ? { refresh: true } : {}) };
}

function commandLine(place: Place | undefined, values: Values): string[] | undefined {
  if (!place) return undefined;
  if (place.node.kind !== "scalar") return itemsOf(place).map((item) => values.text(item) ?? "");
  try {
    return splitCommandLine(place.node.text);
  } catch (error) {
    if (!(error instanceof CommandLineError)) throw error;
    return values.error("DAO2127", place, `cannot be split into arguments: ${error.message}`, 'write a list: [sh, -c, "..."]');
  }
}

/** The names a container can get; of those outside the baseline none is ever kept, so dropping one changes nothing. */
function capabilities(place: Place | undefined, values: Values, what: "add" | "drop"): string[] | undefined {
  const all: string[] = [];
  for (const { text, place: item } of values.texts(place)) {
    const name = text.toUpperCase().replace(/^CAP_/, "");
    if (!names.CAPABILITY.test(name)) values.error("DAO2103", item, `${JSON.stringify(text.slice(0, 60))} is not a capability`);
    else if (what === "drop" && name === "ALL") return ["ALL"];
    else if (BASELINE_CAPABILITIES.includes(name)) all.push(name);
    else if (what === "add") values.error("DAO2316", item, `${name} is outside the baseline`, `allowed: ${BASELINE_CAPABILITIES.join(", ")}`);
  }
  return all.length === 0 ? undefined : sortedUnique(all);
}

function dependencies(service: Place, values: Values): Record<string, CanonicalDependency> | undefined {
  const all: Record<string, CanonicalDependency> = {};
  const place = child(service, "depends_on");
  if (place?.node.kind === "map") {
    for (const [name, entry] of entriesOf(place)) {
      const condition = values.text(child(entry, "condition")) ?? "service_started";
      if (!["service_started", "service_healthy", "service_completed_successfully"].includes(condition)) continue;
      all[name] = {
        condition: condition as CanonicalDependency["condition"],
        ...(values.boolean(child(entry, "required")) === false ? { required: false } : {}),
        ...(values.flag(child(entry, "restart")) ? { restart: true } : {}),
      };
    }
  } else for (const { text } of values.texts(place)) all[text] = { condition: "service_started" };
  const mode = values.text(child(service, "network_mode")) ?? "";
  const needed = values.texts(child(service, "links")).map(({ text }) => text.split(":")[0]!);
  if (mode.startsWith("service:")) needed.push(mode.slice("service:".length));
  for (const name of needed) all[name] ??= { condition: "service_started", restart: true };
  return Object.keys(all).length === 0 ? undefined : all;
}

function addresses(place: Place | undefined, values: Values): string[] | undefined {
  const all: string[] = [];
  for (const { text, place: item } of values.texts(place)) {
    if (isIpAddress(text)) all.push(text);
    else values.error("DAO2130", item, `${JSON.stringify(text.slice(0, 60))} is not a literal address`);
  }
  if (all.length > 3) values.error("DAO2313", place!, "names more than 3 servers", "keep at most 3");
  return optionalList(all);
}

function extraHosts(place: Place | undefined, values: Values): string[] | undefined {
  const all: string[] = [];
  const add = (name: string, address: string, at: Place): void => {
    const literal = address.replace(/^\[(.*)\]$/, "$1");
    if (literal === "host-gateway") values.error("DAO2302", at, "host-gateway needs the consent of the device's owner", "name a literal address");
    else if (!isIpAddress(literal) || !names.DOMAIN_NAME.test(name)) values.error("DAO2130", at, "is not a name with a literal address", 'write it as "name=10.0.0.1"');
    else all.push(`${name}=${literal}`);
  };
  if (place?.node.kind === "map") {
    for (const [name, entry] of entriesOf(place)) for (const { text, place: at } of values.texts(entry)) add(name, text, at);
  } else {
    for (const { text, place: at } of values.texts(place)) {
      const [, name = "", address = ""] = /^([^=:]*)[=:](.*)$/.exec(text) ?? [];
      add(name, address, at);
    }
  }
  return all.length === 0 ? undefined : sortedUnique(all);
}

function groups(place: Place | undefined, values: Values): string[] | undefined {
  const all = values.texts(place).flatMap(({ place: item }) => values.matching(item, /^(?:0|[1-9]\d{0,9})$/, "DAO2103", "a group number", "name the group by its number") ?? []);
  return all.length === 0 ? undefined : sortedUnique(all);
}

function formLogging(place: Place | undefined, values: Values): CanonicalLogging | undefined {
  if (!place) return undefined;
  const driver = values.text(child(place, "driver")) ?? "local";
  if (driver !== "local" && driver !== "json-file" && driver !== "none") {
    return values.error("DAO2315", child(place, "driver")!, `${driver} is not allowed`, "allowed: local, json-file, none");
  }
  const logging: CanonicalLogging = { driver };
  for (const [name, field] of entriesOf(child(place, "options"))) {
    if (isNull(field.node)) continue;
    const size = name === "max-size" ? values.bytes(field) : undefined;
    const files = name === "max-file" ? values.integer(field, 1, 1000) : undefined;
    if (driver === "none" || (name !== "max-size" && name !== "max-file")) values.errorAtKey("DAO2315", field, "is not allowed", "allowed: max-size and max-file of local and json-file");
    if (size !== undefined && size !== DEFAULTS.logMaxSize) logging.max_size = size;
    if (files !== undefined && files !== DEFAULTS.logMaxFile) logging.max_file = files;
  }
  return driver === "local" && Object.keys(logging).length === 1 ? undefined : logging;
}

function stopSignal(place: Place | undefined, values: Values): string | undefined {
  const text = values.text(place)?.toUpperCase();
  if (text === undefined) return undefined;
  const signal = /^\d/.test(text) || text.startsWith("SIG") ? text : `SIG${text}`;
  return names.STOP_SIGNAL.test(signal) ? signal : values.error("DAO2103", place!, "is not a signal", "write it as SIGTERM");
}

function texts(place: Place | undefined, values: Values): Record<string, string> | undefined {
  const all = values.pairs(place).map(([name, value]): [string, string] => [name, values.text(value) ?? ""]);
  return all.length === 0 ? undefined : Object.fromEntries(all);
}

function ulimits(place: Place | undefined, values: Values): CanonicalService["ulimits"] {
  const all: NonNullable<CanonicalService["ulimits"]> = {};
  for (const [name, entry] of entriesOf(place)) {
    const read = (at: Place | undefined): number | undefined => values.integer(at, -1, Number.MAX_SAFE_INTEGER);
    const both = entry.node.kind === "map" ? undefined : read(entry);
    const soft = both ?? read(child(entry, "soft"));
    const hard = both ?? read(child(entry, "hard"));
    if (!names.ULIMIT.test(name)) values.errorAtKey("DAO2103", entry, "is not a resource limit");
    else if (soft === undefined || hard === undefined) values.errorAtKey("DAO2104", entry, "needs soft and hard");
    else if (hard !== -1 && (soft === -1 || soft > hard)) values.errorAtKey("DAO2117", entry, "has a soft limit above the hard one");
    else all[name] = { soft, hard };
  }
  return Object.keys(all).length === 0 ? undefined : all;
}

function workingDirectory(place: Place | undefined, values: Values): string | undefined {
  const text = values.text(place);
  if (text === undefined || text === "") return undefined;
  return isAbsolute(text) && text.startsWith("/") ? normalize(text) : values.error("DAO2103", place!, "is not an absolute path");
}

function unless<T>(value: T | undefined, fallback: T): T | undefined {
  return value === fallback ? undefined : value;
}

function optionalList<T>(items: T[]): T[] | undefined {
  return items.length === 0 ? undefined : items;
}
