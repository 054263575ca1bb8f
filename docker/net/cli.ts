import { join } from "node:path";
import { folders, ROOT } from "./layout.ts";
import { runProgram } from "./processes.ts";

/** Runs the CLI with the configuration of the local network. @returns its standard output */
export async function daonetes(...args: string[]): Promise<string> {
  const entry = join(ROOT, "ts-client", "bin", "daonetes.js");
  return (await runProgram(process.execPath, [entry, ...args], { env: { DAONETES_CONFIG: folders.config }, timeoutMs: 180_000 })).trim();
}
