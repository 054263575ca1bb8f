import { spawnSync } from "node:child_process";
import { chmod, chown, mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { GrantsFile, type GrantsLook, realPathOf } from "./grants-file.ts";

const OWNER = process.getuid?.() ?? 0;
const TEXT = '{"profile":"restricted","grants":[{"allow":"privileged","for":"lab/shop"}]}';

async function folder(t: ExecutionContext): Promise<string> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "daonetes-grants-")));
  t.teardown(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** A file as it should be, after which something is done to it. */
async function fileAfter(t: ExecutionContext, change: (path: string, folder: string) => unknown, text = TEXT): Promise<{ look: GrantsLook; path: string }> {
  const parent = await folder(t);
  const path = join(parent, "grants.json");
  await writeFile(path, text, { mode: 0o644 });
  await change(path, parent);
  return { look: await new GrantsFile(path, OWNER).look(), path };
}

test("a file of the owner that nobody else can write grants what it says", async (t) => {
  const { look } = await fileAfter(t, () => undefined);
  t.deepEqual(look, { grants: { profile: "restricted", limits: {}, grants: [{ allow: "privileged", for: ["lab/shop"] }] }, there: true, problems: [], alarm: "" });
});

test("a file that is not there grants nothing and is no alarm", async (t) => {
  const { look } = await fileAfter(t, (path) => rm(path));
  t.deepEqual(look, { grants: { profile: "baseline", limits: {}, grants: [] }, there: false, problems: [], alarm: "" });
});

test("a folder that is not there is no alarm either", async (t) => {
  const { look } = await fileAfter(t, (_path, parent) => rm(parent, { recursive: true }));
  t.is(look.alarm, "");
});

const WRONG: [string, (path: string, folder: string) => unknown, RegExp][] = [
  ["that its group can write", (path) => chmod(path, 0o664), /counts as empty: it can be written by others \(mode 0664\)$/],
  ["that everybody can write", (path) => chmod(path, 0o646), /it can be written by others \(mode 0646\)$/],
  ["in a folder that others can write", (_path, parent) => chmod(parent, 0o777), /its folder \S+ can be written by others \(mode 0777\)$/],
  ["in a folder where others can add files", (_path, parent) => chmod(parent, 0o1777), /its folder \S+ can be written by others \(mode 01777\)$/],
  ["that is a link", async (path) => (await rename(path, `${path}.real`), symlink(`${path}.real`, path)), /it is a symbolic link$/],
  ["that is a folder", async (path) => (await rm(path), mkdir(path)), /it is not a plain file$/],
  ["that is a pipe", async (path) => (await rm(path), spawnSync("mkfifo", [path])), /it is not a plain file$/],
  ["that is no JSON", (path) => writeFile(path, "profile: restricted"), /it is no JSON/],
  ["with two mistakes", (path) => writeFile(path, '{"a":1,"b":2}'), /counts as empty: \/a: no such key; known are profile, limits, grants; and 1 more$/],
  ["that is larger than 256 KiB", (path) => writeFile(path, " ".repeat(256 * 1024 + 1)), /it is larger than 256 KiB$/],
];
for (const [title, change, alarm] of WRONG) {
  test(`a file ${title} counts as empty, with an alarm`, async (t) => {
    const { look, path } = await fileAfter(t, change);
    t.deepEqual(look.grants, { profile: "baseline", limits: {}, grants: [] });
    t.true(look.alarm.startsWith(path), look.alarm);
    t.regex(look.alarm, alarm);
    t.true(look.problems.length > 0);
  });
}

test("a file that belongs to another user counts as empty, with an alarm", async (t) => {
  const { path } = await fileAfter(t, () => undefined);
  const { grants, alarm } = await new GrantsFile(path, OWNER + 1).look();
  t.deepEqual(grants.grants, []);
  t.regex(alarm, /does not belong to root$/);
});

(OWNER === 0 ? test : test.skip)("root's file in a folder of another user counts as empty, with an alarm", async (t) => {
  const { look } = await fileAfter(t, (_path, parent) => chown(parent, 1234, 1234));
  t.deepEqual(look.grants.grants, []);
  t.regex(look.alarm, /its folder \S+ does not belong to root$/);
});

test("a folder further up that others can write counts too, a sticky one does not", async (t) => {
  const above = await folder(t);
  const path = join(above, "inner", "grants.json");
  await mkdir(join(above, "inner"));
  await writeFile(path, TEXT, { mode: 0o644 });
  const look = (): Promise<GrantsLook> => new GrantsFile(path, OWNER).look();
  t.is((await look()).alarm, "");
  await chmod(above, 0o777);
  t.regex((await look()).alarm, /its folder \S+ can be written by others/);
  await chmod(above, 0o1777);
  t.is((await look()).alarm, "");
  await rename(join(above, "inner"), join(above, "other"));
  await symlink(join(above, "other"), join(above, "inner"));
  t.regex((await look()).alarm, /its folder \S+\/inner is a symbolic link$/);
});

test("a change of text, mode or folder is seen at the next look", async (t) => {
  const { path } = await fileAfter(t, () => undefined);
  const file = new GrantsFile(path, OWNER);
  t.is((await file.look()).grants.grants.length, 1);
  t.is(await file.look(), await file.look(), "an unchanged file is not read again");
  await chmod(path, 0o666);
  t.is((await file.look()).grants.grants.length, 0);
  await chmod(path, 0o644);
  t.is((await file.look()).grants.grants.length, 1);
  await writeFile(path, "{}");
  t.is((await file.look()).grants.grants.length, 0);
  await rm(path);
  t.is((await file.look()).alarm, "");
});

test("a path leads where its links lead, also below what does not exist yet", async (t) => {
  const parent = await folder(t);
  await mkdir(join(parent, "real"));
  await symlink(join(parent, "real"), join(parent, "link"));
  t.is(await realPathOf(join(parent, "link")), join(parent, "real"));
  t.is(await realPathOf(join(parent, "link", "new", "deep")), join(parent, "real", "new", "deep"));
  t.is(await realPathOf("/"), "/");
  t.is(await realPathOf("/nowhere-at-all"), "/nowhere-at-all");
});
