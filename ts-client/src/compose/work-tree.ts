import { access, realpath } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, sep } from "node:path";
import { isInside } from "./posix-path.ts";

/**
 * The project that a folder belongs to: the git work tree around it, whose files belong together, or the folder itself
 * where there is none. Never the whole home or the whole disk, even if git keeps them.
 */
export async function projectRoot(directory: string): Promise<string> {
  const tree = await workTree(directory);
  if (tree === undefined || isInside(tree, homedir())) return directory;
  const [real, own] = await Promise.all([realpath(tree), realpath(directory)]);
  return own === real || own.startsWith(real + sep) ? tree : directory;
}

async function workTree(directory: string): Promise<string | undefined> {
  for (let folder = directory; ; folder = dirname(folder)) {
    if (await access(join(folder, ".git")).then(() => true, () => false)) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}
