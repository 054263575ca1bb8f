import { Command, CommanderError } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { DaonetesError } from "../errors.ts";
import { EXIT_CODES } from "../exit-code.ts";
import { registerAudit } from "./commands/audit.ts";
import { registerApproval } from "./commands/approval.ts";
import { registerCoins } from "./commands/coins.ts";
import { registerContext } from "./commands/context.ts";
import { registerCouncil } from "./commands/council.ts";
import { registerCreator } from "./commands/creator.ts";
import { registerDeployments } from "./commands/deployment.ts";
import { registerDevice } from "./commands/device.ts";
import { registerDoctor } from "./commands/doctor.ts";
import { registerGroup } from "./commands/group.ts";
import { registerHelp } from "./commands/help.ts";
import { registerKey } from "./commands/key.ts";
import { registerLifecycle } from "./commands/lifecycle.ts";
import { registerProposal } from "./commands/proposal.ts";
import { registerNetwork } from "./commands/network.ts";
import { registerQuery } from "./commands/query.ts";
import { registerPs } from "./commands/ps.ts";
import { registerSecret } from "./commands/secret.ts";
import { registerSpec } from "./commands/spec.ts";
import { registerTicket } from "./commands/ticket.ts";
import { registerTx } from "./commands/tx.ts";
import { registerUp } from "./commands/up.ts";
import { registerValidator } from "./commands/validator.ts";
import { registerWatch } from "./commands/watch.ts";
import { toJson } from "./output.ts";
import { type GlobalFlags, outputFormat, type Process, Session } from "./session.ts";

/** Builds the whole command tree. */
export function buildProgram(process: Process): Command {
  const program = new Command("daonetes")
    .description("People join their computers into a work group, decide together what runs on them, and it runs")
    .version(packageJson.version)
    .option("--context <name>", "network to use")
    .option("--group <name>", "group to work on")
    .option("--key <name>", "key to sign with")
    .option("-o, --output <format>", "table, wide, json, jsonl, yaml or name", "table")
    .option("-q, --quiet", "data only")
    .option("--verbose", "also notices, and what the chain said, word for word")
    .option("--no-color", "no colours")
    .option("--no-input", "never ask")
    .option("-y, --yes", "say yes to every question")
    .option("--timeout <duration>", "longest wait, such as 90s or 10m")
    .configureOutput({ writeOut: (text) => process.stdout(text), writeErr: (text) => process.stderr(text) })
    .exitOverride()
    .showSuggestionAfterError(true);
  const sessionOf = (command: Command): Session => new Session(command.optsWithGlobals<GlobalFlags>(), process);
  registerUp(program, sessionOf);
  registerPs(program, sessionOf);
  registerLifecycle(program, sessionOf);
  registerWatch(program, sessionOf);
  registerAudit(program, sessionOf);
  registerApproval(program, sessionOf);
  registerGroup(program, sessionOf);
  registerDevice(program, sessionOf);
  registerTicket(program, sessionOf);
  registerCouncil(program, sessionOf);
  registerCreator(program, sessionOf);
  registerProposal(program, sessionOf);
  registerValidator(program, sessionOf);
  registerNetwork(program, sessionOf);
  registerCoins(program, sessionOf);
  registerSpec(program, sessionOf);
  registerDeployments(program, sessionOf);
  registerSecret(program, sessionOf);
  registerTx(program, sessionOf);
  registerQuery(program, sessionOf);
  registerContext(program, sessionOf);
  registerKey(program, sessionOf);
  registerDoctor(program, sessionOf);
  registerHelp(program, sessionOf);
  inheritSettings(program);
  return program;
}

/** Runs one command line. @returns the exit code; the one place where errors become text */
export async function runCli(argv: readonly string[], process: Process): Promise<number> {
  const program = buildProgram(process);
  try {
    await program.parseAsync([...argv], { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const flags = program.opts<GlobalFlags>();
    const known = error instanceof DaonetesError ? error : unexpected(error);
    const format = outputFormat(flags, process);
    if (format === "json" || format === "jsonl") process.stdout(`${toJson({ error: known.toJSON() })}\n`);
    else {
      const code = known.message.includes(known.code) ? "" : `   ${known.code}`;
      process.stderr(`error: ${known.message}${code}\n`);
      if (known.help !== undefined) process.stderr(`help: ${known.help}\n`);
      if (flags.verbose === true && known.raw !== undefined) process.stderr(`raw: ${known.raw}\n`);
      if (flags.verbose === true && known.kind === "failed" && known.stack !== undefined) process.stderr(`${known.stack}\n`);
    }
    return EXIT_CODES[known.kind];
  }
}

function unexpected(error: unknown): DaonetesError {
  return new DaonetesError({
    code: "DAO1099",
    kind: "failed",
    message: error instanceof Error ? error.message : String(error),
    help: "this should not happen; run it again with --verbose and report it",
    cause: error,
  });
}

/** Subcommands do not inherit how commander ends and prints by themselves. */
function inheritSettings(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command);
    child.exitOverride();
    inheritSettings(child);
  }
}
