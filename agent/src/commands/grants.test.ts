import { chmod, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeCanonical, hashSpec } from "@daonetes/client/compose";
import { DaonetesError, DeviceProfile, DeviceStatus, Manifest } from "@daonetes/client/device";
import test, { type ExecutionContext } from "ava";
import { service, specOf } from "../../test/fakes/deployments.ts";
import { emptyState, StateFolder } from "../state/agent-state.ts";
import { grantsCheck, grantsExplain, grantsList, type GrantsOptions } from "./grants.ts";

const SPEC = specOf({ web: service("a", { privileged: true, volumes: [{ type: "bind", source: "/srv/data", target: "/data" }] }) });

/** A device with the file `text` and the deployment "shop" of the group "lab". */
async function device(t: ExecutionContext, text: string, more: { profile?: DeviceProfile; withSpec?: boolean } = {}): Promise<GrantsOptions> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "daonetes-grants-")));
  t.teardown(() => rm(path, { recursive: true, force: true }));
  const grants = join(path, "grants.json");
  if (text !== "") await writeFile(grants, text, { mode: 0o644 });
  const folder = new StateFolder(join(path, "state"));
  const bytes = encodeCanonical(SPEC);
  const assignment = { deploymentId: 7n, deploymentName: "shop", revision: 3n, specHash: hashSpec(bytes), profile: more.profile ?? DeviceProfile.DEVICE_PROFILE_BASELINE };
  const manifest = Manifest.fromPartial({ groupId: 1n, groupName: "lab", status: DeviceStatus.DEVICE_STATUS_APPROVED, assignments: [assignment] });
  await folder.write({ ...emptyState(), manifest: Buffer.from(Manifest.encode(manifest).finish()).toString("base64") });
  if (more.withSpec !== false) await folder.writeSpec(hashSpec(bytes), bytes);
  return { grants, state: folder.path, dockerSocket: join(path, "none.sock"), owner: process.getuid?.() ?? 0 };
}

const ALL = JSON.stringify({ limits: { memory: 1e9, cpus: 1.5, pids: 100, ports: "80,8000-8100", disk_reserve: 5 }, grants: [{ allow: "bind /srv rw", for: "lab/shop" }, { allow: "privileged", for: ["lab/shop", "home/*"] }] });

test("list shows profile, limits and grants, and which of them are as good as root", async (t) => {
  t.is(
    await grantsList(await device(t, ALL)),
    [
      "profile     baseline",
      "limits      memory 1000000000 bytes, cpus 1.5, pids 100, ports 80,8000-8100, disk reserve 5 bytes",
      "granted     bind /srv rw                     to lab/shop",
      "granted     privileged                       to lab/shop, home/*   (as good as root)",
    ].join("\n"),
  );
});

test("list of no file says that nothing is granted", async (t) => {
  const options = await device(t, "");
  t.is(await grantsList(options), `profile     baseline\nlimits      none\ngranted     nothing   (${options.grants})`);
});

test("list of a file that counts as empty begins with the alarm", async (t) => {
  const options = await device(t, ALL);
  await chmod(options.grants, 0o666);
  const text = await grantsList(options);
  t.regex(text, /^ALARM {7}\S+ counts as empty: it can be written by others \(mode 0666\)\n/);
  t.regex(text, /granted {5}nothing/);
});

test("explain shows what is asked for, what is missing, and the lines to add", async (t) => {
  const options = await device(t, JSON.stringify({ grants: [{ allow: "privileged", for: "lab/shop" }] }));
  t.deepEqual(await grantsExplain(options, "shop"), {
    missing: true,
    text: [
      "lab/shop   revision 3   profile baseline",
      "asks         privileged   /services/web/privileged   (as good as root)",
      "asks         bind /srv/data rw   /services/web/volumes",
      "not allowed  grant-bind: /services/web/volumes: the owner of this device has not granted: bind /srv/data rw",
      `to allow it, add to "grants" in ${options.grants}:`,
      '  {"allow":"bind /srv/data rw","for":"lab/shop"}',
    ].join("\n"),
  });
});

test("explain says so when all of it is allowed", async (t) => {
  const { text, missing } = await grantsExplain(await device(t, ALL), "shop");
  t.false(missing);
  t.regex(text, /\nall of it is allowed$/);
});

test("explain judges by the stricter profile when the group asks for it", async (t) => {
  const { text } = await grantsExplain(await device(t, ALL, { profile: DeviceProfile.DEVICE_PROFILE_RESTRICTED }), "shop");
  t.regex(text, /^lab\/shop {3}revision 3 {3}profile restricted\n/);
  t.regex(text, /not allowed {2}restricted-user: /);
});

test("explain of another deployment names those that are placed here", async (t) => {
  const options = await device(t, ALL);
  t.like(await t.throwsAsync(grantsExplain(options, "blog"), { instanceOf: DaonetesError }), { code: "DAO4007", help: "placed here: shop" });
  await rm(options.state, { recursive: true });
  t.like(await t.throwsAsync(grantsExplain(options, "blog"), { instanceOf: DaonetesError }), { code: "DAO4007", help: "none is placed here; daonetes-agent status says more" });
});

test("explain of a spec that was not read yet says so", async (t) => {
  t.is((await t.throwsAsync(grantsExplain(await device(t, ALL, { withSpec: false }), "shop"), { instanceOf: DaonetesError }))?.code, "DAO4008");
});

test("check counts what is right, and points at what is as good as root", async (t) => {
  const options = await device(t, ALL);
  t.deepEqual(await grantsCheck(options), { ok: true, text: `${options.grants}: 2 grants, profile baseline\n  privileged to lab/shop, home/*: as good as root on this device` });
});

test("check of no file says that there is none", async (t) => {
  const options = await device(t, "");
  t.deepEqual(await grantsCheck(options), { ok: true, text: `${options.grants} is not there: nothing is granted, profile baseline` });
});

test("check says everything that is wrong, with a way out", async (t) => {
  const options = await device(t, '{"profile":"open","grants":[{"allow":"bind srv ro","for":"lab/shop"}]}');
  const { text, ok } = await grantsCheck(options);
  t.false(ok);
  t.is(text.split("\n").length, 4);
  t.regex(text, /counts as empty:\n {2}\/profile: it has to be baseline or restricted\n {2}\/grants\/0\/allow: it has to be of the form .*\nhelp: chown root:root /);
});
