/**
 * `make mutate`: mutation score of the code that decides what runs on a device. Every small change that Stryker knows is
 * made to it, one at a time, and a test has to fail. All mutants stand in one instrumented text and are switched on at run
 * time, so that a mutant costs a run of the tests and no start of a process.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Instrumenter } from "@stryker-mutator/instrumenter";
import { MutantRunner } from "./mutant-runner.ts";

interface Target {
  name: string;
  mutate: string[];
  tests: string[];
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** In percent, of each target. */
const LEAST_SCORE = 85;
/** Texts are for people; what is decided does not hang on them. */
const NOT_MUTATED = ["StringLiteral"];

const COMPOSE = "ts-client/src/compose";
const GRANTS = "agent/src/grants";
const TARGETS: Target[] = [
  {
    name: "policy of author and device",
    mutate: [`${COMPOSE}/policy.ts`, `${COMPOSE}/grants.ts`],
    tests: [`${COMPOSE}/policy.test.ts`, `${COMPOSE}/grants.test.ts`],
  },
  {
    name: "grants of the owner",
    mutate: ["bound-path", "check", "covers", "grants-file", "owner", "powers", "read-grants"].map((name) => `${GRANTS}/${name}.ts`),
    tests: ["check", "covers", "grants-file", "read-grants", "owner"].map((name) => `${GRANTS}/${name}.test.ts`),
  },
];

const silent = (): void => undefined;
const never = (): boolean => false;
const LOGGER = {
  ...{ trace: silent, debug: silent, info: silent, warn: silent, error: silent, fatal: silent },
  ...{ isTraceEnabled: never, isDebugEnabled: never, isInfoEnabled: never, isWarnEnabled: never, isErrorEnabled: never, isFatalEnabled: never },
};

/** @returns the score in percent */
async function measure({ name, mutate, tests }: Target, folder: string): Promise<number> {
  const files = await Promise.all(mutate.map(async (path) => ({ name: path, mutate: true, content: await readFile(join(ROOT, path), "utf8") })));
  const instrumented = await new Instrumenter(LOGGER).instrument(files, { excludedMutations: NOT_MUTATED, ignorers: [], plugins: null });
  const urlOf = (path: string): string => pathToFileURL(join(ROOT, path)).href;
  const job = join(folder, "job.json");
  await writeFile(job, JSON.stringify({ sources: Object.fromEntries(instrumented.files.map(({ name: path, content }) => [urlOf(path), content])), tests: tests.map(urlOf) }));
  const mutants = instrumented.mutants.filter(({ status }) => status !== "Ignored");

  const runner = new MutantRunner(job);
  const unchanged = await runner.run("none");
  if (unchanged !== undefined) throw new Error(`without a mutant "${unchanged}" fails`);
  let living = 0;
  for (const { id, fileName, location, mutatorName, replacement } of mutants) {
    if ((await runner.run(id)) !== undefined || (await runner.runAlone(id)) !== undefined) continue;
    const { line, column } = location.start;
    const text = files.find((file) => file.name === fileName)?.content.split("\n")[line]?.trim() ?? "";
    living++;
    process.stdout.write(`lives  ${fileName}:${line + 1}:${column + 1}  ${mutatorName}\n       ${text}\n       became ${replacement.replaceAll(/\s+/g, " ").slice(0, 120)}\n`);
  }
  runner.end();
  const score = (100 * (mutants.length - living)) / mutants.length;
  process.stdout.write(`${name}: ${score.toFixed(1)} %, ${living} of ${mutants.length} mutants live\n`);
  return score;
}

const folder = await mkdtemp(join(tmpdir(), "daonetes-mutate-"));
try {
  for (const target of TARGETS) if ((await measure(target, folder)) < LEAST_SCORE) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true });
}
