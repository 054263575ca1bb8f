import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { cpuTime } from "../../test/cpu-time.ts";
import { loadText } from "../../test/load-text.ts";
import { ROWS } from "../../test/poison-rows.ts";

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
