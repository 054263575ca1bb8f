import {
  type LoadOptions,
  type LoadResult,
  loadCompose,
  toCanonical,
  encodeCanonical,
  resolveDigests,
} from "../src/compose/index.ts";

export const ANY_DIGEST: `sha256:${string}` = `sha256:${"a".repeat(64)}`;

/** Loads Compose text without any file system; `files` are further files by their name in the project folder. */
export function loadText(
  text: string,
  options: Partial<LoadOptions> = {},
  files: Record<string, string> = {},
): Promise<LoadResult> {
  return loadCompose({
    files: [{ path: "compose.yaml", text }],
    projectDirectory: "/project",
    projectName: "case",
    environment: {},
    readFile: async (path) => files[path.replace("/project/", "")],
    ...options,
  });
}

/** The canonical text of a file that has to be accepted. */
export async function canonicalText(
  text: string,
  options: Partial<LoadOptions> = {},
  files: Record<string, string> = {},
): Promise<string> {
  const loaded = await loadText(text, options, files);
  if (!loaded.ok) throw new Error(loaded.diagnostics.map(({ code, message }) => `${code} ${message}`).join("\n"));
  const pinned = await resolveDigests(loaded.project, { resolve: async () => ANY_DIGEST });
  if (!pinned.ok) throw new Error("not pinned");
  return new TextDecoder().decode(encodeCanonical(toCanonical(pinned.project)));
}
