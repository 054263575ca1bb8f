import type { Field } from "./field.ts";
import { shorten } from "./field.ts";
import { normalize } from "./posix-path.ts";
import { projectPathOf } from "./project-path.ts";

/** Answers that a file keeps for its own publishing, under `x-daonetes`. */
export interface Answers {
  /** Names of variables, and paths of the project, that are no secrets although they look like it. */
  plain: string[];
  /** What a mounted path of the project is, by the path as it stands in a spec. */
  mounts: ReadonlyMap<string, { kind: "snapshot" | "volume"; at: Field }>;
  /** Where built images are pushed, as `registry.example/team`. */
  registry: string | undefined;
}

export function readAnswers(root: Field): Answers {
  const mounts = new Map<string, { kind: "snapshot" | "volume"; at: Field }>();
  const answers: Answers = { plain: [], mounts, registry: undefined };
  for (const field of root.child("x-daonetes")?.children() ?? []) {
    const key = field.path.at(-1)!;
    if (key === "plain") answers.plain.push(...field.items().flatMap((item) => (item.text ? [item.text] : [])));
    else if (key === "registry") answers.registry = field.text;
    else if (key === "mounts") {
      for (const answer of field.pairs()) {
        const kind = answer.text;
        if (kind === "snapshot" || kind === "volume") mounts.set(projectPathOf(normalize(answer.path.at(-1)!)), { kind, at: answer });
        else answer.error("DAO2103", `${answer.name} is "${shorten(kind ?? "")}"`, "allowed: snapshot, volume");
      }
    } else field.error("DAO2101", `${field.name} is not known`, "known: mounts, plain, registry");
  }
  return answers;
}
