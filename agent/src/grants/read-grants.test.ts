import test from "ava";
import { readGrants } from "./read-grants.ts";

const FILE = {
  profile: "restricted",
  limits: { memory: 536_870_912, cpus: 1.5, pids: 200, ports: "80, 8000-8100", disk_reserve: 0 },
  grants: [
    { allow: "bind /srv/my photos ro", for: "lab/shop" },
    { allow: "port 22", for: ["lab/*", "*/shop"] },
  ],
};

const problemsOf = (file: unknown): string[] => {
  const reading = readGrants(typeof file === "string" ? file : JSON.stringify(file));
  return "problems" in reading ? reading.problems.map(({ pointer, message }) => `${pointer} ${message}`) : [];
};

test("a whole file is read, CPUs as nano-CPUs and one target as a list", (t) => {
  t.deepEqual(readGrants(JSON.stringify(FILE)), {
    grants: {
      profile: "restricted",
      limits: { memory: 536_870_912, cpus: 1_500_000_000, pids: 200, ports: [{ first: 80, last: 80 }, { first: 8000, last: 8100 }], diskReserve: 0 },
      grants: [
        { allow: "bind /srv/my photos ro", for: ["lab/shop"] },
        { allow: "port 22", for: ["lab/*", "*/shop"] },
      ],
    },
  });
});

test("an empty object grants nothing under baseline", (t) => {
  t.deepEqual(readGrants("{}"), { grants: { profile: "baseline", limits: {}, grants: [] } });
});

const grant = (allow: unknown, target: unknown = "lab/shop"): unknown => ({ grants: [{ allow, for: target }] });
const REFUSED: [string, unknown, RegExp][] = [
  ["text that is no JSON", "{", /^ it is no JSON/],
  ["an empty file", "", /^ it is no JSON/],
  ["a list", [], /^ it has to be an object/],
  ["null", null, /^ it has to be an object/],
  ["an unknown key", { grant: [] }, /^\/grant no such key; known are profile, limits, grants$/],
  ["a key of every object", '{"__proto__": {}}', /^\/__proto__ no such key/],
  ["an unknown profile", { profile: "privileged" }, /^\/profile it has to be baseline or restricted$/],
  ["an unknown limit", { limits: { swap: 1 } }, /^\/limits\/swap no such key; known are memory, cpus, pids, ports, disk_reserve$/],
  ["memory as text", { limits: { memory: "1g" } }, /^\/limits\/memory it has to be a whole number of at least 6291456$/],
  ["less memory than the Engine takes", { limits: { memory: 6_291_455 } }, /^\/limits\/memory /],
  ["a part of a byte", { limits: { memory: 1e7 + 0.5 } }, /^\/limits\/memory /],
  ["no CPU", { limits: { cpus: 0 } }, /^\/limits\/cpus it has to be a number of CPUs above 0/],
  ["too many CPUs", { limits: { cpus: 4097 } }, /^\/limits\/cpus /],
  ["no process", { limits: { pids: 0 } }, /^\/limits\/pids /],
  ["a negative reserve", { limits: { disk_reserve: -1 } }, /^\/limits\/disk_reserve it has to be a whole number of at least 0$/],
  ["ports as a number", { limits: { ports: 80 } }, /^\/limits\/ports it has to be ranges such as/],
  ["a port that is none", { limits: { ports: "80,65536" } }, /^\/limits\/ports /],
  ["a range backwards", { limits: { ports: "90-80" } }, /^\/limits\/ports /],
  ["port 0", { limits: { ports: "0-80" } }, /^\/limits\/ports /],
  ["grants that are no list", { grants: {} }, /^\/grants it has to be a list$/],
  ["too many grants", { grants: Array.from({ length: 1001 }, () => ({ allow: "privileged", for: "*/*" })) }, /^\/grants at most 1000 grants are read$/],
  ["a grant that is text", { grants: ["privileged"] }, /^\/grants\/0 it has to be an object$/],
  ["a grant with an unknown key", { grants: [{ allow: "privileged", for: "*/*", until: "2027" }] }, /^\/grants\/0\/until no such key; known are allow, for$/],
  ["a grant for nobody", { grants: [{ allow: "privileged" }] }, /^\/grants\/0 allow and for both have to be there$/],
  ["a grant of nothing", { grants: [{ for: "*/*" }] }, /^\/grants\/0 allow and for both have to be there$/],
  ["what nobody asks for", grant("everything"), /^\/grants\/0\/allow nobody asks for "everything"; known are bind, .*, port$/],
  ["allow that is no text", grant(["privileged"]), /^\/grants\/0\/allow it has to be text$/],
  ["a word too many", grant("privileged now"), /^\/grants\/0\/allow it has to be of the form {2}privileged$/],
  ["a path without a mode", grant("bind /srv"), /of the form {2}bind \/path ro/],
  ["a relative path", grant("bind srv ro"), /of the form {2}bind/],
  ["a path that leaves its folder", grant("bind /srv/../etc ro"), /^\/grants\/0\/allow the path must not hold/],
  ["a path with a dot", grant("bind /srv/. ro"), /^\/grants\/0\/allow the path must not hold/],
  ["a path with two slashes", grant("bind /srv//a ro"), /^\/grants\/0\/allow the path must not hold/],
  ["a path with a slash at its end", grant("bind /srv/ ro"), /^\/grants\/0\/allow the path must not hold/],
  ["a capability with its prefix in small letters", grant("capability cap_sys_admin"), /of the form {2}capability NAME/],
  ["a device without permissions", grant("device /dev/sda"), /of the form {2}device/],
  ["letters in another order", grant("device-rule c 1:3 mr"), /of the form {2}device-rule/],
  ["port 0 by a grant", grant("port 0"), /^\/grants\/0\/allow ports are 1 to 65535, the smaller one first$/],
  ["a range of ports backwards", grant("port 90-80"), /^\/grants\/0\/allow ports are 1 to 65535/],
  ["every sysctl", grant("sysctl *"), /of the form {2}sysctl NAME/],
  ["no target", grant("privileged", []), /^\/grants\/0\/for it has to be "GROUP\/DEPLOYMENT"/],
  ["a target without a group", grant("privileged", "shop"), /^\/grants\/0\/for /],
  ["a target in capitals", grant("privileged", "Lab/shop"), /^\/grants\/0\/for /],
  ["a part of a name", grant("privileged", "lab/sh*"), /^\/grants\/0\/for /],
  ["a target that is no text", grant("privileged", [7]), /^\/grants\/0\/for /],
];
for (const [title, file, problem] of REFUSED) {
  test(`${title} is refused`, (t) => {
    const problems = problemsOf(file);
    t.is(problems.length, 1, problems.join("\n"));
    t.regex(problems[0]!, problem);
  });
}

test("everything that is wrong is said at once, and nothing is granted", (t) => {
  const reading = readGrants(JSON.stringify({ profile: "x", limits: { cpus: 0, swap: 1 }, grants: [{ allow: "privileged", for: "*/*" }, { allow: "x", for: "y" }] }));
  t.deepEqual("problems" in reading ? reading.problems.map(({ pointer }) => pointer) : reading, ["/profile", "/limits/cpus", "/limits/swap", "/grants/1/allow", "/grants/1/for"]);
});

/** One of each kind that says more than its name. */
const TEXTS = [
  "bind /srv rw", "capability NET_ADMIN", "device /dev/a rw", "device-rule c 188:12 rwm", "device-rule a *:* m", "device-rule b 8:1 r", "external-volume data", "gpu any all gpu",
  "log-driver syslog", "port 1-65535", "port 65535", "runtime runsc", "security-opt seccomp=unconfined", "storage-opt size=1G", "sysctl net.ipv4.ip_forward", "sysctl net.*",
];
for (const text of TEXTS) {
  test(`"${text}" is a grant, and nothing may stand around it`, (t) => {
    t.deepEqual(problemsOf(grant(text)), []);
    t.is(problemsOf(grant(`${text} and more`)).length, 1);
    t.is(problemsOf(grant(` ${text}`)).length, 1);
    t.is(problemsOf(grant(`${text}\n`)).length, 1);
  });
}

test("names of one letter and of forty are names, and one wrong target spoils a list", (t) => {
  t.deepEqual(problemsOf(grant("privileged", ["a/b", `${"a".repeat(40)}/${"b".repeat(40)}`])), []);
  t.is(problemsOf(grant("privileged", `${"a".repeat(41)}/b`)).length, 1);
  t.is(problemsOf(grant("privileged", ["lab/shop", "shop"])).length, 1);
  t.is(problemsOf(grant("privileged", ["lab/shop", 7])).length, 1);
});

test("the last that is allowed: a thousand grants, 4096 CPUs, both profiles", (t) => {
  t.deepEqual(problemsOf({ grants: Array.from({ length: 1000 }, () => ({ allow: "privileged", for: "*/*" })) }), []);
  t.deepEqual(problemsOf({ limits: { cpus: 4096 } }), []);
  for (const cpus of ["2", null, Number.NaN]) t.is(problemsOf({ limits: { cpus } }).length, 1);
  t.like(readGrants('{"profile":"baseline"}'), { grants: { profile: "baseline" } });
  for (const ports of ["1", "65535", "1-65535"]) t.deepEqual(problemsOf({ limits: { ports } }), []);
  for (const ports of ["x80", "80x", "80-", "", "80,,81"]) t.is(problemsOf({ limits: { ports } }).length, 1, ports);
});
