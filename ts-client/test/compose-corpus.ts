import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Diagnostic } from "../src/compose/diagnostics.ts";
import {
  encodeCanonical,
  hashSpec,
  loadCompose,
  nodeReadFile,
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
  /** Digests by reference; a reference that is not named has the sha256 of its text. */
  digests?: Record<string, string>;
  /** Why the Go test does not compare this case. */
  oracle?: string;
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
