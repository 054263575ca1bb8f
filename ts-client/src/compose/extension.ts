import type { Field } from "./field.ts";

/** Answers that a file keeps for its own publishing, under `x-daonetes`. */
export interface Answers {
  /** Names of variables whose values are no secrets although they look like it. */
  plain: string[];
}

export function readAnswers(root: Field): Answers {
  const answers: Answers = { plain: [] };
  for (const field of root.child("x-daonetes")?.children() ?? []) {
    const key = field.path.at(-1)!;
    if (key === "plain") answers.plain.push(...field.items().flatMap((item) => (item.text ? [item.text] : [])));
    else if (key === "mounts" || key === "registry")
      field.error("DAO2301", `${field.name} does not work yet`, "remove it");
    else field.error("DAO2101", `${field.name} is not known`, "known: plain");
  }
  return answers;
}
