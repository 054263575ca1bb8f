import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { ROOT } from "./cli.ts";

const LEDGER = join(ROOT, "e2e", "ledger.jsonl");

/** Notes the figures of a case: one line of `e2e/ledger.jsonl`, which runs of `make e2e-release` write. */
export async function record(title: string, figures: Record<string, unknown>): Promise<void> {
  if (process.env["RELEASE"] === undefined) return;
  const { stdout: commit } = await execa("git", ["rev-parse", "--short", "HEAD"], { cwd: ROOT });
  const line = { case: title.split(" ")[0], title, commit, tier: "release", at: new Date().toISOString(), ...figures };
  await appendFile(LEDGER, `${JSON.stringify(line)}\n`);
}
