/**
 * Paths of the project, as they stand in a spec: below the folder against which paths are resolved, with `_up/` for each
 * folder above it, as a spec holds no `..`.
 */
import { dirname, isInside, relativeTo, resolvePath } from "./posix-path.ts";

const UP = "_up/";

/** Against which folder paths are resolved, and what they may not leave; both full paths. */
export interface ProjectBounds {
  directory: string;
  root: string;
}

/** `../conf` of a full path, seen from `directory`; one that is below it has no dots. */
export function relativePath(directory: string, full: string): string {
  let above = directory;
  let ups = "";
  for (; !isInside(above, full); above = dirname(above)) ups += "../";
  return ups + (above === full ? "" : relativeTo(above, full));
}

/** The path in a spec of a full path. */
export function projectPath(directory: string, full: string): string {
  return projectPathOf(relativePath(directory, full));
}

/** The path in a spec of one that the author wrote, as `./conf` or `../conf`; both normalised. */
export function projectPathOf(written: string): string {
  return written.replace(/^(?:\.\.\/)+/, (ups) => ups.replaceAll("../", UP));
}

/** A path in a spec as authors write it: `./conf`, `../conf`. */
export function writtenPath(path: string): string {
  return path.startsWith(UP) ? path.replace(/^(?:_up\/)+/, (ups) => ups.replaceAll(UP, "../")) : `./${path}`;
}

/** The full path of a path in a spec. */
export function fullPath(directory: string, path: string): string {
  return resolvePath(directory, writtenPath(path));
}

/** True for a path that is written as one of a folder above, and is none. */
export function looksAbove(directory: string, full: string): boolean {
  return isInside(directory, full) && relativeTo(directory, full).startsWith(UP);
}

/** True for what git keeps for itself: history, and what it knows of remotes. */
export function isOfGit(full: string): boolean {
  return full.split("/").includes(".git");
}

/** True where the author says of a path, in whatever form, that it is no secret. */
export function isPlainPath(plain: ReadonlySet<string>, path: string): boolean {
  return plain.has(path) || plain.has(writtenPath(path));
}
