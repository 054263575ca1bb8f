import type { Command } from "commander";
import type { SessionOf } from "../command.ts";
import { toJson } from "../output.ts";

interface CommandTree {
  name: string;
  description: string;
  arguments: { name: string; required: boolean }[];
  options: { flags: string; description: string }[];
  commands: CommandTree[];
}

/** `help --json` and `completion`. */
export function registerHelp(program: Command, sessionOf: SessionOf): void {
  program.helpCommand(false);
  program
    .command("help")
    .description("help of a command; with --json the whole command tree")
    .argument("[command...]")
    .option("--json", "the whole command tree as JSON")
    .action((names: string[], { json }: { json?: boolean }, command: Command) => {
      const { output } = sessionOf(command);
      if (json === true) {
        output.out(toJson(tree(program)));
        return;
      }
      let found: Command = program;
      for (const name of names) found = found.commands.find((child) => child.name() === name) ?? found;
      output.out(found.helpInformation().trimEnd());
    });

  program
    .command("completion")
    .description("print a completion script: eval \"$(daonetes completion bash)\"")
    .argument("<shell>", "bash, zsh or fish")
    .action(async (shell: string, _options: object, command: Command) => {
      const { completionScript } = await import("../completion.ts");
      sessionOf(command).output.out(completionScript(program, shell));
    });
}

function tree(command: Command): CommandTree {
  return {
    name: command.name(),
    description: command.description(),
    arguments: command.registeredArguments.map((argument) => ({ name: argument.name(), required: argument.required })),
    options: command.options.map(({ flags, description }) => ({ flags, description })),
    commands: command.commands.map(tree),
  };
}
