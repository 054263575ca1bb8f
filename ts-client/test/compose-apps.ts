import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadCompose, nodeReadFile } from "../src/compose/index.ts";
import { CORPUS, corpusFolder } from "./compose-corpus.ts";

/** What becomes of an application as its project publishes it. */
export interface AppOutcome {
  /** Codes of the errors, each once; empty where it runs as it is. */
  refused: string[];
  /** Codes that are left once the author has said that its values are no secrets. */
  refusedBesideSecrets: string[];
  /** What it asks of the device's owner. */
  requires: string[];
  mounts: string[];
}

const APPS = join(CORPUS, "apps");
const FILES = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];
const OF_SECRETS = new Set(["DAO2305", "DAO2306"]);

/** Applications in the shape in which well-known projects publish theirs. */
export function apps(): string[] {
  return readdirSync(APPS, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
}

export async function runApp(name: string): Promise<AppOutcome> {
  const directory = join(APPS, name);
  const file = FILES.find((candidate) => existsSync(join(directory, candidate)))!;
  const load = async (plain: string[]) =>
    loadCompose({
      files: [{ path: join(directory, file), text: readFileSync(join(directory, file), "utf8") }],
      projectDirectory: directory,
      projectName: name,
      environment: {},
      plain,
      readFile: await nodeReadFile(directory),
      // A fresh clone: what is there is tracked.
      folder: await corpusFolder(directory, "tracked"),
    });
  const first = await load([]);
  const codes = (result: typeof first): string[] => (result.ok ? [] : [...new Set(result.diagnostics.map(({ code }) => code))].sort());
  let result = first;
  // Values that flow on are found one after the other.
  const plain = new Set<string>();
  for (let round = 0; round < 5 && !result.ok; round++) {
    for (const { code, help } of result.diagnostics) if (OF_SECRETS.has(code)) plain.add(/--plain (\S+)/.exec(help)?.[1] ?? "");
    result = await load([...plain]);
  }
  return {
    refused: codes(first),
    refusedBesideSecrets: codes(result),
    requires: result.ok ? (result.project.draft.requires ?? []) : [],
    mounts: result.ok ? result.project.mounts.map(({ path, kind }) => `${path} ${kind}`) : [],
  };
}
