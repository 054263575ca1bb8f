import { shorten } from "./field.ts";
import type { Field } from "./field.ts";
import { isInside, resolvePath } from "./posix-path.ts";
import { OUTSIDE_HELP } from "./project-files.ts";
import type { ProjectFolder } from "./project-folder.ts";
import { isOfGit, projectPath } from "./project-path.ts";
import type { ProjectBounds } from "./project-path.ts";


/** The file of the project that the `file` of a config or secret names; undefined after an error. */
export function projectFile(field: Field, { directory, root }: ProjectBounds): { full: string; path: string } | undefined {
  const text = field.text ?? "";
  const full = resolvePath(field.node.span.file.baseDirectory, text);
  if (isOfGit(full)) {
    field.error("DAO2013", `"${shorten(text)}" is git's own`, "name a file that git keeps");
    return undefined;
  }
  if (!text.startsWith("~") && isInside(root, full) && !isInside(full, directory)) return { full, path: projectPath(directory, full) };
  field.error("DAO2013", `"${shorten(text)}" is not a file of the project`, OUTSIDE_HELP);
  return undefined;
}

/** Its bytes, at most `most` and then one more; undefined after an error. */
export async function readNamedFile(field: Field, full: string, folder: ProjectFolder, most: number): Promise<Uint8Array | undefined> {
  const text = shorten(field.text ?? "");
  try {
    const entry = await folder.entry(full);
    if (entry?.kind === "file") return await folder.read(full, most);
    field.error("DAO2326", `${field.name} names "${text}", which ${entry ? "is not a file" : "does not exist"}`, "name a file of the project");
  } catch (error) {
    field.error("DAO2326", `${field.name} names "${text}", which cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return undefined;
}
