import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface Answer {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs the CLI as a person does. @param stdin a Compose file for `-f -` */
export async function daonetes(args: readonly string[], stdin = ""): Promise<Answer> {
  const result = await execa(process.execPath, [join(ROOT, "ts-client", "bin", "daonetes.js"), ...args], { reject: false, input: stdin, timeout: 180_000 });
  return { exitCode: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr };
}

/** Runs the CLI and expects it to work. @returns the JSON document that it prints */
export async function ask<T>(...args: string[]): Promise<T> {
  const { exitCode, stdout, stderr } = await daonetes([...args, "-o", "json"]);
  if (exitCode !== 0) throw new Error(`daonetes ${args.join(" ")} ended with ${exitCode}: ${stdout}${stderr}`);
  return JSON.parse(stdout) as T;
}

/** Runs the CLI at a terminal (`script` makes one), and types once it asks. @returns all that the terminal showed */
export async function atTerminal(args: readonly string[], question: RegExp, keys: string): Promise<string> {
  const command = [process.execPath, join(ROOT, "ts-client", "bin", "daonetes.js"), ...args].map((word) => `'${word}'`).join(" ");
  const run = execa("script", ["--quiet", "--return", "--command", `stty cols 160 rows 40; ${command}`, "/dev/null"], { reject: false, timeout: 60_000 });
  let shown = "";
  let asked = false;
  run.stdout.on("data", (chunk: Buffer) => {
    shown += chunk.toString("utf8");
    if (asked || !question.test(shown)) return;
    asked = true;
    run.stdin.write(keys);
  });
  const { exitCode } = await run;
  if (exitCode !== 0) throw new Error(`daonetes ${args.join(" ")} ended with ${exitCode}: ${shown}`);
  return shown;
}
