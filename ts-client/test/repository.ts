import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ExecutionContext } from "ava";
import { execa } from "execa";
import type { LoadOptions } from "../src/compose/index.ts";
import { nodeProjectFolder, nodeReadFile, projectRoot } from "../src/compose/index.ts";

/** A repository whose Compose file lies in `deploy`; git tracks what it does not ignore. Removed afterwards. */
export async function repository(t: ExecutionContext, files: Record<string, string>, git = true): Promise<string> {
  const root = join(await realpath(await mkdtemp(join(tmpdir(), "daonetes-tree-"))), "repository");
  t.teardown(() => rm(dirname(root), { recursive: true }));
  await mkdir(join(root, "deploy"), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  if (git) {
    await execa("git", ["init", "-q"], { cwd: root });
    await execa("git", ["add", "."], { cwd: root });
  }
  return root;
}

/** Options that read it from the disk, from `deploy` on. */
export async function optionsOf(root: string): Promise<Partial<LoadOptions>> {
  const projectDirectory = join(root, "deploy");
  const reach = await projectRoot(projectDirectory);
  return { projectDirectory, projectRoot: reach, readFile: await nodeReadFile(reach), folder: await nodeProjectFolder(reach) };
}
