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
