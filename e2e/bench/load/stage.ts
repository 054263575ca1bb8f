import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder for what runs during a figure, removed at its end. */
export async function folderOn(stage: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "daonetes-bench-"));
  stage.defer(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** "1 validator", "4 validators". */
export function nodes(validators: number): string {
  return `${validators} validator${validators === 1 ? "" : "s"}`;
}
