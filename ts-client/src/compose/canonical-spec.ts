/**
 * The canonical spec `daonetes.spec.v1`: what an author publishes, an approver signs and a device runs.
 *
 * The encoded form is one JSON object: UTF-8, no whitespace, keys sorted by byte, integers only (at most 2^53 - 1), no
 * null, nothing interpolated again (a `$` is a dollar sign). Rules that hold for every field:
 *
 * - an absent field means its default; a field that equals its default is not written (a boolean is `true` or absent);
 * - an empty list is written only for `command` and `entrypoint`, where it differs from absent; an empty object is
 *   written only as the value of a map entry (`networks: {default: {}}`);
 * - sizes are bytes, durations are nanoseconds, CPUs are nano-CPUs (1 CPU = 1,000,000,000);
 * - a list whose order has no meaning is sorted by byte and unique; lists marked "ordered" keep the author's order.
 */

/** Value of `format`. Another value is another schema and is refused. */
export const SPEC_FORMAT = "daonetes.spec.v1";

/** `sha256:` and 64 lower-case hex digits. */
export type Sha256 = `sha256:${string}`;

export interface CanonicalSpec {
  format: typeof SPEC_FORMAT;
  /** The file's own `name`. Absent: the file has none; the deployment's name is then the author's business. */
  name?: string;
  /** By service name, 1 to 64 entries. */
  services: Record<string, CanonicalService>;
  /** Networks that at least one service uses, by their name in the file. Absent: no service is on a network. */
  networks?: Record<string, CanonicalNetwork>;
  /** Named volumes that at least one service mounts, by their name in the file. Absent: none. */
  volumes?: Record<string, CanonicalVolume>;
  /** Files and folders of the project that at least one service mounts, by their path in it. Absent: none. */
  snapshots?: Record<string, CanonicalSnapshot>;
  /** Configs that at least one service uses, by their name in the file. Absent: none. */
  configs?: Record<string, CanonicalConfig>;
  /**
   * What the owner of a device has to have granted, one text each in the grammar of grants.ts, sorted. It says nothing
   * that the rest of the spec does not say: another list than the one worked out from it is refused. Absent: nothing.
   */
  requires?: string[];
}

export interface CanonicalService {
  image: CanonicalImage;
  /** Weights and limits of disks; needs a grant. Absent: none. */
  blkio_config?: CanonicalBlkio;
  /** Added to the 13 capabilities of the baseline, without the `CAP_` prefix, or `ALL`; sorted. Absent: none. */
  cap_add?: string[];
  /** Removed from the 13 capabilities of the baseline, without the `CAP_` prefix, or `ALL`; sorted. Absent: none. */
  cap_drop?: string[];
  /** The device's cgroup namespace; needs a grant. Absent: the container's own. */
  cgroup?: "host";
  /** Arguments, ordered. Absent: the image's own. Empty: none at all. */
  command?: string[];
  /** Configs mounted as files, sorted by target. Absent: none. */
  configs?: CanonicalFileReference[];
  /** Microseconds in which `cpu_quota` counts, 1,000 to 1,000,000. Absent: 100,000. */
  cpu_period?: number;
  /** Microseconds of CPU time within `cpu_period`, 1,000 or more. Not beside `cpus`. Absent: the owner's limit. */
  cpu_quota?: number;
  /** Relative CPU weight, 2 to 262144. Absent: the Engine's default. */
  cpu_shares?: number;
  /** Upper limit of CPU time in nano-CPUs. Absent: the owner's limit. */
  cpus?: number;
  /** CPUs to run on, as `0-2,4`. Absent: any. */
  cpuset?: string;
  /** Services that have to be up first, by service name. Absent: none. */
  depends_on?: Record<string, CanonicalDependency>;
  /** Rules for device nodes, as `c 188:* rmw`, sorted; each needs a grant. Absent: none. */
  device_cgroup_rules?: string[];
  /** Devices of the host, sorted by target; each needs a grant. Absent: none. */
  devices?: CanonicalDevice[];
  /** Name servers: literal addresses, ordered, at most 3. Absent: the Engine's. */
  dns?: string[];
  /** Resolver options, ordered. Absent: none. */
  dns_opt?: string[];
  /** Search domains, ordered. Absent: the Engine's. */
  dns_search?: string[];
  /** Domain name of the container. Absent: none. */
  domainname?: string;
  /** Program, ordered. Absent: the image's own. Empty: the image's own is cleared. */
  entrypoint?: string[];
  /** Environment by name, every value final text and no secret. Absent: only what the image sets. */
  environment?: Record<string, string>;
  /** Ports named as open between containers, as `80/tcp`, sorted. Documentation: opens nothing on the host. */
  expose?: string[];
  /** Lines for the hosts file, as `name=address`, sorted; the address `host-gateway` needs a grant. Absent: none. */
  extra_hosts?: string[];
  /** GPUs, ordered; each needs a grant. Absent: none. */
  gpus?: CanonicalGpu[];
  /** Supplementary group ids, as decimal text, sorted. Absent: none. */
  group_add?: string[];
  /** Absent: the image's own healthcheck, unchanged. */
  healthcheck?: CanonicalHealthcheck;
  /** Host name of the container. Absent: the Engine's choice. */
  hostname?: string;
  /** True: an init process forwards signals and reaps. Absent: no. */
  init?: true;
  /** `shareable`, `service:<name>`, or `host`, which needs a grant. Absent: the container's own, not shared. */
  ipc?: string;
  /** Labels of the author, by name. Absent: none. The agent's own labels are added beside them. */
  labels?: Record<string, string>;
  /** Absent: driver `local`, 10 MiB, 3 files. */
  logging?: CanonicalLogging;
  /** Memory limit in bytes. Absent: the owner's limit. */
  mem_limit?: number;
  /** Soft memory limit in bytes, at most `mem_limit`. Absent: none. */
  mem_reservation?: number;
  /** 0 to 100. Absent: the kernel's default. */
  mem_swappiness?: number;
  /** Memory plus swap in bytes, at least `mem_limit`. Absent: the Engine's default. */
  memswap_limit?: number;
  /** Namespace used instead of networks: `none`, `service:<name>`, or `host`, which needs a grant. Absent: `networks` says it. */
  network_mode?: string;
  /** Networks of the service by their name in the file. Absent only where `network_mode` is present. */
  networks?: Record<string, CanonicalServiceNetwork>;
  /** 0 (default, absent) to 1000. */
  oom_score_adj?: number;
  /** Process namespace: `service:<name>`, or `host`, which needs a grant. Absent: the container's own. */
  pid?: string;
  /** Most processes and threads, 1 to 4096. Absent: 512. */
  pids_limit?: number;
  /** `os/arch` or `os/arch/variant`. Absent: the device's own. */
  platform?: string;
  /** Published ports, one entry a port, sorted by (target, protocol, host_ip, published). Absent: none. */
  ports?: CanonicalPort[];
  /** True: everything the device can do; needs a grant. Absent: no. */
  privileged?: true;
  /** True: the root file system is read-only. Absent: writable. */
  read_only?: true;
  /** What happens after an exit. Absent: nothing (exit 0 is COMPLETED, else FAILED). */
  restart?: CanonicalRestart;
  /** Program of the Engine that runs the container; needs a grant. Absent: the Engine's default. */
  runtime?: string;
  /**
   * Environment variables whose values are secrets: by variable, the name of the secret in the group, as
   * `<deployment>/<VAR>`; never a version and never a value. None of them stands in `environment` too. Absent: none.
   */
  secret_environment?: Record<string, string>;
  /** Secrets mounted as files, sorted by target. Absent: none. */
  secrets?: CanonicalSecretMount[];
  /** Options beside `no-new-privileges`, which always holds, as `name=value`, sorted; each needs a grant. Absent: none. */
  security_opt?: string[];
  /** Size of /dev/shm in bytes. Absent: 64 MiB. */
  shm_size?: number;
  /** True: standard input stays open. Absent: no. */
  stdin_open?: true;
  /** Time between the stop signal and the kill, in nanoseconds, up to 300 s. Absent: 10 s. */
  stop_grace_period?: number;
  /** Signal that asks for the end, as `SIGTERM` or a number. Absent: the image's own, else SIGTERM. */
  stop_signal?: string;
  /** Options of the Engine's storage driver, by name; each needs a grant. Absent: none. */
  storage_opt?: Record<string, string>;
  /** Namespaced kernel parameters, by name; one outside the safe list needs a grant. Absent: none. */
  sysctls?: Record<string, string>;
  /** True: a terminal is allocated. Absent: no. */
  tty?: true;
  /** Resource limits by name (`nofile`). Absent: the Engine's. */
  ulimits?: Record<string, CanonicalUlimit>;
  /**
   * `start-first`: an update starts the new container before the former one stops, and both run until the new one passed.
   * It holds for services that publish no port, have no fixed address and share no other's network. Absent: stop first.
   */
  update_order?: "start-first";
  /** `uid`, `uid:gid`, or names of the image. Absent: the image's own. */
  user?: string;
  /** User namespace of the device; needs a grant. Absent: the Engine's choice. */
  userns_mode?: "host";
  /** The device's host name; needs a grant. Absent: the container's own. */
  uts?: "host";
  /** Mounts, sorted by target; targets are unique. Absent: only what the image declares. */
  volumes?: CanonicalMount[];
  /** Absolute path. Absent: the image's own. */
  working_dir?: string;
}

/** An image by content. What is pulled is `name@digest`; the tag is for people. */
export interface CanonicalImage {
  /** Fully qualified, without tag: `docker.io/library/nginx`, `127.0.0.1:5000/hello`. */
  name: string;
  /** What the reference resolved to at publish: a multi-platform index or a plain manifest. */
  digest: Sha256;
  /** The tag the author wrote. Absent: the author wrote none (it was resolved as `latest`) or only a digest. */
  tag?: string;
}

export interface CanonicalDependency {
  condition: "service_started" | "service_healthy" | "service_completed_successfully";
  /** False: a missing or failing dependency does not hold this service back. Absent: it does. */
  required?: false;
  /** True: this service is restarted when the dependency is replaced or restarted. Absent: no. */
  restart?: true;
}

export interface CanonicalHealthcheck {
  /** True: the image's healthcheck is switched off; no other field is present. */
  disable?: true;
  /** `["CMD", program, ...]` or `["CMD-SHELL", line]`, ordered. Absent: the image's own test. */
  test?: string[];
  /** Nanoseconds, 1 s or more. Absent: the image's own, else 30 s. */
  interval?: number;
  /** Nanoseconds. Absent: the image's own, else 30 s. */
  timeout?: number;
  /** Failures in a row that make it unhealthy, 1 or more. Absent: the image's own, else 3. */
  retries?: number;
  /** Nanoseconds during which failures do not count. Absent: 0. */
  start_period?: number;
  /** Nanoseconds between checks during `start_period`; needs Engine API 1.44. Absent: 5 s where supported. */
  start_interval?: number;
}

export interface CanonicalServiceNetwork {
  /** Further names on this network, sorted. The service's own name is always one. Absent: none. */
  aliases?: string[];
  /** Fixed address inside the network's subnet. Absent: the Engine's choice. */
  ipv4_address?: string;
  /** Fixed address inside the network's subnet. Absent: the Engine's choice. */
  ipv6_address?: string;
  /** Networks are joined from the highest priority to the lowest; the first is the way out. 1 or more. Absent: 0. */
  priority?: number;
}

export interface CanonicalPort {
  /** Port in the container, 1 to 65535. */
  target: number;
  protocol: "tcp" | "udp" | "sctp";
  /** Port on the device, 1 to 65535. Absent: the Engine picks one. */
  published?: number;
  /** Literal address of the device. Absent: all addresses. */
  host_ip?: string;
}

export interface CanonicalRestart {
  /** `always` and `unless-stopped` mean the same to the agent. */
  policy: "always" | "unless-stopped" | "on-failure";
  /** Restarts before it counts as failed, 1 or more. Only with `on-failure`. Absent: no limit. */
  max_attempts?: number;
  /** Nanoseconds between an exit and the restart, at least. Absent: the agent's own backoff. */
  delay?: number;
  /** Nanoseconds without an exit after which a restart counts as good. Absent: the agent's own. */
  window?: number;
}

export interface CanonicalLogging {
  /** `local`, `json-file`, `none`, or another driver of the Engine, which needs a grant. */
  driver: string;
  /** Bytes per file, of `local` and `json-file`. Absent: 10 MiB. */
  max_size?: number;
  /** Files kept, of `local` and `json-file`. Absent: 3. */
  max_file?: number;
  /** Options of another driver, by name. Absent: none. */
  options?: Record<string, string>;
}

/** A device of the host inside the container. */
export interface CanonicalDevice {
  /** Absolute path on the device, or the name of a CDI device, as `vendor.com/class=name`. */
  source: string;
  /** Absolute path in the container; equal to `source` for a CDI device. */
  target: string;
  /** What is allowed, letters of `rwm` in this order. Absent: `rwm`. */
  permissions?: string;
}

/** GPUs or other accelerators, as the Engine's device requests have it. */
export interface CanonicalGpu {
  /** Capabilities that all have to be there, sorted: `["gpu"]`. */
  capabilities: string[];
  /** How many; -1 is all. Not beside `device_ids`. */
  count?: number;
  /** Ids, sorted. Not beside `count`. */
  device_ids?: string[];
  /** Driver, as `nvidia`. Absent: the Engine's choice. */
  driver?: string;
  /** Options of the driver, by name. Absent: none. */
  options?: Record<string, string>;
}

/** Disk weights (10 to 1000) and limits (bytes or operations a second), lists sorted by path. */
export interface CanonicalBlkio {
  weight?: number;
  weight_device?: { path: string; weight: number }[];
  device_read_bps?: CanonicalThrottle[];
  device_read_iops?: CanonicalThrottle[];
  device_write_bps?: CanonicalThrottle[];
  device_write_iops?: CanonicalThrottle[];
}

export interface CanonicalThrottle {
  path: string;
  rate: number;
}

/** Soft and hard limit. -1 is "unlimited" and stands for `memlock` only. */
export interface CanonicalUlimit {
  soft: number;
  hard: number;
}

export type CanonicalMount = CanonicalVolumeMount | CanonicalTmpfsMount | CanonicalBindMount | CanonicalSnapshotMount;

export interface CanonicalVolumeMount {
  type: "volume";
  /** Name in `CanonicalSpec.volumes`. Absent: anonymous; the agent gives it a stable name of service and target. */
  source?: string;
  /** Absolute path in the container, normalised. */
  target: string;
  /** True: mounted read-only. Absent: writable. */
  read_only?: true;
  /** True: a new volume is not filled with what the image holds at the target. Absent: it is. */
  nocopy?: true;
}

export interface CanonicalTmpfsMount {
  type: "tmpfs";
  /** Absolute path in the container, normalised. */
  target: string;
  /** Bytes. Absent: bounded by the memory limit. */
  size?: number;
  /** Permission bits as a number (0o1777 = 1023). Absent: 0o1777. */
  mode?: number;
  /** Owner. Absent: 0. */
  uid?: number;
  /** Group. Absent: 0. */
  gid?: number;
  /** True: files may be executed. Absent: no. */
  exec?: true;
  /** True: mounted read-only. Absent: writable. */
  read_only?: true;
}

/** A path of the device. `/etc/localtime` and `/etc/timezone` read-only need nobody's consent, any other a grant. */
export interface CanonicalBindMount {
  type: "bind";
  /** Absolute path on the device, normalised. */
  source: string;
  /** Absolute path in the container, normalised. */
  target: string;
  /** True: mounted read-only. Absent: writable. */
  read_only?: true;
  /** True: a missing source is made as a folder, where the Engine can. Absent: it is an error. */
  create?: true;
  /** Mounts that appear on the device later appear in the container. Absent: they do not. */
  propagation?: "rslave";
}

/** A file or folder of the project as it was at publish. Always read-only. */
export interface CanonicalSnapshotMount {
  type: "snapshot";
  /** Name in `CanonicalSpec.snapshots`. */
  source: string;
  /** Absolute path in the container, normalised. */
  target: string;
}

/** Content by hash. */
export interface CanonicalContent {
  /** Blobs whose bytes follow each other. Absent: no bytes at all. */
  blobs?: Sha256[];
}

/** A file of the project: its bytes and whether it may be executed, nothing else. */
export interface CanonicalFile extends CanonicalContent {
  /** True: mode 0755. Absent: 0644. */
  executable?: true;
}

/** A file, or a folder with its files by their path in it. */
export interface CanonicalSnapshot extends CanonicalFile {
  /** Present: a folder; nothing else is present then. */
  files?: Record<string, CanonicalFile>;
}

/** A bridge of its own for this deployment on each device, or one that the group's deployments on a device share. */
export interface CanonicalNetwork {
  /** Name of the network among those that the group shares; nothing else is present then. Absent: the deployment's own. */
  shared?: string;
  /** Private subnets, at most one of each family, IPv4 first. Absent: the agent's choice. */
  subnets?: CanonicalSubnet[];
  /** True: no way out of the device. Absent: outgoing connections work. */
  internal?: true;
  /** True: IPv6 as well. Absent: the Engine's default. */
  enable_ipv6?: true;
  /** Labels of the author, by name. Absent: none. */
  labels?: Record<string, string>;
}

export interface CanonicalSubnet {
  /** In CIDR form, without host bits. */
  subnet: string;
  /** Address of the device in it. Absent: the first one. */
  gateway?: string;
  /** Part of the subnet from which the Engine hands out addresses, in CIDR form. Absent: all of it. */
  ip_range?: string;
}

/** A volume of the Engine's `local` driver, one on each device. */
export interface CanonicalVolume {
  /** Name of a volume of the device that is there already; needs a grant, nothing else is present then. */
  external?: string;
  /** Labels of the author, by name. Absent: none. */
  labels?: Record<string, string>;
}

/** What a config holds. */
export type CanonicalConfig = CanonicalContent;

/** A config mounted as a file. */
export interface CanonicalFileReference {
  /** Name in `CanonicalSpec.configs`. */
  source: string;
  /** Absolute path in the container. */
  target: string;
  /** Permission bits. Absent: 0o444. */
  mode?: number;
  /** Owner. Absent: 0. */
  uid?: number;
  /** Group. Absent: 0. */
  gid?: number;
}

/** A secret mounted as a file, read-only. */
export interface CanonicalSecretMount {
  /** Name of the secret in the group: `<deployment>/<key>`, or one that the group keeps by itself; never a version. */
  source: string;
  /** Absolute path in the container. */
  target: string;
  /** Permission bits within 0o444. Absent: 0o400. */
  mode?: number;
  /** Owner. Absent: 0. */
  uid?: number;
  /** Group. Absent: 0. */
  gid?: number;
}

/**
 * What the publisher of a spec declares beside its bytes, because the chain never parses them. Recomputed from the
 * bytes by client, approver and agent; a difference is refused.
 */
export interface SpecDeclaration {
  /** Hashes of the blobs the spec refers to, sorted and unique. */
  blobs: string[];
  /** Names of the secrets the spec refers to, sorted and unique. */
  secrets: string[];
  /** True when a service keeps data in a volume (named or anonymous); tmpfs does not count. */
  has_volumes: boolean;
  /** Platforms that services ask for by `platform`, sorted and unique. Empty: any. */
  platforms: string[];
  /** Same list as `CanonicalSpec.requires`; empty where that is absent. */
  requires: string[];
}
