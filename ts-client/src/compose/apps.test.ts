import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { CORPUS } from "../../test/compose-corpus.ts";
import { type AppOutcome, apps, runApp } from "../../test/compose-apps.ts";

const expected = JSON.parse(readFileSync(join(CORPUS, "apps", "outcomes.json"), "utf8")) as Record<string, AppOutcome>;

for (const name of apps()) {
  test(`the application ${name} runs, or is refused, as expected`, async (t) => {
    t.deepEqual(await runApp(name), expected[name]);
  });
}

test("of the applications that want no power over the device, nine of ten run unchanged", (t) => {
  t.deepEqual(Object.keys(expected).sort(), apps());
  const ordinary = Object.values(expected).filter(({ requires }) => requires.length === 0);
  const run = ordinary.filter(({ refused }) => refused.length === 0);
  t.true(ordinary.length >= 25, String(ordinary.length));
  t.true(run.length / ordinary.length >= 0.9, `${run.length} of ${ordinary.length}`);
});
