import { join } from "node:path";
import { execa } from "execa";
import { ROOT } from "./cli.ts";

/**
 * Builds daonetesd of before an upgrade: the last commit that does not know its name.
 * @param folder where its worktree lives until `remove`
 */
export async function buildBefore(upgrade: string, folder: string): Promise<{ program: string; commit: string; remove: () => Promise<void> }> {
  const git = async (...args: string[]): Promise<string> => (await execa("git", args, { cwd: ROOT })).stdout.trim();
  const [first] = (await git("log", "--reverse", "--format=%H", `-S"${upgrade}"`, "--", "chain/app/upgrades.go")).split("\n");
  if (first === undefined || first === "") throw new Error(`no commit of the history here adds the upgrade ${upgrade}: the whole history is needed (git fetch --unshallow)`);
  const commit = await git("rev-parse", `${first}^`);
  const tree = join(folder, "before");
  await git("worktree", "add", "--detach", tree, commit);
  const program = join(folder, "daonetesd-before");
  await execa("go", ["build", "-trimpath", "-buildvcs=false", "-o", program, "./cmd/daonetesd"], { cwd: join(tree, "chain"), env: { CGO_ENABLED: "0" }, timeout: 1_200_000 });
  return { program, commit, remove: async () => {
      await git("worktree", "remove", "--force", tree);
    } };
}
