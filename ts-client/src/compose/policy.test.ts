import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { caseFolder, casesOf } from "../../test/compose-corpus.ts";
import { decodeCanonical } from "./canonical-decode.ts";
import type { CanonicalSpec } from "./canonical-spec.ts";
import { checkPolicy } from "./policy.ts";

const specWith = (fields: object, top: object = {}): CanonicalSpec =>
  ({
    format: "daonetes.spec.v1",
    services: {
      web: {
        image: { name: "docker.io/library/nginx", digest: `sha256:${"ab".repeat(32)}` },
        networks: { default: {} },
        ...fields,
      },
    },
    networks: { default: {} },
    ...top,
  }) as unknown as CanonicalSpec;

test("every valid case of the corpus passes", (t) => {
  for (const name of casesOf("valid")) {
    const spec = decodeCanonical(readFileSync(join(caseFolder("valid", name), "canonical.json")));
    t.deepEqual(checkPolicy(spec), [], name);
  }
});

const REFUSED: [string, CanonicalSpec][] = [
  ["reserved-label", specWith({ labels: { "com.docker.compose.project": "x" } })],
  ["reserved-label", specWith({ labels: { "DEV.DAONETES.device": "x" } })],
  ["reserved-label", specWith({}, { networks: { default: { labels: { "dev.daonetes.device": "x" } } } })],
  ["reserved-label", specWith({}, { volumes: { data: { labels: { "com.docker.volume.anonymous": "" } } } })],
  ["reserved-port", specWith({ ports: [{ target: 80, protocol: "tcp", published: 22 }] })],
  ["reserved-port", specWith({ ports: [{ target: 80, protocol: "tcp", published: 2375 }] })],
  ["reserved-port", specWith({ ports: [{ target: 80, protocol: "tcp", published: 2376, host_ip: "127.0.0.1" }] })],
  ["port-count", specWith({ ports: Array.from({ length: 101 }, (_, i) => ({ target: i + 1000, protocol: "tcp" })) })],
  ["pids", specWith({ pids_limit: 4097 })],
  ["pids", specWith({ pids_limit: -1 })],
  ["agent-path", specWith({ volumes: [{ type: "bind", source: "/var/lib/daonetes", target: "/host", read_only: true }] })],
  ["agent-path", specWith({ volumes: [{ type: "bind", source: "/etc/daonetes/grants.json", target: "/g" }] })],
  ["mount-target", specWith({ volumes: [{ type: "tmpfs", target: "/proc/sys" }] })],
  ["mount-target", specWith({ volumes: [{ type: "volume", target: "/etc/hosts" }] })],
  ["ulimit", specWith({ ulimits: { nofile: { soft: -1, hard: -1 } } })],
  ["memory", specWith({ mem_limit: 1024 })],
  ["memory", specWith({ mem_limit: 64 * 1024 * 1024, shm_size: 65 * 1024 * 1024 })],
  ["oom-score", specWith({ oom_score_adj: -1 })],
  ["stop-grace", specWith({ stop_grace_period: 301_000_000_000 })],
  ["health-interval", specWith({ healthcheck: { interval: 1 } })],
  ["platform", specWith({ platform: "windows/amd64" })],
  ["subnet", specWith({}, { networks: { default: { subnets: [{ subnet: "8.8.8.0/24" }] } } })],
  ["subnet", specWith({}, { networks: { default: { subnets: [{ subnet: "10.0.0.0/8" }] } } })],
  ["subnet", specWith({}, { networks: { default: { subnets: [{ subnet: "2001:db8::/64" }] } } })],
  ["mount-target", specWith({ secrets: [{ source: "key", target: "/sys/kernel/x" }] })],
  ["mount-target", specWith({ secrets: [{ source: "key", target: "/etc/resolv.conf" }] })],
];
for (const [index, [rule, spec]] of REFUSED.entries()) {
  test(`${index + 1}: ${rule}`, (t) => {
    const findings = checkPolicy(spec);
    t.true(
      findings.some((finding) => finding.rule === rule),
      JSON.stringify(findings),
    );
    for (const finding of findings)
      t.true(finding.message !== "" && finding.help !== "" && finding.pointer.startsWith("/"));
  });
}

test("what the baseline gives freely has no finding", (t) => {
  const fields = {
    cap_add: ["CHOWN"],
    cap_drop: ["ALL"],
    ulimits: { memlock: { soft: -1, hard: -1 } },
    sysctls: { "net.ipv4.tcp_syncookies": "1" },
    pids_limit: 4096,
    ports: [{ target: 22, protocol: "tcp", published: 2222 }],
    secret_environment: { DB_PASSWORD: "shop/DB_PASSWORD" },
    secrets: [{ source: "tls.key", target: "/run/secrets/tls.key" }],
  };
  t.deepEqual(checkPolicy(specWith(fields)), []);
});

const network = (subnet: string): object => ({ networks: { default: { subnets: [{ subnet }] } } });
const mount = (fields: object): object => ({ volumes: [{ target: "/x", ...fields }] });
const MiB = 1024 * 1024;

/** Each rule at its edge: the last that is allowed, and the first that is not. */
const EDGES: [rule: string, allowed: CanonicalSpec[], refused: CanonicalSpec[]][] = [
  ["subnet", [specWith({}, network("10.1.0.0/16")), specWith({}, network("10.1.0.0/30"))], [specWith({}, network("10.0.0.0/15")), specWith({}, network("10.1.0.0/31"))]],
  ["subnet", [specWith({}, network("fd00:1::/48")), specWith({}, network("fd00:1::/126"))], [specWith({}, network("fd00::/47")), specWith({}, network("fd00:1::/127"))]],
  [
    "ulimit",
    [specWith({ ulimits: { nofile: { soft: 1, hard: 1 } } }), specWith({ ulimits: { memlock: { soft: 1, hard: -1 } } })],
    [specWith({ ulimits: { nofile: { soft: 1, hard: -1 } } }), specWith({ ulimits: { nofile: { soft: -1, hard: 1 } } }), specWith({ ulimits: { memlock: { soft: 1, hard: 1 }, nproc: { soft: -1, hard: -1 } } })],
  ],
  ["port-count", [specWith({ ports: Array.from({ length: 100 }, (_, i) => ({ target: i + 1000, protocol: "tcp" })) })], []],
  ["reserved-port", [specWith({ ports: [{ target: 22, protocol: "tcp" }] }), specWith({ ports: [{ target: 80, protocol: "tcp", published: 23 }] })], [specWith({ ports: [{ target: 80, protocol: "udp", published: 51_820 }] })]],
  [
    "mount-target",
    [
      specWith(mount({ type: "tmpfs", target: "/srv/proc" })),
      specWith(mount({ type: "volume", target: "/processes" })),
      specWith(mount({ type: "volume", target: "/system" })),
      specWith(mount({ type: "volume", target: "/dev/shm" })),
      specWith(mount({ type: "volume", target: "/srv/dev" })),
      specWith(mount({ type: "volume", target: "/etc/hosts.d" })),
      specWith(mount({ type: "bind", source: "/sys", target: "/sys" })),
      specWith(mount({ type: "bind", source: "/dev", target: "/dev" })),
    ],
    [
      specWith(mount({ type: "volume", target: "/proc" })),
      specWith(mount({ type: "volume", target: "/sys" })),
      specWith(mount({ type: "volume", target: "/sys/fs" })),
      specWith(mount({ type: "volume", target: "/dev" })),
      specWith(mount({ type: "volume", target: "/etc/hostname" })),
      specWith(mount({ type: "volume", target: "/etc/resolv.conf" })),
      specWith(mount({ type: "bind", source: "/srv", target: "/etc/hosts" })),
      specWith(mount({ type: "bind", source: "/proc", target: "/proc" })),
      specWith(mount({ type: "bind", source: "/x", target: "/proc/sys" })),
    ],
  ],
  [
    "agent-path",
    [
      specWith(mount({ type: "bind", source: "/srv/var/lib/daonetes" })),
      specWith(mount({ type: "bind", source: "/etc/daonetes2" })),
      specWith(mount({ type: "bind", source: "/var/lib" })),
      specWith(mount({ type: "snapshot", source: "/etc/daonetes" })),
    ],
    [specWith(mount({ type: "bind", source: "/run/daonetes" })), specWith(mount({ type: "bind", source: "/etc/daonetes", read_only: true }))],
  ],
  [
    "memory",
    [
      specWith({ mem_limit: 64 * MiB, ...mount({ type: "tmpfs", size: 64 * MiB }) }),
      specWith(mount({ type: "tmpfs", size: 64 * MiB })),
      specWith({ mem_limit: 64 * MiB, ...mount({ type: "tmpfs" }) }),
      specWith({ mem_limit: 64 * MiB, shm_size: 64 * MiB }),
      specWith({ shm_size: 64 * MiB }),
      specWith({ mem_limit: 6 * MiB }),
    ],
    [specWith({ mem_limit: 64 * MiB, ...mount({ type: "tmpfs", size: 64 * MiB + 1 }) }), specWith({ mem_limit: 6 * MiB - 1 })],
  ],
  ["pids", [specWith({ pids_limit: 1 })], [specWith({ pids_limit: 0 })]],
  ["oom-score", [specWith({ oom_score_adj: 0 })], []],
  ["stop-grace", [specWith({ stop_grace_period: 300_000_000_000 })], [specWith({ stop_grace_period: 300_000_000_001 })]],
  ["health-interval", [specWith({ healthcheck: { interval: 1_000_000_000 } })], [specWith({ healthcheck: { interval: 999_999_999 } })]],
  ["platform", [specWith({ platform: "linux/arm64" })], []],
  ["reserved-label", [specWith({ labels: { "com.dockers": "x", "x.com.docker.": "x" } })], [specWith({ labels: { "com.docker": "x" } })]],
];
for (const [index, [rule, allowed, refused]] of EDGES.entries()) {
  test(`edge ${index + 1}: ${rule}`, (t) => {
    for (const spec of allowed) t.deepEqual(checkPolicy(spec), [], JSON.stringify(spec.services));
    for (const spec of refused) t.deepEqual(checkPolicy(spec).map((finding) => finding.rule), [rule], JSON.stringify(spec.services));
  });
}
