import { readFile } from "node:fs/promises";
import type { Diagnostic } from "../compose/index.ts";
import type { LoadOptions } from "../compose/load.ts";
import { hint } from "./output.ts";
import type { Session } from "./session.ts";

/** The code of "is this configuration or data?". */
const UNDECIDED = "DAO2321";

/**
 * Asks what the undecided folders are, once, and keeps the answers in the first file. Only where nothing else is wrong and
 * a person sits at a terminal.
 * @returns true if the file holds the answers now
 */
export async function answerMounts(
  session: Session,
  input: { paths: readonly string[]; load: Pick<LoadOptions, "files"> },
  diagnostics: readonly Diagnostic[],
): Promise<boolean> {
  const [path] = input.paths;
  if (!session.interactive || path === undefined || path === "-" || !diagnostics.every(({ code }) => code === UNDECIDED)) return false;
  const text = await readFile(path, "utf8");
  // A file that has such a part already is its author's: the error shows the line to add.
  if (/^["']?x-daonetes["']?[ \t]*:/m.test(text)) return false;
  const folders = [...new Set(diagnostics.map(({ message }) => /^is "(\.\.?\/.+)" /.exec(message)?.[1] ?? ""))].filter(Boolean);
  const { isCancel, select } = await import("@clack/prompts");
  const answers: [string, string][] = [];
  for (const folder of folders) {
    const answer = await select({
      message: `${folder} has content that git does not track. What is it?`,
      options: [
        { value: "volume", label: "data: a volume on the device, empty at first; nothing is uploaded" },
        { value: "snapshot", label: "configuration: its files are published, and mounted read-only" },
      ],
    });
    if (isCancel(answer)) return false;
    answers.push([folder, answer]);
  }
  const { default: writeFileAtomic } = await import("write-file-atomic");
  await writeFileAtomic(path, withAnswers(text, answers));
  hint(session.output, `! x-daonetes in ${path} keeps the answers`);
  return true;
}

/** The file with its answers at the end, everything else as it was. */
export function withAnswers(text: string, answers: readonly (readonly [string, string])[]): string {
  const lines = answers.map(([folder, kind]) => `    ${JSON.stringify(folder)}: ${kind}\n`);
  return `${text}${text.endsWith("\n") ? "" : "\n"}\nx-daonetes:\n  mounts:\n${lines.join("")}`;
}
