/** Writes random Compose files, a folder each: `compose-random.ts FOLDER COUNT SEED`. The same seed writes the same files. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { stringify } from "yaml";
import { composeFile } from "../test/random-compose.ts";

const [folder = "", count = "100", seed = "1"] = process.argv.slice(2);
for (const [index, file] of fc.sample(composeFile, { numRuns: Number(count), seed: Number(seed) }).entries()) {
  const directory = join(folder, String(index).padStart(6, "0"), "case");
  mkdirSync(directory, { recursive: true });
  // JSON is YAML: every other file is written as such.
  writeFileSync(join(directory, "compose.yaml"), index % 2 === 0 ? stringify(file) : JSON.stringify(file, null, 1));
}
