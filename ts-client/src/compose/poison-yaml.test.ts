import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { cpuTime } from "../../test/cpu-time.ts";
import { loadText } from "../../test/load-text.ts";

/** One service with a line, and what the client says: codes of a refusal, or the grants that it asks for. */
type Row = [id: string, title: string, lines: string, expected: { refused: string } | { needs: string[] }, files?: Record<string, string>];

const refused = (code: string): { refused: string } => ({ refused: code });
const needs = (...texts: string[]): { needs: string[] } => ({ needs: texts });

const ROWS: Row[] = [
  ["P-01", "privileged: true", "privileged: true", needs("privileged")],
  ["P-01", 'privileged: "true"', 'privileged: "true"', needs("privileged")],
  ["P-01", "privileged: yes", "privileged: yes", needs("privileged")],
  ["P-01", "privileged: 1", "privileged: 1", refused("DAO2102")],
  ["P-02", "network_mode: host", "network_mode: host", needs("host-network")],
  ["P-02", "network_mode: container:x", "network_mode: container:x", refused("DAO2319")],
  ["P-03", "pid: host", "pid: host", needs("host-pid")],
  ["P-03", "ipc: host", "ipc: host", needs("host-ipc")],
  ["P-03", "uts: host", "uts: host", needs("host-uts")],
  ["P-03", "userns_mode: host", "userns_mode: host", needs("host-userns")],
  ["P-03", "cgroup: host", "cgroup: host", needs("host-cgroup")],
  ["P-03", "pid: container:x", "pid: container:x", refused("DAO2319")],
  ["P-03", "ipc: container:x", "ipc: container:x", refused("DAO2319")],
  ["P-04", "a bind of /", 'volumes: ["/:/host"]', needs("bind / rw")],
  ["P-04", "a bind of / by a detour", 'volumes: ["/etc/..//:/host:ro"]', needs("bind / ro")],
  ["P-04", "a bind of ./", 'volumes: ["./:/app"]', refused("DAO2307")],
  ["P-04", "a bind of ~", 'volumes: ["~:/home"]', refused("DAO2308")],
  ["P-04", "a bind of C:\\", "volumes: ['C:\\:/c']", refused("DAO2125")],
  ["P-05", "the Engine's socket", 'volumes: ["/var/run/docker.sock:/var/run/docker.sock"]', needs("engine-socket")],
  ["P-05", "the Engine's socket by another way", 'volumes: ["/run/../var/run//docker.sock:/s:ro"]', needs("engine-socket")],
  ["P-05", "use_api_socket", "use_api_socket: true", refused("DAO2304")],
  ["P-07", "a bind in long form", "volumes: [{type: bind, source: /etc, target: /e}]", needs("bind /etc rw")],
  ["P-07", "npipe", "volumes: [{type: npipe, source: x, target: /e}]", refused("DAO2315")],
  ["P-07", "image", "volumes: [{type: image, source: x, target: /e}]", refused("DAO2315")],
  ["P-07", "cluster", "volumes: [{type: cluster, source: x, target: /e}]", refused("DAO2315")],
  ["P-08", "volumes_from", "volumes_from: [db]", refused("DAO2304")],
  ["P-08", "an external volume", "volumes: [data:/d]\nvolumes: {data: {external: true}}", needs("external-volume data")],
  ["P-08", "a volume that is a path in disguise", "volumes: [data:/d]\nvolumes: {data: {driver_opts: {type: none, o: bind, device: /}}}", refused("DAO2315")],
  ["P-09", "cap_add ALL", "cap_add: [ALL]", needs("capability ALL")],
  ["P-09", "cap_add SYS_ADMIN in any spelling", "cap_add: [cap_sys_admin, CAP_SYS_ADMIN, sys_admin, Sys_Admin]", needs("capability SYS_ADMIN")],
  ["P-10", "security_opt unconfined", 'security_opt: ["seccomp:unconfined", "apparmor=unconfined", "label:disable", "systempaths=unconfined"]', needs("security-opt apparmor=unconfined", "security-opt label=disable", "security-opt seccomp=unconfined", "security-opt systempaths=unconfined")],
  ["P-10", "security_opt with a profile", 'security_opt: ["seccomp=/tmp/any.json"]', refused("DAO2317")],
  ["P-10", "security_opt that allows new privileges", 'security_opt: ["no-new-privileges:false"]', needs("security-opt no-new-privileges=false")],
  ["P-11", "devices", 'devices: ["/dev/mem"]', needs("device /dev/mem rwm")],
  ["P-11", "device_cgroup_rules", 'device_cgroup_rules: ["a *:* rwm"]', needs("device-rule a *:* rwm")],
  ["P-11", "gpus", "gpus: all", needs("gpu any all gpu")],
  ["P-14", "an unbounded ulimit", "ulimits: {nofile: -1}", refused("DAO2313")],
  ["P-14", "shm above the memory", "mem_limit: 64m\n    shm_size: 65m", refused("DAO2313")],
  ["P-14", "tmpfs above the memory", 'mem_limit: 64m\n    tmpfs: ["/t:size=65m"]', refused("DAO2313")],
  ["P-14", "pids_limit: -1", "pids_limit: -1", refused("DAO2313")],
  ["P-16", "env_file outside", "env_file: ../../etc/passwd", refused("DAO2013")],
  ["P-16", "env_file by its full path", "env_file: /etc/passwd", refused("DAO2013")],
  ["P-16", "label_file outside", "label_file: ../labels", refused("DAO2013")],
  ["P-17", "a secret from a file", "secrets: [s]\nsecrets: {s: {file: /etc/shadow}}", refused("DAO2013")],
  ["P-17", "a secret from a file above", "secrets: [s]\nsecrets: {s: {file: ../../shadow}}", refused("DAO2013")],
  ["P-17", "a secret over the files of the system", "secrets: [{source: s, target: /proc/1/mem}]\nsecrets: {s: {external: true}}", refused("DAO2313")],
  ["P-17", "a config from a file outside", "configs: [c]\nconfigs: {c: {file: /etc/shadow}}", refused("DAO2013")],
  ["P-17", "a config from a secret variable", "configs: [c]\nconfigs: {c: {environment: AGENT_KEY}}", refused("DAO2306")],
  ["P-19", "labels that forge ownership", "labels: {com.docker.compose.project: x}", refused("DAO2312")],
  ["P-19", "labels that forge ownership in capitals", "labels: [Dev.Daonetes.Mac=x]", refused("DAO2312")],
  ["P-20", "extends outside", "extends: {file: ../x.yaml, service: a}", refused("DAO2013")],
  ["P-20", "extends of a remote file", "extends: {file: https://example.test/x.yaml, service: a}", refused("DAO2013")],
  ["P-21", "include by OCI", "init: true\ninclude: [oci://example.test/x]", refused("DAO2013")],
  ["P-21", "include by git", "init: true\ninclude: ['git@example.test:x.git']", refused("DAO2013")],
  ["P-21", "include outside", "init: true\ninclude: [../x.yaml]", refused("DAO2013")],
  ["P-23", "provider", "provider: {type: x}", refused("DAO2304")],
  ["P-29", "the port of SSH", 'ports: ["22:80"]', refused("DAO2310")],
  ["P-29", "the port of the Engine", 'ports: ["127.0.0.1:2375:80"]', refused("DAO2310")],
  ["P-29", "the port of the mesh in a range", 'ports: ["51815-51825:51815-51825/udp"]', refused("DAO2310")],
  ["P-29", "a range above 100", 'ports: ["8000-8100:8000-8100"]', refused("DAO2311")],
  ["P-29", "one port twice", 'ports: ["80:80", "80:81"]', refused("DAO2114")],
  ["P-29", "every port there is", 'ports: ["1-65535:1-65535"]', refused("DAO2311")],
  ["P-30", "an image that is only a digest of another kind", "environment: {}\n  db:\n    image: a@md5:abc", refused("DAO2201")],
  ["P-37", "a key twice", "privileged: false\n    privileged: true", refused("DAO2006")],
  ["P-37", "a key twice, once by an escape", 'privileged: false\n    "priv\\x69leged": true', refused("DAO2006")],
  ["P-37", "a key by an escape", '"priv\\x69leged": true', needs("privileged")],
  ["P-37", "an explicit key", "? privileged\n    : true", needs("privileged")],
  ["P-37", "a merge key", "<<: {privileged: true}", needs("privileged")],
  ["P-37", "a merge key behind what it would merge over", "privileged: true\n    <<: {privileged: false}", needs("privileged")],
  ["P-37", "a merge key that would take it away", "<<: {privileged: false}\n    privileged: true", needs("privileged")],
  ["P-37", "a tag of YAML's own", 'privileged: !!bool "true"', needs("privileged")],
  ["P-37", "a tag of a language", "privileged: !!python/object/apply:os.system [id]", refused("DAO2007")],
  ["P-37", "a boolean in capitals", "privileged: TRUE", needs("privileged")],
  ["P-37", "a boolean of old YAML", "privileged: on", needs("privileged")],
  ["P-37", "a second document", "init: true\n---\nservices: {web: {privileged: true}}", needs("privileged")],
  ["P-38", "a circle of depends_on", "depends_on: [web]", refused("DAO2111")],
  ["P-38", "an unknown key", "priviledged: true", refused("DAO2101")],
  ["P-38", "a key in capitals", "Privileged: true", refused("DAO2101")],
  ["P-38", "a key with a letter that looks the same", "prіvileged: true", refused("DAO2008")],
  ["P-38", "a key with a blank", '"privileged ": true', refused("DAO2101")],
];

for (const [id, title, lines, expected, files] of ROWS) {
  // One after the other: the time of one is not that of all.
  test.serial(`${id} ${title}`, async (t) => {
    const started = cpuTime();
    const result = await loadText(`services:\n  web:\n    image: a:1\n    ${lines}\n`, { environment: { AGENT_KEY: "abcdefghijk" } }, files);
    const took = cpuTime() - started;
    if ("refused" in expected) {
      if (result.ok) return t.fail(`accepted: ${JSON.stringify(result.project.draft)}`);
      t.true(result.diagnostics.some(({ code }) => code === expected.refused), result.diagnostics.map(({ code, message }) => `${code} ${message}`).join("\n"));
      for (const { line, help, message } of result.diagnostics) t.true(line > 0 && (help !== "" || message.length > 20), message);
    } else {
      if (!result.ok) return t.fail(result.diagnostics.map(({ code, message }) => `${code} ${message}`).join("\n"));
      t.deepEqual(result.project.draft.requires, expected.needs);
    }
    t.true(took < 1000, `${took} ms`);
  });
}

test("P-15 a variable in published text stays text", async (t) => {
  const result = await loadText('services: {web: {image: a, command: ["$${AGENT_KEY}"], environment: {A: "$$AGENT_KEY"}}}\n', { environment: { AGENT_KEY: "abcdefghijk" } });
  if (!result.ok) return t.fail(JSON.stringify(result.diagnostics));
  t.deepEqual(result.project.draft.services["web"]?.command, ["${AGENT_KEY}"]);
  t.deepEqual({ ...result.project.draft.services["web"]?.environment }, { A: "$AGENT_KEY" });
});

test("P-19 container_name is a name on the networks and nothing else", async (t) => {
  const result = await loadText("services: {web: {image: a, container_name: daonet-other-app-web-1}}\n");
  t.true(result.ok);
  if (result.ok) t.deepEqual(result.project.draft.services["web"]?.networks?.["default"]?.aliases, ["daonet-other-app-web-1"]);
});

test("P-22 build beside an image is dropped with a notice, alone it is refused with a way out", async (t) => {
  const beside = await loadText("services: {web: {image: a, build: {context: ., privileged: true, ssh: [default]}}}\n");
  t.true(beside.ok && beside.notices.some(({ code }) => code === "DAO2391"));
  const alone = await loadText("services: {web: {build: .}}\n");
  t.true(!alone.ok && alone.diagnostics[0]?.code === "DAO2206" && /--push-to/.test(alone.diagnostics[0].help));
});

test.serial("P-38 10,000 services are refused fast", async (t) => {
  const text = `services:\n${Array.from({ length: 10_000 }, (_, index) => `  s${index}:\n    image: a\n    depends_on: [s${(index + 1) % 10_000}]\n`).join("")}`;
  let fastest = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 10; run++) {
    const started = cpuTime();
    const result = await loadText(text);
    fastest = Math.min(fastest, cpuTime() - started);
    t.true(!result.ok && result.diagnostics[0]?.code === "DAO2017");
  }
  t.true(fastest < 50, `${fastest} ms`);
});

/** Peak memory of a process that reads one file, in MiB. */
function peak(file: string): { mib: number; ms: number; codes: string[] } {
  const child = fileURLToPath(new URL("../../test/read-one.ts", import.meta.url));
  return JSON.parse(execFileSync(process.execPath, ["--conditions=daonetes-source", child, file], { encoding: "utf8", timeout: 60_000 })) as { mib: number; ms: number; codes: string[] };
}

const laughs = (): string => {
  let text = "x0: &x0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n";
  for (let level = 1; level < 10; level++) text += `x${level}: &x${level} [${Array(9).fill(`*x${level - 1}`).join(", ")}]\n`;
  return text;
};
const BOMBS: Record<string, () => string> = {
  "billion laughs": laughs,
  "200,000 lists in each other": () => `x-a: ${"[".repeat(200_000)}`,
  "a text of 4 MiB": () => `x-a: "${"a".repeat(4 * 1024 * 1024)}"\n`,
  "an alias in its own anchor": () => "x-a: &a [*a]\n",
};
for (const [title, text] of Object.entries(BOMBS)) {
  test.serial(`P-35 ${title}: refused within a second and 32 MiB`, (t) => {
    const folder = mkdtempSync(join(tmpdir(), "daonetes-bomb-"));
    t.teardown(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "calm.yaml"), "services: {web: {image: a}}\n");
    writeFileSync(join(folder, "bomb.yaml"), text());
    const calm = peak(join(folder, "calm.yaml"));
    const bomb = peak(join(folder, "bomb.yaml"));
    t.true(bomb.codes.length > 0 && calm.codes.length === 0);
    t.true(bomb.ms < 1000, `${bomb.ms} ms`);
    t.true(bomb.mib - calm.mib <= 32, `${bomb.mib} MiB against ${calm.mib} MiB`);
  });
}

test("P-08 an external network of another group becomes one of the deployment's own group", async (t) => {
  const result = await loadText("services: {web: {image: a, networks: [x]}}\nnetworks: {x: {external: true, name: daonet_other_back}}\n");
  if (!result.ok) return t.fail(JSON.stringify(result.diagnostics));
  // The device puts the name of the group in front of it.
  t.deepEqual(result.project.draft.networks, { x: { shared: "daonet_other_back" } });
  t.is(result.project.draft.requires, undefined);
});
