import { DotenvError, parseDotenv } from "./dotenv.ts";
import type { Field } from "./field.ts";
import { reportDotenv } from "./model.ts";
import type { ProjectFiles } from "./project-files.ts";
import { textMap } from "./text-map.ts";

/** `labels` over the files of `label_file`. */
export async function readLabels(service: Field, files: ProjectFiles): Promise<Record<string, string>> {
  const labels = Object.create(null) as Record<string, string>;
  for (const item of service.child("label_file")?.items() ?? []) {
    if (item.text === undefined) continue;
    const file = await files.mentioned(item.text, item.node.span.file.baseDirectory, {
      at: item.span,
      path: item.path,
    });
    if (file === "missing") item.error("DAO2001", `label file "${item.text}" does not exist`);
    if (!file || file === "missing") continue;
    try {
      const before = new Map(Object.entries(labels));
      for (const [name, value] of parseDotenv(file.text, () => undefined, before)) labels[name] = value;
    } catch (error) {
      if (!(error instanceof DotenvError)) throw error;
      reportDotenv(file, error, service.diagnostics);
    }
  }
  const own = service.child("labels");
  return own ? Object.assign(labels, textMap(own)) : labels;
}
