import fc from "fast-check";

/** Compose files as the schema allows them, in all their short and long forms; nothing that asks for a build. */

const word = fc.constantFrom("a", "b1", "alpha", "beta-x", "gamma_y", "delta.z");
const text = fc.oneof(word, fc.constantFrom("x y", "1", "true", "null", "a: b", "# no", "a#b", "$$HOME", "${UNSET:-d}", "${UNSET-}", "ü", "'q'", '"q"', "", " lead", "back\\slash", "tab\tin"));
const value = fc.oneof(text, fc.integer({ min: -5, max: 70_000 }), fc.boolean());
const size = fc.oneof(fc.constantFrom("64m", "128mb", "1g", "0.5g", "16777216b", "67108864"), fc.integer({ min: 8_000_000, max: 2 ** 31 }));
const duration = fc.constantFrom("1s", "90s", "1m30s", "2h", "1500ms", "1.5s");
const port = fc.integer({ min: 1024, max: 2000 });
const names = fc.constantFrom("A", "B_C", "D1", "_E", "lower", "DB_PASSWORD", "api.token");
const command = fc.oneof(fc.array(text, { maxLength: 4 }), fc.constantFrom("run --it", 'sh -c "a b"', "a 'b c' d", "x\\ y"));
const yamlMap = <T>(key: fc.Arbitrary<string>, item: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> => fc.dictionary(key, item, { minKeys: 1, maxKeys: 4 });
const keyValues = fc.oneof(
  yamlMap(names, fc.oneof(value, fc.constant(null))),
  fc.array(fc.tuple(names, text).map(([name, content]) => `${name}=${content}`), { maxLength: 4 }),
);
/** Without empty entries, which Compose reads from the shell. */
const environment = fc.oneof(
  yamlMap(names, value),
  fc.array(fc.tuple(names, text).map(([name, content]) => `${name}=${content}`), { maxLength: 4 }),
);

const shortPort = fc.tuple(port, fc.constantFrom("", "/tcp", "/udp"), fc.constantFrom("", "127.0.0.1:", "[::1]:", "0.0.0.0:"), port).map(
  ([inside, protocol, address, outside]) => (address === "" ? `${outside}:${inside}${protocol}` : `${address}${outside}:${inside}${protocol}`),
);
const ports = fc.array(
  fc.oneof(
    shortPort,
    port.map(String),
    fc.tuple(port, fc.integer({ min: 0, max: 4 })).map(([first, more]) => `${first}-${first + more}:${first}-${first + more}`),
    fc.record({ target: port, published: port.map(String), protocol: fc.constantFrom("tcp", "udp"), host_ip: fc.constant("127.0.0.1"), mode: fc.constantFrom("host", "ingress") }, { requiredKeys: ["target"] }),
  ),
  { maxLength: 3 },
);
const target = fc.constantFrom("/a", "/b/c", "/var/lib/x", "/d/", "/e//f");
const volumes = fc.array(
  fc.oneof(
    fc.tuple(fc.constantFrom("data", "more"), target, fc.constantFrom("", ":ro", ":rw", ":z", ":ro,z", ":nocopy")).map(([source, to, mode]) => `${source}:${to}${mode}`),
    target,
    fc.tuple(fc.constantFrom("./folder", "./deep/er", "./folder/", "/srv/x", "/etc/localtime"), target, fc.constantFrom(":ro", "")).map(([source, to, mode]) =>
      `${source}:${to}${source === "/etc/localtime" ? ":ro" : mode}`,
    ),
    fc.record({ type: fc.constant("volume"), source: fc.constantFrom("data", "more"), target, read_only: fc.boolean(), volume: fc.record({ nocopy: fc.boolean() }) }, { requiredKeys: ["type", "source", "target"] }),
    fc.record({ type: fc.constant("tmpfs"), target, tmpfs: fc.record({ size, mode: fc.constantFrom(0o700, 0o1777) }, { requiredKeys: [] }) }, { requiredKeys: ["type", "target"] }),
    fc.record({ type: fc.constant("bind"), source: fc.constantFrom("/srv/y", "./folder"), target, read_only: fc.boolean(), bind: fc.record({ create_host_path: fc.boolean() }) }, { requiredKeys: ["type", "source", "target"] }),
  ),
  { maxLength: 3 },
);
const healthcheck = fc.oneof(
  fc.constant({ disable: true }),
  fc.record(
    {
      test: fc.oneof(fc.constantFrom("curl -f x", "exit 0"), fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => ["CMD", ...words]), word.map((line) => ["CMD-SHELL", line]), fc.constant(["NONE"])),
      interval: duration,
      timeout: duration,
      start_period: duration,
      start_interval: duration,
      retries: fc.integer({ min: 1, max: 9 }),
    },
    { requiredKeys: ["test"] },
  ),
);
const limit = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 9, max: 99 })).map(([soft, hard]) => ({ soft, hard })));

/** Every key of a service by itself; any of them may be there. */
const fields = {
  cap_add: fc.uniqueArray(fc.constantFrom("CHOWN", "net_admin", "CAP_KILL", "SYS_ADMIN"), { maxLength: 3 }),
  cap_drop: fc.uniqueArray(fc.constantFrom("ALL", "mknod"), { maxLength: 2 }),
  command,
  container_name: fc.constantFrom("one", "two.x", "three_y"),
  cpu_shares: fc.integer({ min: 2, max: 1024 }),
  cpus: fc.constantFrom(0.5, "1.5", 2),
  cpuset: fc.constantFrom("0", "0-1", "0,2"),
  device_cgroup_rules: fc.constantFrom(["c 1:3 mr"], ["a *:* rwm", "b 8:0 r"]),
  devices: fc.constantFrom(["/dev/null"], ["/dev/a:/dev/b:r", "/dev/c:/dev/c"]),
  dns: fc.oneof(fc.constant("192.0.2.1"), fc.constant(["192.0.2.1", "2001:db8::1"])),
  dns_opt: fc.constant(["ndots:2"]),
  dns_search: fc.oneof(fc.constant("x.test"), fc.constant(["x.test", "y.test"])),
  domainname: fc.constant("x.test"),
  entrypoint: command,
  environment,
  expose: fc.array(fc.oneof(port, port.map((number) => `${number}/udp`)), { maxLength: 3 }),
  extra_hosts: fc.oneof(fc.constant(["a=192.0.2.1", "b:192.0.2.2"]), fc.constant({ a: "192.0.2.1", c: "2001:db8::1", h: "host-gateway" })),
  group_add: fc.constantFrom(["20"], [20, "21"]),
  healthcheck,
  hostname: fc.constantFrom("h", "h.x"),
  init: fc.boolean(),
  ipc: fc.constantFrom("private", "shareable", "host"),
  labels: keyValues,
  mem_limit: size,
  network_mode: fc.constantFrom("none", "host"),
  networks: fc.oneof(
    fc.constant(["front"]),
    fc.constant(["front", "back"]),
    fc.constant({ front: null, back: { aliases: ["z", "y"] } }),
    fc.constant({ fixed: { ipv4_address: "172.28.5.9", priority: 7 } }),
    fc.constant(["outside"]),
  ),
  oom_score_adj: fc.integer({ min: 0, max: 1000 }),
  pid: fc.constant("host"),
  pids_limit: fc.integer({ min: 1, max: 600 }),
  platform: fc.constantFrom("linux/amd64", "linux/arm/v7"),
  ports,
  privileged: fc.boolean(),
  read_only: fc.boolean(),
  restart: fc.constantFrom("no", "always", "unless-stopped", "on-failure", "on-failure:4"),
  runtime: fc.constant("runsc"),
  security_opt: fc.constantFrom(["no-new-privileges:true"], ["seccomp:unconfined", "label=disable"]),
  secrets: fc.constantFrom<unknown[]>(["own", "kept"], [{ source: "kept", target: "a/b", mode: 0o440 }], [{ source: "own", target: "/etc/own", uid: "7", gid: "8" }, "kept"]),
  shm_size: size,
  stdin_open: fc.boolean(),
  stop_grace_period: duration,
  stop_signal: fc.constantFrom("SIGINT", "SIGTERM"),
  sysctls: fc.oneof(fc.constant({ "net.ipv4.tcp_syncookies": 1 }), fc.constant(["net.core.somaxconn=9"])),
  tmpfs: fc.oneof(fc.constant("/run"), fc.constant(["/run", "/tmp"])),
  tty: fc.boolean(),
  ulimits: yamlMap(fc.constantFrom("nofile", "nproc"), limit),
  user: fc.constantFrom("1000", "1000:1000", "www-data"),
  volumes,
  working_dir: fc.constantFrom("/w", "/w/x"),
  deploy: fc.record(
    {
      resources: fc.record({ limits: fc.record({ cpus: fc.constant("0.25"), memory: fc.constant("96m"), pids: fc.constant(9) }, { requiredKeys: [] }), reservations: fc.record({ memory: fc.constant("16m") }, { requiredKeys: [] }) }, { requiredKeys: [] }),
      restart_policy: fc.record({ condition: fc.constantFrom("none", "on-failure", "any"), delay: duration, window: duration }, { requiredKeys: [] }),
      labels: keyValues,
      update_config: fc.record({ order: fc.constantFrom("start-first", "stop-first") }, { requiredKeys: [] }),
      replicas: fc.constant(1),
    },
    { requiredKeys: [] },
  ),
};

const service = fc
  .tuple(fc.constantFrom("nginx", "nginx:1.27", "ghcr.io/x/y:z", "localhost:5000/a", `docker.io/library/x@sha256:${"a".repeat(64)}`), fc.record(fields, { requiredKeys: [] }), fc.subarray(Object.keys(fields), { maxLength: 9 }))
  .map(([image, all, keys]) => ({ image, ...Object.fromEntries(Object.entries(all).filter(([key]) => keys.includes(key))) }) as Record<string, unknown>)
  .map((made) => {
    // What contradicts itself is refused by both, and says nothing.
    if ("network_mode" in made) for (const key of ["networks", "ports", "container_name"]) delete made[key];
    const limits = (made["deploy"] as { resources?: object } | undefined)?.resources;
    if (limits) for (const key of ["mem_limit", "cpus", "pids_limit", "mem_reservation"]) delete made[key];
    return made;
  });

export const composeFile = fc
  .tuple(fc.dictionary(fc.constantFrom("web", "db", "cache", "w-1"), service, { minKeys: 1, maxKeys: 3 }), fc.option(fc.constant("proj"), { nil: undefined }))
  .map(([services, name]) => {
    const all = Object.keys(services);
    // Every service waits for the one before it, in one of the forms.
    all.slice(1).forEach((service, index) => {
      services[service]!["depends_on"] = index % 2 === 0 ? [all[index]] : { [all[index]!]: { condition: "service_healthy", required: true } };
    });
    return {
      ...(name === undefined ? {} : { name }),
      services,
      networks: { front: {}, back: { internal: true, labels: ["l=1"] }, fixed: { ipam: { config: [{ subnet: "172.28.5.0/24", gateway: "172.28.5.1" }] } }, outside: { external: true } },
      volumes: { data: {}, more: { labels: { a: "b" } } },
      secrets: { own: { external: true }, kept: { external: true, name: "shared/kept" } },
    };
  });
