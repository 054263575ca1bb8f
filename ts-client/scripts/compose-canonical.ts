/**
 * Puts Compose files to our reader, for tests in Go: each line of standard input is `{directory, file, profiles?}`, each
 * line of the answer `{canonical}` or `{codes}`. Values that look like secrets pass, images get the hash of their text.
 */
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { encodeCanonical, loadCompose, nodeReadFile, resolveDigests, toCanonical } from "../src/compose/index.ts";
import { corpusFolder } from "../test/compose-corpus.ts";

interface Question {
  directory: string;
  file: string;
  profiles?: string[];
}

async function answer({ directory, file, profiles }: Question): Promise<{ canonical: unknown } | { codes: string[] }> {
  const plain = new Set<string>();
  for (let round = 0; ; round++) {
    const loaded = await loadCompose({
      files: [{ path: file }],
      projectDirectory: directory,
      projectName: "case",
      environment: {},
      profiles: profiles ?? [],
      plain: [...plain],
      readFile: await nodeReadFile(directory),
      folder: await corpusFolder(directory),
    });
    if (!loaded.ok) {
      const names = loaded.diagnostics.flatMap(({ code, help }) => (/^DAO230[56]$/.test(code) ? [/--plain (\S+)/.exec(help)?.[1] ?? ""] : []));
      if (names.length === 0 || round === 5) return { codes: [...new Set(loaded.diagnostics.map(({ code }) => code))].sort() };
      for (const name of names) plain.add(name);
      continue;
    }
    const pinned = await resolveDigests(loaded.project, {
      resolve: async (reference) => `sha256:${createHash("sha256").update(reference).digest("hex")}`,
    });
    if (!pinned.ok) return { codes: pinned.diagnostics.map(({ code }) => code) };
    return { canonical: JSON.parse(new TextDecoder().decode(encodeCanonical(toCanonical(pinned.project)))) as unknown };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await answer(JSON.parse(line) as Question)));
}
