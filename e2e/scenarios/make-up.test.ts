import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { execa } from "execa";
import { ROOT } from "../parts/cli.ts";

const UP = join(ROOT, "docker", "net", "up.ts");
/** Away from every other network's ports. */
const PORT_BASE = 20_000;
const root = process.getuid?.() === 0 ? test.serial : test.serial.skip;

interface Run {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

/** `make up` with a folder of its own. @param prefix command that runs it, such as one that drops rights */
async function makeUp(folder: string, prefix: readonly string[] = []): Promise<Run> {
  const [command, ...args] = [...prefix, process.execPath, UP];
  const env = { LOCAL_DIR: folder, PORT_BASE: String(PORT_BASE), HOME: folder };
  const { exitCode, stdout, stderr } = await execa(command, args, { env, reject: false, timeout: 60_000 });
  return { exitCode, stdout, stderr };
}

async function folderFor(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "daonetes-up-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** One line with the fix, and nothing was started. */
async function refusedFirst(t: ExecutionContext, run: Run, folder: string, what: RegExp, fix: RegExp): Promise<void> {
  t.is(run.exitCode, 1, run.stdout + run.stderr);
  t.is(run.stdout, "");
  const [first, second, ...more] = run.stderr.trim().split("\n");
  t.regex(first ?? "", what);
  t.regex(second ?? "", fix);
  t.deepEqual(more, []);
  t.deepEqual((await readdir(folder)).filter((name) => ["pids", "node0", "agent", "registry"].includes(name)), []);
}

test.serial("a taken port is named with the fix, before anything starts", async (t) => {
  const folder = await folderFor(t);
  const stranger = createServer().listen(8080 + PORT_BASE, "127.0.0.1");
  t.teardown(() => stranger.close());
  await refusedFirst(t, await makeUp(folder), folder, /port 28080 \(gateway\) is taken/, /fix: .*PORT_BASE/);
});

root("no right to the Docker Engine is named with the fix, before anything starts", async (t) => {
  const folder = await folderFor(t);
  await chmod(folder, 0o777);
  const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  await refusedFirst(t, await makeUp(folder, nobody), folder, /may not use the Docker Engine/, /fix: .*group docker/);
});

root("too little disk is named with the fix, before anything starts", async (t) => {
  const folder = await folderFor(t);
  await execa("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", folder]);
  try {
    await refusedFirst(t, await makeUp(folder), folder, /only 0\.1 GB are free/, /fix: free some space/);
  } finally {
    await execa("umount", [folder]);
  }
});
