import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { BASELINE_CAPABILITIES, type CanonicalSpec, checkPolicy, decodeCanonical, encodeCanonical, isShared, needsOf, SAFE_SYSCTLS, SpecError } from "@daonetes/client/compose";
import test from "ava";
import type Docker from "dockerode";
import { containerConfig } from "../src/desired/container-config.ts";
import { createOptions } from "../src/docker/create-options.ts";
import { desiredOf } from "./fakes/deployments.ts";

/** How many; more in a long run: MUTATED_SPECS=1000000. */
const RUNS = Number(process.env["MUTATED_SPECS"] ?? 50_000);
const SEED = Number(process.env["MUTATED_SEED"] ?? 20_261_124);
const CONTENT = "/var/lib/daonetes/files";
const SECRETS = "/run/daonetes/device";

const corpus = fileURLToPath(new URL("../../testdata/compose/valid/", import.meta.url));
const seeds = readdirSync(corpus).sort().map((name) => readFileSync(`${corpus}${name}/canonical.json`, "utf8"));

/** A small generator: the same numbers for the same seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 12), 0x297a2d39);
    mixed ^= mixed >>> 15;
    return (mixed >>> 0) % below;
  };
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
const random = randomOf(SEED);
const pick = <T>(list: readonly T[]): T => list[random(list.length)]!;

/** Words that open something, wherever they land. */
const WORDS = [
  "host", "container:x", "service:web", "service:db", "private", "shareable", "none", "bridge", "ALL", "SYS_ADMIN", "CHOWN", "privileged", "/", "/etc", "/var/run/docker.sock",
  "/etc/localtime", "../..", "/a/../b", "rslave", "bind", "volume", "tmpfs", "snapshot", "host-network", "engine-socket", "capability SYS_ADMIN", "bind / rw", "seccomp=unconfined",
  "no-new-privileges=false", "systempaths=unconfined", "/dev/sda", "c 1:3 rwm", "nvidia", "runsc", "syslog", "a=host-gateway", "net.ipv4.ip_forward", "kernel.core_pattern", "", " ",
  "com.docker.compose.project", "dev.daonetes.mac", "\u0000", "\ud800", "é", "$HOME", "${X}", "latest", `sha256:${"0".repeat(64)}`, "docker.io/library/x", "daonetes.spec.v1", "__proto__",
];
const KEYS = [
  "privileged", "pid", "ipc", "uts", "cgroup", "userns_mode", "network_mode", "networks", "cap_add", "cap_drop", "devices", "gpus", "device_cgroup_rules", "security_opt", "runtime", "sysctls", "storage_opt",
  "blkio_config", "volumes", "configs", "secrets", "extra_hosts", "logging", "ports", "labels", "ulimits", "restart", "requires", "snapshots", "external", "shared", "subnets", "read_only", "source", "target",
  "type", "create", "propagation", "mode", "uid", "volumes_from", "cgroup_parent", "oom_score_adj", "pids_limit", "image", "digest", "platform", "user", "PidMode", "Privileged", "binds", "HostConfig", "__proto__", "constructor",
];
const VALUES: (() => Json)[] = [
  () => pick(WORDS),
  () => pick([true, false, null]),
  () => pick([0, -1, 1, 65_535, 65_536, 2 ** 53, 1e20, 0.5, 4096, 1000]),
  () => [pick(WORDS)],
  () => ({ [pick(KEYS)]: pick(WORDS) }),
  () => ({ type: pick(["bind", "volume", "tmpfs", "snapshot", "image"]), source: pick(WORDS), target: pick(["/x", "/proc", "/etc/hosts", "/"]) }),
  () => [{ type: "bind", source: pick(["/", "/etc", "/var/run/docker.sock", "/etc/localtime"]), target: "/x" }],
  () => [{ source: "/dev/sda", target: "/dev/sda" }],
  () => [{ capabilities: ["gpu"], count: -1 }],
  () => JSON.parse(pick(seeds)) as Json,
];

/** Changes one place of a tree. */
function mutate(value: Json, depth = 0): Json {
  if (typeof value !== "object" || value === null || (depth > 0 && random(6) === 0)) return pick(VALUES)();
  if (Array.isArray(value)) {
    const copy = [...value];
    const at = random(copy.length + 1);
    switch (random(4)) {
      case 0:
        copy.splice(at, 1);
        break;
      case 1:
        copy.splice(at, 0, copy.length > 0 && random(2) === 0 ? pick(copy) : pick(VALUES)());
        break;
      default:
        if (copy.length > 0) copy[at % copy.length] = mutate(copy[at % copy.length] as Json, depth + 1);
    }
    return copy;
  }
  const copy: Record<string, Json> = { ...value };
  const names = Object.keys(copy);
  switch (random(5)) {
    case 0:
      delete copy[pick(names) ?? ""];
      break;
    case 1:
      copy[pick(KEYS)] = pick(VALUES)();
      break;
    default:
      if (names.length > 0) {
        const name = pick(names);
        copy[name] = mutate(copy[name] as Json, depth + 1);
      }
  }
  return copy;
}

/** Bytes as a hostile publisher could put them on the chain: often in canonical form, so that more than the form is tested. */
function hostileBytes(): Uint8Array {
  let tree = JSON.parse(pick(seeds)) as Json;
  for (let changes = 1 + random(3); changes > 0; changes--) tree = mutate(tree);
  if (random(2) === 0 && typeof tree === "object" && tree !== null && !Array.isArray(tree)) tree = withRequires(tree);
  let text = JSON.stringify(tree, (_key, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value,
  );
  if (random(20) === 0) text = text.slice(0, random(text.length)) + pick(["", "{", "}", ",", '"', "\\u0000", " "]) + text.slice(random(text.length));
  return new TextEncoder().encode(text);
}

/** The list that belongs to the powers of a tree, so that some of them pass the closed schema. */
function withRequires(tree: Record<string, Json>): Record<string, Json> {
  try {
    const requires = [...new Set(needsOf(tree as never).map(({ text }) => text))].sort();
    const { requires: _former, ...rest } = tree;
    return requires.length === 0 ? rest : { ...rest, requires };
  } catch {
    return tree;
  }
}

/** Powers of a container that the spec's list does not name. I7: nothing is made outside of the policy. */
function escapes(options: Docker.ContainerCreateOptions, spec: CanonicalSpec): string[] {
  const host = options.HostConfig as unknown as Record<string, unknown>;
  const granted = new Set(spec.requires ?? []);
  const has = (...texts: string[]): boolean => texts.some((text) => [...granted].some((grant) => grant === text || grant.startsWith(`${text} `)));
  const wrong: string[] = [];
  const allow = (what: string, fine: boolean): void => {
    if (!fine) wrong.push(what);
  };
  allow("privileged", host["Privileged"] !== true || has("privileged"));
  for (const name of host["CapAdd"] as string[]) allow(`capability ${name}`, BASELINE_CAPABILITIES.includes(name) || has(`capability ${name}`));
  allow("dropped capabilities", JSON.stringify(host["CapDrop"]) === '["ALL"]');
  const security = host["SecurityOpt"] as string[];
  allow("new privileges", security.includes("no-new-privileges") || has("security-opt no-new-privileges=false"));
  for (const option of security) allow(option, option === "no-new-privileges" || has(`security-opt ${option}`));
  allow("masked paths", host["MaskedPaths"] === undefined || has("security-opt systempaths=unconfined"));
  const own = (mode: unknown): boolean => mode === undefined || (typeof mode === "string" && (mode === "private" || mode === "shareable" || mode.startsWith("container:id-of-")));
  allow("pid", own(host["PidMode"]) || has("host-pid"));
  allow("ipc", own(host["IpcMode"]) || has("host-ipc"));
  allow("uts", own(host["UTSMode"]) || has("host-uts"));
  allow("cgroup", own(host["CgroupnsMode"]) || has("host-cgroup"));
  allow("userns", own(host["UsernsMode"]) || has("host-userns"));
  const network = String(host["NetworkMode"]);
  allow("network", network === "none" || network.startsWith("net-") || network.startsWith("container:id-of-") || (network === "host" && has("host-network")));
  for (const device of (host["Devices"] as { PathOnHost: string }[] | undefined) ?? []) allow(`device ${device.PathOnHost}`, has(`device ${device.PathOnHost}`));
  allow("device requests", host["DeviceRequests"] === undefined || has("gpu", "device"));
  allow("device rules", host["DeviceCgroupRules"] === undefined || has("device-rule"));
  allow("runtime", host["Runtime"] === undefined || has("runtime"));
  allow("storage", host["StorageOpt"] === undefined || has("storage-opt"));
  allow("disks", host["BlkioWeight"] === undefined || has("blkio"));
  for (const name of Object.keys(host["Sysctls"] as object)) allow(`sysctl ${name}`, SAFE_SYSCTLS.includes(name) || has(`sysctl ${name}`));
  const { Type: driver } = host["LogConfig"] as { Type: string };
  allow(`log driver ${driver}`, ["local", "json-file", "none"].includes(driver) || has(`log-driver ${driver}`));
  for (const line of host["ExtraHosts"] as string[]) allow("the device's address", !line.endsWith(":host-gateway") || has("host-gateway"));
  allow("restart policy", JSON.stringify(host["RestartPolicy"]) === '{"Name":"no"}');
  allow("memory", (host["Memory"] as number) > 0);
  allow("pids", (host["PidsLimit"] as number) > 0 && (host["PidsLimit"] as number) <= 4096);
  for (const mount of host["Mounts"] as { Type: string; Source: string; ReadOnly: boolean }[]) {
    const { Type, Source, ReadOnly } = mount;
    if (Type === "volume") allow(`volume ${Source}`, Source.startsWith("vol-") || has(`external-volume ${Source}`));
    else if (Source.startsWith(`${SECRETS}/`)) allow(`secret ${Source}`, ReadOnly && /^[0-9a-f]{40}$/.test(Source.slice(SECRETS.length + 1)));
    else if (Source.startsWith(`${CONTENT}/`)) allow(`content ${Source}`, ReadOnly && !Source.includes(".."));
    else {
      const free = isShared({ source: Source, ...(ReadOnly ? { read_only: true } : {}) });
      allow(`bind ${Source}`, free || has("engine-socket", `bind ${Source}`));
      allow("the agent's own folder", !/^\/(?:var\/lib|etc|run)\/daonetes(?:\/|$)/.test(Source));
    }
  }
  for (const field of ["Binds", "VolumesFrom", "CgroupParent", "Links", "AutoRemove", "OomKillDisable"]) allow(field, host[field] === undefined);
  for (const name of Object.keys(options.Labels ?? {})) allow(`label ${name}`, !/^(?:com\.docker\.|dev\.daonetes\.)/.test(name) || !(name in (spec.services["web"]?.labels ?? {})));
  allow("image without digest", /@sha256:[0-9a-f]{64}$/.test(options.Image ?? ""));
  return wrong;
}

test(`P-37 of ${RUNS} mutated specs none gets more than it names, none crashes the reader, and what passes is canonical`, (t) => {
  t.log(`MUTATED_SEED=${SEED}`);
  let passed = 0;
  let powerful = 0;
  for (let run = 0; run < RUNS; run++) {
    const bytes = hostileBytes();
    let spec: CanonicalSpec;
    try {
      spec = decodeCanonical(bytes);
    } catch (error) {
      if (error instanceof SpecError && /^DAO20(?:1[4-7]|2\d)$/.test(error.code)) continue;
      return t.fail(`run ${run}: ${String(error)}\n${new TextDecoder().decode(bytes)}`);
    }
    passed++;
    if (Buffer.compare(encodeCanonical(spec), bytes) !== 0) return t.fail(`run ${run}: not canonical\n${new TextDecoder().decode(bytes)}`);
    if (checkPolicy(spec).length > 0) continue;
    if (needsOf(spec).length > 0) powerful++;
    const desired = desiredOf(spec);
    for (const service of desired.services) {
      const config = containerConfig(desired, service, "name", {
        device: "daonet1x",
        macKey: new Uint8Array(32),
        defaultMemory: 1000,
        networkName: (name) => `net-${name}`,
        volumeName: (key) => `vol-${key}`,
        imageVolumes: [],
        providerId: (name) => `id-of-${name}`,
        contentRoot: CONTENT,
        secretRoot: SECRETS,
        imageId: "",
      });
      const found = escapes(createOptions(config), spec);
      if (found.length > 0) return t.fail(`run ${run}: ${found.join(", ")}\n${new TextDecoder().decode(bytes)}`);
    }
  }
  t.log(`${passed} passed the closed schema, ${powerful} of them ask the owner for something`);
  t.true(passed > RUNS / 100 && powerful > RUNS / 2000, `${passed} ${powerful}`);
});
