import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { execa } from "execa";
import { localDevice } from "../../docker/net/local-device.ts";
import { eventually } from "../../docker/net/processes.ts";
import { ask, type Answer, daonetes, ROOT } from "../parts/cli.ts";
import { docker, instances, leftovers } from "../parts/engine.ts";
import { LOCAL_DIR, REGISTRY } from "../parts/hello-app.ts";

const EXAMPLE = join(ROOT, "examples", "wordpress-like");
const NAME = "wordpress-like";
const PROJECT = `daonet-home-${NAME}`;
const URL = "http://127.0.0.1:8084";
/** Where the agent keeps opened files. */
const RUN_FOLDER = "/run/daonetes";

const FIRST = "first-db-canary-4d1f";
const SECOND = "second-db-canary-90ab";
const OWNER = "owner-canary-77c2";

/** The example as somebody has it who copied it and chose passwords. */
let folder = "";

test.serial.before("images from Debian packages are in the registry", async () => {
  await execa(join(EXAMPLE, "images.sh"), [REGISTRY], { timeout: 300_000 });
  folder = await mkdtemp(join(tmpdir(), "daonetes-blog-"));
  await cp(EXAMPLE, folder, { recursive: true });
  await writeFile(join(folder, "admin_password.txt"), `${OWNER}\n`);
});

test.after.always("the copy is gone", () => rm(folder, { recursive: true, force: true }));

/** Writes `.env` and deploys the file beside it, unchanged. */
async function deploy(password: string, more = "", ...args: string[]): Promise<Answer> {
  await writeFile(join(folder, ".env"), `BLOG_DB_PASSWORD=${password}\nREGISTRY=${REGISTRY}\n${more}`);
  return daonetes(["up", "-f", join(folder, "compose.yaml"), ...args]);
}

async function post(text: string, password: string): Promise<number> {
  return (await fetch(URL, { method: "POST", body: new URLSearchParams({ text, password }) })).status;
}

async function posts(): Promise<string[]> {
  return (await (await fetch(`${URL}/posts`)).text()).split("\n").filter((line) => line !== "");
}

async function containerOf(service: string): Promise<Awaited<ReturnType<ReturnType<typeof docker.getContainer>["inspect"]>>> {
  const found = (await instances(PROJECT)).find((one) => one.service === service && one.state === "running");
  if (found === undefined) throw new Error(`${service} does not run`);
  return docker.getContainer(found.id).inspect();
}

/** Files below a folder that hold a text; the folder may be away. */
async function filesWith(text: string, ...folders: string[]): Promise<string[]> {
  const { stdout } = await execa("grep", ["--recursive", "--files-with-matches", "--text", "--fixed-strings", "--", text, ...folders], { reject: false });
  return stdout.split("\n").filter(Boolean);
}

test.serial("S-06 an application and its database run with the passwords of .env, which nobody else reads", async (t) => {
  const plan = await (async () => {
    await writeFile(join(folder, ".env"), `BLOG_DB_PASSWORD=${FIRST}\nREGISTRY=${REGISTRY}\n`);
    return daonetes(["plan", "-f", join(folder, "compose.yaml")]);
  })();
  t.is(plan.exitCode, 0, plan.stderr);
  t.regex(plan.stdout, /\+ secret +wordpress-like\/BLOG_DB_PASSWORD 1 -> blog:BLOG_DB_PASSWORD +\(new, from \.env\)/);
  t.regex(plan.stdout, /\+ secret +wordpress-like\/admin_password 1 -> blog:\/run\/secrets\/admin_password/);
  const up = await deploy(FIRST);
  t.is(up.exitCode, 0, up.stdout + up.stderr);
  t.notRegex(plan.stdout + plan.stderr + up.stdout + up.stderr, /canary/);
  t.is(await post("Hello", "wrong"), 403);
  t.is(await post("Hello", OWNER), 201);
  t.deepEqual(await posts(), ["Hello"]);
});

test.serial("S-06 a file secret is 0400 and its user's on a tmpfs, mounted read-only; a variable is in the environment only", async (t) => {
  const blog = await containerOf("blog");
  const mount = blog.Mounts.find(({ Destination }) => Destination === "/run/secrets/admin_password");
  t.is(mount?.RW, false);
  t.true(mount?.Source.startsWith(RUN_FOLDER), mount?.Source);
  const { stdout } = await execa("docker", ["exec", blog.Id, "python3", "-c", "import os; s = os.stat('/run/secrets/admin_password'); print(oct(s.st_mode & 0o777), s.st_uid)"]);
  t.is(stdout, "0o400 104");
  t.is((await execa("stat", ["--file-system", "--format", "%T", mount?.Source ?? ""])).stdout, "tmpfs");
  t.true(blog.Config.Env.includes(`BLOG_DB_PASSWORD=${FIRST}`));
  t.false(JSON.stringify(blog.Config.Cmd).includes(FIRST));
});

test.serial("S-01 the values are in no store, log or file of chain, gateway, agent and CLI", async (t) => {
  for (const value of [FIRST, OWNER]) t.deepEqual(await filesWith(value, LOCAL_DIR), []);
  const shown = JSON.stringify([await ask("secret", "list"), await ask("secret", "show", `${NAME}/admin_password`), await ask("audit"), await ask("ps", NAME)]);
  t.notRegex(shown, /canary/);
});

test.serial("an update keeps the posts, and an unchanged value makes no new version", async (t) => {
  const before = await ask<{ items: { name: string; version: string }[] }>("secret", "list");
  const up = await deploy(FIRST, "TITLE=News\n");
  t.is(up.exitCode, 0, up.stderr);
  t.regex(await (await fetch(URL)).text(), /<h1>News/);
  t.deepEqual(await posts(), ["Hello"]);
  const after = await ask<typeof before>("secret", "list");
  t.deepEqual(after.items.map(({ name, version }) => `${name} ${version}`), before.items.map(({ name, version }) => `${name} ${version}`));
});

test.serial("another password in .env rolls like an update: the database takes it, and no post is lost", async (t) => {
  const up = await deploy(SECOND, "TITLE=News\n");
  t.is(up.exitCode, 0, up.stderr);
  t.is((await fetch(`${URL}/healthz`)).status, 200);
  t.deepEqual(await posts(), ["Hello"]);
  t.true((await containerOf("db")).Config.Env.includes(`POSTGRES_PASSWORD=${SECOND}`));
  t.is(await post("Still here", OWNER), 201);
});

test.serial("a rollback brings the old password back, with the posts", async (t) => {
  const rollback = await daonetes(["rollback", NAME]);
  t.is(rollback.exitCode, 0, rollback.stderr);
  t.true((await containerOf("db")).Config.Env.includes(`POSTGRES_PASSWORD=${FIRST}`));
  t.is((await fetch(`${URL}/healthz`)).status, 200);
  t.deepEqual(await posts(), ["Still here", "Hello"]);
});

test.serial("S-04 rotate makes a new value under a new key, and what uses it takes it", async (t) => {
  await writeFile(join(folder, "new-owner"), "rotated-owner-canary");
  const rotated = await daonetes(["secret", "rotate", `${NAME}/admin_password`, "--file", join(folder, "new-owner")]);
  t.is(rotated.exitCode, 0, rotated.stderr);
  t.is(await post("Old password", OWNER), 403);
  t.is(await post("New password", "rotated-owner-canary"), 201);
  const { items } = await ask<{ items: { name: string; version: string; generation: string }[] }>("secret", "list");
  t.deepEqual(items.find(({ name }) => name === `${NAME}/admin_password`)?.generation, "2");
});

test.serial("a secret in use is not removed", async (t) => {
  const removed = await daonetes(["secret", "remove", `${NAME}/admin_password`, "-y"]);
  t.not(removed.exitCode, 0);
  t.regex(removed.stderr, /wordpress-like revision/);
});

test.serial("down --volumes leaves no container, network, volume or opened secret", async (t) => {
  const opened = join(RUN_FOLDER, (await localDevice()) ?? "");
  t.true((await readdir(opened)).length > 0);
  const down = await daonetes(["down", NAME, "--volumes", "-y"]);
  t.is(down.exitCode, 0, down.stderr);
  t.deepEqual(await leftovers(PROJECT), []);
  await eventually("an opened secret stayed", 30_000, async () => (await readdir(opened)).length === 0);
});
