import type { Command } from "commander";
import type { AuditOptions } from "../audit-run.ts";
import type { SessionOf } from "../command.ts";

/** `audit`: who did what and when, and whether the blocks say so. */
export function registerAudit(program: Command, sessionOf: SessionOf): void {
  program
    .command("audit")
    .description("who did what and when in a group; --verify checks it against the signed blocks")
    .argument("[group]", "group; default: the context's")
    .option("--since <time>", "from then on: 1h, 7d, or 2026-01-31T12:00:00Z")
    .option("--until <time>", "before then")
    .option("--actor <who>", "address or device name that acted or signed")
    .option("--action <what>", "such as device.approved, or device for all of a kind")
    .option("--verify", "check every entry against the blocks and their signatures")
    .option("--export <file>", "write entries and all that proves them to a file; implies --verify")
    .option("--file <file>", "verify such a file, without a network")
    .option("--genesis-hash <hex>", "sha256 of the genesis file; with --file, default: the context's")
    .option("--trusted <height:hash>", "a header that you trust: the signatures have to lead to it")
    .action(async (name: string | undefined, options: AuditOptions, command: Command) => {
      const session = sessionOf(command);
      // What decodes transactions is loaded on use: no other command needs it.
      const { auditFile, auditGroup } = await import("../audit-run.ts");
      if (options.file !== undefined) await auditFile(session, options.file, options);
      else await auditGroup(session, name, options);
    });
}
