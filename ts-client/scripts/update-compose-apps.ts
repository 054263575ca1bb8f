/** Writes what becomes of the applications in testdata/compose/apps: read the difference before committing it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { apps, runApp } from "../test/compose-apps.ts";
import { CORPUS } from "../test/compose-corpus.ts";

const outcomes = Object.fromEntries(await Promise.all(apps().map(async (name) => [name, await runApp(name)] as const)));
writeFileSync(join(CORPUS, "apps", "outcomes.json"), `${JSON.stringify(outcomes, null, 2)}\n`);
