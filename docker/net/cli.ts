import { join } from "node:path";
import { folders, ROOT } from "./layout.ts";
import { runProgram } from "./processes.ts";

/** Runs the CLI with the configuration of the local network. @returns its standard output */
export async function daonetes(...args: string[]): Promise<string> {
  const entry = join(ROOT, "ts-client", "bin", "daonetes.js");
  return (await runProgram(process.execPath, [entry, ...args], { env: { DAONETES_CONFIG: folders.config }, timeoutMs: 180_000 })).trim();
}

/** The key of the local network, in the test keyring; made once. @returns its address */
export async function aliceAddress(): Promise<string> {
  const keys = await daonetes("key", "list", "-o", "json");
  const { items } = JSON.parse(keys) as { items: { name: string; address: string }[] };
  return items.find(({ name }) => name === "alice")?.address ?? daonetes("key", "add", "alice", "--keyring", "test", "-o", "name");
}
