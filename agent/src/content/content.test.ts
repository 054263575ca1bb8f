import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CanonicalSpec, hashOf } from "@daonetes/client/compose";
import test, { type ExecutionContext } from "ava";
import { FakeChain } from "../../test/fakes/fake-chain.ts";
import { service, specOf } from "../../test/fakes/deployments.ts";
import { ContentFolder } from "./content-folder.ts";
import { contentsOf } from "./content-paths.ts";

const never = new AbortController().signal;

async function setup(t: ExecutionContext): Promise<{ folder: ContentFolder; state: string; chain: FakeChain; spec: CanonicalSpec }> {
  const state = await mkdtemp(join(tmpdir(), "daonetes-content-"));
  t.teardown(() => rm(state, { recursive: true }));
  const chain = new FakeChain();
  const put = (text: string): ReturnType<typeof hashOf> => {
    const bytes = new TextEncoder().encode(text);
    chain.blobs.set(hashOf(bytes), bytes);
    return hashOf(bytes);
  };
  const web = service("a", {
    volumes: [{ type: "snapshot", source: "conf", target: "/etc/app" }, { type: "snapshot", source: "run.sh", target: "/run.sh" }],
    configs: [{ source: "motd", target: "/motd", mode: 0o440 }],
  });
  const spec: CanonicalSpec = {
    ...specOf({ web }),
    snapshots: {
      conf: { files: { "a.conf": { blobs: [put("one")] }, "sub/empty": {}, "sub/run": { blobs: [put("two"), put("three")], executable: true } } },
      "run.sh": { blobs: [put("#!/bin/sh")], executable: true },
    },
    configs: { motd: { blobs: [put("welcome")] } },
  };
  return { folder: new ContentFolder(state, chain), state, chain, spec };
}

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o7777).toString(8);

test("files of a spec are fetched once, proven, and lie with their modes below the state folder", async (t) => {
  const { folder, chain, spec } = await setup(t);
  const [conf, script, motd] = contentsOf(spec).map(({ name }) => join(folder.root, name)) as [string, string, string];
  await folder.ensure(1n, spec, never);
  t.is(await readFile(join(conf, "a.conf"), "utf8"), "one");
  t.is(await readFile(join(conf, "sub/empty"), "utf8"), "");
  t.is(await readFile(join(conf, "sub/run"), "utf8"), "twothree");
  t.is(await readFile(script, "utf8"), "#!/bin/sh");
  t.is(await readFile(motd, "utf8"), "welcome");
  t.deepEqual(await Promise.all([conf, join(conf, "sub"), join(conf, "a.conf"), join(conf, "sub/run"), script, motd].map(modeOf)), ["755", "755", "644", "755", "755", "440"]);
  chain.away = new Error("no network");
  await folder.ensure(1n, spec, never);
  await new ContentFolder(join(folder.root, ".."), chain).ensure(1n, { ...spec, snapshots: { "run.sh": spec.snapshots!["run.sh"]! } }, never);
});

test("another content than the hash says is refused, and nothing is left half-written", async (t) => {
  const { folder, chain, spec } = await setup(t);
  const hash = spec.configs!["motd"]!.blobs![0]!;
  chain.blobs.set(hash, new TextEncoder().encode("evil"));
  await t.throwsAsync(folder.ensure(1n, spec, never), { message: /other bytes/ });
  const name = contentsOf(spec)[2]!.name;
  t.false((await readdir(folder.root)).includes(name));
});

test("what was changed on the disk is written anew at the next start", async (t) => {
  const { folder, state, chain, spec } = await setup(t);
  await folder.ensure(1n, spec, never);
  const script = join(folder.root, contentsOf(spec)[1]!.name);
  await writeFile(script, "changed");
  await new ContentFolder(state, chain).ensure(1n, spec, never);
  t.is(await readFile(script, "utf8"), "#!/bin/sh");
});

test("what nobody uses any more is removed", async (t) => {
  const { folder, spec } = await setup(t);
  await folder.ensure(1n, spec, never);
  const names = contentsOf(spec).map(({ name }) => name);
  await folder.keepOnly(new Set([names[0]!]));
  t.deepEqual(await readdir(folder.root), [names[0]!]);
  await folder.ensure(1n, spec, never);
  t.deepEqual((await readdir(folder.root)).sort(), [...names].sort());
});

test("where something is mounted inside a snapshot, an empty folder or file is there for it", async (t) => {
  const { folder, state, chain, spec } = await setup(t);
  const web = spec.services["web"]!;
  const inside: CanonicalSpec = {
    ...spec,
    services: {
      web: {
        ...web,
        volumes: [
          ...web.volumes!,
          { type: "volume", source: "data", target: "/etc/app/data" },
          { type: "volume", source: "data", target: "/etc/app/sub" },
          { type: "tmpfs", target: "/etc/app/deep/run" },
          { type: "snapshot", source: "run.sh", target: "/etc/app/bin/run.sh" },
          { type: "snapshot", source: "run.sh", target: "/etc/app/data/run.sh" },
          { type: "volume", source: "data", target: "/etc/apple" },
        ],
        configs: [{ source: "motd", target: "/etc/app/motd" }, { source: "motd", target: "/etc/app/a.conf" }],
        secrets: [{ source: "shop/key", target: "/etc/app/key" }],
      },
    },
  };
  await folder.ensure(1n, inside, never);
  const contents = contentsOf(inside);
  const conf = join(folder.root, contents[0]!.name);
  t.deepEqual((await readdir(conf, { recursive: true })).sort(), ["a.conf", "bin", "bin/run.sh", "data", "deep", "deep/run", "key", "motd", "sub", "sub/empty", "sub/run"]);
  t.is(await readFile(join(conf, "a.conf"), "utf8"), "one");
  t.deepEqual(await Promise.all(["data", "deep/run"].map((path) => modeOf(join(conf, path)))), ["755", "755"]);
  t.not(contents[0]!.name, contentsOf(spec)[0]!.name, "a folder without these places stays as it is");
  // A place that is gone is made again at the next start.
  await rm(join(conf, "data"), { recursive: true });
  await new ContentFolder(state, chain).ensure(1n, inside, never);
  t.true((await stat(join(conf, "data"))).isDirectory());
});
