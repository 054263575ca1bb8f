import type { Command } from "commander";
import type { SessionOf } from "../command.ts";

/** `tx`: transactions of a multisig, which several people sign, each on their own computer; and messages by hand. */
export function registerTx(program: Command, sessionOf: SessionOf): void {
  const tx = program.command("tx").description("transactions of a multisig: sign, collect, broadcast; messages by hand: raw");

  tx.command("sign")
    .description("show what a transaction does, and sign it; the signature becomes a file")
    .argument("<file>", "NAME-SEQUENCE.tx.json")
    .option("--offline", "without the network: what is signed is shown field by field")
    .action(async (path: string, { offline }: { offline?: boolean }, command: Command) => {
      const { signTx } = await import("../multisig-signing.ts");
      await signTx(sessionOf(command), path, offline === true);
    });

  tx.command("collect")
    .description("put signatures to a transaction; works without the network")
    .argument("<file>", "NAME-SEQUENCE.tx.json")
    .argument("[signatures...]", "files of `tx sign`; without them, those beside the file")
    .action(async (path: string, signatures: string[], _options: object, command: Command) => {
      const { collectTx } = await import("../multisig-signing.ts");
      await collectTx(sessionOf(command), path, signatures);
    });

  tx.command("broadcast")
    .description("send a transaction that has its signatures, and wait until it is in a block")
    .argument("<file>", "NAME-SEQUENCE.signed.json")
    .action(async (path: string, _options: object, command: Command) => {
      const { broadcastTx } = await import("../multisig-signing.ts");
      await broadcastTx(sessionOf(command), path);
    });

  tx.command("raw")
    .description("show what messages do, and sign and send them, or propose them where their signer is a council")
    .argument("<file>", "messages in amino JSON; - = standard input")
    .action(async (path: string, _options: object, command: Command) => {
      const { sendRaw } = await import("../raw-tx.ts");
      await sendRaw(sessionOf(command), path);
    });
}
