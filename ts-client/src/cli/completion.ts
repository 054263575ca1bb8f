import type { Command } from "commander";
import { DaonetesError } from "../errors.ts";

/** A script that completes commands and flags in a shell. */
export function completionScript(program: Command, shell: string): string {
  const words = new Map<string, string[]>();
  const walk = (command: Command, path: string): void => {
    const flags = command.options.map(({ long }) => long ?? "").filter(Boolean);
    words.set(path, [...command.commands.map((child) => child.name()), ...flags]);
    for (const child of command.commands) walk(child, `${path} ${child.name()}`.trim());
  };
  walk(program, "");
  const cases = [...words].map(([path, list]) => `    "${path}") words="${list.join(" ")}" ;;`).join("\n");
  const body = `_daonetes() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" path="" words="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do [[ $word == -* ]] || path="\${path:+$path }$word"; done
  case "$path" in
${cases}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _daonetes daonetes`;
  if (shell === "bash") return body;
  if (shell === "zsh") return `autoload -U +X bashcompinit && bashcompinit\n${body}`;
  if (shell === "fish") {
    return [...words]
      .map(([path, list]) => {
        const seen = path === "" ? "__fish_use_subcommand" : `__fish_seen_subcommand_from ${path.split(" ").at(-1)}`;
        return `complete -c daonetes -n '${seen}' -f -a '${list.join(" ")}'`;
      })
      .join("\n");
  }
  throw new DaonetesError({ code: "DAO1024", kind: "usage", message: `"${shell}" is no shell known here`, help: "bash, zsh or fish" });
}
