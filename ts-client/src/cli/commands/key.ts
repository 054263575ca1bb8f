import type { Command } from "commander";
import type { SessionOf } from "../command.ts";
import { done, hint, printList, printObject } from "../output.ts";

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
      printObject(session.output, info, [["name", info.name], ["address", info.address], ["keyring", info.kind]], info.address, undefined);
      if (mnemonic !== undefined && info.kind === "encrypted" && session.interactive) {
        hint(session.output, `Write these words down; they are shown once and restore the key:\n  ${mnemonic}`);
      }
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
    .description("show a key's address")
    .argument("<name>")
    .action(async (name: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      const info = await session.keyring.show(name);
      printObject(session.output, info, [["name", info.name], ["address", info.address], ["keyring", info.kind]], info.address, undefined);
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
