import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadCompose, nodeReadFile } from "../src/compose/index.ts";
import { CORPUS, corpusFolder } from "./compose-corpus.ts";

/** What becomes of an application as its project publishes it. */
export interface AppOutcome {
  /** Codes of the errors, each once; empty where it runs as it is. */
  refused: string[];
  /** Names of the values that are sealed. */
  secrets: string[];
  /** What it asks of the device's owner. */
  requires: string[];
  mounts: string[];
}

const APPS = join(CORPUS, "apps");
const FILES = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

/** Applications in the shape in which well-known projects publish theirs. */
export function apps(): string[] {
  return readdirSync(APPS, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
}

export async function runApp(name: string): Promise<AppOutcome> {
  const directory = join(APPS, name);
  const file = FILES.find((candidate) => existsSync(join(directory, candidate)))!;
  const result = await loadCompose({
    files: [{ path: join(directory, file), text: readFileSync(join(directory, file), "utf8") }],
    projectDirectory: directory,
    projectName: name,
    environment: {},
    readFile: await nodeReadFile(directory),
    // A fresh clone: what is there is tracked.
    folder: await corpusFolder(directory, "tracked"),
  });
  return {
    refused: result.ok ? [] : [...new Set(result.diagnostics.map(({ code }) => code))].sort(),
    secrets: result.ok ? result.project.secrets.map(({ name }) => name) : [],
    requires: result.ok ? (result.project.draft.requires ?? []) : [],
    mounts: result.ok ? result.project.mounts.map(({ path, kind }) => `${path} ${kind}`) : [],
  };
}
