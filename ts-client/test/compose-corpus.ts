import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Diagnostic } from "../src/compose/diagnostics.ts";
import type { GitState } from "../src/compose/project-folder.ts";
import {
  decodeCanonical,
  encodeCanonical,
  hashSpec,
  loadCompose,
  nodeProjectFolder,
  nodeReadFile,
  type ProjectFolder,
  resolveDigests,
  toCanonical,
} from "../src/compose/index.ts";

/** `testdata/compose`: a folder a case, read by this package and by a Go test that asks compose-go. */
export const CORPUS = fileURLToPath(new URL("../../testdata/compose/", import.meta.url));

/** `options.json` of a case; every field may be absent. */
export interface CaseOptions {
  /** Compose files, else `compose.yaml`. */
  files?: string[];
  environment?: Record<string, string>;
  envFiles?: string[];
  profiles?: string[];
  plain?: string[];
  projectName?: string;
  /** What git says: of all paths, or by path below the folder, the rest being tracked. Absent: all are tracked. */
  git?: GitState | Record<string, GitState>;
  /** Canonical bytes of the running revision, a file of the folder. */
  previous?: string;
  bindsAsVolumes?: boolean;
  /** Digests by reference; a reference that is not named has the sha256 of its text. */
  digests?: Record<string, string>;
  /** Why the Go test does not compare this case. */
  oracle?: string;
}

/** The case's folder; what git says does not depend on where the corpus lies. */
export async function corpusFolder(folder: string, git: CaseOptions["git"] = "tracked"): Promise<ProjectFolder> {
  const disk = await nodeProjectFolder(folder);
  const state = (path: string): GitState => {
    if (typeof git === "string") return git;
    const below = path.slice(folder.length).replace(/^\/+/, "");
    const named = Object.keys(git).find((name) => below === name || below.startsWith(`${name}/`));
    return named === undefined ? "tracked" : git[named]!;
  };
  return {
    ...disk,
    files: async (path, most) =>
      (await disk.files(path, most)).map((file) => ({ ...file, ignored: state(`${path}/${file.path}`) === "ignored" })),
    git: async (path) => state(path),
  };
}

export type CaseResult =
  { ok: true; bytes: Uint8Array; hash: string; notices: Diagnostic[] } | { ok: false; diagnostics: Diagnostic[] };

/** One expected error of an invalid case. */
export interface ExpectedError {
  code: string;
  file: string;
  line: number;
  column: number;
}

export function casesOf(kind: "valid" | "invalid"): string[] {
  const folder = join(CORPUS, kind);
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

export function caseFolder(kind: "valid" | "invalid", name: string): string {
  return join(CORPUS, kind, name);
}

export async function runCase(folder: string): Promise<CaseResult> {
  const file = join(folder, "options.json");
  const options: CaseOptions = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const loaded = await loadCompose({
    files: (options.files ?? ["compose.yaml"]).map((path) => ({ path })),
    projectDirectory: folder,
    projectName: options.projectName ?? "case",
    environment: options.environment ?? {},
    ...(options.envFiles ? { envFiles: options.envFiles } : {}),
    profiles: options.profiles ?? [],
    plain: options.plain ?? [],
    readFile: await nodeReadFile(folder),
    folder: await corpusFolder(folder, options.git),
    ...(options.previous === undefined
      ? {}
      : { previous: async () => decodeCanonical(readFileSync(join(folder, options.previous!))) }),
    bindsAsVolumes: options.bindsAsVolumes ?? false,
  });
  if (!loaded.ok) return loaded;
  const pinned = await resolveDigests(loaded.project, {
    resolve: async (reference) =>
      options.digests?.[reference] ?? `sha256:${createHash("sha256").update(reference).digest("hex")}`,
  });
  if (!pinned.ok) return pinned;
  const bytes = encodeCanonical(toCanonical(pinned.project));
  return { ok: true, bytes, hash: hashSpec(bytes), notices: loaded.notices };
}

export function errorsOf(diagnostics: readonly Diagnostic[]): ExpectedError[] {
  return diagnostics.map(({ code, file, line, column }) => ({ code, file, line, column }));
}
