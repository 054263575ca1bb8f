import { chmod, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DaonetesError } from "@daonetes/client/device";
import test, { type ExecutionContext } from "ava";
import { loadOrCreateAgeKey } from "./age-key.ts";

async function pathOf(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "daonetes-age-"));
  t.teardown(() => rm(folder, { recursive: true }));
  return join(folder, "state", "age.key");
}

test("the age key is made once, for its owner alone, and read again", async (t) => {
  const path = await pathOf(t);
  const made = await loadOrCreateAgeKey(path);
  t.regex(made.recipient, /^age1pq1/);
  t.is(((await stat(path)).mode & 0o777).toString(8), "600");
  t.is((await readFile(path, "utf8")).trim(), made.identity);
  t.deepEqual(await loadOrCreateAgeKey(path), made);
});

test("an age key that others could read or exchange is refused", async (t) => {
  const path = await pathOf(t);
  await loadOrCreateAgeKey(path);
  await chmod(path, 0o640);
  t.like(await t.throwsAsync(loadOrCreateAgeKey(path), { instanceOf: DaonetesError }), { code: "DAO4002" });
  await rm(path);
  await symlink("/dev/null", path);
  t.like(await t.throwsAsync(loadOrCreateAgeKey(path), { instanceOf: DaonetesError }), { code: "DAO4002" });
});

test("a damaged age key is refused, with a way out, and stays as it is", async (t) => {
  const path = await pathOf(t);
  await loadOrCreateAgeKey(path);
  await writeFile(path, "AGE-SECRET-KEY-1CUT\n");
  const error = await t.throwsAsync(loadOrCreateAgeKey(path), { instanceOf: DaonetesError });
  t.like(error, { code: "DAO4013" });
  t.regex(error?.help ?? "", /secret reseal/);
  t.is(await readFile(path, "utf8"), "AGE-SECRET-KEY-1CUT\n");
});
