import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import type Docker from "dockerode";
import { execa } from "execa";
import { parseAllDocuments } from "yaml";
import { SERVICE_KEYS, TOP_LEVEL_KEYS } from "@daonetes/client/compose";
import { folders } from "../../docker/net/layout.ts";
import { eventually } from "../../docker/net/processes.ts";
import { ask, ROOT } from "../parts/cli.ts";
import { docker, leftovers } from "../parts/engine.ts";
import { LOCAL_DIR, REGISTRY } from "../parts/hello-app.ts";

const FOLDER = join(ROOT, "e2e", "projects", "every-key");
const GRANTS = process.env["DAONETES_AGENT_GRANTS"] ?? "";
const OWNERS = join(LOCAL_DIR, "owners-folder");
const OUTSIDE = "daonetes-e2e-outside";
const BASELINE = 13;

/** Fields that the published types lack. */
interface Untyped {
  HostConfig: { Runtime?: string; CgroupnsMode?: string; UTSMode?: string; DeviceCgroupRules?: string[]; MemorySwappiness?: number; BlkioDeviceReadBps?: { Path: string; Rate: number }[] };
  Config: { StopTimeout?: number; StopSignal?: string };
}
type Container = Docker.ContainerInspectInfo & Untyped;

interface Mount {
  Type: string;
  Name?: string;
  Source: string;
  Destination: string;
  RW: boolean;
}

let made: Record<string, Container> = {};
let disk = "";
/** What the Engine can count in its control groups. */
let limits: { SwapLimit?: boolean } = {};

const of = (service: string): Container => {
  const container = made[service];
  if (container === undefined) throw new Error(`no container of ${service}`);
  return container;
};
const host = (service: string): Container["HostConfig"] => of(service).HostConfig;
const config = (service: string): Container["Config"] => of(service).Config;
const endpoint = (service: string, network: string): Docker.EndpointSettings => of(service).NetworkSettings.Networks[network] as Docker.EndpointSettings;
const mount = (target: string): Mount | undefined => (of("files").Mounts as Mount[]).find(({ Destination }) => Destination === target);
const content = async (target: string): Promise<string> => readFile(mount(target)?.Source ?? "", "utf8");

type Check = (t: ExecutionContext) => void | Promise<void>;

/** What the Engine has to have made of each key, as Compose means it. */
const SERVICE: Record<string, Check> = {
  attach: (t) => void t.is(of("program").State.Status, "running"),
  build: (t) => void t.is(of("program").Image, of("alone").Image, "it runs its image"),
  cap_add: (t) => void t.deepEqual(capabilities("share"), ["CHOWN", "NET_BIND_SERVICE"]),
  cap_drop: (t) => {
    t.deepEqual(host("share").CapDrop, ["ALL"]);
    t.is(capabilities("program").length, BASELINE);
  },
  cgroup: (t) => void t.is(host("share").CgroupnsMode, "private"),
  command: (t) => void t.deepEqual(config("program").Cmd ?? [], []),
  configs: async (t) => {
    t.is(await content("/motd"), "every key, $USER");
    t.is(await content("/etc/settings.json"), '{"color": "green"}\n');
    t.is(await content("/etc/greeter"), "Greta");
    const { mode, uid, gid } = await stat(mount("/etc/settings.json")?.Source ?? "");
    t.deepEqual([mode & 0o777, uid, gid], [0o440, 1234, 5678]);
  },
  container_name: (t) => void t.true(endpoint("program", "daonet-home-every_default").Aliases?.includes("the-program")),
  cpu_period: (t) => void t.is(host("quota").CpuPeriod, 50_000),
  cpu_quota: (t) => void t.is(host("quota").CpuQuota, 25_000),
  cpu_shares: (t) => void t.is(host("share").CpuShares, 512),
  cpus: (t) => void t.is(host("share").NanoCpus, 500_000_000),
  cpuset: (t) => void t.is(host("share").CpusetCpus, "0"),
  depends_on: (t) => {
    const began = (service: string): number => Date.parse(of(service).State.StartedAt);
    t.true(began("caller") > began("server"));
    t.true(began("caller") > Date.parse(of("migration").State.FinishedAt));
    t.true(began("caller") > began("program") + 1_000, "its first check is due a second after its start");
  },
  deploy: (t) => void t.like(host("reserved"), { Memory: 48 * 1024 ** 2, MemoryReservation: 16 * 1024 ** 2, NanoCpus: 250_000_000, PidsLimit: 40 }),
  dns: (t) => void t.deepEqual(host("server").Dns, ["192.0.2.53"]),
  dns_opt: (t) => void t.deepEqual(host("server").DnsOptions as unknown, ["ndots:3"]),
  dns_search: (t) => void t.deepEqual(host("server").DnsSearch as unknown, ["svc.example.org"]),
  domainname: (t) => void t.is(config("program").Domainname, "example.org"),
  entrypoint: (t) => void t.deepEqual(config("migration").Entrypoint as unknown, ["/hello", "-help"]),
  env_file: (t) => void t.true(config("program").Env.includes("FROM_FILE=a value, with spaces")),
  environment: (t) => {
    const names = config("program").Env.map((entry) => entry.split("=")[0]);
    t.true(config("program").Env.includes("GREETING=from Greta"));
    t.true(config("program").Env.includes("A_TOKEN=token-of-the-program"));
    t.false(names.includes("EMPTY"), "named without a value, and the shell has none");
  },
  expose: (t) => void t.true("9000/tcp" in config("program").ExposedPorts),
  extends: (t) => {
    t.true(config("derived").Env.includes("BASE=1") && config("derived").Env.includes("OWN=1"));
    t.is(config("derived").Labels["org.example.kind"], "base");
  },
  extra_hosts: (t) => void t.deepEqual(host("server").ExtraHosts, ["printer.example.org:192.0.2.7"]),
  group_add: (t) => void t.deepEqual(host("program").GroupAdd, ["2000"]),
  healthcheck: (t) => {
    t.like(config("program").Healthcheck, { Test: ["CMD", "/hello", "-check"], Interval: 1e9, Timeout: 3e9, Retries: 4, StartPeriod: 5e9 });
    t.is(of("program").State.Health?.Status, "healthy");
  },
  hostname: (t) => void t.is(config("program").Hostname, "program-host"),
  image: (t) => void t.regex(config("alone").Labels["com.docker.compose.image"] ?? of("alone").Image, /sha256:[0-9a-f]{64}/),
  init: (t) => void t.true(host("program").Init),
  ipc: (t) => {
    t.is(host("share").IpcMode, "shareable");
    t.is(host("sidecar").IpcMode, `container:${of("share").Id}`);
  },
  label_file: (t) => void t.is(config("program").Labels["org.example.from"], "file"),
  labels: (t) => void t.is(config("program").Labels["org.example.kind"], "program"),
  links: (t) => void t.true(endpoint("server", "daonet-home-every_front").Aliases?.includes("upstream")),
  logging: (t) => void t.deepEqual(host("share").LogConfig as unknown, { Type: "json-file", Config: { "max-size": "1000000", "max-file": "2" } }),
  mem_limit: (t) => void t.is(host("share").Memory, 64 * 1024 ** 2),
  mem_reservation: (t) => void t.is(host("share").MemoryReservation, 32 * 1024 ** 2),
  // Version 2 of the control groups has no such thing, and the Engine leaves it out.
  mem_swappiness: (t) => void t.is(host("share").MemorySwappiness ?? 10, 10),
  memswap_limit: (t) => void t.is(host("share").MemorySwap, limits.SwapLimit === true ? 96 * 1024 ** 2 : -1),
  network_mode: (t) => {
    t.is(host("alone").NetworkMode, "none");
    t.is(host("sidecar").NetworkMode, `container:${of("server").Id}`);
    t.is(of("sidecar").State.ExitCode, 0, "it reached the server at its own address");
  },
  networks: (t) => {
    t.deepEqual(Object.keys(of("caller").NetworkSettings.Networks).sort(), ["daonet-home-every_back", "daonet-home-every_front"]);
    t.true(endpoint("server", "daonet-home-every_front").Aliases?.includes("www"));
    t.like(endpoint("server", "daonet-home-every_fixed"), { IPAddress: "10.199.7.9", GlobalIPv6Address: "fd00:199:7::9" });
    t.is(host("server").NetworkMode, "daonet-home-every_front", "the highest priority is the way out");
  },
  oom_score_adj: (t) => void t.is(host("share").OomScoreAdj, 300),
  pid: (t) => void t.is(host("sidecar").PidMode, `container:${of("server").Id}`),
  pids_limit: (t) => void t.is(host("share").PidsLimit, 50),
  platform: (t) => void t.is(of("program").State.Status, "running"),
  ports: async (t) => {
    t.deepEqual(host("program").PortBindings as unknown, { "8080/tcp": ["8091", "8092"].map((HostPort) => ({ HostIp: "127.0.0.1", HostPort })) });
    for (const port of [8091, 8092]) t.regex(await (await fetch(`http://127.0.0.1:${port}/`)).text(), /^from Greta from program-host/);
  },
  profiles: (t) => void t.false("debug" in made),
  pull_policy: (t) => void t.is(of("program").State.Status, "running"),
  read_only: (t) => void t.true(host("program").ReadonlyRootfs),
  restart: async (t) => {
    t.is(of("migration").State.Status, "exited");
    const { Id } = of("included");
    await docker.getContainer(Id).kill();
    await eventually("it was not started again", 30_000, async () => (await docker.getContainer(Id).inspect()).State.Running);
  },
  scale: (t) => void t.is(Object.keys(made).filter((service) => service === "program").length, 1),
  secrets: async (t) => {
    t.is(await content("/run/secrets/password"), "sesame-open-1");
    t.is(await content("/run/secrets/tls.key"), await readFile(join(FOLDER, "parts", "tls.key"), "utf8"));
    const modes = await Promise.all(["/run/secrets/password", "/run/secrets/tls.key"].map(async (target) => stat(mount(target)?.Source ?? "")));
    t.deepEqual(modes.map(({ mode }) => mode & 0o777), [0o400, 0o440]);
    t.is(modes[1]?.uid, 1234);
  },
  security_opt: (t) => void t.deepEqual(host("share").SecurityOpt, ["no-new-privileges"]),
  shm_size: (t) => void t.is(host("share").ShmSize, 8 * 1024 ** 2),
  stdin_open: (t) => void t.true(config("program").OpenStdin),
  stop_grace_period: (t) => void t.is(config("program").StopTimeout, 2),
  stop_signal: (t) => void t.is(config("program").StopSignal, "SIGINT"),
  sysctls: (t) => void t.deepEqual(host("share").Sysctls, { "net.ipv4.tcp_fin_timeout": "45" }),
  tmpfs: (t) => void t.regex((host("share").Tmpfs as Record<string, string>)["/scratch"] ?? "", /mode=1770,size=4194304/),
  tty: (t) => void t.true(config("program").Tty),
  ulimits: (t) => void t.deepEqual([...(host("share").Ulimits ?? [])].map(({ Name, Soft, Hard }) => `${Name} ${Soft} ${Hard}`).sort(), ["core 0 0", "nofile 1000 2000"]),
  user: (t) => void t.is(config("program").User, "1234:5678"),
  uts: (t) => void t.is(host("share").UTSMode ?? "", ""),
  volumes: async (t) => {
    t.like(mount("/data"), { Type: "volume", Name: "daonet-home-every_data", RW: true });
    t.like(mount("/part"), { Type: "volume", Name: "daonet-home-every_data", RW: false });
    t.like(mount("/anonymous"), { Type: "volume", RW: true });
    t.like(mount("/state"), { Type: "volume", RW: true });
    t.like(mount("/etc/localtime"), { Type: "bind", Source: "/etc/localtime", RW: false });
    t.false(mount("/etc/app")?.RW);
    t.is(await readFile(join(mount("/etc/app")?.Source ?? "", "settings.json"), "utf8"), '{"color": "green"}\n');
    t.regex((host("files").Tmpfs as Record<string, string>)["/quick"] ?? "", /size=2097152/);
  },
  working_dir: (t) => void t.is(config("program").WorkingDir, "/tmp"),
};

/** What it has to have made of keys that need the owner's consent, and of values of other keys that do. */
const GRANTED: Record<string, Check> = {
  blkio_config: (t) => void t.deepEqual(host("devices").BlkioDeviceReadBps, [{ Path: disk, Rate: 1024 ** 2 }]),
  device_cgroup_rules: (t) => void t.deepEqual(host("devices").DeviceCgroupRules, ["c 1:3 r"]),
  devices: (t) => void t.deepEqual(host("devices").Devices as unknown, [{ PathOnHost: "/dev/null", PathInContainer: "/dev/nothing", CgroupPermissions: "r" }]),
  privileged: (t) => {
    t.true(host("powerful").Privileged);
    t.false(host("devices").Privileged);
  },
  runtime: (t) => void t.is(host("devices").Runtime, "runc"),
  userns_mode: (t) => void t.is(host("host").UsernsMode, "host"),
  "cap_add: [SYS_NICE]": (t) => void t.true(capabilities("devices").includes("SYS_NICE") && capabilities("devices").length === BASELINE + 1),
  "cgroup: host": (t) => void t.is(host("host").CgroupnsMode, "host"),
  "external volume": (t) => void t.true((of("devices").Mounts as Mount[]).some(({ Name }) => Name === OUTSIDE)),
  "host-gateway": (t) => void t.deepEqual(host("devices").ExtraHosts, ["device:host-gateway"]),
  "ipc: host": (t) => void t.is(host("host").IpcMode, "host"),
  "logging of another driver": (t) => void t.is(host("devices").LogConfig?.Type, "syslog"),
  "network_mode: host": (t) => void t.is(host("host").NetworkMode, "host"),
  "path of the device": (t) => void t.deepEqual((of("devices").Mounts as Mount[]).filter(({ Type }) => Type === "bind").map(({ Source, RW }) => [Source, RW]), [[OWNERS, false]]),
  "pid: host": (t) => void t.is(host("host").PidMode, "host"),
  "security_opt of another kind": (t) => void t.deepEqual([...(host("devices").SecurityOpt as string[])].sort(), ["no-new-privileges", "seccomp=unconfined"]),
  "sysctls beyond the safe ones": (t) => void t.deepEqual(host("devices").Sysctls, { "net.core.somaxconn": "512" }),
  "uts: host": (t) => void t.is(host("host").UTSMode, "host"),
};

/** What only other hardware or another file system has. */
const NOT_HERE = ["gpus", "storage_opt"];

function capabilities(service: string): string[] {
  return (host(service).CapAdd as string[]).map((name) => name.replace(/^CAP_/, "")).sort();
}

/** Runs the CLI in the project's folder, with what its files ask of the shell. */
async function typed(...args: string[]): Promise<{ exitCode: number; text: string }> {
  const env = { HELLO_IMAGE: `${REGISTRY}/hello:1`, GREETER: "Greta", DOOR: "sesame-open-1", OWNERS_DATA: OWNERS, DISK: disk };
  const { exitCode = -1, stdout, stderr } = await execa(process.execPath, [join(ROOT, "ts-client", "bin", "daonetes.js"), ...args], { cwd: FOLDER, env, reject: false, timeout: 180_000 });
  return { exitCode, text: stdout + stderr };
}

async function inspect(project: string): Promise<Record<string, Container>> {
  const list = await docker.listContainers({ all: true, filters: { label: [`com.docker.compose.project=${project}`] } });
  const details = await Promise.all(list.map(async ({ Id }) => (await docker.getContainer(Id).inspect()) as Container));
  return Object.fromEntries(details.map((detail) => [detail.Config.Labels["com.docker.compose.service"], detail]));
}

test.serial.before("what the files need of this machine", async () => {
  await mkdir(OWNERS, { recursive: true });
  await rm(GRANTS, { force: true });
  await docker.createVolume({ Name: OUTSIDE });
  limits = (await docker.info()) as typeof limits;
  const { stdout } = await execa("lsblk", ["--nodeps", "--noheadings", "--paths", "--output", "NAME,TYPE"]);
  disk = stdout.split("\n").find((line) => / disk$/.test(line))?.split(" ")[0] ?? "/dev/loop0";
});

test.serial.after.always("nothing of it stays", async () => {
  for (const name of ["every", "granted"]) await typed("down", name, "--volumes", "-y");
  await rm(GRANTS, { force: true });
  await docker.getVolume(OUTSIDE).remove();
});

test.serial("every key of Compose that works stands in the project, and is looked at", async (t) => {
  const files = await Promise.all(["compose.yaml", "granted.yaml", "parts/included.yaml", "parts/base.yaml"].map(async (name) => readFile(join(FOLDER, name), "utf8")));
  const documents = files.flatMap((file) => parseAllDocuments(file, { merge: true, logLevel: "silent" })).map((document) => document.toJS() as Record<string, unknown>);
  const used = new Set(documents.flatMap(({ services }) => Object.values(services as Record<string, object>).flatMap((service) => Object.keys(service))));
  const works = Object.entries(SERVICE_KEYS).filter(([key, { works }]) => works && !NOT_HERE.includes(key)).map(([key]) => key);
  t.deepEqual(works.filter((key) => !used.has(key)), []);
  t.deepEqual(works.filter((key) => !(key in SERVICE) && !(key in GRANTED)), []);
  const top = new Set(documents.flatMap((document) => Object.keys(document)));
  t.deepEqual(Object.entries(TOP_LEVEL_KEYS).filter(([key, { works }]) => works && !top.has(key)).map(([key]) => key), []);
});

test.serial("a project with all of them comes up unchanged", async (t) => {
  const { exitCode, text } = await typed("up", "-p", "every");
  t.is(exitCode, 0, text);
  t.regex(text, /every is HEALTHY on 1 of 1 devices/);
  made = await inspect("daonet-home-every");
});

for (const [key, check] of Object.entries(SERVICE)) {
  test.serial(`${key} is on the Engine what Compose means by it`, async (t) => {
    await check(t);
  });
}

test.serial("networks and volumes are what the top level says", async (t) => {
  const network = async (name: string): Promise<Docker.NetworkInspectInfo> => docker.getNetwork(name).inspect() as Promise<Docker.NetworkInspectInfo>;
  t.is((await network("daonet-home-every_front")).Labels?.["org.example.kind"], "front");
  t.true((await network("daonet-home-every_back")).Internal);
  const fixed = await network("daonet-home-every_fixed");
  t.true(fixed.EnableIPv6);
  t.like(fixed.IPAM?.Config?.[0], { Subnet: "10.199.7.0/24", Gateway: "10.199.7.1", IPRange: "10.199.7.128/25" });
  t.deepEqual(Object.keys(of("included").NetworkSettings.Networks), ["daonet_home_meeting"]);
  t.is((await docker.getVolume("daonet-home-every_data").inspect()).Labels["org.example.kind"], "data");
});

test.serial("the same files again change nothing", async (t) => {
  const ids = Object.values(made).map(({ Id }) => Id).sort();
  const { exitCode, text } = await typed("up", "-p", "every");
  t.is(exitCode, 0, text);
  t.regex(text, /every is so already/);
  t.deepEqual(Object.values(await inspect("daonet-home-every")).map(({ Id }) => Id).sort(), ids);
});

test.serial("what needs the owner's consent comes up with the lines that the refusal names", async (t) => {
  const refused = await typed("up", "-f", "granted.yaml", "-p", "granted");
  t.is(refused.exitCode, 7, refused.text);
  t.regex(refused.text, /GrantMissing/);
  const { stdout } = await execa(process.execPath, [join(ROOT, "agent", "bin", "daonetes-agent.js"), "--state", folders.agent, "grants", "explain", "granted"], { reject: false, timeout: 30_000 });
  const lines = [...stdout.matchAll(/^ {2}(\{"allow":.*\})$/gm)].map(([, line]) => JSON.parse(line ?? "") as object);
  t.is(lines.length, 18, stdout);
  await writeFile(GRANTS, JSON.stringify({ grants: lines }), { mode: 0o644 });
  interface Line {
    service: string;
    state: string;
    text: string;
  }
  let shown: Line[] = [];
  await eventually("it does not come up", 60_000, async () => {
    shown = (await ask<{ items: Line[] }>("ps", "granted")).items;
    return shown.length === 3 && shown.every(({ state }) => state === "HEALTHY" || state === "COMPLETED");
  }).catch((error: unknown) => t.fail(`${String(error)}: ${JSON.stringify(shown)}`));
  made = await inspect("daonet-home-granted");
});

for (const [key, check] of Object.entries(GRANTED)) {
  test.serial(`with the owner's consent, ${key} is on the Engine what Compose means by it`, async (t) => {
    await check(t);
  });
}

test.serial("nothing is left of either", async (t) => {
  for (const name of ["every", "granted"]) {
    const { exitCode, text } = await typed("down", name, "--volumes", "-y");
    t.is(exitCode, 0, text);
    t.deepEqual(await leftovers(`daonet-home-${name}`), []);
  }
  t.is((await docker.getVolume(OUTSIDE).inspect()).Name, OUTSIDE, "what is the owner's stays");
});
