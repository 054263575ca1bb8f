import type { Command } from "commander";
import type { workgroup } from "../../index.ts";
import { DaonetesError, workgroupMessages } from "../../index.ts";
import { actingFor } from "../acting.ts";
import type { SessionOf } from "../command.ts";
import { done, hint, printList, printObject } from "../output.ts";
import { parseDuration } from "../session.ts";
import { createTicket } from "../tickets.ts";
import { txText } from "../tx-text.ts";

interface CreateFlags {
  tag: string[];
  ttl: string;
  uses: string;
  autoApprove?: boolean;
}

/** `ticket`: keys with which new devices join. */
export function registerTicket(program: Command, sessionOf: SessionOf): void {
  const ticket = program.command("ticket").description("tickets with which new devices join");

  ticket
    .command("create")
    .description("create a ticket and print its text, once")
    .option("--tag <key=value>", "tag of each device that joins with it (repeatable)", collect, [])
    .option("--ttl <duration>", "how long it is good", "1h")
    .option("--uses <count>", "how many devices may join with it", "1")
    .option("--auto-approve", "admit devices as they join")
    .action(async (flags: CreateFlags, command: Command) => {
      const session = sessionOf(command);
      const group = await session.group();
      const { gateway, genesisHash } = await session.context();
      const created = await createTicket(await actingFor(session, group.authority, group.name), group, gateway, genesisHash, {
        tags: flags.tag,
        ttlSeconds: parseDuration(flags.ttl),
        maxUses: Number(flags.uses),
        autoApprove: flags.autoApprove === true,
      });
      if (created.outcome === undefined) {
        hint(session.output, "keep this text: it is good once the proposal is approved");
        if (session.output.format === "table") session.output.out(created.text);
        return;
      }
      done(session.output, `ticket ${created.id ?? ""}    ${txText(created.outcome)}`);
      if (session.output.format === "table" || session.output.format === "name") session.output.out(created.text);
      else printObject(session.output, { id: String(created.id), ticket: created.text, address: created.address }, [], created.text, created.outcome.height);
    });

  ticket
    .command("list")
    .description("list the tickets of the group")
    .action(async (_options: object, command: Command) => {
      const session = sessionOf(command);
      const client = await session.client();
      const tickets = await client.workgroup.tickets((await session.group()).id);
      const columns = [
        { title: "ID", value: (item: workgroup.Ticket) => String(item.id) },
        { title: "USES", value: (item: workgroup.Ticket) => `${item.uses} of ${item.maxUses}` },
        { title: "TAGS", value: (item: workgroup.Ticket) => item.tags.join(",") || "-" },
        { title: "ADMITS", value: (item: workgroup.Ticket) => (item.autoApprove ? "at once" : "after approval") },
        { title: "ENDS", value: (item: workgroup.Ticket) => (item.revoked ? "revoked" : new Date(Number(item.expiresAt?.seconds ?? 0n) * 1000).toISOString()) },
      ];
      printList(session.output, tickets, columns, ({ id }) => String(id), (await client.status()).height, "no tickets: daonetes ticket create");
    });

  ticket
    .command("revoke")
    .description("end a ticket at once")
    .argument("<id>")
    .action(async (id: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      if (!/^\d+$/.test(id)) throw new DaonetesError({ code: "DAO1017", kind: "usage", message: `"${id}" is no id of a ticket`, help: "daonetes ticket list" });
      const { groupId } = await (await session.client()).workgroup.ticket(BigInt(id));
      const group = await (await session.client()).workgroup.group(groupId);
      const acting = await actingFor(session, group.authority, group.name);
      const outcome = await acting.send([workgroupMessages.revokeTicket({ authority: acting.authority, ticketId: BigInt(id) })]);
      if (outcome !== undefined) done(session.output, `ticket ${id} revoked    ${txText(outcome)}`);
    });
}

/** Gathers a repeatable option. */
export function collect(value: string, all: string[] | undefined): string[] {
  return [...(all ?? []), value];
}
