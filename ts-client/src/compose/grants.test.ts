import test from "ava";
import type { CanonicalService, CanonicalSpec } from "./canonical-spec.ts";
import { GRANT_KINDS, isEngineSocket, isShared, needsOf, requiresOf } from "./grants.ts";

const specOf = (web: Partial<CanonicalService>, volumes?: CanonicalSpec["volumes"]): Pick<CanonicalSpec, "services" | "volumes"> => ({
  services: { web: { image: { name: "docker.io/library/nginx", digest: `sha256:${"ab".repeat(32)}` }, ...web } },
  ...(volumes === undefined ? {} : { volumes }),
});
const bind = (source: string, readOnly = false): Partial<CanonicalService> => ({ volumes: [{ type: "bind", source, target: "/x", ...(readOnly ? { read_only: true } : {}) }] });

/** What a service says, what it asks for by that, and where. */
const ASKS: [string, Partial<CanonicalService>, string[], string][] = [
  ["privileged", { privileged: true }, ["privileged"], "privileged"],
  ["the device's network", { network_mode: "host" }, ["host-network"], "network_mode"],
  ["the device's processes", { pid: "host" }, ["host-pid"], "pid"],
  ["the device's IPC", { ipc: "host" }, ["host-ipc"], "ipc"],
  ["the device's host name", { uts: "host" }, ["host-uts"], "uts"],
  ["the device's cgroups", { cgroup: "host" }, ["host-cgroup"], "cgroup"],
  ["the device's users", { userns_mode: "host" }, ["host-userns"], "userns_mode"],
  ["capabilities beyond the baseline", { cap_add: ["CHOWN", "NET_ADMIN", "SYS_ADMIN"] }, ["capability NET_ADMIN", "capability SYS_ADMIN"], "cap_add"],
  ["devices", { devices: [{ source: "/dev/a", target: "/dev/b" }, { source: "/dev/c", target: "/dev/c", permissions: "rw" }] }, ["device /dev/a rwm", "device /dev/c rw"], "devices"],
  ["rules for devices", { device_cgroup_rules: ["c 1:3 rm"] }, ["device-rule c 1:3 rm"], "device_cgroup_rules"],
  ["all GPUs", { gpus: [{ capabilities: ["gpu"], count: -1 }] }, ["gpu any all gpu"], "gpus"],
  ["all GPUs, unsaid", { gpus: [{ capabilities: ["gpu"] }] }, ["gpu any all gpu"], "gpus"],
  ["two GPUs", { gpus: [{ capabilities: ["compute", "gpu"], count: 2, driver: "nvidia" }] }, ["gpu nvidia 2 compute,gpu"], "gpus"],
  ["GPUs by id", { gpus: [{ capabilities: ["gpu"], device_ids: ["a", "b"] }] }, ["gpu any a,b gpu"], "gpus"],
  ["another runtime", { runtime: "runsc" }, ["runtime runsc"], "runtime"],
  ["weaker isolation", { security_opt: ["seccomp=unconfined"] }, ["security-opt seccomp=unconfined"], "security_opt"],
  ["options of storage", { storage_opt: { size: "1G" } }, ["storage-opt size=1G"], "storage_opt"],
  ["sysctls beyond the safe ones", { sysctls: { "net.ipv4.tcp_syncookies": "1", "net.ipv4.ip_forward": "1" } }, ["sysctl net.ipv4.ip_forward"], "sysctls"],
  ["disk limits", { blkio_config: { weight: 10 } }, ["blkio"], "blkio_config"],
  ["the device's address", { extra_hosts: ["a=192.0.2.1", "b=host-gateway"] }, ["host-gateway"], "extra_hosts"],
  ["another log driver", { logging: { driver: "syslog" } }, ["log-driver syslog"], "logging"],
  ["a path", bind("/srv"), ["bind /srv rw"], "volumes"],
  ["a path for reading", bind("/srv", true), ["bind /srv ro"], "volumes"],
  ["the Engine", bind("/run/docker.sock"), ["engine-socket"], "volumes"],
  ["the Engine for reading, which is the same", bind("/var/run/docker.sock", true), ["engine-socket"], "volumes"],
  ["the time zone for writing", bind("/etc/localtime"), ["bind /etc/localtime rw"], "volumes"],
];
for (const [title, web, texts, field] of ASKS) {
  test(`a service asks for ${title}`, (t) => {
    const expected = texts.map((text) => ({ text, kind: text.split(" ")[0], service: "web", pointer: `/services/web/${field}` }));
    t.deepEqual(needsOf(specOf(web)) as object[], expected);
    t.deepEqual(requiresOf(specOf(web)), texts);
  });
}

const ASKS_NOT: [string, Partial<CanonicalService>][] = [
  ["nothing", {}],
  ["another service's namespaces", { network_mode: "service:db", pid: "service:db", ipc: "service:db" }],
  ["its own shareable IPC", { ipc: "shareable" }],
  ["no network", { network_mode: "none" }],
  ["what the baseline gives", { cap_add: ["CHOWN"], sysctls: { "net.ipv4.tcp_syncookies": "1" }, logging: { driver: "json-file" }, extra_hosts: ["host-gateway=192.0.2.1"] }],
  ["the time zone", bind("/etc/localtime", true)],
  ["volumes of its own", { volumes: [{ type: "volume", source: "data", target: "/d" }, { type: "tmpfs", target: "/t" }, { type: "snapshot", source: "conf", target: "/c" }] }],
];
for (const [title, web] of ASKS_NOT) {
  test(`a service that has ${title} asks for nothing`, (t) => {
    t.deepEqual(needsOf(specOf(web, { data: {} })), []);
    t.deepEqual(requiresOf(specOf(web)), []);
  });
}

test("a volume that is there already is asked for by the spec, once, by its name on the Engine", (t) => {
  const spec = specOf({}, { data: { external: "archive" }, own: {} });
  t.deepEqual(needsOf(spec) as object[], [{ text: "external-volume archive", kind: "external-volume", pointer: "/volumes/data/external" }]);
});

test("needs stand in the order of services, what is required sorted and once", (t) => {
  const { web } = specOf({ uts: "host", pid: "host" }).services;
  const spec = { services: { web: web!, db: web! } };
  t.deepEqual(needsOf(spec).map(({ service, text }) => `${service} ${text}`), ["db host-pid", "db host-uts", "web host-pid", "web host-uts"]);
  t.deepEqual(requiresOf(spec), ["host-pid", "host-uts"]);
});

test("every kind of grant is asked for by something", (t) => {
  const kinds = new Set([...ASKS.flatMap(([, , texts]) => texts.map((text) => text.split(" ")[0])), "external-volume"]);
  t.deepEqual([...GRANT_KINDS].sort(), ([...kinds] as string[]).sort());
});

for (const path of ["/var/run/docker.sock", "/run/containerd/containerd.sock", "/run/podman/podman.sock", "/run/crio/crio.sock", "/run/buildkit/buildkitd.sock", "/docker.sock"]) {
  test(`${path} is the Engine`, (t) => t.true(isEngineSocket(path)));
}
for (const path of ["/var/run/docker.sock.d", "/srv/mydocker.sock", "/run/docker.sock/x", "/run/dockerXsock", "/run/mysqld/mysqld.sock"]) {
  test(`${path} is not the Engine`, (t) => t.false(isEngineSocket(path)));
}

test("only two files are anybody's, and only for reading", (t) => {
  t.true(isShared({ source: "/etc/localtime", read_only: true }));
  t.true(isShared({ source: "/etc/timezone", read_only: true }));
  t.false(isShared({ source: "/etc/localtime" }));
  t.false(isShared({ source: "/etc/passwd", read_only: true }));
});
