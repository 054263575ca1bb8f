/** What stands at a path of the project. */
export interface FolderEntry {
  kind: "file" | "folder" | "other";
  executable: boolean;
}

/** A file below a folder. */
export interface FolderFile {
  /** Below the folder that was asked for, with `/`. */
  path: string;
  kind: "file" | "other";
  executable: boolean;
  /** True: git ignores it. */
  ignored: boolean;
}

/** What git says about a path; `none` where the folder is in no repository, or there is no git. */
export type GitState = "tracked" | "untracked" | "ignored" | "none";

/**
 * The project as the pipeline looks at it: the files that services mount. All paths are full ones inside it.
 * The library itself touches no file system.
 */
export interface ProjectFolder {
  /** Undefined: nothing is there. Throws when it may not be looked at, or is a link out of the project. */
  entry(path: string): Promise<FolderEntry | undefined>;
  /** Files below a folder, at most `most` and then one more, without `.git`. */
  files(path: string, most: number): Promise<FolderFile[]>;
  /** The bytes of a file, at most `most` and then one more. */
  read(path: string, most: number): Promise<Uint8Array>;
  git(path: string): Promise<GitState>;
}

/** A project of which only texts are known. */
export function folderOfTexts(readFile: (path: string) => Promise<string | undefined>): ProjectFolder {
  return {
    entry: async (path) => ((await readFile(path)) === undefined ? undefined : { kind: "file", executable: false }),
    files: async () => [],
    read: async (path, most) => new TextEncoder().encode((await readFile(path)) ?? "").subarray(0, most + 1),
    git: async () => "none",
  };
}
