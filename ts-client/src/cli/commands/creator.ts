import type { Command } from "commander";
import { DaonetesError, workgroup as types, workgroupMessages } from "../../index.ts";
import { actingFor } from "../acting.ts";
import { addressOf } from "../addressee.ts";
import type { SessionOf } from "../command.ts";
import { done, hint, printList } from "../output.ts";
import { txText } from "../tx-text.ts";

/** `creator`: who may create groups and councils. */
export function registerCreator(program: Command, sessionOf: SessionOf): void {
  const creator = program.command("creator").description("who may create groups and councils");

  creator
    .command("list")
    .description("list the creators")
    .action(async (_options: object, command: Command) => {
      const session = sessionOf(command);
      const client = await session.client();
      const [creators, params] = await Promise.all([client.workgroup.creators(), client.workgroup.params()]);
      const keys = await session.keyring.list();
      const keyOf = (address: string): string => keys.find((key) => key.address === address)?.name ?? "-";
      const columns = [
        { title: "ADDRESS", value: ({ address }: types.Creator) => address },
        { title: "KEY", value: ({ address }: types.Creator) => keyOf(address) },
      ];
      printList(session.output, creators, columns, ({ address }) => address, (await client.status()).height, "no creators: daonetes creator add WHOM");
      if (params.groupCreation === types.CreationRule.CREATION_RULE_REGISTERED) hint(session.output, "this network lets every account create groups and councils");
    });

  creator
    .command("add")
    .description("let somebody create groups and councils; their account is made")
    .argument("<whom>", "address, council or key")
    .action(async (whom: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      const client = await session.client();
      const address = await addressOf(session, whom);
      if ((await client.workgroup.creators()).some((known) => known.address === address)) {
        throw new DaonetesError({ code: "DAO3067", kind: "conflict", message: `${whom} may create groups already`, help: "daonetes creator list; nothing was sent" });
      }
      const acting = await actingFor(session, await client.valset.authority(), "the network");
      const outcome = await acting.send([workgroupMessages.addCreator({ authority: acting.authority, creator: address })]);
      if (outcome !== undefined) done(session.output, `${whom} may create groups and councils    ${txText(outcome)}`);
    });

  creator
    .command("remove")
    .description("take that back; what they created stays")
    .argument("<whom>", "address, council or key")
    .action(async (whom: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      const client = await session.client();
      const address = await addressOf(session, whom);
      if (!(await client.workgroup.creators()).some((known) => known.address === address)) {
        throw new DaonetesError({ code: "DAO3068", kind: "not_found", message: `${whom} is no creator`, help: "daonetes creator list; nothing was sent" });
      }
      const acting = await actingFor(session, await client.valset.authority(), "the network");
      const outcome = await acting.send([workgroupMessages.removeCreator({ authority: acting.authority, creator: address })]);
      if (outcome !== undefined) done(session.output, `${whom} creates no more groups or councils    ${txText(outcome)}`);
    });
}
