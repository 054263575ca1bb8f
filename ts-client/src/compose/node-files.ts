import { open, realpath, stat } from "node:fs/promises";
import { sep } from "node:path";
import { MAX_FILE_BYTES } from "./limits.ts";
import { isOfGit } from "./project-path.ts";
import type { ReadFile } from "./project-files.ts";

/**
 * Reads files for `loadCompose`. A link is followed only to a place inside the project when the path itself lies in
 * it; more than the limit is not read.
 */
export async function nodeReadFile(projectRoot: string): Promise<ReadFile> {
  const folder = await realpath(projectRoot);
  const inside = (path: string, base: string): boolean =>
    path === base || path.startsWith(base.endsWith(sep) ? base : base + sep);
  return async (path) => {
    try {
      const real = await realpath(path);
      if (inside(path, projectRoot) && !inside(real, folder))
        throw new Error("it is a link that leaves the project");
      if (inside(real, folder) && isOfGit(real.slice(folder.length))) throw new Error("it is git's own");
      if (!(await stat(real)).isFile()) throw new Error("it is not a file");
      const file = await open(real, "r");
      try {
        const buffer = Buffer.alloc(MAX_FILE_BYTES + 1);
        const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
        return new TextDecoder("utf-8", { fatal: true }).decode(buffer.subarray(0, bytesRead));
      } finally {
        await file.close();
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT" || (error as NodeJS.ErrnoException).code === "ENOTDIR")
        return undefined;
      if (error instanceof TypeError) throw new Error("it is not UTF-8 text", { cause: error });
      throw error;
    }
  };
}
