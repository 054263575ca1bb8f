import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { caseFolder, casesOf } from "../../test/compose-corpus.ts";
import { decodeCanonical } from "./canonical-decode.ts";
import { declarationOf, encodeCanonical, hashSpec } from "./canonical.ts";
import type { CanonicalService, CanonicalSpec } from "./canonical-spec.ts";
import { SpecError } from "./spec-error.ts";

const DIGEST = `sha256:${"ab".repeat(32)}`;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const service = (fields: object = {}): object => ({
  image: { name: "docker.io/library/nginx", digest: DIGEST },
  networks: { default: {} },
  ...fields,
});
const spec = (fields: object = {}, top: object = {}): object => ({
  format: "daonetes.spec.v1",
  services: { web: service(fields) },
  networks: { default: {} },
  ...top,
});
const encode = (value: object): Uint8Array => encodeCanonical(value as CanonicalSpec);
const manySecrets = (prefix: string): object => Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`S${index}`, `${prefix}/S${index}`]));
const golden = (): Uint8Array[] =>
  casesOf("valid").map((name) => readFileSync(join(caseFolder("valid", name), "canonical.json")));

function codeOf(bytes: Uint8Array): string | undefined {
  try {
    decodeCanonical(bytes);
    return undefined;
  } catch (error) {
    if (error instanceof SpecError) return error.code;
    throw error;
  }
}

test("P-37 what is decoded encodes to the same bytes, for every spec of the corpus", (t) => {
  for (const bytes of golden()) t.deepEqual(Buffer.from(encodeCanonical(decodeCanonical(bytes))), Buffer.from(bytes));
});

test("order of keys in memory does not matter", (t) => {
  const a = encode({ services: { web: service() }, networks: { default: {} }, format: "daonetes.spec.v1" });
  t.is(hashSpec(a), hashSpec(encode(spec())));
  t.is(codeOf(a), undefined);
});

test("P-37 damaged bytes are refused, or are another spec in canonical form; never anything else", (t) => {
  let state = 42;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state % below;
  };
  const interesting = bytesOf('{}[]",:0123456789-.eE\\u tnrf$_\u0000\u007f');
  let refused = 0;
  for (const original of golden()) {
    for (let round = 0; round < 60; round++) {
      const bytes = Uint8Array.from(original);
      for (let changes = 1 + random(3); changes > 0; changes--)
        bytes[random(bytes.length)] = random(2) ? random(256) : interesting[random(interesting.length)]!;
      const damaged = random(8) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
      try {
        t.deepEqual(Buffer.from(encodeCanonical(decodeCanonical(damaged))), Buffer.from(damaged));
      } catch (error) {
        t.true(error instanceof SpecError, String(error));
        t.regex((error as SpecError).code, /^DAO20(?:1[4-7]|2\d)$/);
        refused++;
      }
    }
  }
  t.true(refused > 1000);
});

const REFUSED: [string, string, Uint8Array | string][] = [
  ["no JSON", "DAO2020", "{"],
  ["not UTF-8", "DAO2020", Uint8Array.of(0x7b, 0xff, 0x7d)],
  ["a BOM", "DAO2020", "\ufeff{}"],
  ["a list", "DAO2023", "[]"],
  ["null", "DAO2023", "null"],
  ["another format", "DAO2026", '{"format":"daonetes.spec.v2","services":{}}'],
  ["no services", "DAO2025", '{"format":"daonetes.spec.v1"}'],
  ["empty services", "DAO2021", '{"format":"daonetes.spec.v1","services":{}}'],
  ["an unknown field", "DAO2022", encode(spec({ volumes_from: ["db"] }))],
  ["an unknown field at the top", "DAO2022", encode(spec({}, { volume: {} }))],
  ["__proto__ as a field", "DAO2022", `{"__proto__":{},"format":"daonetes.spec.v1"}`],
  [
    "__proto__ as a name",
    "DAO2024",
    new TextDecoder().decode(encode(spec({ environment: { XX: "1" } }))).replace('"XX"', '"__proto__"'),
  ],
  ["constructor as a service key", "DAO2022", encode(spec({ constructor: "x" }))],
  ["a wrong type", "DAO2023", encode(spec({ init: "true" }))],
  ["a default that is written", "DAO2021", encode(spec({ pids_limit: 512 }))],
  ["false where true is the only value", "DAO2024", encode(spec({ init: false }))],
  ["too many processes", "DAO2024", encode(spec({ pids_limit: 4097 }))],
  ["a port of 0", "DAO2024", encode(spec({ ports: [{ target: 0, protocol: "tcp" }] }))],
  [
    "unsorted ports",
    "DAO2021",
    encode(
      spec({
        ports: [
          { target: 81, protocol: "tcp" },
          { target: 80, protocol: "tcp" },
        ],
      }),
    ),
  ],
  [
    "a host port twice",
    "DAO2027",
    encode(
      spec({
        ports: [
          { target: 80, protocol: "tcp", published: 80 },
          { target: 81, protocol: "tcp", published: 80 },
        ],
      }),
    ),
  ],
  [
    "ports without network",
    "DAO2027",
    encode({
      format: "daonetes.spec.v1",
      services: {
        web: service({ networks: undefined, network_mode: "none", ports: [{ target: 80, protocol: "tcp" }] }),
      },
    }),
  ],
  ["networks and network_mode", "DAO2027", encode(spec({ network_mode: "none" }))],
  ["a power that requires does not name", "DAO2027", encode(spec({ privileged: true }))],
  ["requires that nothing needs", "DAO2027", encode(spec({}, { requires: ["privileged"] }))],
  ["requires that says less", "DAO2027", encode(spec({ cap_add: ["SYS_ADMIN"], privileged: true }, { requires: ["privileged"] }))],
  [
    "the host's network without saying so",
    "DAO2027",
    encode({ format: "daonetes.spec.v1", services: { web: service({ networks: undefined, network_mode: "host" }) } }),
  ],
  [
    "another container's network",
    "DAO2024",
    encode({ format: "daonetes.spec.v1", services: { web: service({ networks: undefined, network_mode: "container:x" }) } }),
  ],
  ["another container's processes", "DAO2024", encode(spec({ pid: "container:x" }))],
  ["shareable processes", "DAO2024", encode(spec({ pid: "shareable" }))],
  ["a private namespace that is written", "DAO2024", encode(spec({ ipc: "private" }))],
  ["a snapshot that leaves the project", "DAO2024", encode(spec({ volumes: [{ type: "snapshot", source: "../x", target: "/x" }] }, { snapshots: { "../x": {} } }))],
  ["a snapshot whose file leaves it", "DAO2027", encode(spec({ volumes: [{ type: "snapshot", source: "x", target: "/x" }] }, { snapshots: { x: { files: { "../../etc/passwd": {} } } } }))],
  ["a snapshot with an absolute path", "DAO2024", encode(spec({ volumes: [{ type: "snapshot", source: "x", target: "/x" }] }, { snapshots: { x: { files: { "/etc/passwd": {} } } } }))],
  ["a snapshot that is file and folder", "DAO2027", encode(spec({ volumes: [{ type: "snapshot", source: "x", target: "/x" }] }, { snapshots: { x: { executable: true, files: { a: {} } } } }))],
  ["a snapshot with a path that is both", "DAO2027", encode(spec({ volumes: [{ type: "snapshot", source: "x", target: "/x" }] }, { snapshots: { x: { files: { a: {}, "a/b": {} } } } }))],
  ["a snapshot that is not there", "DAO2027", encode(spec({ volumes: [{ type: "snapshot", source: "x", target: "/x" }] }))],
  ["a snapshot that nobody mounts", "DAO2021", encode(spec({}, { snapshots: { x: {} } }))],
  ["a config that is not there", "DAO2027", encode(spec({ configs: [{ source: "x", target: "/x" }] }))],
  ["two mounts of one path", "DAO2027", encode(spec({ volumes: [{ type: "tmpfs", target: "/x" }], configs: [{ source: "x", target: "/x" }] }, { configs: { x: {} } }))],
  ["a device outside /dev", "DAO2024", encode(spec({ devices: [{ source: "/etc/passwd", target: "/dev/x" }] }, { requires: ["device /etc/passwd rwm"] }))],
  ["a path that climbs", "DAO2024", encode(spec({ volumes: [{ type: "bind", source: "/srv/../etc", target: "/x" }] }, { requires: ["bind /srv/../etc rw"] }))],
  ["a fixed address without subnet", "DAO2027", encode(spec({ networks: { default: { ipv4_address: "10.0.0.2" } } }))],
  ["a subnet with host bits", "DAO2024", encode(spec({}, { networks: { default: { subnets: [{ subnet: "10.0.0.1/24" }] } } }))],
  ["a gateway outside the subnet", "DAO2027", encode(spec({}, { networks: { default: { subnets: [{ subnet: "10.0.0.0/24", gateway: "10.0.1.1" }] } } }))],
  ["a shared network with more", "DAO2027", encode(spec({}, { networks: { default: { internal: true, shared: "x" } } }))],
  ["cpus beside cpu_quota", "DAO2027", encode(spec({ cpus: 5, cpu_quota: 5000 }))],
  ["a log driver with the sizes of another", "DAO2027", encode(spec({ logging: { driver: "syslog", max_file: 2 } }, { requires: ["log-driver syslog"] }))],
  ["an undefined network", "DAO2027", encode({ format: "daonetes.spec.v1", services: { web: service() } })],
  ["an unused network", "DAO2021", encode(spec({}, { networks: { default: {}, other: {} } }))],
  [
    "a mount of the Engine's socket without saying so",
    "DAO2027",
    encode(spec({ volumes: [{ type: "bind", source: "/var/run/docker.sock", target: "/s", read_only: true }] })),
  ],
  [
    "a writable mount of a shared file without saying so",
    "DAO2027",
    encode(spec({ volumes: [{ type: "bind", source: "/etc/localtime", target: "/etc/localtime" }] })),
  ],
  ["a target with ..", "DAO2024", encode(spec({ volumes: [{ type: "volume", target: "/a/../b" }] }))],
  ["an undefined volume", "DAO2027", encode(spec({ volumes: [{ type: "volume", source: "data", target: "/data" }] }))],
  ["a dependency that is not there", "DAO2027", encode(spec({ depends_on: { db: { condition: "service_started" } } }))],
  ["a dependency on itself", "DAO2027", encode(spec({ depends_on: { web: { condition: "service_started" } } }))],
  ["a secret by a path", "DAO2024", encode(spec({ secret_environment: { A: "../shop/A" } }))],
  ["a secret with an empty part", "DAO2024", encode(spec({ secret_environment: { A: "shop//A" } }))],
  ["a secret with a version", "DAO2024", encode(spec({ secret_environment: { A: "shop/A@2" } }))],
  ["a secret's value beside its name", "DAO2023", encode(spec({ secret_environment: { A: { name: "shop/A", value: "x" } } }))],
  ["a variable both sealed and in plain", "DAO2027", encode(spec({ environment: { A: "x" }, secret_environment: { A: "shop/A" } }))],
  ["no sealed variables, said", "DAO2021", encode(spec({ secret_environment: {} }))],
  ["a secret that may be written", "DAO2024", encode(spec({ secrets: [{ source: "a", target: "/a", mode: 0o600 }] }))],
  ["a secret that nobody may read", "DAO2024", encode(spec({ secrets: [{ source: "a", target: "/a", mode: 0 }] }))],
  ["a secret's default mode, said", "DAO2021", encode(spec({ secrets: [{ source: "a", target: "/a", mode: 0o400 }] }))],
  ["a secret mounted at no path", "DAO2024", encode(spec({ secrets: [{ source: "a", target: "a" }] }))],
  ["a secret mounted above", "DAO2024", encode(spec({ secrets: [{ source: "a", target: "/run/secrets/../../etc/passwd" }] }))],
  ["two secrets at one path", "DAO2021", encode(spec({ secrets: [{ source: "a", target: "/a" }, { source: "b", target: "/a" }] }))],
  ["a secret over a volume", "DAO2027", encode(spec({ secrets: [{ source: "a", target: "/a" }], volumes: [{ type: "volume", target: "/a" }] }))],
  ["a secret with its bytes", "DAO2022", encode(spec({ secrets: [{ source: "a", target: "/a", content: "x" }] }))],
  ["secrets at the top", "DAO2022", encode(spec({}, { secrets: { a: { name: "a" } } }))],
  ["more secrets than a deployment pins", "DAO2027", encode({ format: "daonetes.spec.v1", networks: { default: {} }, services: { a: service({ secret_environment: manySecrets("a") }), b: service({ secret_environment: manySecrets("b") }) } })],
  ["an image by tag alone", "DAO2025", encode(spec({ image: { name: "docker.io/library/nginx", tag: "1" } }))],
  ["an image without registry", "DAO2024", encode(spec({ image: { name: "nginx", digest: DIGEST } }))],
  ["an empty list", "DAO2021", encode(spec({ cap_drop: [] }))],
  ["a list with a text twice", "DAO2021", encode(spec({ cap_drop: ["KILL", "KILL"] }))],
  [
    "a service name that is a path",
    "DAO2024",
    encode({ format: "daonetes.spec.v1", services: { "../web": service() }, networks: { default: {} } }),
  ],
  ["soft above hard", "DAO2027", encode(spec({ ulimits: { nofile: { soft: 2, hard: 1 } } }))],
  ["half a character", "DAO2014", new TextDecoder().decode(encode(spec({ user: "XX" }))).replace("XX", "\\ud800")],
];
for (const [title, code, bytes] of REFUSED) {
  test(`refuses ${title}`, (t) => t.is(codeOf(typeof bytes === "string" ? bytesOf(bytes) : bytes), code));
}

const plain = new TextDecoder().decode(encode(spec({ cpus: 1, environment: { A: "x" } })));
const NOT_CANONICAL: [string, string][] = [
  ["whitespace", plain.replace(":", ": ")],
  ["a line end after it", `${plain}\n`],
  [
    "keys out of order",
    `{"services":${JSON.stringify({ web: service() })},"networks":{"default":{}},"format":"daonetes.spec.v1"}`,
  ],
  ["a key twice", plain.replace('"cpus":1', '"cpus":2,"cpus":1')],
  ["an escape too many", plain.replace('"x"', '"\\u0078"')],
  ["a float", plain.replace('"cpus":1', '"cpus":1.0')],
  ["an exponent", plain.replace('"cpus":1', '"cpus":1e0')],
];
for (const [title, text] of NOT_CANONICAL) {
  test(`refuses ${title}`, (t) => {
    t.not(text, plain);
    t.is(codeOf(bytesOf(text)), "DAO2021");
  });
}

test("limits of size, services and nesting are fast", (t) => {
  const started = performance.now();
  t.is(codeOf(new Uint8Array(32 * 1024 + 1)), "DAO2016");
  t.is(codeOf(bytesOf("[".repeat(32_000))), "DAO2020");
  t.is(
    codeOf(bytesOf(`{"format":"daonetes.spec.v1","services":${"[".repeat(16_000)}${"]".repeat(16_000)}}`)),
    "DAO2023",
  );
  const many = Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`s${i}`, service()]));
  t.is(codeOf(encode({ format: "daonetes.spec.v1", services: many, networks: { default: {} } })), "DAO2017");
  t.true(performance.now() - started < 1000);
});

test("the encoder refuses what JSON of this kind cannot carry", (t) => {
  for (const value of [1.5, NaN, 2 ** 53, null, "\0", "\ud800", 1n]) {
    t.throws(() => encode(spec({ user: value })), { instanceOf: SpecError });
  }
  t.throws(() => encode(spec({ environment: { A: "x".repeat(33_000) } })), { code: "DAO2016" });
});

test("keys and lists are ordered by bytes, not by UTF-16 units", (t) => {
  const mounts = (...targets: string[]): Uint8Array =>
    encode(spec({ volumes: targets.map((target) => ({ type: "volume", target })) }));
  t.is(codeOf(mounts("/\uffee", "/\u{1f600}")), undefined);
  t.is(codeOf(mounts("/\u{1f600}", "/\uffee")), "DAO2021");
});

test("the declaration is recomputed from the spec", (t) => {
  const web = service({ platform: "linux/arm64", volumes: [{ type: "volume", target: "/data" }] }) as CanonicalService;
  const value = decodeCanonical(
    encode({ format: "daonetes.spec.v1", services: { a: web, b: web }, networks: { default: {} } }),
  );
  t.deepEqual(declarationOf(value), {
    blobs: [],
    secrets: [],
    has_volumes: true,
    platforms: ["linux/arm64"],
    requires: [],
  });
});
