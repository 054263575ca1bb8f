import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type CanonicalService, type CanonicalSpec, decodeCanonical, needsOf } from "@daonetes/client/compose";
import test from "ava";
import { service, specOf } from "../../test/fakes/deployments.ts";
import { checkOwner, grantedKey, type OwnerFinding, type OwnerQuestion } from "./check.ts";
import { type Grants, NO_GRANTS } from "./grants.ts";
import { findingsReport } from "./owner.ts";
import { readGrants } from "./read-grants.ts";

const MiB = 1024 * 1024;

function ask(fields: Partial<CanonicalService>, grants: Partial<Grants> = {}, more: Partial<OwnerQuestion> = {}): OwnerFinding[] {
  return checkOwner({
    spec: specOf({ web: service("a", fields) }),
    group: "lab",
    deployment: "shop",
    asksRestricted: false,
    grants: { ...NO_GRANTS, ...grants },
    realPaths: new Map(),
    agentFolders: ["/var/lib/daonetes"],
    engineGroup: 998,
    ...more,
  });
}
const rules = (findings: readonly OwnerFinding[]): string[] => findings.map(({ rule }) => rule);
const bind = (source: string): Partial<CanonicalService> => ({ volumes: [{ type: "bind", source, target: "/x" }] });
const allow = (text: string, target = "lab/shop"): Partial<Grants> => ({ grants: [{ allow: text, for: [target] }] });

test("a spec that asks for nothing is allowed without a file", (t) => {
  t.deepEqual(ask({}), []);
});

test("what is not granted is refused with its place and the line that would allow it", (t) => {
  t.deepEqual(ask({ privileged: true }), [
    {
      reason: "GrantMissing",
      rule: "grant-privileged",
      pointer: "/services/web/privileged",
      message: "the owner of this device has not granted: privileged",
      line: '{"allow":"privileged","for":"lab/shop"}',
    },
  ]);
});

const TARGETS: [string, boolean][] = [
  ["lab/shop", true],
  ["lab/*", true],
  ["*/shop", true],
  ["*/*", true],
  ["lab/shop2", false],
  ["lab2/shop", false],
  ["shop/lab", false],
];
for (const [target, allowed] of TARGETS) {
  test(`a grant for ${target} ${allowed ? "is" : "is not"} one for lab/shop`, (t) => {
    t.is(ask({ privileged: true }, allow("privileged", target)).length, allowed ? 0 : 1);
  });
}

test("every valid spec of the corpus is allowed by the lines that its refusal names, each of which the file takes", (t) => {
  const corpus = fileURLToPath(new URL("../../../testdata/compose/valid/", import.meta.url));
  const kinds = new Set<string>();
  for (const name of readdirSync(corpus)) {
    const spec = decodeCanonical(readFileSync(`${corpus}${name}/canonical.json`));
    const question = { spec, group: "lab", deployment: "shop", asksRestricted: false, realPaths: new Map<string, string>(), agentFolders: [] };
    const findings = checkOwner({ ...question, grants: NO_GRANTS });
    t.deepEqual(findings.map(({ rule }) => rule), needsOf(spec).map(({ kind }) => `grant-${kind}`), name);
    for (const { rule } of findings) kinds.add(rule);
    const reading = readGrants(`{"grants": [${findings.map(({ line }) => line).join(",")}]}`);
    if ("problems" in reading) return t.fail(`${name}: ${JSON.stringify(reading.problems)}`);
    t.deepEqual(checkOwner({ ...question, grants: reading.grants }), [], name);
    t.is(checkOwner({ ...question, deployment: "other", grants: reading.grants }).length, findings.length, name);
  }
  t.true(kinds.size >= 18, [...kinds].join(" "));
});

test("a path with a blank is granted by the line that its refusal names", (t) => {
  const [finding] = ask(bind("/srv/my photos"));
  const reading = readGrants(`{"grants": [${finding?.line}]}`);
  t.deepEqual("grants" in reading ? ask(bind("/srv/my photos"), reading.grants) : reading, []);
});

test("a granted path that leads elsewhere is refused with the line for where it leads", (t) => {
  const realPaths = new Map([["/srv/link", "/etc"], [grantedKey("/srv"), "/srv"]]);
  const [finding, ...more] = ask(bind("/srv/link"), allow("bind /srv rw"), { realPaths });
  t.deepEqual(more, []);
  t.like(finding, { reason: "GrantMissing", line: '{"allow":"bind /etc rw","for":"lab/shop"}' });
});

test("a granted path below a link is granted where the link leads", (t) => {
  const realPaths = new Map([["/var/run/app", "/run/app"], [grantedKey("/var/run/app"), "/run/app"]]);
  t.deepEqual(ask(bind("/var/run/app"), allow("bind /var/run/app rw"), { realPaths }), []);
  t.is(ask(bind("/var/run/app"), allow("bind /var/run/app ro"), { realPaths }).length, 1);
});

for (const real of ["/var/lib/daonetes", "/var/lib/daonetes/device.key", "/run/docker.sock"]) {
  test(`a granted path that leads to ${real} is never mounted`, (t) => {
    const realPaths = new Map([["/srv/link", real], [grantedKey("/"), "/"]]);
    t.like(ask(bind("/srv/link"), allow("bind / rw"), { realPaths })[0], { reason: "PolicyRefused", rule: "host-path", line: undefined });
  });
}

test("the group of the Engine's socket is as good as the socket", (t) => {
  t.like(ask({ group_add: ["20", "998"] })[0], { rule: "grant-engine-socket", pointer: "/services/web/group_add", line: '{"allow":"engine-socket","for":"lab/shop"}' });
  t.like(ask({ user: "1000:998" })[0], { pointer: "/services/web/user" });
  t.deepEqual(ask({ group_add: ["20"], user: "998:20" }), []);
  t.deepEqual(ask({ group_add: ["998"] }, allow("engine-socket")), []);
  t.deepEqual(ask({ group_add: ["998"] }, {}, { engineGroup: undefined }), []);
  t.deepEqual(ask({ group_add: ["0"] }, {}, { engineGroup: 0 }), []);
});

const LIMITS: [string, Partial<CanonicalService>, Partial<CanonicalService>, Grants["limits"], string, string][] = [
  ["memory", { mem_limit: 64 * MiB }, { mem_limit: 64 * MiB + 1 }, { memory: 64 * MiB }, "limit-memory", "mem_limit"],
  ["memory that is only wished for", { mem_reservation: 64 * MiB }, { mem_reservation: 64 * MiB + 1 }, { memory: 64 * MiB }, "limit-memory", "mem_reservation"],
  ["memory with swap", { memswap_limit: 128 * MiB }, { memswap_limit: 128 * MiB + 1 }, { memory: 64 * MiB }, "limit-memory", "memswap_limit"],
  ["CPUs", { cpus: 5e8 }, { cpus: 5e8 + 1 }, { cpus: 5e8 }, "limit-cpus", "cpus"],
  ["CPUs by quota", { cpu_quota: 50_000 }, { cpu_quota: 50_001 }, { cpus: 5e8 }, "limit-cpus", "cpu_quota"],
  ["CPUs by quota and period", { cpu_quota: 5_000, cpu_period: 10_000 }, { cpu_quota: 50_000, cpu_period: 50_000 }, { cpus: 5e8 }, "limit-cpus", "cpu_quota"],
  ["processes", { pids_limit: 100 }, { pids_limit: 101 }, { pids: 100 }, "limit-pids", "pids_limit"],
];
for (const [title, fine, above, limits, rule, field] of LIMITS) {
  test(`the owner's limit of ${title} holds`, (t) => {
    t.deepEqual(ask(fine, { limits }), []);
    t.like(ask(above, { limits })[0], { reason: "PolicyRefused", rule, pointer: `/services/web/${field}`, line: undefined });
    t.deepEqual(ask(above), []);
  });
}

const port = (published?: number): Partial<CanonicalService> => ({ ports: [{ target: 80, protocol: "tcp", ...(published === undefined ? {} : { published }) }] });

test("ports outside the owner's ranges need a grant, and one that the Engine chooses is refused", (t) => {
  const limits = { ports: [{ first: 8000, last: 8100 }] };
  t.deepEqual(ask(port(7999)), []);
  t.deepEqual(ask(port()), []);
  for (const inside of [8000, 8050, 8100]) t.deepEqual(ask(port(inside), { limits }), []);
  for (const outside of [7999, 8101]) {
    t.like(ask(port(outside), { limits })[0], { reason: "GrantMissing", rule: "grant-port", pointer: "/services/web/ports/0", line: `{"allow":"port ${outside}","for":"lab/shop"}` });
    t.deepEqual(ask(port(outside), { limits, ...allow("port 7000-9000") }), []);
  }
  t.like(ask(port(), { limits })[0], { reason: "PolicyRefused", rule: "limit-ports", line: undefined });
});

const STRICT: Partial<CanonicalService> = { user: "1000", read_only: true };

for (const [who, grants, more] of [
  ["the owner", { profile: "restricted" }, {}],
  ["the group", {}, { asksRestricted: true }],
] as const) {
  test(`the profile restricted holds when ${who} wants it`, (t) => {
    t.deepEqual(rules(ask({}, grants, more)), ["restricted-user", "restricted-read-only"]);
    t.deepEqual(ask(STRICT, grants, more), []);
  });
}

const RESTRICTED: [string, Partial<CanonicalService>, string[]][] = [
  ["a numeric user with a group", { ...STRICT, user: "1000:1000" }, []],
  ["the user 0", { ...STRICT, user: "0" }, ["restricted-user"]],
  ["the user 00", { ...STRICT, user: "00" }, ["restricted-user"]],
  ["a user by name", { ...STRICT, user: "www-data" }, ["restricted-user"]],
  ["NET_BIND_SERVICE", { ...STRICT, cap_add: ["NET_BIND_SERVICE"] }, []],
  ["CHOWN", { ...STRICT, cap_add: ["CHOWN"] }, ["restricted-cap-add"]],
  ["a granted capability", { ...STRICT, cap_add: ["NET_ADMIN"] }, ["restricted-cap-add"]],
  ["granted privileges", { ...STRICT, privileged: true }, ["restricted-privileged"]],
  ["a port without a range", { ...STRICT, ...port(8080) }, []],
  ["another port", { ...STRICT, ...port(9090) }, ["grant-port"]],
  ["a port that the Engine chooses", { ...STRICT, ...port() }, ["limit-ports"]],
];
for (const [title, fields, wanted] of RESTRICTED) {
  test(`restricted: ${title} ${wanted.length === 0 ? "is allowed" : `is ${wanted.join()}`}`, (t) => {
    const grants = ["privileged", "capability NET_ADMIN", "port 8080"].map((text) => ({ allow: text, for: ["*/*"] }));
    t.deepEqual(rules(ask(fields, { profile: "restricted", grants })), wanted);
  });
}

test("the owner's ranges of ports need no grant under restricted", (t) => {
  t.deepEqual(ask({ ...STRICT, ...port(8080) }, { profile: "restricted", limits: { ports: [{ first: 8080, last: 8080 }] } }), []);
});

test("a report names rule, place and every line, and what no line allows comes first", (t) => {
  const findings = ask({ privileged: true, uts: "host", mem_limit: 10 * MiB }, { limits: { memory: 8 * MiB } });
  const [first, ...more] = findings;
  const { reason, text } = findingsReport([first!, ...more], "shop");
  t.is(reason, "PolicyRefused");
  t.is(
    text,
    `limit-memory: /services/web/mem_limit: mem_limit asks for ${10 * MiB}, the owner of this device gives a container at most ${8 * MiB} bytes; and 2 more (daonetes-agent grants explain shop); ` +
      'to allow it, add to "grants" of the owner\'s file: {"allow":"privileged","for":"lab/shop"}, {"allow":"host-uts","for":"lab/shop"}',
  );
});

test("a report has room for a long line, and for no more than a report holds", (t) => {
  const many: CanonicalSpec = specOf({ web: service("a", { cap_add: Array.from({ length: 40 }, (_, index) => `SYS_${String.fromCharCode(65 + (index % 26))}${"X".repeat(index)}`.slice(0, 30)) }) });
  const [first, ...more] = checkOwner({ spec: many, group: "g".repeat(40), deployment: "d".repeat(40), asksRestricted: false, grants: NO_GRANTS, realPaths: new Map(), agentFolders: [] });
  const { text } = findingsReport([first!, ...more], "d".repeat(40));
  t.true(text.length <= 1024, `${text.length}`);
  t.true(text.includes(first!.line!));
  t.true(text.endsWith("}"), "the last line is whole");
});
