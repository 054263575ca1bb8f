import { readFile, writeFile } from "node:fs/promises";

/** A command of a guide, and what the guide says that it prints. */
export interface GuideStep {
  /** Who types it: the word before `$`. */
  who: string;
  command: string;
  printed: string;
}

/** A guide whose console blocks are what really happens: `who$ command`, then what it prints. */
export class Guide {
  readonly steps: readonly GuideStep[];
  readonly #path: string;
  readonly #parts: readonly (string | GuideStep[])[];

  private constructor(path: string, parts: readonly (string | GuideStep[])[]) {
    this.#path = path;
    this.#parts = parts;
    this.steps = parts.filter((part) => typeof part !== "string").flat();
  }

  static async read(path: string): Promise<Guide> {
    const text = await readFile(path, "utf8");
    return new Guide(path, text.split(/(?<=^```console\n)([\s\S]*?)(?=^```$)/m).map((part, index) => (index % 2 === 0 ? part : stepsOf(part))));
  }

  /** The content of the first block of this language. */
  block(language: string): string {
    const all = this.#parts.filter((part) => typeof part === "string").join("");
    return new RegExp(`^\`\`\`${language}\\n(?<content>[\\s\\S]*?)^\`\`\`$`, "m").exec(all)?.groups?.["content"] ?? "";
  }

  /** Writes what the commands really printed into the guide. */
  async update(printed: ReadonlyMap<GuideStep, string>): Promise<void> {
    const blocks = this.#parts.map((part) =>
      typeof part === "string" ? part : part.map((step) => `${step.who}$ ${step.command.replaceAll(" \\\n", " \\\n")}\n${printed.get(step) ?? step.printed}`).join(""),
    );
    await writeFile(this.#path, blocks.join(""));
  }
}

function stepsOf(block: string): GuideStep[] {
  const steps: GuideStep[] = [];
  for (const line of block.split(/(?<=\n)/)) {
    const [, who, command] = /^(?<who>[a-z]+)\$ (?<command>.*)\n$/.exec(line) ?? [];
    const last = steps.at(-1);
    if (who !== undefined && command !== undefined) steps.push({ who, command, printed: "" });
    else if (last === undefined) throw new Error(`a console block begins with output: ${line}`);
    else if (last.printed === "" && last.command.endsWith("\\")) last.command += `\n${line.trimEnd()}`;
    else last.printed += line;
  }
  return steps;
}

/** What differs from run to run: addresses, hashes, heights, times, ports, durations. */
const VARYING: readonly [RegExp, string][] = [
  [/daonet1[a-z0-9]+(?:\.\.[a-z0-9]+)?/g, "<address>"],
  [/sha256:[0-9a-f]+(?:\.\.[0-9a-f]+)?/g, "<hash>"],
  [/\b[0-9A-F]{4}\.\.[0-9A-F]{2}\b/g, "<tx>"],
  [/height +\d+/g, "height <n>"],
  [/\b[0-9a-fA-F]{40,64}\b/g, "<id>"],
  [/heights up to \d+/g, "heights up to <n>"],
  [/"(?<name>earliest_block_height|latest_block_height)":"\d+"/g, '"$<name>":"<n>"'],
  [/^\d+(?= +\d{4}-)/gm, "<n>"],
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, "<time>"],
  [/ticket \d+/g, "ticket <n>"],
  [/\d+ of \d+ entries are in \d+ blocks/g, "<n> of <n> entries are in <n> blocks"],
  [/127\.0\.0\.1:\d+/g, "<host>"],
  [/\b\d+[smhd]\b/g, "<duration>"],
];

/** Text in which only what a reader may rely on is left: values that vary have a name, spaces are one. */
export function steady(text: string): string {
  const named = VARYING.reduce((rest, [pattern, name]) => rest.replace(pattern, name), text);
  return named
    .split("\n")
    .map((line) => line.replace(/ +/g, " ").trim())
    // A device says how far it came as often as somebody looks.
    .filter((line) => line !== "" && !/^✔ \S+ (?:pulling|starting|running)$| report\.(?:pulling|starting|running) /.test(line))
    .join("\n");
}
