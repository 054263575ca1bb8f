import { symlink } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { loadText } from "../../test/load-text.ts";
import { optionsOf, repository } from "../../test/repository.ts";
import type { CanonicalSpec } from "./canonical-spec.ts";
import type { LoadOptions } from "./index.ts";

/** What becomes of one mount of a file in `deploy`. */
async function verdict(t: ExecutionContext, volume: string, files: Record<string, string>): Promise<string> {
  const root = await repository(t, files);
  const loaded = await loadText(`services: {web: {image: "app:1", volumes: ["${volume}"]}}\n`, await optionsOf(root));
  return loaded.ok ? loaded.project.mounts.map(({ kind, why }) => `${kind}: ${why}`).join() : loaded.diagnostics.map(({ code, message, help }) => `${code} ${message} | ${help}`).join();
}

test("a folder in which git keeps nothing but a README is for data", async (t) => {
  const ignored = { ".gitignore": "deploy/data/*\n!README.md\n", "deploy/data/rows": "1\n" };
  t.is(await verdict(t, "./data:/data", { ...ignored, "deploy/data/README.md": "rows go here\n" }), "volume: ignored by git");
  t.is(await verdict(t, "./data:/data", { "deploy/data/README.md": "rows go here\n" }), "volume: a folder with nothing but a README");
  t.is(await verdict(t, "./data:/data", { "deploy/data/.gitkeep": "" }), "volume: an empty folder");
  t.is(await verdict(t, "./data:/data", { "deploy/data/README.md": "notes\n", "deploy/data/app.conf": "a\n" }), "snapshot: tracked by git");
  t.is(await verdict(t, "./doc:/doc:ro", { "deploy/doc/README.md": "notes\n" }), "snapshot: mounted read-only");
});

test("a read-only folder of which git ignores all is refused, and the error says what helps", async (t) => {
  const refused = await verdict(t, "./backups:/backups:ro", { ".gitignore": "backups/\n", "deploy/backups/one": "1\n" });
  t.is(refused, 'DAO2307 "./backups" holds only files that git ignores | mount each file by itself, as ./backups/one; or, if it is for data:  x-daonetes: {mounts: {./backups: volume}}');
});

/** What becomes of the mounts of a service that is built, with what is mounted in the end. */
async function built(t: ExecutionContext, service: string, files: Record<string, string>): Promise<string[]> {
  const root = await repository(t, files);
  const loaded = await loadText(`services: {web: {image: "app:1", ${service}}}\n`, await optionsOf(root));
  if (!loaded.ok) return loaded.diagnostics.map(({ code, message }) => `${code} ${message}`);
  const left = (loaded.project.draft.services["web"]!.volumes ?? []).map(({ target }) => target);
  return [...loaded.project.mounts.map(({ path, kind }) => `${path} ${kind}`), ...left];
}

test("a folder that the image is built from and holds at that place is not mounted", async (t) => {
  const app = { "deploy/main.js": "1\n" };
  const mount = 'build: ., volumes: [".:/app", "/app/node_modules"]';
  const dropped = ["./ image", "/app/node_modules"];
  const refused = ["DAO2307 services.web.volumes.0 mounts the whole project folder"];
  const with_ = (dockerfile: string): Promise<string[]> => built(t, mount, { ...app, "deploy/Dockerfile": dockerfile });
  for (const dockerfile of [
    "FROM node\nWORKDIR /app\nCOPY package.json ./\nRUN npm ci\nCOPY . .\n",
    "FROM node\nADD --chown=node:node ./ /app/\n",
    'FROM node\nCOPY [".", "/app"]\n',
    "FROM node AS base\nWORKDIR /srv\nWORKDIR ../app\nFROM base\n# all of it\nCOPY \\\n  . \\\n  .\n",
    "from node as one\nworkdir /app\ncopy . .\nfrom one\nrun true\n",
  ]) t.deepEqual(await with_(dockerfile), dropped, dockerfile);
  for (const dockerfile of [
    "FROM node\nCOPY . .\n",
    "FROM node\nWORKDIR /srv\nCOPY . .\n",
    "FROM node\nWORKDIR $HOME\nCOPY . .\n",
    "FROM node\nWORKDIR /app\nCOPY package.json .\n",
    "FROM node\nWORKDIR /app\n# COPY . .\n",
    "FROM node AS build\nWORKDIR /app\nCOPY . .\nFROM nginx\nCOPY --from=build . /app\n",
    "FROM node\nWORKDIR /app\nCOPY --exclude=lib . .\n",
    " ".repeat(65_536) + "\nFROM node\nCOPY . /app\n",
  ]) t.deepEqual(await with_(dockerfile), refused, dockerfile.slice(0, 200));
  t.deepEqual(await built(t, 'volumes: [".:/app"]', { ...app, "deploy/Dockerfile": "FROM node\nCOPY . /app\n" }), refused, "it is not built");
  t.deepEqual(await built(t, mount, app), refused, "there is no Dockerfile");
});

test("where an image holds a folder follows build's own keys", async (t) => {
  const files = { "deploy/main.js": "1\n", "deploy/docker/app": "FROM node AS dev\nCOPY . /app\nFROM nginx AS live\nCOPY conf /conf\n", "api/a.js": "1\n", "api/Dockerfile": "FROM node\nWORKDIR /api\nCOPY . .\n" };
  const of = (build: string, volume: string): Promise<string[]> => built(t, `build: ${build}, volumes: ["${volume}"]`, files);
  t.deepEqual(await of("{context: ., dockerfile: docker/app, target: dev}", "./:/app"), ["./ image"]);
  t.deepEqual(await of("{context: ., dockerfile: docker/app}", "./:/app"), ["DAO2307 services.web.volumes.0 mounts the whole project folder"]);
  t.deepEqual(await of('{context: ., dockerfile_inline: "FROM node\\nCOPY . /app"}', "./:/app"), ["./ image"]);
  t.deepEqual(await of("../api", "../api:/api"), ["../api image"]);
  t.deepEqual(await of("../api", "../api:/other"), ["../api snapshot", "/other"]);
  t.deepEqual(await of(".", "../api:/api"), ["../api snapshot", "/api"]);
  t.deepEqual(await of('"https://git.example/app.git"', ".:/app"), ["DAO2307 services.web.volumes.0 mounts the whole project folder"]);
});

test("a Dockerfile that cannot be read says nothing, and refuses nothing", async (t) => {
  const root = await repository(t, { "deploy/conf/a": "a\n" });
  await symlink("/etc/hostname", join(root, "deploy", "Dockerfile.link"));
  const loaded = await loadText('services: {web: {image: "app:1", build: {context: ./conf, dockerfile: ../Dockerfile.link}, volumes: ["./conf:/conf"]}}\n', await optionsOf(root));
  t.deepEqual(loaded.ok ? loaded.project.mounts.map(({ path, kind }) => `${path} ${kind}`) : loaded.diagnostics, ["./conf snapshot"]);
});

test("an answer and the running revision say more than a Dockerfile", async (t) => {
  const root = await repository(t, { "deploy/api/a.js": "1\n", "deploy/api/Dockerfile": "FROM node\nCOPY . /api\n" });
  const text = 'services: {web: {image: "app:1", build: ./api, volumes: ["./api:/api"]}}\n';
  const kinds = async (more: string, options: Partial<LoadOptions> = {}): Promise<string[]> => {
    const loaded = await loadText(more + text, { ...(await optionsOf(root)), ...options });
    return loaded.ok ? loaded.project.mounts.map(({ kind }) => kind) : loaded.diagnostics.map(({ code }) => code);
  };
  t.deepEqual(await kinds(""), ["image"]);
  t.deepEqual(await kinds("x-daonetes: {mounts: {./api: snapshot}}\n"), ["snapshot"]);
  t.deepEqual(await kinds("", { previous: async () => ({ snapshots: { api: { files: {} } } }) as unknown as CanonicalSpec }), ["snapshot"]);
});

test("the whole project is not mounted, and the error says where its code belongs", async (t) => {
  t.regex(await verdict(t, ".:/app", { "deploy/main.js": "1\n" }), /^DAO2307 .* mounts the whole project folder \| take the mount out where the image holds the code/);
});
