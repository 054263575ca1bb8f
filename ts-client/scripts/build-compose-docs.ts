/** Writes docs/compose.md from the tables that author and device use: `make gen`. With `--check` it only compares. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { composeDocs } from "../src/compose/docs.ts";

const path = fileURLToPath(new URL("../../docs/compose.md", import.meta.url));
const text = composeDocs();
if (!process.argv.includes("--check")) writeFileSync(path, text);
else if (readFileSync(path, "utf8") !== text) {
  console.error("docs/compose.md is not what the tables say: make gen");
  process.exitCode = 1;
}
