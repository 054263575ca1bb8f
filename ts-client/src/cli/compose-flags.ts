import type { Command } from "commander";

/** Flags of every command that reads Compose files; named as Compose names them. */
export interface ComposeFlags {
  file?: string[];
  projectName?: string;
  projectDirectory?: string;
  envFile?: string[];
  profile?: string[];
  plain?: string[];
}

const collect = (value: string, all: string[] | undefined): string[] => [...(all ?? []), value];

export function addComposeFlags(command: Command): Command {
  return command
    .option("-f, --file <path>", "Compose file (repeatable; - = standard input)", collect)
    .option("-p, --project-name <name>", "name of the deployment")
    .option("--project-directory <path>", "folder that relative paths start from")
    .option("--env-file <path>", "file of variables (repeatable)", collect)
    .option("--profile <name>", "profile to switch on (repeatable)", collect)
    .option("--plain <name>", "this variable is no secret (repeatable)", collect);
}
