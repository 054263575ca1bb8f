import { constants, type Stats } from "node:fs";
import { lstat, open, realpath } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Grants, NO_GRANTS } from "./grants.ts";
import { type GrantsProblem, readGrants } from "./read-grants.ts";

const MAX_BYTES = 256 * 1024;
const OTHERS_MAY_WRITE = 0o022;
const STICKY = 0o1000;

/** The owner's file as it is now. */
export interface GrantsLook {
  grants: Grants;
  /** False: there is no file. */
  there: boolean;
  /** Why the file counts as empty though it is there; none = it does not. */
  problems: readonly GrantsProblem[];
  /** The same as one line for log and status; "" = nothing is wrong. */
  alarm: string;
}

/**
 * The owner's word, read from a file that root alone can write. Anything else counts as empty, with a problem: a file of
 * another user or writable by others, in a folder where others could put another one in its place, a symbolic link on
 * the way, text that is no such file.
 */
export class GrantsFile {
  /** Absolute. */
  readonly path: string;
  /** Who has to own it; 0 but in tests. */
  readonly #owner: number;
  #known: { mark: string; look: GrantsLook } | undefined;

  constructor(path: string, owner = 0) {
    this.path = resolve(path);
    this.#owner = owner;
  }

  /** Reads it if it changed. A file that is not there grants nothing, and is no problem. */
  async look(): Promise<GrantsLook> {
    try {
      const above = foldersAbove(this.path);
      const [info, folders] = await Promise.all([lstat(this.path), Promise.all(above.map((path) => lstat(path)))]);
      // Folders above change whenever anything in them does; who may write them is what counts.
      const mark = [info.size, info.mtimeMs, info.ctimeMs, ...[info, ...folders].flatMap(({ ino, mode, uid }) => [ino, mode, uid])].join(":");
      if (this.#known?.mark === mark) return this.#known.look;
      const wrong = folders.flatMap((stats, index) => this.#folderProblem(above[index] as string, stats, index === 0) ?? []);
      const look = wrong.length > 0 ? this.#empty(wrong) : await this.#read();
      this.#known = { mark, look };
      return look;
    } catch (error) {
      this.#known = undefined;
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return { grants: NO_GRANTS, problems: [], there: false, alarm: "" };
      return this.#empty([(error as Error).message]);
    }
  }

  /** Others may not put another file in its place; in a sticky folder above they cannot. */
  #folderProblem(path: string, stats: Stats, isNext: boolean): string | undefined {
    if (stats.isSymbolicLink()) return `its folder ${path} is a symbolic link`;
    if (stats.uid !== 0 && stats.uid !== this.#owner) return `its folder ${path} does not belong to root`;
    const safe = (stats.mode & OTHERS_MAY_WRITE) === 0 || (!isNext && (stats.mode & STICKY) !== 0);
    return safe ? undefined : `its folder ${path} can be written by others (mode ${modeText(stats)})`;
  }

  #empty(why: readonly string[]): GrantsLook {
    return empty(this.path, why.map((message) => ({ pointer: "", message })));
  }

  async #read(): Promise<GrantsLook> {
    const file = await open(this.path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch((error: unknown) => error as NodeJS.ErrnoException);
    if (file instanceof Error) return this.#empty([file.code === "ELOOP" ? "it is a symbolic link" : file.message]);
    try {
      const stats = await file.stat();
      if (!stats.isFile()) return this.#empty(["it is not a plain file"]);
      if (stats.uid !== this.#owner) return this.#empty(["it does not belong to root"]);
      if ((stats.mode & OTHERS_MAY_WRITE) !== 0) return this.#empty([`it can be written by others (mode ${modeText(stats)})`]);
      if (stats.size > MAX_BYTES) return this.#empty([`it is larger than ${MAX_BYTES / 1024} KiB`]);
      const reading = readGrants(await file.readFile("utf8"));
      return "grants" in reading ? { grants: reading.grants, problems: [], there: true, alarm: "" } : empty(this.path, reading.problems);
    } finally {
      await file.close();
    }
  }
}

function empty(path: string, problems: readonly GrantsProblem[]): GrantsLook {
  const [first, ...more] = problems.map(problemText);
  return { grants: NO_GRANTS, problems, there: true, alarm: `${path} counts as empty: ${first}${more.length === 0 ? "" : `; and ${more.length} more`}` };
}

/** A problem as one line. */
export function problemText({ pointer, message }: GrantsProblem): string {
  return pointer === "" ? message : `${pointer}: ${message}`;
}

function modeText({ mode }: Stats): string {
  return `0${(mode & 0o7777).toString(8)}`;
}

/** The next one first. */
function foldersAbove(path: string): string[] {
  const folder = dirname(path);
  return folder === path ? [] : [folder, ...foldersAbove(folder)];
}

/** Where a path of the device leads, links followed; what does not exist yet leads to where it would be made. */
export async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    if (parent === path) return path;
    const real = await realPathOf(parent);
    return `${real === "/" ? "" : real}/${path.slice(parent === "/" ? 1 : parent.length + 1)}`;
  }
}
