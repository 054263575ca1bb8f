import type Docker from "dockerode";

/** The cases P of hostile specs, as bytes that no client of ours made: what becomes of each, on a recorder and on a real Engine. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Fields = Record<string, Json>;

const DIGEST = `sha256:${"0".repeat(63)}a`;

const WEB: Fields = { image: { name: "docker.io/library/app", digest: DIGEST }, networks: { default: {} } };

/** Bytes in canonical form: keys sorted, no blanks. */
export function bytesOf(value: Json): Uint8Array {
  const sorted = (part: Json): Json =>
    typeof part !== "object" || part === null
      ? part
      : Array.isArray(part)
        ? part.map(sorted)
        : Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]));
  return new TextEncoder().encode(JSON.stringify(sorted(value)));
}

/** A spec of one service with these fields; `null` takes one away. */
export function specBytes(web: Fields, top: Fields = {}, requires: readonly string[] = []): Uint8Array {
  const service = Object.fromEntries(Object.entries({ ...WEB, ...web }).filter(([, value]) => value !== null));
  const networks = "networks" in service ? { networks: { default: {} } } : {};
  return bytesOf({ format: "daonetes.spec.v1", services: { web: service }, ...networks, ...(requires.length === 0 ? {} : { requires: [...requires].sort() }), ...top });
}

const mount = (fields: Fields): Fields => ({ volumes: [{ target: "/x", ...fields }] });
const bind = (source: string, more: Fields = {}): Fields => mount({ type: "bind", source, ...more });
export const port = (...published: number[]): Fields => ({ ports: published.map((number) => ({ target: 80, protocol: "tcp", published: number })) });

/** What no owner can allow: the reason, and what the text names. */
export const REFUSED: [id: string, title: string, web: Fields, reason: string, names: RegExp, top?: Fields][] = [
  ["P-01", 'privileged as "true"', { privileged: "true" }, "SpecInvalid", /services\/web\/privileged/],
  ["P-01", "privileged as yes", { privileged: "yes" }, "SpecInvalid", /services\/web\/privileged/],
  ["P-01", "privileged as 1", { privileged: 1 }, "SpecInvalid", /services\/web\/privileged/],
  ["P-01", "privileged as false, which is not canonical", { privileged: false }, "SpecInvalid", /services\/web\/privileged/],
  ["P-01", "privileged that the list of powers conceals", { privileged: true }, "SpecInvalid", /requires/],
  ["P-02", "network_mode container:x", { networks: null, network_mode: "container:x" }, "SpecInvalid", /services\/web\/network_mode/],
  ["P-02", "network_mode of a service that is not there", { networks: null, network_mode: "service:x" }, "SpecInvalid", /service "x" is not defined/],
  ["P-02", "network_mode host that the list of powers conceals", { networks: null, network_mode: "host" }, "SpecInvalid", /requires/],
  ["P-03", "pid container:x", { pid: "container:x" }, "SpecInvalid", /services\/web\/pid/],
  ["P-03", "ipc container:x", { ipc: "container:x" }, "SpecInvalid", /services\/web\/ipc/],
  ["P-03", "uts of another", { uts: "container:x" }, "SpecInvalid", /services\/web\/uts/],
  ["P-03", "userns_mode private in other words", { userns_mode: "" }, "SpecInvalid", /services\/web\/userns_mode/],
  ["P-03", "cgroup of another", { cgroup: "container:x" }, "SpecInvalid", /services\/web\/cgroup/],
  ["P-04", "a bind of ./", bind("./"), "SpecInvalid", /services\/web\/volumes\/0\/source/],
  ["P-04", "a bind of ~", bind("~"), "SpecInvalid", /services\/web\/volumes\/0\/source/],
  ["P-04", "a bind of C:\\", bind("C:\\"), "SpecInvalid", /services\/web\/volumes\/0\/source/],
  ["P-04", "a bind by a detour", bind("/srv/../etc"), "SpecInvalid", /services\/web\/volumes\/0\/source/],
  ["P-04", "a bind with options behind a colon", bind("/srv:/etc"), "SpecInvalid", /services\/web\/volumes\/0\/source/],
  ["P-04", "a bind of the agent's folder", bind("/var/lib/daonetes"), "PolicyRefused", /agent-path: \/services\/web\/volumes\/0/, { requires: ["bind /var/lib/daonetes rw"] }],
  ["P-04", "a bind of the owner's file", bind("/etc/daonetes/grants.json", { read_only: true }), "PolicyRefused", /agent-path/, { requires: ["bind /etc/daonetes/grants.json ro"] }],
  ["P-05", "use_api_socket", { use_api_socket: true }, "SpecInvalid", /use_api_socket/],
  ["P-05", "the Engine's socket that the list of powers conceals", bind("/var/run/docker.sock"), "SpecInvalid", /requires/],
  ["P-07", "a mount of type npipe", mount({ type: "npipe", source: "x" }), "SpecInvalid", /services\/web\/volumes\/0/],
  ["P-07", "a mount of type image", mount({ type: "image", source: "x" }), "SpecInvalid", /services\/web\/volumes\/0/],
  ["P-07", "a mount of type cluster", mount({ type: "cluster", source: "x" }), "SpecInvalid", /services\/web\/volumes\/0/],
  ["P-07", "a volume that is a path", mount({ type: "volume", source: "/etc" }), "SpecInvalid", /services\/web\/volumes\/0\/source/],
  ["P-07", "a bind that spreads mounts to the device", bind("/srv", { propagation: "rshared" }), "SpecInvalid", /propagation/],
  ["P-08", "volumes_from", { volumes_from: ["db"] }, "SpecInvalid", /volumes_from/],
  ["P-08", "a volume that nobody declares", mount({ type: "volume", source: "data" }), "SpecInvalid", /services\/web\/volumes/],
  ["P-08", "a volume that is a path in disguise", mount({ type: "volume", source: "data" }), "SpecInvalid", /driver_opts/, { volumes: { data: { driver_opts: { type: "none", o: "bind", device: "/" } } } }],
  ["P-08", "an external network by its name on the Engine", {}, "SpecInvalid", /networks\/default\/external/, { networks: { default: { external: true, name: "daonet_other_back" } } }],
  ["P-08", "a network with another driver", {}, "SpecInvalid", /networks\/default\/driver/, { networks: { default: { driver: "macvlan" } } }],
  ["P-09", "cap_add in small letters", { cap_add: ["sys_admin"] }, "SpecInvalid", /services\/web\/cap_add/],
  ["P-09", "cap_add with its prefix, as one that is not in the list of powers", { cap_add: ["CAP_SYS_ADMIN"] }, "SpecInvalid", /requires/],
  ["P-09", "cap_add with a blank", { cap_add: ["SYS_ADMIN "] }, "SpecInvalid", /services\/web\/cap_add/],
  ["P-09", "cap_add ALL that the list of powers conceals", { cap_add: ["ALL"] }, "SpecInvalid", /requires/],
  ["P-10", "a seccomp profile by its path", { security_opt: ["seccomp=/tmp/any.json"] }, "SpecInvalid", /services\/web\/security_opt/],
  ["P-10", "a security option with a colon", { security_opt: ["seccomp:unconfined"] }, "SpecInvalid", /services\/web\/security_opt/],
  ["P-10", "an unknown security option", { security_opt: ["credentialspec=x"] }, "SpecInvalid", /services\/web\/security_opt/],
  ["P-11", "a device outside of /dev", { devices: [{ source: "/etc/shadow", target: "/etc/shadow" }] }, "SpecInvalid", /services\/web\/devices\/0/],
  ["P-11", "a device by a detour", { devices: [{ source: "/dev/../etc/shadow", target: "/dev/x" }] }, "SpecInvalid", /services\/web\/devices\/0/],
  ["P-11", "a rule for devices with more than a rule", { device_cgroup_rules: ["a *:* rwm; x"] }, "SpecInvalid", /device_cgroup_rules/],
  ["P-14", "an unbounded number of files", { ulimits: { nofile: { soft: -1, hard: -1 } } }, "PolicyRefused", /ulimit: \/services\/web\/ulimits\/nofile/],
  ["P-14", "shm above the memory", { mem_limit: 67_108_864, shm_size: 67_108_865 }, "PolicyRefused", /memory: \/services\/web\/shm_size/],
  ["P-14", "tmpfs above the memory", { mem_limit: 67_108_864, volumes: [{ type: "tmpfs", target: "/t", size: 67_108_865 }] }, "PolicyRefused", /memory: \/services\/web\/volumes\/0/],
  ["P-14", "pids_limit -1", { pids_limit: -1 }, "SpecInvalid", /services\/web\/pids_limit/],
  ["P-14", "pids_limit above the most", { pids_limit: 4097 }, "SpecInvalid", /services\/web\/pids_limit/],
  ["P-14", "memory without end", { mem_limit: -1 }, "SpecInvalid", /services\/web\/mem_limit/],
  ["P-14", "an oom score that spares it", { oom_score_adj: -1000 }, "SpecInvalid", /services\/web\/oom_score_adj/],
  ["P-16", "env_file", { env_file: "/etc/passwd" }, "SpecInvalid", /env_file/],
  ["P-16", "label_file", { label_file: "/etc/passwd" }, "SpecInvalid", /label_file/],
  ["P-17", "a secret from a file", { secrets: [{ source: "s", target: "/run/secrets/s" }] }, "SpecInvalid", /\/secrets/, { secrets: { s: { file: "/etc/shadow" } } }],
  ["P-17", "a config from a variable", { configs: [{ source: "c", target: "/c" }] }, "SpecInvalid", /configs\/c\/environment/, { configs: { c: { environment: "AGENT_KEY" } } }],
  ["P-17", "a config from a file", { configs: [{ source: "c", target: "/c" }] }, "SpecInvalid", /configs\/c\/file/, { configs: { c: { file: "/etc/shadow" } } }],
  ["P-19", "container_name", { container_name: "daonet-other-app-web-1" }, "SpecInvalid", /container_name/],
  ["P-19", "a label that forges the project", { labels: { "com.docker.compose.project": "x" } }, "PolicyRefused", /reserved-label: \/services\/web\/labels\/com\.docker/],
  ["P-19", "a label that forges the owner", { labels: { "dev.daonetes.mac": "x" } }, "PolicyRefused", /reserved-label/],
  ["P-19", "a label that forges in capitals", { labels: { "Dev.Daonetes.Mac": "x" } }, "PolicyRefused", /reserved-label/],
  ["P-19", "a label of a network that forges", {}, "PolicyRefused", /reserved-label: \/networks\/default/, { networks: { default: { labels: { "dev.daonetes.device": "x" } } } }],
  ["P-20", "extends", { extends: { file: "https://example.test/x.yaml", service: "a" } }, "SpecInvalid", /extends/],
  ["P-21", "include", {}, "SpecInvalid", /include/, { include: ["oci://example.test/x"] }],
  ["P-22", "build", { build: "." }, "SpecInvalid", /build/],
  ["P-22", "build instead of an image", { build: { context: "." }, image: null }, "SpecInvalid", /services\/web/],
  ["P-23", "provider", { provider: { type: "x" } }, "SpecInvalid", /provider/],
  ["P-29", "the port of SSH", port(22), "PolicyRefused", /reserved-port: \/services\/web\/ports\/0/],
  ["P-29", "the port of the Engine", port(2375), "PolicyRefused", /reserved-port/],
  ["P-29", "the port of the mesh", port(51_820), "PolicyRefused", /reserved-port/],
  ["P-29", "more than 100 ports", port(...Array.from({ length: 101 }, (_, index) => 8000 + index)), "PolicyRefused", /port-count: \/services\/web\/ports/],
  ["P-29", "one port twice", { ports: [{ target: 80, protocol: "tcp", published: 8080 }, { target: 81, protocol: "tcp", published: 8080 }] }, "SpecInvalid", /ports/],
  ["P-29", "a port outside of the numbers", port(65_536), "SpecInvalid", /ports\/0\/published/],
  ["P-30", "a tag without a digest", { image: { name: "docker.io/library/app", tag: "latest" } }, "SpecInvalid", /image/],
  ["P-30", "a tag where the digest stands", { image: { name: "docker.io/library/app", digest: "latest" } }, "SpecInvalid", /image\/digest/],
  ["P-30", "a tag within the name", { image: { name: "docker.io/library/app:latest", digest: DIGEST } }, "SpecInvalid", /image\/name/],
  ["P-30", "an image as text", { image: "docker.io/library/app:latest" }, "SpecInvalid", /image/],
  ["P-30", "a name without a registry", { image: { name: "app", digest: DIGEST } }, "SpecInvalid", /image\/name/],
  ["P-38", "an unknown key", { priviledged: true }, "SpecInvalid", /priviledged/],
  ["P-38", "a key in capitals", { Privileged: true }, "SpecInvalid", /Privileged/],
  ["P-38", "a key with a blank", { "privileged ": true }, "SpecInvalid", /privileged /],
  ["P-38", "a key with a letter that looks the same", { "pr\u0456vileged": true }, "SpecInvalid", /services\/web/],
  ["P-38", "a key of the Engine's API", { HostConfig: { Privileged: true } }, "SpecInvalid", /HostConfig/],
  ["P-38", "a service that waits for itself", { depends_on: { web: { condition: "service_started" } } }, "SpecInvalid", /circle: web -> web/],
];
/** What a container is made with when nothing is granted. Every field of it: more than this would be an escape. */
export const BASELINE: Docker.HostConfig & { CgroupnsMode?: string } = {
  CapAdd: ["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"],
  CapDrop: ["ALL"],
  SecurityOpt: ["no-new-privileges"],
  ReadonlyRootfs: false,
  Init: false,
  Memory: 6_000_000_000,
  MemoryReservation: 0,
  MemorySwap: 0,
  NanoCpus: 0,
  CpuShares: 0,
  CpusetCpus: "",
  PidsLimit: 512,
  OomScoreAdj: 0,
  ShmSize: 67_108_864,
  Mounts: [],
  Tmpfs: {},
  PortBindings: {},
  NetworkMode: "daonet-lab-shop_default",
  IpcMode: "private",
  CgroupnsMode: "private",
  Dns: [],
  DnsOptions: [],
  DnsSearch: [],
  ExtraHosts: [],
  GroupAdd: [],
  Sysctls: {},
  Ulimits: [],
  LogConfig: { Type: "local", Config: { "max-file": "3", "max-size": "10485760" } },
  RestartPolicy: { Name: "no" },
};
const capabilities = (...more: string[]): Docker.HostConfig => ({ CapAdd: [...BASELINE.CapAdd as string[], ...more].sort() });
const bound = (source: string, readOnly: boolean): Docker.HostConfig => ({
  Mounts: [{ Type: "bind", Source: source, Target: "/x", ReadOnly: readOnly, BindOptions: { Propagation: "rprivate" } }],
});

/** What an owner can allow: the texts, and what the container then has beside the baseline. */
export const GRANTED: [id: string, title: string, web: Fields, needs: string[], made: object, top?: Fields][] = [
  ["P-01", "privileged", { privileged: true }, ["privileged"], { Privileged: true }],
  ["P-02", "network_mode host", { networks: null, network_mode: "host" }, ["host-network"], { NetworkMode: "host" }],
  ["P-03", "pid host", { pid: "host" }, ["host-pid"], { PidMode: "host" }],
  ["P-03", "ipc host", { ipc: "host" }, ["host-ipc"], { IpcMode: "host" }],
  ["P-03", "uts host", { uts: "host" }, ["host-uts"], { UTSMode: "host" }],
  ["P-03", "userns_mode host", { userns_mode: "host" }, ["host-userns"], { UsernsMode: "host" }],
  ["P-03", "cgroup host", { cgroup: "host" }, ["host-cgroup"], { CgroupnsMode: "host" }],
  ["P-04", "a bind of /", bind("/"), ["bind / rw"], bound("/", false)],
  ["P-05", "the Engine's socket", bind("/var/run/docker.sock"), ["engine-socket"], bound("/var/run/docker.sock", false)],
  ["P-05", "the Engine's socket for reading, which is the same", bind("/run/docker.sock", { read_only: true }), ["engine-socket"], bound("/run/docker.sock", true)],
  ["P-05", "the group of the Engine's socket", { group_add: ["998"] }, [], { GroupAdd: ["998"] }],
  ["P-07", "a bind for reading", bind("/etc", { read_only: true }), ["bind /etc ro"], bound("/etc", true)],
  ["P-08", "an external volume", mount({ type: "volume", source: "mine" }), ["external-volume data"], { Mounts: [{ Type: "volume", Source: "data", Target: "/x", ReadOnly: false, VolumeOptions: { NoCopy: false, Labels: {}, DriverConfig: { Name: "local", Options: {} } } }] }, { volumes: { mine: { external: "data" } } }],
  ["P-09", "cap_add ALL", { cap_add: ["ALL"] }, ["capability ALL"], capabilities("ALL")],
  ["P-09", "cap_add SYS_ADMIN", { cap_add: ["SYS_ADMIN"] }, ["capability SYS_ADMIN"], capabilities("SYS_ADMIN")],
  ["P-10", "seccomp unconfined", { security_opt: ["seccomp=unconfined"] }, ["security-opt seccomp=unconfined"], { SecurityOpt: ["no-new-privileges", "seccomp=unconfined"] }],
  ["P-10", "apparmor and labels off", { security_opt: ["apparmor=unconfined", "label=disable"] }, ["security-opt apparmor=unconfined", "security-opt label=disable"], { SecurityOpt: ["no-new-privileges", "apparmor=unconfined", "label=disable"] }],
  ["P-10", "new privileges", { security_opt: ["no-new-privileges=false"] }, ["security-opt no-new-privileges=false"], { SecurityOpt: [] }],
  ["P-10", "paths unmasked", { security_opt: ["systempaths=unconfined"] }, ["security-opt systempaths=unconfined"], { MaskedPaths: [], ReadonlyPaths: [] }],
  ["P-11", "a device", { devices: [{ source: "/dev/mem", target: "/dev/mem" }] }, ["device /dev/mem rwm"], { Devices: [{ PathOnHost: "/dev/mem", PathInContainer: "/dev/mem", CgroupPermissions: "rwm" }] }],
  ["P-11", "a rule for devices", { device_cgroup_rules: ["a *:* rwm"] }, ["device-rule a *:* rwm"], { DeviceCgroupRules: ["a *:* rwm"] }],
  ["P-11", "all GPUs", { gpus: [{ capabilities: ["gpu"], count: -1 }] }, ["gpu any all gpu"], { DeviceRequests: [{ Driver: "", Count: -1, DeviceIDs: [], Capabilities: [["gpu"]], Options: {} }] }],
];
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const plain = new TextDecoder().decode(specBytes({}));

/** Bytes that two readers could take for two things. */
export const AMBIGUOUS: [string, Uint8Array][] = [
  ["a key twice", encode(plain.replace('"format":', '"format":"x","format":'))],
  ["a key twice, once by an escape", encode(plain.replace('"image":', '"im\\u0061ge":{},"image":'))],
  ["an escape that is not needed", encode(plain.replace("daonetes.spec.v1", "daonetes.spec.v\\u0031"))],
  ["blanks", encode(`${plain} `)],
  ["a line end", encode(`${plain}\n`)],
  ["a mark of its byte order", encode(`\ufeff${plain}`)],
  ["keys in another order", encode(plain.replace(/^\{("format":"[^"]+"),(.*)\}$/, "{$2,$1}"))],
  ["a number with a point", encode(new TextDecoder().decode(specBytes({ pids_limit: 5 })).replace('"pids_limit":5', '"pids_limit":5.0'))],
  ["a number with an exponent", encode(new TextDecoder().decode(specBytes({ pids_limit: 5 })).replace('"pids_limit":5', '"pids_limit":5e0'))],
  ["half of a surrogate pair", encode(new TextDecoder().decode(specBytes({ command: ["x"] })).replace('["x"]', '["\\ud800"]'))],
  ["a NUL", specBytes({ command: ["a\u0000b"] })],
  ["bytes that are no UTF-8", Buffer.concat([encode(plain.slice(0, -1)), Buffer.from([0xff, 0x7d])])],
  ["null for a field", specBytes({ volumes: [null] })],
  ["a field of every object", encode(plain.replace('"image":', '"__proto__":{"privileged":true},"image":'))],
  ["YAML", encode("format: daonetes.spec.v1\nservices: {}\n")],
  ["nothing", encode("")],
];
/** Bytes that cost a careless reader dearly. */
export const BOMBS: [string, string, () => Uint8Array][] = [
  ["P-35", "200,000 lists in each other", () => encode("[".repeat(200_000) + "]".repeat(200_000))],
  ["P-35", "16,000 lists in each other, within the limit", () => encode(plain.replace('"format"', `"a":${"[".repeat(16_000)}${"]".repeat(16_000)},"format"`))],
  ["P-35", "a text of 4 MiB", () => specBytes({ command: ["a".repeat(4 * 1024 * 1024)] })],
  ["P-38", "10,000 services", () => bytesOf({ format: "daonetes.spec.v1", services: Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`s${index}`, WEB])), networks: { default: {} } })],
  ["P-38", "1,000 services, within the limit", () => bytesOf({ format: "daonetes.spec.v1", services: Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`s${index}`, {}])) })],
  ["P-38", "a circle of 64 services", () => bytesOf({ format: "daonetes.spec.v1", services: Object.fromEntries(Array.from({ length: 64 }, (_, index) => [`s${index}`, { ...WEB, depends_on: { [`s${(index + 1) % 64}`]: { condition: "service_started" } } }])), networks: { default: {} } })],
];
