import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { DaonetesError } from "../../index.ts";
import type { SessionOf } from "../command.ts";
import type { KeyInfo } from "../keyring.ts";
import { done, hint, printList, printObject } from "../output.ts";
import type { Session } from "../session.ts";
import { collect } from "./ticket.ts";

/** `key`: the person's own keys. */
export function registerKey(program: Command, sessionOf: SessionOf): void {
  const key = program.command("key").description("keys of this person");

  key
    .command("add")
    .description("make a key, or take one over from its words (stdin)")
    .argument("<name>")
    .option("--keyring <kind>", "encrypted (a passphrase) or test (plain text, for a local network only)", "encrypted")
    .option("--recover", "read the words from standard input")
    .action(async (name: string, { keyring, recover }: { keyring: string; recover?: boolean }, command: Command) => {
      const session = sessionOf(command);
      const words = recover === true ? await session.process.readStdin() : undefined;
      const { info, mnemonic } = await session.keyring.add(name, keyring === "test" ? "test" : "encrypted", words);
      printObject(session.output, info, keyLines(info), info.address, undefined);
      if (mnemonic !== undefined && info.kind === "encrypted" && session.interactive) {
        hint(session.output, `Write these words down; they are shown once and restore the key:\n  ${mnemonic}`);
      }
    });

  key
    .command("multisig")
    .description("keep a multisig: an address for which some of several keys sign; everybody makes it from the same keys")
    .argument("<name>")
    .requiredOption("--threshold <number>", "how many have to sign")
    .option("--member <who>", "a key of yours, or NAME=PUBLICKEY (repeatable)", collect)
    .action(async (name: string, { threshold, member = [] }: { threshold: string; member?: string[] }, command: Command) => {
      const session = sessionOf(command);
      const { makeMultisig } = await import("../../multisig/index.ts");
      const members = await Promise.all(member.map((who) => memberOf(session, who)));
      const multisig = makeMultisig(Number(threshold), members);
      const info = await session.keyring.addMultisig(name, multisig);
      printObject(session.output, info, keyLines(info), info.address, undefined);
      hint(session.output, `give it a group:  daonetes group handover GROUP --to ${name}`);
    });

  key
    .command("export")
    .description("write a key to a file, encrypted as it is kept here")
    .argument("<name>")
    .argument("[file]", "- = standard output; default: NAME.key.json")
    .action(async (name: string, path: string | undefined, _options: object, command: Command) => {
      const session = sessionOf(command);
      const { encodeKeyFile } = await import("../key-file.ts");
      const kept = await session.keyring.export(name);
      const text = encodeKeyFile(name, kept);
      if (path === "-") {
        session.process.stdout(text);
        return;
      }
      const target = path ?? `${name}.key.json`;
      await writeFile(resolve(session.process.cwd, target), text, { mode: 0o600, flag: "wx" }).catch((error: unknown) => {
        throw new DaonetesError({ code: "DAO1047", kind: "usage", message: `${target} cannot be written: ${error instanceof Error ? error.message : String(error)}`, help: "name a file that is not there yet", cause: error });
      });
      done(session.output, `${target}   ${name} ${kept.address}`);
      if (kept.kind === "test") hint(session.output, "! its words are in it as plain text, as in the test keyring");
    });

  key
    .command("import")
    .description("take over a key that was exported; its passphrase stays the same")
    .argument("<file>", "- = standard input")
    .option("--name <name>", "what to call it here; default: as it was called")
    .action(async (path: string, { name }: { name?: string }, command: Command) => {
      const session = sessionOf(command);
      const { decodeKeyFile } = await import("../key-file.ts");
      const text = path === "-" ? await session.process.readStdin() : await readFile(resolve(session.process.cwd, path), "utf8").catch((error: unknown) => unreadable(path, error));
      const { name: former, key: file } = await decodeKeyFile(text, path);
      const info = await session.keyring.import(name ?? former, file);
      printObject(session.output, info, keyLines(info), info.address, undefined);
    });

  key
    .command("list")
    .description("list the keys")
    .action(async (_options: object, command: Command) => {
      const session = sessionOf(command);
      const columns = [
        { title: "NAME", value: ({ name }: { name: string }) => name },
        { title: "ADDRESS", value: ({ address }: { address: string }) => address },
        { title: "KEYRING", value: ({ kind }: { kind: string }) => kind },
      ];
      printList(session.output, await session.keyring.list(), columns as never, ({ name }) => name, undefined, "no keys yet: daonetes key add NAME");
    });

  key
    .command("show")
    .description("show a key's address and public key")
    .argument("<name>")
    .action(async (name: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      const info = await session.keyring.show(name);
      printObject(session.output, info, keyLines(info), info.address, undefined);
    });

  key
    .command("remove")
    .description("remove a key from this computer")
    .argument("<name>")
    .action(async (name: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      if (!(await session.confirm(`Remove the key ${name}? Without its words it is lost`))) return;
      await session.keyring.remove(name);
      done(session.output, `key ${name} removed`);
    });
}

function unreadable(path: string, cause: unknown): never {
  throw new DaonetesError({ code: "DAO2001", kind: "usage", message: `${path} cannot be read`, help: "is the path right?", cause });
}

function keyLines({ name, address, kind, pubkey, multisig }: KeyInfo): [string, string][] {
  const lines: [string, string][] = [["name", name], ["address", address], ["keyring", kind]];
  if (pubkey !== undefined) lines.push(["public key", pubkey]);
  if (multisig === undefined) return lines;
  return [...lines, ["signers", `${multisig.threshold} of ${multisig.members.length}`], ...multisig.members.map((member): [string, string] => ["", `${member.address}  ${member.name}  ${member.pubkey}`])];
}

/** A member by the name of a key in this keyring, or by a name and a public key. */
async function memberOf(session: Session, who: string): Promise<{ name: string; pubkey: string }> {
  const [, name, pubkey] = /^(?<name>[^=]{1,40})=(?<pubkey>.+)$/.exec(who) ?? [];
  if (name !== undefined && pubkey !== undefined) return { name, pubkey };
  const { multisig } = await session.keyring.show(who);
  if (multisig === undefined) return { name: who, pubkey: await session.keyring.publicKey(who) };
  throw new DaonetesError({ code: "DAO1040", kind: "usage", message: `${who} is a multisig itself`, help: "members are single keys; several organisations decide together in a council: daonetes council create" });
}
