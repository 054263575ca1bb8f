import type { Diagnostics } from "./diagnostics.ts";
import { MAX_FILE_BYTES, MAX_FILES } from "./limits.ts";
import { dirname, isInside, resolvePath } from "./posix-path.ts";
import { relativePath } from "./project-path.ts";
import { SourceFile } from "./source.ts";
import type { Span } from "./source.ts";

/** Text of a file, undefined if there is none. The library itself touches no file system. */
export type ReadFile = (path: string) => Promise<string | undefined>;

/** What helps where a path leads out of the project. */
export const OUTSIDE_HELP = "copy it into the project: the git work tree of the Compose file, or its folder where git keeps none";

/** Where another file is named: for the message if it cannot be used. */
export interface FileMention {
  at?: Span | undefined;
  path?: readonly string[] | undefined;
}

/** Reads the files of one project, and only those: what another file names has to lie inside the project. */
export class ProjectFiles {
  /** Against which paths are resolved. */
  readonly directory: string;
  /** What nothing leaves: the directory, or a folder around it. */
  readonly root: string;
  readonly #readFile: ReadFile;
  readonly #diagnostics: Diagnostics;
  #count = 0;

  constructor(directory: string, root: string, readFile: ReadFile, diagnostics: Diagnostics) {
    this.directory = directory;
    this.root = root;
    this.#readFile = readFile;
    this.#diagnostics = diagnostics;
  }

  /**
   * A file that a compose file names. Undefined if it is outside the project or too large, which is reported;
   * "missing" if there is none, which the caller judges.
   */
  async mentioned(path: string, base: string, mention: FileMention): Promise<SourceFile | "missing" | undefined> {
    if (/^(?:[a-z][a-z0-9+.-]*:|git@)/i.test(path) || path.startsWith("~")) {
      this.#diagnostics.error("DAO2013", `"${path}" is not a file of the project`, {
        ...mention,
        help: "copy it into the project; nothing is fetched from elsewhere",
      });
      return undefined;
    }
    const full = resolvePath(base, path);
    if (!isInside(this.root, full)) {
      this.#diagnostics.error("DAO2013", `"${path}" lies outside the project`, {
        ...mention,
        help: OUTSIDE_HELP,
      });
      return undefined;
    }
    return this.read(full, relativePath(this.directory, full), dirname(full), mention);
  }

  /** A file whose text the caller has already. */
  given(name: string, text: string): SourceFile {
    return new SourceFile(name, text, this.directory);
  }

  /** A file by its full path; shown as `name`, its own relative paths start at `base`. */
  async read(
    full: string,
    name: string,
    base: string,
    mention: FileMention = {},
  ): Promise<SourceFile | "missing" | undefined> {
    if (++this.#count > MAX_FILES) {
      this.#diagnostics.error("DAO2002", `more than ${MAX_FILES} files are read`, mention);
      return undefined;
    }
    let text: string | undefined;
    try {
      text = await this.#readFile(full);
    } catch (error) {
      this.#diagnostics.error(
        "DAO2001",
        `${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
        mention,
      );
      return undefined;
    }
    if (text === undefined) return "missing";
    if (text.length > MAX_FILE_BYTES) {
      this.#diagnostics.error("DAO2002", `${name} is larger than 1 MiB`, mention);
      return undefined;
    }
    return new SourceFile(name, text, base);
  }
}
