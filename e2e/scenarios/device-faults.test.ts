import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { execa } from "execa";
import { eventually } from "../../docker/net/processes.ts";
import { ask, daonetes } from "../parts/cli.ts";
import { agentStatus, startDevice } from "../parts/device-agent.ts";
import { greeting, helloOn, REGISTRY, up } from "../parts/hello-app.ts";
import { OwnEngine } from "../parts/own-engine.ts";

const PORT = 8097;
/** 256 MiB of a small disk stay free: there is room for hello, and none for an image of 96 MB. */
const DISK_MB = 340;
const BIG_BYTES = 96_000_000;
const ON_SMALL = ["--on", "disk=small"];

let engine: OwnEngine;
let stopAgent = (): Promise<void> => Promise.resolve();

interface Line {
  device: string;
  state: string;
  reason: string | null;
  text?: string;
}

async function line(): Promise<Line | undefined> {
  return (await ask<{ items: Line[] }>("ps", "small")).items[0];
}

test.serial.before("a device with an Engine of its own on a small disk", async () => {
  engine = await OwnEngine.create(DISK_MB);
  const { ticket } = await ask<{ ticket: string }>("ticket", "create", "--auto-approve", "--tag", "disk=small");
  stopAgent = startDevice("small", ["--docker", engine.socket, "--ticket", ticket, "--name", "small"]);
  await eventually("the device did not join", 30_000, async () =>
    (await ask<{ items: { name: string; state: string }[] }>("device", "list")).items.some(({ name, state }) => name === "small" && state === "online"),
  );
});

test.after.always("the device and its Engine go", async () => {
  await stopAgent();
  await engine.destroy();
});

test.serial("an image that does not fit on the disk is not pulled: the reason is said, and what ran goes on", async (t) => {
  await up(t, "small", helloOn(PORT, "fits"), ...ON_SMALL);
  const [before] = await engine.docker.listContainers();
  await pushBigImage();
  const answer = await daonetes(["up", "-f", "-", "-p", "small", "--timeout", "15s"], helloOn(PORT, "too big").replace("hello:1", "hello-big:1"));
  t.is(answer.exitCode, 6, answer.stdout + answer.stderr);
  t.regex(answer.stdout + answer.stderr, /DiskPressure[\s\S]*MB are free/);
  t.is((await line())?.reason, "DiskPressure");
  t.is(await greeting(PORT), "fits");
  t.deepEqual((await engine.docker.listContainers()).map(({ Id }) => Id), [before?.Id]);
  t.is((await engine.docker.listImages()).length, 1, "nothing of it was kept");

  t.is((await daonetes(["rollback", "small"])).exitCode, 0);
  t.deepEqual((await engine.docker.listContainers()).map(({ Id }) => Id), [before?.Id], "the container that ran is the one that is wanted again");
});

test.serial("A-05 an Engine that ends is reported, and what ran is started again when it is back", async (t) => {
  await engine.stop();
  await eventually("the report did not come", 90_000, async () => (await line())?.reason === "EngineUnavailable");
  await eventually("the device's own status did not say it", 60_000, async () => /DEGRADED {3}EngineUnavailable/.test(await agentStatus("small")));
  t.regex(await agentStatus("small"), /^ENGINE /m);
  await engine.start();
  await eventually("the application did not come back", 60_000, async () => (await line())?.state === "HEALTHY");
  t.is(await greeting(PORT), "fits");
  t.notRegex(await agentStatus("small"), /^ENGINE /m);
  t.is((await daonetes(["down", "small", "--volumes", "-y"])).exitCode, 0);
  t.deepEqual(await engine.docker.listContainers({ all: true }), []);
  t.is((await daonetes(["device", "revoke", "small", "-y"])).exitCode, 0);
});

/** hello with bytes that nothing can compress. */
async function pushBigImage(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "daonetes-big-image-"));
  const image = `${REGISTRY}/hello-big:1`;
  try {
    await writeFile(join(folder, "ballast"), randomBytes(BIG_BYTES));
    await writeFile(join(folder, "Dockerfile"), `FROM ${REGISTRY}/hello:1\nCOPY ballast /ballast\n`);
    await execa("docker", ["build", "--quiet", "--tag", image, folder], { env: { DOCKER_BUILDKIT: "0" } });
    await execa("docker", ["push", "--quiet", image]);
  } finally {
    await rm(folder, { recursive: true, force: true });
    await execa("docker", ["image", "rm", "--force", image], { reject: false });
  }
}
