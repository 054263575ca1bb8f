import type { Command } from "commander";

/** Flags of every command that reads Compose files; named as Compose names them. */
export interface ComposeFlags {
  file?: string[];
  projectName?: string;
  projectDirectory?: string;
  envFile?: string[];
  profile?: string[];
  plain?: string[];
  bindsAsVolumes?: boolean;
  build?: boolean;
  pushTo?: string;
}

const collect = (value: string, all: string[] | undefined): string[] => [...(all ?? []), value];

export function addComposeFlags(command: Command): Command {
  return command
    .option("-f, --file <path>", "Compose file (repeatable; - = standard input)", collect)
    .option("-p, --project-name <name>", "name of the deployment")
    .option("--project-directory <path>", "folder that relative paths start from")
    .option("--env-file <path>", "file of variables (repeatable)", collect)
    .option("--profile <name>", "profile to switch on (repeatable)", collect)
    .option("--plain <name>", "this variable, or file of the project, is no secret (repeatable)", collect)
    .option("--binds-as-volumes", "absolute folders for data become named volumes")
    .option("--build", "build services that have build, with the Docker client of this computer")
    .option("--push-to <registry>", "where built images are pushed, as registry.example/team");
}
