import type { Diagnostic } from "./diagnostics.ts";
import type { ReadFile } from "./project-files.ts";
import type { Project } from "./project.ts";

export interface ComposeOptions {
  /** Compose files in the order of `-f`; the paths are absolute, or `-`. */
  files: { path: string; text: string }[];
  /** Absolute folder that relative paths start from, and that no file may lie outside of. */
  projectDirectory: string;
  /** Value of COMPOSE_PROJECT_NAME while the files are read. */
  projectName: string;
  /** Variables of the shell; they win over env files. */
  environment: Record<string, string | undefined>;
  /** Files of variables, of which later ones win. Absent: `.env` of the project, if there is one. */
  envFiles?: string[];
  /** Profiles to switch on. Absent or empty: COMPOSE_PROFILES. */
  profiles?: string[];
  /** Variables that look like secrets and are none. */
  plain?: string[];
  /** Text of a file by absolute path, undefined if there is none. */
  readFile: ReadFile;
}

export type ComposeResult =
  | { ok: true; project: Project; notices: Diagnostic[] }
  /** Errors in reading order, then notices. */
  | { ok: false; diagnostics: Diagnostic[] };
