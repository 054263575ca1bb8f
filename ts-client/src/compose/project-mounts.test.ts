import test, { type ExecutionContext } from "ava";
import { loadText } from "../../test/load-text.ts";
import { optionsOf, repository } from "../../test/repository.ts";

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

test("the whole project is not mounted, and the error says where its code belongs", async (t) => {
  t.regex(await verdict(t, ".:/app", { "deploy/main.js": "1\n" }), /^DAO2307 .* mounts the whole project folder \| take the mount out where the image holds the code/);
});
