import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { execa } from "execa";
import { ask, atTerminal, daonetes } from "../parts/cli.ts";
import { docker, instances, leftovers } from "../parts/engine.ts";
import { greeting, REGISTRY } from "../parts/hello-app.ts";

/** A project folder with these files; removed afterwards. */
async function project(t: ExecutionContext, files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "daonetes-project-"));
  t.teardown(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

async function up(t: ExecutionContext, folder: string, name: string): Promise<void> {
  const answer = await daonetes(["up", "-f", join(folder, "compose.yaml"), "-p", name]);
  t.is(answer.exitCode, 0, answer.stdout + answer.stderr);
}

interface Mount {
  Type: string;
  Name?: string;
  Source: string;
  Destination: string;
  RW: boolean;
}

async function mountsOf(name: string): Promise<Record<string, Mount>> {
  const [instance] = await instances(`daonet-home-${name}`);
  const { Mounts } = await docker.getContainer(instance?.id ?? "").inspect();
  return Object.fromEntries((Mounts as Mount[]).map((mount) => [mount.Destination, mount]));
}

const FILE = `services:
  web:
    image: ${REGISTRY}/hello:1
    volumes: ["./conf:/etc/app:ro", "./start.sh:/start.sh", "./data:/data"]
    configs: [{source: motd, target: /etc/motd, mode: 0440}]
    healthcheck: {test: [CMD, /hello, -check], interval: 1s}
    restart: unless-stopped
configs:
  motd: {content: "welcome, $$USER"}
`;

test.serial("files of the project are published, proven, mounted read-only, and removed with the deployment", async (t) => {
  const folder = await project(t, { "compose.yaml": FILE, "conf/app.conf": "one", "conf/sub/empty": "", "start.sh": "#!/bin/sh\n" });
  await chmod(join(folder, "start.sh"), 0o755);
  const plan = await ask<{ mounts: { path: string; kind: string }[]; files_to_publish: number }>("plan", "-f", join(folder, "compose.yaml"), "-p", "files");
  t.deepEqual(plan.mounts.map(({ path, kind }) => `${path} ${kind}`), ["./conf snapshot", "./data volume", "./start.sh snapshot"]);
  t.is(plan.files_to_publish, 3);
  await up(t, folder, "files");

  const first = await mountsOf("files");
  t.deepEqual(Object.entries(first).map(([target, { Type, RW }]) => `${Type} ${target} ${RW}`).sort(), [
    "bind /etc/app false",
    "bind /etc/motd false",
    "bind /start.sh false",
    "volume /data true",
  ]);
  t.is(await readFile(join(first["/etc/app"]!.Source, "app.conf"), "utf8"), "one");
  t.is((await stat(join(first["/etc/app"]!.Source, "sub/empty"))).size, 0);
  t.is((await stat(first["/start.sh"]!.Source)).mode & 0o777, 0o755);
  t.is(await readFile(first["/etc/motd"]!.Source, "utf8"), "welcome, $USER");
  t.is((await stat(first["/etc/motd"]!.Source)).mode & 0o777, 0o440);

  const [before] = await instances("daonet-home-files");
  await up(t, folder, "files");
  t.deepEqual(await instances("daonet-home-files"), [before], "the same files restart nothing");
  await writeFile(join(folder, "conf/app.conf"), "two");
  await up(t, folder, "files");
  const second = await mountsOf("files");
  t.is(await readFile(join(second["/etc/app"]!.Source, "app.conf"), "utf8"), "two");
  t.is(second["/data"]?.Name, first["/data"]?.Name, "data stays");

  t.is((await daonetes(["down", "files", "--volumes", "-y"])).exitCode, 0);
  t.deepEqual(await leftovers("daonet-home-files"), []);
  const root = dirname(first["/etc/app"]!.Source);
  for (let tries = 0; tries < 30 && (await readdir(root)).length > 0; tries++) await new Promise((done) => setTimeout(done, 1_000));
  t.deepEqual(await readdir(root), [], "nothing of it is left in the agent's folder");
});

test.serial("a volume, memory and a config are mounted inside a folder of the project, where the folder has no place for them", async (t) => {
  const compose = `services:
  web:
    image: ${REGISTRY}/hello:1
    volumes: ["./conf:/etc/app:ro", "modules:/etc/app/node_modules"]
    tmpfs: [/etc/app/tmp/run]
    configs: [{source: motd, target: /etc/app/sub/motd}]
    healthcheck: {test: [CMD, /hello, -check], interval: 1s}
volumes: {modules: }
configs: {motd: {content: welcome}}
`;
  const folder = await project(t, { "compose.yaml": compose, "conf/app.conf": "one", "conf/sub/a": "" });
  await up(t, folder, "inside");
  const mounts = await mountsOf("inside");
  t.deepEqual(Object.entries(mounts).map(([target, { Type, RW }]) => `${Type} ${target} ${RW}`).sort(), [
    "bind /etc/app false",
    "bind /etc/app/sub/motd false",
    "volume /etc/app/node_modules true",
  ]);
  t.is(await readFile(join(mounts["/etc/app"]!.Source, "app.conf"), "utf8"), "one");
  t.is((await daonetes(["down", "inside", "--volumes", "-y"])).exitCode, 0);
});

test.serial("a Compose file in a folder of its own mounts what lies beside that folder in its repository", async (t) => {
  const compose = FILE.replace("./conf:", "../conf:").replace("./start.sh:", "../bin/start.sh:").replace("./data:", "../data:");
  const folder = await project(t, { "deploy/compose.yaml": compose, "conf/app.conf": "one", "bin/start.sh": "#!/bin/sh\n" });
  await execa("git", ["init", "-q"], { cwd: folder });
  const answer = await daonetes(["up", "-f", join(folder, "deploy/compose.yaml"), "-p", "beside"]);
  t.is(answer.exitCode, 0, answer.stdout + answer.stderr);
  const mounts = await mountsOf("beside");
  t.is(await readFile(join(mounts["/etc/app"]!.Source, "app.conf"), "utf8"), "one");
  t.is(await readFile(mounts["/start.sh"]!.Source, "utf8"), "#!/bin/sh\n");
  t.is(mounts["/data"]!.Type, "volume");
  t.is((await daonetes(["down", "beside", "--volumes", "-y"])).exitCode, 0);
});

test.serial("a folder of which nobody can tell what it is, is asked about once at a terminal, and the file keeps the answer", async (t) => {
  const file = `services:
  web:
    image: ${REGISTRY}/hello:1
    volumes: ["./state:/state"]
    healthcheck: {test: [CMD, /hello, -check], interval: 1s}
`;
  const folder = await project(t, { "compose.yaml": file, "state/notes.txt": "mine" });
  const path = join(folder, "compose.yaml");
  const refused = await daonetes(["plan", "-f", path, "-p", "asked"]);
  t.is(refused.exitCode, 2);
  t.regex(refused.stderr, /is "\.\/state" [\s\S]*DAO2321/);
  t.is(await readFile(path, "utf8"), file, "nobody was there to be asked");

  const said = await atTerminal(["plan", "-f", path, "-p", "asked"], /What is it\?/, "\r");
  t.regex(said, /x-daonetes in \S+ keeps the answers/);
  t.is(await readFile(path, "utf8"), `${file}\nx-daonetes:\n  mounts:\n    "./state": volume\n`);
  const plan = await ask<{ mounts: { path: string; kind: string }[] }>("plan", "-f", path, "-p", "asked");
  t.deepEqual(plan.mounts.map((mount) => `${mount.path} ${mount.kind}`), ["./state volume"]);
});

test.serial("a service that can only be built is built, pushed, pinned and run", async (t) => {
  const file = `services:
  web:
    build: {context: ., args: {WORD: built}}
    ports: ["8094:8080"]
    healthcheck: {test: [CMD, /hello, -check], interval: 1s}
`;
  const dockerfile = `FROM ${REGISTRY}/hello:1\nARG WORD=none\nENV GREETING=$WORD\n`;
  const folder = await project(t, { "compose.yaml": file, Dockerfile: dockerfile });
  const args = ["up", "-f", join(folder, "compose.yaml"), "-p", "built"];
  const unbuilt = await daonetes(args);
  t.is(unbuilt.exitCode, 2, unbuilt.stderr);
  t.regex(unbuilt.stderr, /DAO2206[\s\S]*--build/);
  const nowhere = await daonetes([...args, "--build"]);
  t.is(nowhere.exitCode, 2, nowhere.stderr);
  t.regex(nowhere.stderr, /DAO2207[\s\S]*--push-to/);

  const built = await daonetes([...args, "--build", "--push-to", `${REGISTRY}/team`]);
  t.is(built.exitCode, 0, built.stdout + built.stderr);
  t.is(await greeting(8094), "built");
  const [instance] = await instances("daonet-home-built");
  const { Config } = await docker.getContainer(instance?.id ?? "").inspect();
  t.regex(Config.Image, new RegExp(`^${REGISTRY}/team/built-web@sha256:[0-9a-f]{64}$`));
  t.is((await daonetes(["down", "built", "-y"])).exitCode, 0);

  await writeFile(join(folder, "Dockerfile"), "FROM nowhere.invalid/base:1\n");
  const broken = await daonetes([...args, "--build", "--push-to", `${REGISTRY}/team`]);
  t.is(broken.exitCode, 1, broken.stdout + broken.stderr);
  t.regex(broken.stderr, /docker build ended with \d+[\s\S]*DAO2208/);
});

test.serial("deployments that name one external network meet on one bridge", async (t) => {
  const file = `services:
  web:
    image: ${REGISTRY}/hello:1
    networks: [edge]
    healthcheck: {test: [CMD, /hello, -check], interval: 1s}
networks:
  edge: {external: true}
`;
  const folder = await project(t, { "compose.yaml": file });
  await up(t, folder, "one");
  await up(t, folder, "two");
  const network = (await docker.getNetwork("daonet_home_edge").inspect()) as { Containers: Record<string, { Name: string }> };
  t.deepEqual(Object.values(network.Containers).map(({ Name }) => Name).sort(), ["daonet-home-one-web-1", "daonet-home-two-web-1"]);
  t.is((await daonetes(["down", "one", "-y"])).exitCode, 0);
  t.is((await daonetes(["down", "two", "-y"])).exitCode, 0);
  const names = (await docker.listNetworks()).map(({ Name }) => Name);
  t.false(names.includes("daonet_home_edge"));
});

test.serial("what a file asks of the owner is named in the plan, and a device without the grant makes nothing", async (t) => {
  const file = `services:
  web:
    image: ${REGISTRY}/hello:1
    cap_add: [NET_ADMIN]
    volumes: ["/srv/media:/media:ro"]
`;
  const folder = await project(t, { "compose.yaml": file });
  const plan = await ask<{ requires: string[] }>("plan", "-f", join(folder, "compose.yaml"), "-p", "power");
  t.deepEqual(plan.requires, ["bind /srv/media ro", "capability NET_ADMIN"]);
  const answer = await daonetes(["up", "-f", join(folder, "compose.yaml"), "-p", "power", "--timeout", "60s"]);
  t.is(answer.exitCode, 7, answer.stdout + answer.stderr);
  t.regex(answer.stdout + answer.stderr, /GrantMissing/);
  t.deepEqual(await leftovers("daonet-home-power"), []);
  await daonetes(["down", "power", "-y"]);
});
