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
