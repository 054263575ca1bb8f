import { compareBytes } from "./byte-order.ts";
import { DEFAULTS, MAX_PIDS, MAX_STOP_GRACE, SECOND } from "./canonical-limits.ts";
import { HOST_GATEWAY } from "./grants.ts";
import * as names from "./canonical-names.ts";
import { comparePorts } from "./canonical-order.ts";
import { SPEC_FORMAT } from "./canonical-spec.ts";
import type * as spec from "./canonical-spec.ts";
import { isIpAddress, isIpv4, isIpv6 } from "./ip-address.ts";
import { MAX_BLOBS, MAX_REQUIRES, MAX_SECRETS, MAX_SERVICES, MAX_SNAPSHOT_FILES } from "./limits.ts";
import { isAbsolute, normalize } from "./posix-path.ts";
import { isValidSecretName } from "../secrets/secret-name.ts";
import { specError } from "./spec-error.ts";
import { isSubnet } from "./subnet.ts";
import {
  byType,
  integer,
  list,
  mapOfNames,
  object,
  oneOf,
  optional,
  sortedList,
  sortedTexts,
  text,
} from "./spec-reader.ts";
import type { Read } from "./spec-reader.ts";

/** The closed schema of `daonetes.spec.v1`, field by field as canonical-spec.ts documents it. */

const anyText = text({ mayBeEmpty: true });
const yes = oneOf(true);
const address = text({ is: isIpAddress, words: "a literal address" });
const resource = text({ pattern: names.RESOURCE_NAME, words: "a name of letters, digits, dots, dashes and underscores" });
const hash = text({ pattern: names.SHA256 }) as Read<spec.Sha256>;
const path = text({
  most: 4096,
  is: (value) => isAbsolute(value) && value.startsWith("/") && normalize(value) === value && value !== "/",
  words: "an absolute, normalised path below /",
});
/** On the device; short enough to stand in `requires`. */
const hostPath = text({
  most: 200,
  pattern: /^[\x20-\x7e]+$/,
  is: (value) => value.startsWith("/") && normalize(value) === value && !value.includes(":"),
  words: "an absolute, normalised path of printable ASCII",
});
const environment = mapOfNames(names.ENVIRONMENT_NAME, anyText);
const labels = mapOfNames(names.LABEL_NAME, anyText);
const arguments_ = list(anyText, { least: 0 });
const duration = (least: number): Read<number> => integer(least, 365 * 86_400 * SECOND);
const id = integer(0, 4_294_967_294);
const mode = integer(0, 0o7777);
const readOnlyMode: Read<number> = (value, pointer) => {
  const bits = integer(1, 0o444)(value, pointer);
  if ((bits & ~0o444) !== 0) throw specError("DAO2024", pointer, "a secret is read, never written or executed: bits of 0444");
  return bits;
};

const image = object<spec.CanonicalImage>({
  name: text({ pattern: names.IMAGE_NAME, words: "a fully qualified image name" }),
  digest: hash,
  tag: optional(text({ pattern: names.IMAGE_TAG, words: "a tag" })),
});

const dependency = object<spec.CanonicalDependency>({
  condition: oneOf("service_started", "service_healthy", "service_completed_successfully"),
  required: optional(oneOf(false)),
  restart: optional(yes),
});

const healthcheck = object<spec.CanonicalHealthcheck>({
  disable: optional(yes),
  test: optional(list(anyText, { least: 2 })),
  interval: optional(duration(SECOND)),
  timeout: optional(duration(1_000_000)),
  retries: optional(integer(1, 1_000_000)),
  start_period: optional(duration(1_000_000)),
  start_interval: optional(duration(1_000_000)),
});

const serviceNetwork = object<spec.CanonicalServiceNetwork>(
  {
    aliases: optional(sortedTexts({ pattern: names.NETWORK_ALIAS, words: "a name of letters, digits, dots, dashes and underscores" }, 64)),
    ipv4_address: optional(text({ is: isIpv4, words: "an IPv4 address" })),
    ipv6_address: optional(text({ is: isIpv6, words: "an IPv6 address" })),
    priority: optional(integer(1, 1_000_000)),
  },
  true,
);

const port = object<spec.CanonicalPort>({
  target: integer(1, 65535),
  protocol: oneOf("tcp", "udp", "sctp"),
  published: optional(integer(1, 65535)),
  host_ip: optional(address),
});

const restart = object<spec.CanonicalRestart>({
  policy: oneOf("always", "unless-stopped", "on-failure"),
  max_attempts: optional(integer(1, 1_000_000)),
  delay: optional(duration(1)),
  window: optional(duration(1)),
});

const logging = object<spec.CanonicalLogging>({
  driver: text({ pattern: names.LOG_DRIVER, words: "the name of a log driver" }),
  max_size: optional(integer(1), DEFAULTS.logMaxSize),
  max_file: optional(integer(1, 1000), DEFAULTS.logMaxFile),
  options: optional(mapOfNames(names.OPTION_NAME, anyText, 64)),
});

const ulimit = object<spec.CanonicalUlimit>({ soft: integer(-1), hard: integer(-1) });

const mount = byType<spec.CanonicalMount>({
  volume: object<spec.CanonicalVolumeMount>({
    type: oneOf("volume"),
    source: optional(resource),
    target: path,
    read_only: optional(yes),
    nocopy: optional(yes),
  }),
  tmpfs: object<spec.CanonicalTmpfsMount>({
    type: oneOf("tmpfs"),
    target: path,
    size: optional(integer(1)),
    mode: optional(mode, DEFAULTS.tmpfsMode),
    uid: optional(id, DEFAULTS.owner),
    gid: optional(id, DEFAULTS.owner),
    exec: optional(yes),
    read_only: optional(yes),
  }),
  bind: object<spec.CanonicalBindMount>({
    type: oneOf("bind"),
    source: hostPath,
    target: path,
    read_only: optional(yes),
    create: optional(yes),
    propagation: optional(oneOf("rslave")),
  }),
  snapshot: object<spec.CanonicalSnapshotMount>({
    type: oneOf("snapshot"),
    source: text({ is: isProjectPath, words: "a path in the project" }),
    target: path,
  }),
});

const config = object<spec.CanonicalFileReference>({
  source: resource,
  target: path,
  mode: optional(mode, DEFAULTS.configMode),
  uid: optional(id, DEFAULTS.owner),
  gid: optional(id, DEFAULTS.owner),
});
const secretName = text({ is: isValidSecretName, words: "the name of a secret: 1 to 3 parts of letters, digits and _ . : -, joined by /" });
const secret = object<spec.CanonicalSecretMount>({
  source: secretName,
  target: path,
  mode: optional(readOnlyMode, DEFAULTS.secretMode),
  uid: optional(id, DEFAULTS.owner),
  gid: optional(id, DEFAULTS.owner),
});
const byTarget = (a: { target: string }, b: { target: string }): number => compareBytes(a.target, b.target);

const deviceName = text({ most: 200, is: isDevice, words: "a device, its path normalised" });
const device = object<spec.CanonicalDevice>({
  source: deviceName,
  target: deviceName,
  permissions: optional(oneOf("r", "w", "m", "rw", "rm", "wm")),
});

const gpu = object<spec.CanonicalGpu>({
  capabilities: sortedTexts({ pattern: names.GPU_WORD, words: "a word of letters, digits, dots and dashes" }, 16),
  count: optional(integer(-1, 1024)),
  device_ids: optional(sortedTexts({ pattern: names.GPU_WORD, words: "a word of letters, digits, dots and dashes" }, 16)),
  driver: optional(text({ pattern: names.GPU_WORD, words: "a word of letters, digits, dots and dashes" })),
  options: optional(mapOfNames(names.OPTION_NAME, anyText, 16)),
});

const byPath = (a: { path: string }, b: { path: string }): number => compareBytes(a.path, b.path);
const throttles = optional(
  sortedList(object<spec.CanonicalThrottle>({ path: hostPath, rate: integer(1) }), byPath, 64),
);
const blkio = object<spec.CanonicalBlkio>({
  weight: optional(integer(10, 1000)),
  weight_device: optional(
    sortedList(object<{ path: string; weight: number }>({ path: hostPath, weight: integer(10, 1000) }), byPath, 64),
  ),
  device_read_bps: throttles,
  device_read_iops: throttles,
  device_write_bps: throttles,
  device_write_iops: throttles,
});

/** `host`, and the namespaces of other services where a kind of namespace has that. */
const namespace = (...more: string[]): Read<string> =>
  text({
    is: (value) => value === "host" || more.includes(value) || names.OF_SERVICE.test(value),
    words: ["host", "service:NAME", ...more].join(" or "),
  });

const blobs = optional(list(hash, { most: MAX_BLOBS }));
const file = object<spec.CanonicalFile>({ blobs, executable: optional(yes) }, true);
const snapshot = object<spec.CanonicalSnapshot>(
  {
    blobs,
    executable: optional(yes),
    files: optional(mapOfNames(names.PROJECT_PATH, file, MAX_SNAPSHOT_FILES)),
  },
  true,
);

const subnet = object<spec.CanonicalSubnet>({
  subnet: text({ is: isSubnet, words: "a subnet without host bits" }),
  gateway: optional(address),
  ip_range: optional(text({ is: isSubnet, words: "a subnet without host bits" })),
});

const service = object<spec.CanonicalService>({
  image,
  blkio_config: optional(blkio),
  cap_add: optional(sortedTexts({ pattern: names.CAPABILITY, words: "a capability, as NET_BIND_SERVICE" }, 64)),
  cap_drop: optional(sortedTexts({ pattern: names.CAPABILITY, words: "a capability, as NET_BIND_SERVICE" }, 64)),
  cgroup: optional(oneOf("host")),
  command: optional(arguments_),
  configs: optional(sortedList(config, byTarget, 64)),
  cpu_period: optional(integer(1_000, 1_000_000), DEFAULTS.cpuPeriod),
  cpu_quota: optional(integer(1_000)),
  cpu_shares: optional(integer(2, 262_144)),
  cpus: optional(integer(1, 4096 * SECOND)),
  cpuset: optional(text({ pattern: names.CPU_SET, words: "a list of CPUs, as 0-2,4", most: 256 })),
  depends_on: optional(mapOfNames(names.RESOURCE_NAME, dependency, MAX_SERVICES)),
  device_cgroup_rules: optional(sortedTexts({ pattern: names.DEVICE_RULE, words: "a rule, as c 188:* rmw" }, 64)),
  devices: optional(sortedList(device, byTarget, 64)),
  dns: optional(list(address, { most: 3 })),
  dns_opt: optional(list(text({ pattern: /^[a-z0-9-]+(?::\d{1,6})?$/ }), { most: 32 })),
  dns_search: optional(list(text({ pattern: /^(?:\.|[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,252})$/ }), { most: 32 })),
  domainname: optional(text({ pattern: names.DOMAIN_NAME, words: "a domain name" })),
  entrypoint: optional(arguments_),
  environment: optional(environment),
  expose: optional(sortedTexts({ is: isExposedPort, words: "a port with its protocol, as 80/tcp" }, 256)),
  extra_hosts: optional(sortedTexts({ is: isHostLine, words: "name=address with a literal address" }, 256)),
  gpus: optional(list(gpu, { most: 16 })),
  group_add: optional(sortedTexts({ pattern: /^(?:0|[1-9]\d{0,9})$/ }, 64)),
  healthcheck: optional(healthcheck),
  hostname: optional(text({ pattern: names.HOST_NAME, words: "a host name of letters, digits and dashes" })),
  init: optional(yes),
  ipc: optional(namespace("shareable")),
  labels: optional(labels),
  logging: optional(logging),
  mem_limit: optional(integer(1)),
  mem_reservation: optional(integer(1)),
  mem_swappiness: optional(integer(0, 100)),
  memswap_limit: optional(integer(1)),
  network_mode: optional(namespace("none")),
  networks: optional(mapOfNames(names.RESOURCE_NAME, serviceNetwork, 64)),
  oom_score_adj: optional(integer(1, 1000)),
  pid: optional(namespace()),
  pids_limit: optional(integer(1, MAX_PIDS), DEFAULTS.pidsLimit),
  platform: optional(text({ pattern: names.PLATFORM, words: "a platform, as linux/amd64" })),
  ports: optional(sortedList(port, comparePorts, 1024)),
  privileged: optional(yes),
  read_only: optional(yes),
  restart: optional(restart),
  runtime: optional(text({ pattern: names.RUNTIME, words: "the name of a runtime" })),
  secret_environment: optional(mapOfNames(names.ENVIRONMENT_NAME, secretName, MAX_SECRETS)),
  secrets: optional(sortedList(secret, byTarget, MAX_SECRETS)),
  security_opt: optional(sortedTexts({ pattern: names.SECURITY_OPTION, words: "name=value of a known security option" }, 16)),
  shm_size: optional(integer(1), DEFAULTS.shmSize),
  stdin_open: optional(yes),
  stop_grace_period: optional(integer(0, MAX_STOP_GRACE), DEFAULTS.stopGracePeriod),
  stop_signal: optional(text({ pattern: names.STOP_SIGNAL, words: "a signal, as SIGTERM or 15" })),
  storage_opt: optional(mapOfNames(names.OPTION_NAME, text({ pattern: /^[\x21-\x7e]{1,64}$/ }), 16)),
  sysctls: optional(mapOfNames(names.SYSCTL, anyText, 64)),
  tty: optional(yes),
  ulimits: optional(mapOfNames(names.ULIMIT, ulimit)),
  update_order: optional(oneOf("start-first")),
  user: optional(text({ pattern: names.USER, words: "a user, as 1000, 1000:1000 or www-data" })),
  userns_mode: optional(oneOf("host")),
  uts: optional(oneOf("host")),
  volumes: optional(sortedList(mount, byTarget, 256)),
  working_dir: optional(
    text({
      most: 4096,
      is: (value) => value.startsWith("/") && normalize(value) === value,
      words: "an absolute, normalised path",
    }),
  ),
});

export const readSpec: Read<spec.CanonicalSpec> = object<spec.CanonicalSpec>({
  format: oneOf(SPEC_FORMAT),
  name: optional(text({ pattern: names.PROJECT_NAME, words: "a name of lower-case letters, digits, dashes and underscores" })),
  services: mapOfNames(names.RESOURCE_NAME, service, MAX_SERVICES),
  networks: optional(
    mapOfNames(
      names.RESOURCE_NAME,
      object<spec.CanonicalNetwork>(
        {
          shared: optional(resource),
          subnets: optional(list(subnet, { most: 2 })),
          internal: optional(yes),
          enable_ipv6: optional(yes),
          labels: optional(labels),
        },
        true,
      ),
      256,
    ),
  ),
  volumes: optional(
    mapOfNames(names.RESOURCE_NAME, object<spec.CanonicalVolume>({ external: optional(resource), labels: optional(labels) }, true), 1024),
  ),
  snapshots: optional(mapOfNames(names.PROJECT_PATH, snapshot, MAX_SNAPSHOT_FILES)),
  configs: optional(mapOfNames(names.RESOURCE_NAME, object<spec.CanonicalConfig>({ blobs }, true), 256)),
  requires: optional(sortedTexts({ pattern: /^[\x20-\x7e]{1,256}$/ }, MAX_REQUIRES)),
});

function isExposedPort(value: string): boolean {
  return Number(names.EXPOSED_PORT.exec(value)?.[1] ?? 0) <= 65535 && names.EXPOSED_PORT.test(value);
}

function isHostLine(value: string): boolean {
  const equals = value.indexOf("=");
  const to = value.slice(equals + 1);
  return names.DOMAIN_NAME.test(value.slice(0, equals)) && (to === HOST_GATEWAY || isIpAddress(to));
}

/** A node below /dev by its normalised path, or the name of a CDI device. */
export function isDevice(value: string): boolean {
  return names.DEVICE.test(value) && (!value.startsWith("/") || normalize(value) === value);
}

/** A path of the project: relative, normalised, no way out of it. */
export function isProjectPath(value: string): boolean {
  return names.PROJECT_PATH.test(value) && normalize(value) === value && value !== "." && !value.startsWith("../") && value !== "..";
}
