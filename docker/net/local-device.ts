import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { folders } from "./layout.ts";

/** Address of the device of the local network: only what bears it is removed. */
export async function localDevice(): Promise<string | undefined> {
  const text = await readFile(join(folders.agent, "status.json"), "utf8").catch(() => "");
  return text === "" ? undefined : (JSON.parse(text) as { device: string }).device;
}
