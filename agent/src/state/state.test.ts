import { spawnSync } from "node:child_process";
import { chmod, chown, lstat, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DaonetesError } from "@daonetes/client/device";
import test, { type ExecutionContext } from "ava";
import { emptyState, StateFolder } from "./agent-state.ts";
import { loadDeviceKey, loadOrCreateDeviceKey } from "./device-key.ts";

async function folder(t: ExecutionContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "daonetes-state-"));
  t.teardown(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function codeOf(t: ExecutionContext, path: string): Promise<string> {
  return (await t.throwsAsync(loadDeviceKey(path), { instanceOf: DaonetesError })).code;
}

test("the first start makes a key of mode 0600, the next reads it", async (t) => {
  const path = join(await folder(t), "new", "device.key");
  const key = await loadOrCreateDeviceKey(path);
  t.is((await lstat(path)).mode & 0o777, 0o600);
  t.is((await lstat(join(path, ".."))).mode & 0o777, 0o700);
  t.is((await loadOrCreateDeviceKey(path)).address, key.address);
  t.is((await loadDeviceKey(path)).address, key.address);
});

test("K-12 no key is DAO4001", async (t) => {
  t.is(await codeOf(t, join(await folder(t), "device.key")), "DAO4001");
});

for (const mode of [0o644, 0o640, 0o604, 0o660, 0o610]) {
  test(`K-12 a key file of mode 0${mode.toString(8)} is refused, and not replaced`, async (t) => {
    const path = join(await folder(t), "device.key");
    await loadOrCreateDeviceKey(path);
    const before = await readFile(path, "utf8");
    await chmod(path, mode);
    t.is(await codeOf(t, path), "DAO4002");
    await t.throwsAsync(loadOrCreateDeviceKey(path), { instanceOf: DaonetesError });
    t.is(await readFile(path, "utf8"), before);
  });
}

test("K-12 a symbolic link to a key is refused", async (t) => {
  const path = await folder(t);
  await loadOrCreateDeviceKey(join(path, "real.key"));
  await symlink(join(path, "real.key"), join(path, "device.key"));
  t.is(await codeOf(t, join(path, "device.key")), "DAO4002");
});

test("a folder in place of the key is refused", async (t) => {
  t.is(await codeOf(t, await folder(t)), "DAO4002");
});

for (const [what, text] of Object.entries({ "an empty": "", "a short": Buffer.alloc(31).toString("base64"), "a long": Buffer.alloc(64).toString("base64") })) {
  test(`${what} key file is damaged, and not replaced`, async (t) => {
    const path = join(await folder(t), "device.key");
    await writeFile(path, text, { mode: 0o600 });
    t.is(await codeOf(t, path), "DAO4003");
    t.is((await t.throwsAsync(loadOrCreateDeviceKey(path), { instanceOf: DaonetesError })).code, "DAO4003");
    t.is(await readFile(path, "utf8"), text);
  });
}

test("the state comes back as it was written, in a file of mode 0600", async (t) => {
  const path = await folder(t);
  const state = { ...emptyState(), epoch: "4", holds: ["*"], reports: { "7": "abc" } };
  await new StateFolder(path).write(state);
  t.deepEqual(await new StateFolder(path).read(), state);
  t.is((await lstat(join(path, "state.json"))).mode & 0o777, 0o600);
});

test("a missing, damaged or older state is filled up with an empty one", async (t) => {
  const path = await folder(t);
  const states = new StateFolder(path);
  t.deepEqual(await states.read(), emptyState());
  await writeFile(join(path, "state.json"), "{");
  t.deepEqual(await states.read(), emptyState());
  await writeFile(join(path, "state.json"), '{"epoch":"3"}');
  t.deepEqual(await states.read(), { ...emptyState(), epoch: "3" });
});

test("holds that are no list of texts are none", async (t) => {
  const path = await folder(t);
  const states = new StateFolder(path);
  t.deepEqual(await states.readHolds(), []);
  await writeFile(join(path, "holds.json"), '["7",8,null]');
  t.deepEqual(await states.readHolds(), ["7"]);
  await writeFile(join(path, "holds.json"), '{"7":true}');
  t.deepEqual(await states.readHolds(), []);
});

test("specs are kept by hash", async (t) => {
  const states = new StateFolder(await folder(t));
  const hash = `sha256:${"a".repeat(64)}`;
  t.is(await states.readSpec(hash), undefined);
  await states.writeSpec(hash, Uint8Array.of(1, 2));
  t.deepEqual([...(await states.readSpec(hash))!], [1, 2]);
});

/** A disk of 64 KiB for one test; undefined where this process may not mount one. */
const canMount = process.getuid?.() === 0 && spawnSync("unshare", ["-m", "true"]).status === 0;
const onOwnDisk = canMount ? test.serial : test.serial.skip;

onOwnDisk("A-09 on a full disk the state file stays whole, and is written again when there is room", async (t) => {
  const path = await folder(t);
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "none", path]).status !== 0) {
    t.log("no tmpfs can be mounted here");
    t.fail();
    return;
  }
  try {
    const states = new StateFolder(path);
    const state = { ...emptyState(), epoch: "1" };
    await states.write(state);
    await writeFile(join(path, "ballast"), Buffer.alloc(1024 * 1024)).catch(() => undefined);
    const larger = { ...state, epoch: "2", manifest: "x".repeat(10_000) };
    await t.throwsAsync(states.write(larger), { code: "ENOSPC" });
    t.is((await new StateFolder(path).read()).epoch, "1");
    await rm(join(path, "ballast"));
    await states.write(larger);
    t.is((await new StateFolder(path).read()).epoch, "2");
    t.deepEqual(await readdir(path), ["state.json"], "nothing half-written is left");
  } finally {
    spawnSync("umount", [path]);
  }
});

const asRoot = process.getuid?.() === 0 ? test : test.skip;
asRoot("K-12 a key file of another user is refused, and not replaced", async (t) => {
  const path = join(await folder(t), "device.key");
  await loadOrCreateDeviceKey(path);
  const before = await readFile(path, "utf8");
  await chown(path, 12345, 12345);
  t.is(await codeOf(t, path), "DAO4002");
  await t.throwsAsync(loadOrCreateDeviceKey(path), { instanceOf: DaonetesError });
  t.is(await readFile(path, "utf8"), before);
});
