import { mkdir, symlink, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import test from "ava";
import { canonicalText, loadText } from "../../test/load-text.ts";
import { optionsOf, repository } from "../../test/repository.ts";
import { projectRoot } from "./index.ts";
import { relativePath } from "./project-path.ts";

async function codes(root: string, text: string): Promise<string[]> {
  const loaded = await loadText(text, await optionsOf(root));
  return loaded.ok ? [] : loaded.diagnostics.map(({ code }) => code);
}

const mounting = (...volumes: string[]): string => `services: {web: {image: "app:1", volumes: ${JSON.stringify(volumes)}}}\n`;

test("a Compose file in a folder of its own takes files, folders, variables and other files from the repository around it", async (t) => {
  const root = await repository(t, {
    ".gitignore": ".env\nstate/\n",
    ".env": "GREETING=hello\n",
    "conf/site.conf": "listen 80;\n",
    "html/index.html": "<p>hello\n",
    "html/sub/a.css": "p {}\n",
    "deploy/conf/own.conf": "own\n",
    "state/rows": "1\n",
    "base.yml": "services: {base: {image: 'app:1', labels: {from: base}, volumes: ['./conf/site.conf:/base.conf']}}\n",
    "parts/cache.yml": "services: {cache: {image: 'cache:1', volumes: ['../conf/site.conf:/cache.conf']}}\n",
    "note.txt": "a note\n",
    "tls.key": "key\n",
  });
  const text = `include: [../parts/cache.yml]
services:
  web:
    extends: {file: ../base.yml, service: base}
    env_file: ../.env
    configs: [note]
    volumes:
      - ../html:/html:ro
      - ./conf/own.conf:/own.conf
      - ../state:/state
      - ../data:/data
      - ../tls.key:/tls.key:ro
configs: {note: {file: ../note.txt}}
`;
  const loaded = await loadText(text, await optionsOf(root));
  t.deepEqual(loaded.ok ? loaded.project.mounts.map(({ path, kind, volume }) => `${path} ${kind} ${volume ?? ""}`.trim()) : loaded.diagnostics, [
    "../conf/site.conf snapshot",
    "../data volume dir._up.data",
    "../html snapshot",
    "../state volume dir._up.state",
    "../tls.key secret",
    "./conf/own.conf snapshot",
  ]);
  const spec = JSON.parse(await canonicalText(text, await optionsOf(root))) as {
    services: Record<string, { environment?: object; volumes: { source: string; target: string }[] }>;
    snapshots: Record<string, { files?: object }>;
  };
  t.deepEqual(Object.keys(spec.snapshots), ["_up/conf/site.conf", "_up/html", "conf/own.conf"]);
  t.deepEqual(Object.keys(spec.snapshots["_up/html"]!.files!), ["index.html", "sub/a.css"]);
  t.deepEqual(spec.services["web"]!.environment, { GREETING: "hello" });
  t.deepEqual(spec.services["cache"]!.volumes.map(({ source, target }) => `${source} ${target}`), ["_up/conf/site.conf /cache.conf"]);
});

test("answers and --plain name a path above as it is mounted", async (t) => {
  const root = await repository(t, { "conf/a": "a\n", "my.key": "k\n" });
  await mkdir(join(root, "new"));
  await writeFile(join(root, "new", "b"), "b\n");
  const text = mounting("../new:/new", "../my.key:/my.key:ro");
  t.deepEqual(await codes(root, text), ["DAO2321"]);
  const answered = `x-daonetes: {mounts: {../new: snapshot}, plain: [../my.key]}\n${text}`;
  const loaded = await loadText(answered, await optionsOf(root));
  t.deepEqual(loaded.ok ? loaded.project.mounts.map(({ path, kind }) => `${path} ${kind}`) : loaded.diagnostics, ["../my.key snapshot", "../new snapshot"]);
});

test("nothing outside the repository is reached, by path or by link", async (t) => {
  const root = await repository(t, { "conf/a": "a\n" });
  await writeFile(join(dirname(root), "outside"), "secret\n");
  await symlink(join(dirname(root), "outside"), join(root, "link"));
  await symlink(dirname(root), join(root, "folder"));
  t.deepEqual(await codes(root, mounting("../../outside:/x:ro")), ["DAO2013"]);
  t.deepEqual(await codes(root, mounting("../link:/x:ro")), ["DAO2307"]);
  await symlink(join(root, ".git"), join(root, "history"));
  t.deepEqual(await codes(root, mounting("../history/config:/x:ro")), ["DAO2307"]);
  t.deepEqual(await codes(root, mounting("../history:/x:ro")), ["DAO2307"]);
  t.deepEqual(await codes(root, "services: {web: {image: 'app:1', env_file: ../history/config}}"), ["DAO2001"]);
  t.deepEqual(await codes(root, mounting("../folder/outside:/x:ro")), ["DAO2307"]);
  t.deepEqual(await codes(root, "services: {web: {image: 'app:1', env_file: ../../outside}}"), ["DAO2013"]);
  t.deepEqual(await codes(root, "services: {web: {image: 'app:1', env_file: ../link}}"), ["DAO2001"]);
  t.deepEqual(await codes(root, "include: [../../outside]\nservices: {web: {image: 'app:1'}}"), ["DAO2013"]);
  t.deepEqual(await codes(root, "services: {web: {image: 'app:1', secrets: [s]}}\nsecrets: {s: {file: ../../outside}}"), ["DAO2013"]);
  t.deepEqual(await codes(root, "services: {web: {image: 'app:1', secrets: [s]}}\nsecrets: {s: {file: ../link}}"), ["DAO2326"]);
});

test("neither the repository, a folder around the Compose file, nor what git keeps for itself is mounted", async (t) => {
  const root = await repository(t, { "conf/a": "a\n", "deploy/_up/b": "b\n" });
  for (const source of ["..", "../", ".", "../deploy", "../.git", "../.git/config", "../../repository"]) {
    t.deepEqual(await codes(root, mounting(`${source}:/x:ro`)), ["DAO2307"], source);
  }
  t.deepEqual(await codes(root, "services: {web: {image: 'app:1', configs: [c]}}\nconfigs: {c: {file: ../.git/config}}"), ["DAO2013"]);
  t.deepEqual(await codes(root, mounting("./_up/b:/x:ro")), ["DAO2307"], "it would stand for ../b");
});

test("a full path means the device, unless it leads into the folder of the Compose file", async (t) => {
  const root = await repository(t, { "conf/a": "a\n", "deploy/conf/b": "b\n" });
  const loaded = await loadText(mounting(`${root}/conf:/a:ro`, `${root}/deploy/conf:/b:ro`), await optionsOf(root));
  t.deepEqual(loaded.ok ? loaded.project.mounts.map(({ path }) => path) : loaded.diagnostics, ["./conf"]);
});

test("without git the folder of the Compose file is the project, and the error says so", async (t) => {
  const root = await repository(t, { "conf/a": "a\n" }, false);
  const loaded = await loadText(mounting("../conf:/x:ro"), await optionsOf(root));
  t.deepEqual(loaded.ok ? [] : loaded.diagnostics.map(({ code, help }) => `${code} ${help}`), [
    "DAO2013 copy it into the project: the git work tree of the Compose file, or its folder where git keeps none",
  ]);
});

test("a project reaches to its work tree, never to all of the home, and not through a link to another place", async (t) => {
  const root = await repository(t, { "deploy/a": "a\n" });
  t.is(await projectRoot(join(root, "deploy")), root);
  t.is(await projectRoot(root), root);
  t.is(await projectRoot(dirname(root)), dirname(root));
  await mkdir(join(dirname(root), "elsewhere"));
  await symlink(join(dirname(root), "elsewhere"), join(root, "linked"));
  t.is(await projectRoot(join(root, "linked")), join(root, "linked"));
  await writeFile(join(dirname(root), "elsewhere", ".git"), "gitdir: ../repository/.git/worktrees/x\n");
  t.is(await projectRoot(join(dirname(root), "elsewhere")), join(dirname(root), "elsewhere"), "a work tree beside its repository");

  const home = process.env["HOME"];
  process.env["HOME"] = root;
  try {
    t.is(homedir(), root);
    t.is(await projectRoot(join(root, "deploy")), join(root, "deploy"));
  } finally {
    if (home === undefined) delete process.env["HOME"];
    else process.env["HOME"] = home;
  }
});

test("dots at the end of a name lead nowhere", async (t) => {
  const root = await repository(t, { "deploy/old../a": "a\n", "older../b": "b\n" });
  const spec = JSON.parse(await canonicalText(mounting("./old../a:/a", "../older../b:/b"), await optionsOf(root))) as { snapshots: object };
  t.deepEqual(Object.keys(spec.snapshots), ["_up/older../b", "old../a"]);
});

test("paths are seen from the folder of the Compose file", (t) => {
  t.is(relativePath("/a/b/c", "/a/b/c/d"), "d");
  t.is(relativePath("/a/b/c", "/a/b/x"), "../x");
  t.is(relativePath("/a/b/c", "/a/x/y"), "../../x/y");
  t.is(relativePath("/a/b", "/c"), "../../c");
  t.is(relativePath("/a/b/c", "/a"), "../../");
});
