import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { caseFolder, casesOf, errorsOf, runCase } from "../../test/compose-corpus.ts";
import { decodeCanonical, encodeCanonical, hashSpec, renderDiagnostics } from "./index.ts";

for (const name of casesOf("valid")) {
  test(`valid/${name} has the golden canonical bytes`, async (t) => {
    const folder = caseFolder("valid", name);
    const result = await runCase(folder);
    if (!result.ok) return t.fail(renderDiagnostics(result.diagnostics));
    const golden = readFileSync(join(folder, "canonical.json"), "utf8");
    t.is(new TextDecoder().decode(result.bytes), golden);
    t.is(result.hash, readFileSync(join(folder, "canonical.hash"), "utf8").trim());
    const decoded = decodeCanonical(result.bytes);
    t.is(hashSpec(encodeCanonical(decoded)) as string, result.hash);
  });
}

for (const name of casesOf("invalid")) {
  test(`invalid/${name} is refused at its place`, async (t) => {
    const folder = caseFolder("invalid", name);
    const result = await runCase(folder);
    if (result.ok) return t.fail(`accepted as ${new TextDecoder().decode(result.bytes)}`);
    t.deepEqual(errorsOf(result.diagnostics), JSON.parse(readFileSync(join(folder, "errors.json"), "utf8")));
    for (const { message } of result.diagnostics) t.false(message.includes("undefined"), message);
  });
}

test("the corpus is there", (t) => {
  t.true(casesOf("valid").length >= 60, `${casesOf("valid").length} valid cases`);
  t.true(casesOf("invalid").length >= 60, `${casesOf("invalid").length} invalid cases`);
});
