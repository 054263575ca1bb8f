/**
 * The verdict on every service key of the Compose schema: the one table that author, device and documentation share.
 *
 * - `allow`: works as in Compose;
 * - `constrain`: works within the rule, or is rewritten at publish with a notice;
 * - `grant`: only if the owner of the device allows it;
 * - `refuse`: an error at publish.
 *
 * Nothing is ignored in silence.
 */
export type Verdict = "allow" | "constrain" | "grant" | "refuse";

export interface KeyVerdict {
  verdict: Verdict;
  /** False exactly where the verdict is `refuse`. */
  works: boolean;
  /** What holds, or why it is refused; a short clause. */
  rule: string;
  /** A way out, for keys that are refused. */
  help: string;
}

const allow = (rule = "as in Compose"): KeyVerdict => ({ verdict: "allow", works: true, rule, help: "" });
const constrain = (rule: string): KeyVerdict => ({ verdict: "constrain", works: true, rule, help: "" });
const refuse = (rule: string, help: string): KeyVerdict => ({ verdict: "refuse", works: false, rule, help });
const grant = (rule: string): KeyVerdict => ({ verdict: "grant", works: true, rule, help: "" });

export const SERVICE_KEYS: Readonly<Record<string, KeyVerdict>> = {
  annotations: refuse("annotations are for runtimes the agent does not use", "use labels"),
  attach: constrain("about the author's terminal; dropped with a notice"),
  blkio_config: grant("it shapes the device's disks"),
  build: constrain("beside image: dropped with a notice; alone: --build --push-to REGISTRY/PREFIX"),
  cap_add: constrain("the 13 capabilities of the baseline; any other needs a grant"),
  cap_drop: allow(),
  cgroup: constrain("private; host needs a grant"),
  cgroup_parent: refuse(
    "it would leave the limits of the agent",
    "remove it; limits belong in mem_limit, cpus, pids_limit",
  ),
  command: allow(),
  configs: constrain("mounted read-only; content is published as blobs"),
  container_name: constrain("becomes a network alias"),
  cpu_count: refuse("Windows only", "use cpus"),
  cpu_percent: refuse("Windows only", "use cpus"),
  cpu_period: constrain("1,000 to 1,000,000; not beside cpus"),
  cpu_quota: constrain("1,000 or more; not beside cpus"),
  cpu_rt_period: refuse("real-time scheduling can starve the device", "use cpus"),
  cpu_rt_runtime: refuse("real-time scheduling can starve the device", "use cpus"),
  cpu_shares: constrain("2 to 262144"),
  cpus: constrain("within the owner's limits"),
  cpuset: constrain("within the owner's limits"),
  credential_spec: refuse("Windows only", "remove it"),
  depends_on: allow("the three conditions, required, restart"),
  deploy: constrain(
    "resources, restart_policy, replicas 1, update_config as defaults of the rollout, and order start-first for services that can run twice at once; labels and mode dropped with a notice; GPUs need a grant; the rest is refused",
  ),
  develop: refuse("about the author's source folder", "remove it from the file that is deployed"),
  device_cgroup_rules: grant("it opens devices of the host"),
  devices: grant("it opens devices of the host"),
  dns: constrain("literal addresses, at most 3"),
  dns_opt: constrain("resolver options"),
  dns_search: constrain("domain names"),
  domainname: allow(),
  entrypoint: allow(),
  env_file: constrain("read at publish, never in the spec"),
  environment: constrain("values under secret-like names, and addresses with a password, are sealed and never enter the spec"),
  expose: allow(),
  extends: constrain("resolved at publish, inside the project"),
  external_links: refuse(
    "it would reach containers outside the deployment",
    "put both services into one file, or share a network",
  ),
  extra_hosts: constrain("literal addresses; host-gateway needs a grant"),
  gpus: grant("it opens devices of the host"),
  group_add: constrain("numbers, not names"),
  healthcheck: constrain("interval 1 s or more"),
  hostname: allow(),
  image: constrain("pinned by digest at publish"),
  init: allow(),
  ipc: constrain("private, shareable, service:NAME; host needs a grant"),
  isolation: refuse("Windows only", "remove it"),
  label_file: constrain("read at publish, never in the spec"),
  labels: constrain("not com.docker.*, not dev.daonetes.*"),
  links: constrain("becomes a network alias and a dependency"),
  logging: constrain("local, json-file or none, size capped; another driver needs a grant"),
  mac_address: refuse("it can collide with other machines", "remove it"),
  mem_limit: constrain("within the owner's limits"),
  mem_reservation: constrain("at most the memory limit"),
  mem_swappiness: constrain("0 to 100"),
  memswap_limit: constrain("within the owner's limits"),
  models: refuse(
    "models are provided by a service of the author's machine",
    "run the model server as a service with an image",
  ),
  network_mode: constrain("none, bridge, service:NAME; host needs a grant; container: is refused"),
  networks: constrain("bridges of the deployment, or shared in the group; fixed addresses in a subnet of the file"),
  oom_kill_disable: refuse("a container that cannot be killed takes the device down", "raise mem_limit"),
  oom_score_adj: constrain("0 to 1000"),
  pid: constrain("private, service:NAME; host needs a grant"),
  pids_limit: constrain("1 to 4096"),
  platform: allow(),
  ports: constrain("never the ports of SSH, Engine, agent, mesh; a range has at most 100"),
  post_start: refuse(
    "hooks run outside the container's own life",
    "run the step as a service that others depend on with service_completed_successfully",
  ),
  pre_start: refuse(
    "hooks run outside the container's own life",
    "run the step as a service that others depend on with service_completed_successfully",
  ),
  pre_stop: refuse(
    "hooks run outside the container's own life",
    "handle the stop signal in the program; stop_grace_period gives it time",
  ),
  privileged: grant("it gives the container the whole device"),
  profiles: constrain("resolved at publish"),
  provider: refuse("it runs a program of the author's machine", "use a service with an image"),
  pull_policy: constrain("missing and always; never is dropped with a notice: images are pinned by digest"),
  pull_refresh_after: refuse("images are pinned by digest", "publish again to take a newer image"),
  read_only: allow(),
  restart: constrain("the agent restarts"),
  runtime: grant("it replaces the program that isolates containers"),
  scale: constrain("1; more copies by placement"),
  secrets: constrain("sealed to the devices; read-only files, mode 0400 unless said otherwise"),
  security_opt: constrain("no-new-privileges:true always holds; any other needs a grant"),
  shm_size: constrain("within the memory limit"),
  stdin_open: allow(),
  stop_grace_period: constrain("up to 300 s"),
  stop_signal: allow(),
  storage_opt: grant("it depends on the Engine's storage driver"),
  sysctls: constrain("the safe list of namespaced parameters; any other needs a grant"),
  tmpfs: constrain("within the memory limit"),
  tty: allow(),
  ulimits: constrain("only memlock may be unlimited"),
  use_api_socket: refuse("it hands out the Engine, which is root on the device", "remove it"),
  user: constrain("any user"),
  userns_mode: grant("host only: it switches off the mapping of users"),
  uts: constrain("private; host needs a grant"),
  volumes: constrain("named, anonymous, tmpfs, files and folders of the project; paths of the device need a grant"),
  volumes_from: refuse(
    "it would open another service's volumes without naming them",
    "name the volume in both services:  volumes: [data:/var/lib/data]",
  ),
  working_dir: allow(),
};

/** Verdicts on the top level; `x-*` is dropped, anything else unknown is refused. */
export const TOP_LEVEL_KEYS: Readonly<Record<string, KeyVerdict>> = {
  configs: constrain("file, content, environment; name dropped"),
  include: constrain("resolved at publish, inside the project"),
  jobs: refuse("a job is a service here", 'make it a service with restart: "no"'),
  models: refuse(
    "models are provided by a service of the author's machine",
    "run the model server as a service with an image",
  ),
  name: constrain("the deployment's default name"),
  networks: constrain("bridges of the deployment; external: shared in the group; name dropped with a notice"),
  secrets: constrain("file, environment, external; values are sealed at publish"),
  services: allow(),
  version: constrain("dropped with a notice"),
  volumes: constrain("local volumes of the deployment; external needs a grant; name dropped with a notice"),
};

/** Capabilities a container keeps unless it drops them, and the only ones it may add. */
export const BASELINE_CAPABILITIES: readonly string[] = [
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
];

/** Kernel parameters of the container's own namespaces that need nobody's consent. */
export const SAFE_SYSCTLS: readonly string[] = [
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ping_group_range",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.tcp_wmem",
];

/** Drivers for logs whose space is bounded and that the agent can read. */
export const OWN_LOG_DRIVERS: readonly string[] = ["local", "json-file", "none"];

/** Ports of the device that no spec publishes: SSH, the Engine's API, the agent, the mesh. */
export const RESERVED_PORTS: ReadonlyMap<number, string> = new Map([
  [22, "SSH"],
  [2375, "the Engine"],
  [2376, "the Engine"],
  [2377, "the Engine"],
  [7946, "the Engine"],
  [4789, "the Engine"],
  [51820, "the mesh"],
]);

/** Prefixes of labels that only the Engine's tools and the agent set. */
export const RESERVED_LABELS: readonly string[] = ["com.docker.", "dev.daonetes."];

/** Paths of the device that may be mounted read-only without anybody's consent. */
export const SHARED_HOST_FILES: readonly string[] = ["/etc/localtime", "/etc/timezone"];
