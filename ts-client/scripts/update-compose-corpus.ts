/**
 * Writes the expectations of corpus cases that have none yet, and prints them for review:
 * `npx node --conditions=daonetes-source ts-client/scripts/update-compose-corpus.ts [--all]`. `--all` rewrites every one:
 * read the difference before committing it.
 */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderDiagnostics } from "../src/compose/index.ts";
import { caseFolder, casesOf, errorsOf, runCase } from "../test/compose-corpus.ts";

const all = process.argv.includes("--all");
for (const kind of ["valid", "invalid"] as const) {
  for (const name of casesOf(kind)) {
    const folder = caseFolder(kind, name);
    const expected = join(folder, kind === "valid" ? "canonical.json" : "errors.json");
    if (existsSync(expected) && !all) continue;
    const result = await runCase(folder);
    console.log(`== ${kind}/${name}`);
    if (result.ok) {
      console.log(new TextDecoder().decode(result.bytes));
      if (result.notices.length > 0) console.log(renderDiagnostics(result.notices));
    } else console.log(renderDiagnostics(result.diagnostics));
    if (result.ok !== (kind === "valid")) console.log("!! in the wrong folder, nothing written");
    else if (result.ok) {
      writeFileSync(expected, result.bytes);
      writeFileSync(join(folder, "canonical.hash"), `${result.hash}\n`);
    } else writeFileSync(expected, `${JSON.stringify(errorsOf(result.diagnostics), null, 2)}\n`);
  }
}
