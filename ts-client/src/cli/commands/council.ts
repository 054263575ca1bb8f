import type { Command } from "commander";
import { council as types, councilMessages, DaonetesError, neededWeight, responseOf, STRICT_TYPES } from "../../index.ts";
import { actingFor } from "../acting.ts";
import type { SessionOf } from "../command.ts";
import { changeMessages, type CouncilFlags, currentShape, shapeOf } from "../council-input.ts";
import { secondsText } from "../describe/description.ts";
import { done, hint, printList, printObject } from "../output.ts";
import { People } from "../people.ts";
import { weightText } from "../proposal-text.ts";
import { ruleName } from "../rule-names.ts";
import type { Session } from "../session.ts";
import { txText } from "../tx-text.ts";
import { collect } from "./ticket.ts";

const CREATED = "/daonetes.council.v1.MsgCreateCouncilResponse";

/** `council`: many keys, one address. */
export function registerCouncil(program: Command, sessionOf: SessionOf): void {
  const council = program.command("council").description("councils: many keys, one address");

  addMemberFlags(addRuleFlags(council.command("create").description("create a council").argument("<name>")))
    .option("--metadata <text>", "text for people")
    .action(async (name: string, flags: CouncilFlags, command: Command) => {
      const session = sessionOf(command);
      if (flags.member === undefined || flags.threshold === undefined) {
        throw new DaonetesError({ code: "DAO1039", kind: "usage", message: "a council needs members and a threshold", help: "--member alice --member bob=daonet1.. --threshold 2" });
      }
      const shape = await shapeOf(session, flags);
      const sender = await session.sender();
      const message = councilMessages.createCouncil({ ...shape, creator: sender.address, name, votingPeriod: { seconds: shape.votingPeriod } });
      const outcome = await sender.send([message], { gas: await sender.estimateGas([message]) });
      if (outcome === undefined) return;
      const { councilId, address } = responseOf(outcome, 0, CREATED, types.MsgCreateCouncilResponse);
      const created = await sender.client.council.council(councilId);
      done(session.output, `council ${name} (${address})   ${rulesText(created)}    ${txText(outcome)}`);
      hint(session.output, `give it a group:  daonetes group handover GROUP --to ${name}`);
      if (session.output.format !== "table") printObject(session.output, { id: String(councilId), name, address }, [], name, outcome.height);
    });

  council
    .command("list")
    .description("list the councils")
    .option("--mine", "only those that this key is a member of")
    .action(async ({ mine }: { mine?: boolean }, command: Command) => {
      const session = sessionOf(command);
      const client = await session.client();
      const member = mine === true ? (await session.keyring.show(await session.keyName())).address : "";
      const columns = [
        { title: "ID", value: (item: types.Council) => String(item.id) },
        { title: "NAME", value: (item: types.Council) => item.name },
        { title: "MEMBERS", value: (item: types.Council) => String(item.members.length) },
        { title: "DEFAULT", value: (item: types.Council) => weightText(item, item.defaultThreshold) },
        { title: "ADDRESS", value: (item: types.Council) => item.address },
      ];
      const empty = "no councils yet: daonetes council create NAME --member .. --threshold N";
      printList(session.output, await client.council.councils(member), columns, ({ name }) => name, (await client.status()).height, empty);
    });

  council
    .command("show")
    .description("show a council")
    .argument("<council>", "name, id or address")
    .action(async (name: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      const client = await session.client();
      const found = await client.council.council(name);
      const people = await People.of(session, found);
      const [groups, open] = await Promise.all([
        client.workgroup.groups(found.address),
        client.council.proposals(found.id, types.ProposalStatus.PROPOSAL_STATUS_OPEN),
      ]);
      const lines: [string, string][] = [
        ["id", String(found.id)],
        ["name", found.name],
        ["address", found.address],
        ["version", String(found.version)],
        ["members", found.members.map(({ address, weight }) => `${people.name(address)}${weight === 1n ? "" : ` (${weight})`}`).join(", ")],
        ["rules", rulesText(found)],
        ["proposals end", `after ${secondsText(found.votingPeriod)}`],
        ["open", open.map(({ id }) => String(id)).join(", ") || "none"],
        ["groups", groups.map((group) => group.name).join(", ") || "none"],
        ["metadata", found.metadata || "-"],
      ];
      printObject(session.output, { ...found, groups: groups.map((group) => group.name), open: open.map(({ id }) => String(id)) }, lines, found.name, (await client.status()).height);
    });

  addMemberFlags(addRuleFlags(council.command("members").description("list the members; with flags, propose others").argument("<council>", "name, id or address")))
    .option("--remove <name>", "member who leaves (repeatable)", collect)
    .action(async (name: string, flags: CouncilFlags, command: Command) => {
      const session = sessionOf(command);
      const client = await session.client();
      const found = await client.council.council(name);
      if (isChange(flags)) return change(session, found, flags);
      const columns = [
        { title: "NAME", value: (item: types.Member) => item.name || "-" },
        { title: "WEIGHT", value: (item: types.Member) => String(item.weight) },
        { title: "ADDRESS", value: (item: types.Member) => item.address },
      ];
      printList(session.output, found.members, columns, ({ name: member, address }) => member || address, (await client.status()).height, "");
    });

  addRuleFlags(council.command("rules").description("list the rules; with flags, propose others").argument("<council>", "name, id or address"))
    .option("--drop-rule <what>", "needs the default again (repeatable)", collect)
    .option("--metadata <text>", "text for people")
    .action(async (name: string, flags: CouncilFlags, command: Command) => {
      const session = sessionOf(command);
      const client = await session.client();
      const found = await client.council.council(name);
      if (isChange(flags)) return change(session, found, flags);
      const types = [...new Set([...found.rules.map(({ typeUrl }) => typeUrl), ...STRICT_TYPES])];
      const rows = [
        { rule: "default", type: "", needs: found.defaultThreshold },
        ...types.map((typeUrl) => ({ rule: ruleName(typeUrl), type: typeUrl, needs: neededWeight(found, [typeUrl]) })),
      ];
      const columns = [
        { title: "RULE", value: (item: (typeof rows)[number]) => item.rule },
        { title: "NEEDS", value: (item: (typeof rows)[number]) => weightText(found, item.needs) },
        { title: "MESSAGE", value: (item: (typeof rows)[number]) => item.type || "every other message", wide: true },
      ];
      printList(session.output, rows, columns, ({ rule }) => rule, (await client.status()).height, "");
    });
}

function addMemberFlags(command: Command): Command {
  return command.option("--member <who>", "NAME of a key or council, NAME=ADDRESS or ADDRESS; :2 behind it for a weight (repeatable)", collect);
}

function addRuleFlags(command: Command): Command {
  return command
    .option("--threshold <count>", "how much what has no rule needs")
    .option("--rule <what=count>", "how much one kind of message needs, such as pause=1 (repeatable)", collect)
    .option("--voting-period <duration>", "how long a proposal stays open");
}

function isChange(flags: CouncilFlags): boolean {
  return Object.keys(flags).some((flag) => ["member", "remove", "threshold", "rule", "dropRule", "votingPeriod", "metadata"].includes(flag) && flags[flag as keyof CouncilFlags] !== undefined);
}

/** Proposes to turn a council into what the flags ask for. */
async function change(session: Session, council: types.Council, flags: CouncilFlags): Promise<void> {
  const messages = changeMessages(council, await shapeOf(session, flags, currentShape(council)));
  if (messages.length === 0) {
    done(session.output, `${council.name} is so already`);
    return;
  }
  const acting = await actingFor(session, council.address, council.name);
  const outcome = await acting.send(messages);
  if (outcome === undefined) return;
  const after = await acting.sender.client.council.council(council.id);
  done(session.output, `council ${council.name} is at version ${after.version}   ${rulesText(after)}    ${txText(outcome)}`);
}

/** `default 2 of 3, pause 1 of 3, change-authority 3 of 3`. */
function rulesText(council: types.Council): string {
  return [
    `default ${weightText(council, council.defaultThreshold)}`,
    ...council.rules.map(({ typeUrl, threshold }) => `${ruleName(typeUrl)} ${weightText(council, threshold)}`),
  ].join(", ");
}
