import { BASELINE_CAPABILITIES, type CanonicalMount, type CanonicalService, type CanonicalSpec, requiresOf } from "@daonetes/client/compose";
import test from "ava";
import { desiredOf, imageOf, service, specOf } from "../../test/fakes/deployments.ts";
import { createOptions } from "../docker/create-options.ts";
import type { ContainerConfig, SecurityView } from "../docker/engine.ts";
import { readIdentity } from "../docker/labels.ts";
import { type ObservedContainer } from "../observed/observed-state.ts";
import { restartVerdict } from "../plan/restart.ts";
import { differences, droppedLimits, mountText } from "../plan/verify.ts";
import { anonymousVolumes, containerConfig, type DeviceContext } from "./container-config.ts";

const KEY = new Uint8Array(32).fill(5);
const CONTEXT: DeviceContext = {
  device: "daonet1x",
  macKey: KEY,
  defaultMemory: 1000,
  networkName: (name) => `net-${name}`,
  volumeName: (key) => `vol-${key}`,
  imageId: "sha256:1",
  imageVolumes: [],
  providerId: (name) => `id-of-${name}`,
  contentRoot: "/state/files", secretRoot: "/run/secrets-of-agent",
};

function build(more: Partial<CanonicalService> = {}, context: Partial<DeviceContext> = {}): ContainerConfig {
  const desired = desiredOf(specOf({ web: service("a", more), db: service("b") }));
  return containerConfig(desired, desired.services.find(({ name }) => name === "web")!, "shop-web-1", { ...CONTEXT, ...context });
}

const EMPTY: CanonicalService = { image: service("a").image };

/** Each field of a service, and what it becomes. */
const fields: Record<string, [Partial<CanonicalService>, (config: ContainerConfig) => unknown, unknown]> = {
  command: [{ command: ["a", "b c"] }, ({ command }) => command, ["a", "b c"]],
  entrypoint: [{ entrypoint: [] }, ({ entrypoint }) => entrypoint, []],
  environment: [{ environment: { A: "1", B: "x=y", C: "" } }, ({ environment }) => environment, ["A=1", "B=x=y", "C="]],
  hostname: [{ hostname: "h" }, ({ hostname }) => hostname, "h"],
  domainname: [{ domainname: "d.test" }, ({ domainname }) => domainname, "d.test"],
  user: [{ user: "1000:1000" }, ({ user }) => user, "1000:1000"],
  working_dir: [{ working_dir: "/w" }, ({ workingDir }) => workingDir, "/w"],
  stop_grace_period: [{ stop_grace_period: 2_500_000_000 }, (config) => createOptions(config).StopTimeout, 3],
  "no stop_grace_period": [{}, (config) => "StopTimeout" in createOptions(config), false],
  stop_signal: [{ stop_signal: "SIGINT" }, ({ stopSignal }) => stopSignal, "SIGINT"],
  tty: [{ tty: true }, ({ tty }) => tty, true],
  stdin_open: [{ stdin_open: true }, ({ openStdin }) => openStdin, true],
  read_only: [{ read_only: true }, ({ host }) => host.readonlyRootfs, true],
  init: [{ init: true }, ({ host }) => host.init, true],
  mem_limit: [{ mem_limit: 5 }, ({ host }) => host.memory, 5],
  mem_reservation: [{ mem_reservation: 4 }, ({ host }) => host.memoryReservation, 4],
  memswap_limit: [{ memswap_limit: 6 }, ({ host }) => host.memorySwap, 6],
  mem_swappiness: [{ mem_swappiness: 0 }, ({ host }) => host.memorySwappiness, 0],
  cpus: [{ cpus: 1.5e9 }, ({ host }) => host.nanoCpus, 1.5e9],
  cpu_shares: [{ cpu_shares: 512 }, ({ host }) => host.cpuShares, 512],
  cpuset: [{ cpuset: "0-1" }, ({ host }) => host.cpusetCpus, "0-1"],
  pids_limit: [{ pids_limit: 9 }, ({ host }) => host.pidsLimit, 9],
  oom_score_adj: [{ oom_score_adj: 7 }, ({ host }) => host.oomScoreAdj, 7],
  shm_size: [{ shm_size: 8 }, ({ host }) => host.shmSize, 8],
  dns: [{ dns: ["192.0.2.1"] }, ({ host }) => host.dns, ["192.0.2.1"]],
  dns_opt: [{ dns_opt: ["ndots:2"] }, ({ host }) => host.dnsOptions, ["ndots:2"]],
  dns_search: [{ dns_search: ["x.test"] }, ({ host }) => host.dnsSearch, ["x.test"]],
  extra_hosts: [{ extra_hosts: ["a=192.0.2.1", "b=2001:db8::1"] }, ({ host }) => host.extraHosts, ["a:192.0.2.1", "b:2001:db8::1"]],
  group_add: [{ group_add: ["20"] }, ({ host }) => host.groupAdd, ["20"]],
  sysctls: [{ sysctls: { "net.core.somaxconn": "9" } }, ({ host }) => host.sysctls, { "net.core.somaxconn": "9" }],
  ulimits: [{ ulimits: { nofile: { soft: 1, hard: 2 } } }, ({ host }) => host.ulimits, [{ name: "nofile", soft: 1, hard: 2 }]],
  logging: [
    { logging: { driver: "json-file", max_size: 9, max_file: 2 } },
    ({ host }) => [host.logDriver, host.logOptions],
    ["json-file", { "max-size": "9", "max-file": "2" }],
  ],
  "logging none": [{ logging: { driver: "none" } }, ({ host }) => [host.logDriver, host.logOptions], ["none", {}]],
  healthcheck: [
    { healthcheck: { test: ["CMD", "x"], interval: 1, timeout: 2, start_period: 3, start_interval: 5, retries: 4 } },
    ({ healthcheck }) => healthcheck,
    { test: ["CMD", "x"], intervalNs: 1, timeoutNs: 2, startPeriodNs: 3, startIntervalNs: 5, retries: 4 },
  ],
  "healthcheck disable": [{ healthcheck: { disable: true } }, ({ healthcheck }) => healthcheck?.test, ["NONE"]],
  expose: [{ expose: ["90/tcp"], ports: [{ target: 80, protocol: "udp" }] }, ({ exposedPorts }) => exposedPorts, ["80/udp", "90/tcp"]],
  ports: [
    { ports: [{ target: 80, protocol: "tcp", published: 8080, host_ip: "127.0.0.1" }, { target: 80, protocol: "tcp" }] },
    ({ host }) => host.portBindings,
    { "80/tcp": [{ hostIp: "127.0.0.1", hostPort: "8080" }, { hostIp: "", hostPort: "" }] },
  ],
  networks: [
    { networks: { back: { aliases: ["web", "w"], ipv4_address: "10.0.0.9" }, zone: {} } },
    ({ firstNetwork, host }) => [host.networkMode, firstNetwork],
    ["net-back", { name: "net-back", endpoint: { aliases: ["web", "w"], ipv4Address: "10.0.0.9" } }],
  ],
  "network_mode of a service": [
    { network_mode: "service:db", networks: {} },
    ({ host, firstNetwork }) => [host.networkMode, firstNetwork],
    ["container:id-of-db", undefined],
  ],
  "network_mode host": [{ network_mode: "host", networks: {} }, ({ host, firstNetwork }) => [host.networkMode, firstNetwork], ["host", undefined]],
  "order of networks": [
    { networks: { a: {}, b: { priority: 5 }, c: { priority: 9 } } },
    ({ firstNetwork, host }) => [firstNetwork?.name, host.networkMode],
    ["net-c", "net-c"],
  ],
  "namespaces of services": [{ pid: "service:db", ipc: "service:db" }, ({ host }) => [host.pidMode, host.ipcMode], ["container:id-of-db", "container:id-of-db"]],
  "namespaces of the device": [
    { pid: "host", ipc: "host", uts: "host", userns_mode: "host", cgroup: "host" },
    ({ host }) => [host.pidMode, host.ipcMode, host.utsMode, host.usernsMode, host.cgroupMode],
    ["host", "host", "host", "host", "host"],
  ],
  "ipc that is shareable": [{ ipc: "shareable" }, ({ host }) => host.ipcMode, "shareable"],
  cpu_quota: [{ cpu_quota: 5000, cpu_period: 10_000 }, ({ host }) => [host.cpuQuota, host.cpuPeriod], [5000, 10_000]],
  privileged: [{ privileged: true }, ({ host }) => [host.privileged, host.cgroupMode], [true, ""]],
  devices: [
    { devices: [{ source: "/dev/a", target: "/dev/b", permissions: "r" }, { source: "/dev/c", target: "/dev/c" }] },
    ({ host }) => host.devices,
    [{ source: "/dev/a", target: "/dev/b", permissions: "r" }, { source: "/dev/c", target: "/dev/c", permissions: "rwm" }],
  ],
  "devices by CDI": [
    { devices: [{ source: "vendor.com/gpu=0", target: "vendor.com/gpu=0" }] },
    ({ host }) => [host.devices, host.deviceRequests],
    [[], [{ driver: "cdi", count: 0, deviceIds: ["vendor.com/gpu=0"], capabilities: [], options: {} }]],
  ],
  gpus: [
    { gpus: [{ capabilities: ["gpu"], count: 1, driver: "nvidia" }, { capabilities: ["gpu"], device_ids: ["0"] }] },
    ({ host }) => host.deviceRequests,
    [
      { driver: "nvidia", count: 1, deviceIds: [], capabilities: [["gpu"]], options: {} },
      { driver: "", count: 0, deviceIds: ["0"], capabilities: [["gpu"]], options: {} },
    ],
  ],
  device_cgroup_rules: [{ device_cgroup_rules: ["c 188:* rmw"] }, ({ host }) => host.deviceCgroupRules, ["c 188:* rmw"]],
  runtime: [{ runtime: "runsc" }, ({ host }) => host.runtime, "runsc"],
  storage_opt: [{ storage_opt: { size: "1G" } }, ({ host }) => host.storageOptions, { size: "1G" }],
  blkio_config: [{ blkio_config: { weight: 100 } }, ({ host }) => host.blkio, { weight: 100 }],
  security_opt: [
    { security_opt: ["no-new-privileges=false", "seccomp=unconfined", "systempaths=unconfined"] },
    ({ host }) => [host.securityOpt, host.unmaskedPaths],
    [["seccomp=unconfined"], true],
  ],
  "logging by another driver": [
    { logging: { driver: "syslog", options: { "syslog-address": "udp://192.0.2.1" } } },
    ({ host }) => [host.logDriver, host.logOptions],
    ["syslog", { "syslog-address": "udp://192.0.2.1" }],
  ],
  "extra_hosts that name the device": [{ extra_hosts: ["h=host-gateway"] }, ({ host }) => host.extraHosts, ["h:host-gateway"]],
  "a path of the device": [
    { volumes: [{ type: "bind", source: "/srv", target: "/srv", create: true, propagation: "rslave" }] },
    ({ host }) => host.mounts,
    [{ type: "bind", source: "/srv", target: "/srv", readOnly: false, create: true, propagation: "rslave" }],
  ],
  "network_mode none": [{ network_mode: "none", networks: {} }, ({ host }) => host.networkMode, "none"],
};
for (const [field, [more, pick, expected]] of Object.entries(fields)) {
  test(`a service's ${field} reaches the container`, (t) => {
    t.deepEqual(pick(build(more)), expected);
  });
}

test("the image is named by digest", (t) => {
  t.is(build().image, imageOf("a"));
});

test("a service that says nothing gets limits and no power", (t) => {
  const desired = desiredOf({ format: "daonetes.spec.v1", services: { web: EMPTY } });
  const { host } = containerConfig(desired, desired.services[0]!, "n", CONTEXT);
  t.like(host, { memory: 1000, pidsLimit: 512, shmSize: 67_108_864, networkMode: "none", logDriver: "local", readonlyRootfs: false });
  t.deepEqual(host.capDrop, ["ALL"]);
  t.deepEqual(host.capAdd, [...BASELINE_CAPABILITIES]);
  t.deepEqual(host.securityOpt, ["no-new-privileges"]);
  t.deepEqual(host.mounts, []);
});

const capabilities: Record<string, [Partial<CanonicalService>, string[]]> = {
  "the baseline without what is dropped": [{ cap_drop: ["CHOWN", "KILL"] }, BASELINE_CAPABILITIES.filter((name) => name !== "CHOWN" && name !== "KILL")],
  "nothing after ALL is dropped": [{ cap_drop: ["ALL"] }, []],
  "only what is added back after ALL is dropped": [{ cap_drop: ["ALL"], cap_add: ["SETUID", "CHOWN"] }, ["CHOWN", "SETUID"]],
  "what is granted beside the baseline": [{ cap_add: ["NET_ADMIN"] }, [...BASELINE_CAPABILITIES, "NET_ADMIN"].sort()],
};
for (const [what, [more, expected]] of Object.entries(capabilities)) {
  test(`a container has ${what}`, (t) => {
    t.deepEqual(build(more).host.capAdd, expected);
    t.deepEqual(build(more).host.capDrop, ["ALL"]);
  });
}

test("labels of the spec cannot replace ours", (t) => {
  const config = build({ labels: { "dev.daonetes.mac": "x", "dev.daonetes.deployment": "99", "com.docker.compose.project": "other", own: "kept" } });
  t.is(config.labels["own"], "kept");
  t.is(config.labels["com.docker.compose.project"], "daonet-lab-shop");
  t.is(readIdentity(KEY, config.labels, "service/web")?.deploymentId, 7n);
});

const MOUNTS: CanonicalMount[] = [
  { type: "volume", source: "data", target: "/data", nocopy: true },
  { type: "volume", target: "/anonymous", read_only: true },
  { type: "bind", source: "/etc/localtime", target: "/etc/localtime", read_only: true },
  { type: "tmpfs", target: "/tmp" },
  { type: "tmpfs", target: "/run", size: 64, mode: 0o700, uid: 5, gid: 6, exec: true, read_only: true },
];

test("volumes, binds and tmpfs become mounts", (t) => {
  t.deepEqual(build({ volumes: MOUNTS }).host.mounts.map(mountText), [
    "volume|vol-data|/data|rw",
    "volume|vol-web_anonymous|/anonymous|ro",
    "bind|/etc/localtime|/etc/localtime|ro",
    "tmpfs||/tmp|rw",
    "tmpfs||/run|ro",
  ]);
});

test("options of a tmpfs reach the Engine, beside the mounts", (t) => {
  const { HostConfig } = createOptions(build({ volumes: MOUNTS }));
  t.deepEqual(HostConfig?.Tmpfs, {
    "/tmp": "rw,nosuid,nodev,noexec,mode=1777",
    "/run": "ro,nosuid,nodev,exec,mode=700,size=64,uid=5,gid=6",
  });
  t.deepEqual(HostConfig?.Mounts?.map(({ Target, Type }) => `${Type} ${Target}`), ["volume /data", "volume /anonymous", "bind /etc/localtime"]);
  t.true(HostConfig?.Mounts?.[0]?.VolumeOptions?.NoCopy);
});

test("volumes that the image declares get a volume of ours, unless the file mounts there", (t) => {
  const imageVolumes = ["/data", "/var/lib/db"];
  const { mounts } = build({ volumes: MOUNTS }, { imageVolumes }).host;
  t.deepEqual(mounts.slice(MOUNTS.length).map(mountText), ["volume|vol-web_var_lib_db|/var/lib/db|rw"]);
  const desired = desiredOf(specOf({ web: service("a", { volumes: MOUNTS }) }));
  t.deepEqual(anonymousVolumes(desired.services[0]!, imageVolumes), ["web_anonymous", "web_var_lib_db"]);
});

test("what is granted reaches the Engine in its own words", (t) => {
  const { HostConfig } = createOptions(
    build({
      privileged: true,
      devices: [{ source: "/dev/a", target: "/dev/b" }],
      gpus: [{ capabilities: ["gpu"], count: -1 }],
      device_cgroup_rules: ["c 1:3 r"],
      runtime: "runsc",
      storage_opt: { size: "1G" },
      blkio_config: { weight: 10, device_read_bps: [{ path: "/dev/sda", rate: 5 }] },
      pid: "host",
      uts: "host",
      userns_mode: "host",
      cgroup: "host",
      security_opt: ["systempaths=unconfined"],
      cpu_quota: 5000,
      cpu_period: 10_000,
      volumes: [{ type: "bind", source: "/srv", target: "/srv", create: true, propagation: "rslave" }],
    }),
  );
  t.like(HostConfig, {
    Privileged: true,
    Devices: [{ PathOnHost: "/dev/a", PathInContainer: "/dev/b", CgroupPermissions: "rwm" }],
    DeviceRequests: [{ Driver: "", Count: -1, DeviceIDs: [], Capabilities: [["gpu"]], Options: {} }],
    DeviceCgroupRules: ["c 1:3 r"],
    Runtime: "runsc",
    StorageOpt: { size: "1G" },
    BlkioWeight: 10,
    BlkioDeviceReadBps: [{ Path: "/dev/sda", Rate: 5 }],
    PidMode: "host",
    UTSMode: "host",
    UsernsMode: "host",
    CgroupnsMode: "host",
    MaskedPaths: [],
    ReadonlyPaths: [],
    CpuQuota: 5000,
    CpuPeriod: 10_000,
  } as object);
  t.deepEqual(HostConfig?.Mounts?.[0]?.BindOptions, { Propagation: "rslave", CreateMountpoint: true } as never);
});

test("snapshots, configs and external volumes are mounted where their content is", (t) => {
  const web = service("a", {
    volumes: [
      { type: "snapshot", source: "conf", target: "/etc/app" },
      { type: "volume", source: "old", target: "/old" },
    ],
    configs: [{ source: "motd", target: "/etc/motd" }],
  });
  const spec: CanonicalSpec = {
    ...specOf({ web }),
    snapshots: { conf: { files: { a: { blobs: [`sha256:${"1".repeat(64)}`] } } } },
    configs: { motd: { blobs: [`sha256:${"2".repeat(64)}`] } },
    volumes: { old: { external: "old-data" } },
  };
  t.deepEqual(requiresOf(spec), ["external-volume old-data"]);
  const desired = desiredOf(spec);
  const { mounts } = containerConfig(desired, desired.services[0]!, "n", CONTEXT).host;
  t.deepEqual(desired.contents.length, 2);
  t.deepEqual(mounts.map(mountText), [
    `bind|/state/files/${desired.contents[0]}|/etc/app|ro`,
    "volume|old-data|/old|rw",
    `bind|/state/files/${desired.contents[1]}|/etc/motd|ro`,
  ]);
  t.deepEqual(desired.volumes, []);
  const changed = desiredOf({ ...spec, configs: { motd: { blobs: [`sha256:${"3".repeat(64)}`] } } });
  t.not(changed.services[0]!.configHash, desired.services[0]!.configHash);
  t.not(changed.contents[1], desired.contents[1]);
});

test("the Engine is asked for nothing privileged, and never restarts by itself", (t) => {
  const { HostConfig } = createOptions(build());
  t.like(HostConfig, { CapDrop: ["ALL"], SecurityOpt: ["no-new-privileges"], IpcMode: "private", CgroupnsMode: "private", RestartPolicy: { Name: "no" } });
  for (const key of ["Privileged", "Devices", "PidMode", "UTSMode", "UsernsMode", "Binds", "CgroupParent", "VolumesFrom", "DeviceRequests", "DeviceCgroupRules", "Runtime", "MaskedPaths"]) {
    t.false(key in HostConfig!, key);
  }
});

test("a healthcheck reaches the Engine whole", (t) => {
  const healthcheck = { test: ["CMD", "x"], interval: 1, timeout: 2, start_period: 3, start_interval: 5, retries: 4 };
  t.deepEqual(createOptions(build({ healthcheck })).Healthcheck as object, { Test: ["CMD", "x"], Interval: 1, Timeout: 2, StartPeriod: 3, StartInterval: 5, Retries: 4 });
});

test("an emptied entrypoint is told to the Engine as such", (t) => {
  t.deepEqual(createOptions(build({ entrypoint: [] })).Entrypoint, [""]);
  t.false("Entrypoint" in createOptions(build()));
});

const INTENT = build({ user: "1000", volumes: MOUNTS, ports: [{ target: 80, protocol: "tcp", published: 8080 }] });
const AS_INTENDED: SecurityView = {
  imageId: "sha256:1",
  privileged: false,
  capAdd: [...INTENT.host.capAdd].reverse(),
  capDrop: ["ALL"],
  securityOpt: ["no-new-privileges"],
  mounts: INTENT.host.mounts.map(mountText).sort(),
  devices: [],
  deviceCgroupRules: [],
  runtime: "runc",
  groups: [],
  sysctls: [],
  user: "1000",
  readonlyRootfs: false,
  networkMode: "net-default",
  pidMode: "",
  ipcMode: "private",
  utsMode: "",
  usernsMode: "",
  cgroupMode: "private",
  restartPolicy: "no",
  portBindings: ["80/tcp=:8080"],
};

test("a container as intended has no differences", (t) => {
  t.deepEqual(differences(INTENT, AS_INTENDED), []);
});

const changed: [keyof SecurityView, unknown, string][] = [
  ["privileged", true, "privileged"],
  ["capAdd", [...AS_INTENDED.capAdd, "SYS_ADMIN"], "capabilities"],
  ["capAdd", [], "capabilities"],
  ["capDrop", [], "dropped capabilities"],
  ["securityOpt", [], "security options"],
  ["securityOpt", ["no-new-privileges", "seccomp=unconfined"], "security options"],
  ["mounts", [...AS_INTENDED.mounts, "bind|/|/host|rw"], "mounts"],
  ["mounts", AS_INTENDED.mounts.map((mount) => mount.replace("|ro", "|rw")), "mounts"],
  ["mounts", AS_INTENDED.mounts.slice(1), "mounts"],
  ["devices", ["/dev/sda:/dev/sda:rwm"], "devices"],
  ["deviceCgroupRules", ["a *:* rwm"], "device rules"],
  ["imageId", "sha256:2", "image"],
  ["groups", ["0"], "groups"],
  ["sysctls", ["kernel.msgmax=1"], "kernel parameters"],
  ["user", "0", "user"],
  ["user", "", "user"],
  ["readonlyRootfs", true, "read-only root"],
  ["networkMode", "host", "network mode"],
  ["pidMode", "host", "namespaces"],
  ["utsMode", "host", "namespaces"],
  ["usernsMode", "host", "namespaces"],
  ["cgroupMode", "host", "namespaces"],
  ["ipcMode", "host", "ipc"],
  ["ipcMode", "shareable", "ipc"],
  ["ipcMode", "container:1", "ipc"],
  ["restartPolicy", "always", "restart policy"],
  ["portBindings", ["80/tcp=0.0.0.0:8080"], "ports"],
  ["portBindings", [], "ports"],
];
for (const [field, value, word] of changed) {
  test(`a container with ${field} = ${JSON.stringify(value).slice(0, 60)} differs in: ${word}`, (t) => {
    t.deepEqual(differences(INTENT, { ...AS_INTENDED, [field]: value }), [word]);
  });
}

for (const [title, fields] of Object.entries<Partial<CanonicalService>>({ "is privileged": { privileged: true }, "shares the processes of the device": { pid: "host" }, "shares its memory": { ipc: "host" } })) {
  test(`the Engine may take the labels from who ${title}, and from nobody else`, (t) => {
    const intent = build({ user: "1000", volumes: MOUNTS, ports: [{ target: 80, protocol: "tcp", published: 8080 }], ...fields });
    const { privileged, pidMode, ipcMode, cgroupMode } = intent.host;
    const actual = { ...AS_INTENDED, privileged, pidMode, ipcMode, cgroupMode, securityOpt: ["no-new-privileges", "label=disable"] };
    t.deepEqual(differences(intent, actual), []);
    t.deepEqual(differences(intent, { ...actual, securityOpt: [...actual.securityOpt, "seccomp=unconfined"] }), ["security options"]);
    t.deepEqual(differences(INTENT, { ...AS_INTENDED, securityOpt: actual.securityOpt }), ["security options"]);
  });
}

test("limits that the Engine does not keep are named, those that nobody asked for are not", (t) => {
  const { memory, memoryReservation, memorySwap, nanoCpus, cpuShares, cpusetCpus, pidsLimit } = build({ cpus: 5 }).host;
  const kept = { memory, memoryReservation, memorySwap, nanoCpus, cpuShares, cpusetCpus, pidsLimit };
  t.deepEqual(droppedLimits(build({ cpus: 5 }), kept), []);
  t.deepEqual(droppedLimits(build({ cpus: 5 }), { ...kept, memorySwap: 2 * memory }), []);
  t.deepEqual(droppedLimits(build({ cpus: 5 }), { ...kept, pidsLimit: 0, nanoCpus: 0 }), ["CPU limit", "process limit"]);
});

type Verdict = ReturnType<typeof restartVerdict>;
const NEVER: Verdict = { restart: "never" };
const at = (milliseconds: number): Verdict => ({ restart: "at", at: 1_000_000 + milliseconds });
const verdicts: [string, CanonicalService["restart"], number, number, Verdict][] = [
  ["without a policy", undefined, 1, 0, NEVER],
  ["of policy always, after success", { policy: "always" }, 0, 0, at(1_000)],
  ["of policy unless-stopped, after a failure", { policy: "unless-stopped" }, 1, 0, at(1_000)],
  ["restarted once", { policy: "always" }, 1, 1, at(10_000)],
  ["restarted twice", { policy: "always" }, 1, 2, at(20_000)],
  ["restarted often", { policy: "always" }, 1, 40, at(300_000)],
  ["of policy on-failure, after success", { policy: "on-failure" }, 0, 0, NEVER],
  ["of policy on-failure, after a failure", { policy: "on-failure" }, 1, 0, at(1_000)],
  ["with one try left", { policy: "on-failure", max_attempts: 3 }, 1, 2, at(20_000)],
  ["with no try left", { policy: "on-failure", max_attempts: 3 }, 1, 3, NEVER],
  ["with a longer delay of its own", { policy: "always", delay: 30e9 }, 1, 0, at(30_000)],
  ["with a shorter delay of its own", { policy: "always", delay: 1e6 }, 1, 1, at(10_000)],
];
for (const [what, restart, exitCode, restarts, expected] of verdicts) {
  test(`a service ${what}: ${expected.restart === "never" ? "never started again" : `started again after ${expected.at - 1_000_000} ms`}`, (t) => {
    const { restart: _usual, ...rest } = service("a");
    const desired = desiredOf(specOf({ web: restart === undefined ? rest : { ...rest, restart } }));
    const container = { exitCode, finishedAt: 1_000_000, interrupted: "" } as ObservedContainer;
    t.deepEqual(restartVerdict(desired.services[0]!, container, restarts), expected);
  });
}
