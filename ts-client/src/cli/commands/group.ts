import type { Command } from "commander";
import { DaonetesError, responseOf, type workgroup, workgroup as types, workgroupMessages } from "../../index.ts";
import { actingFor, councilOfMember } from "../acting.ts";
import { addressOf } from "../addressee.ts";
import type { SessionOf } from "../command.ts";
import { done, hint, printList, printObject, short } from "../output.ts";
import { parseDuration, type Session } from "../session.ts";
import { txText } from "../tx-text.ts";
import { collect } from "./ticket.ts";

const POLICY_TYPE = "/daonetes.workgroup.v1.MsgCreateGroupResponse";

interface UpdateFlags {
  publisher?: string[];
  publishers: boolean;
  operator?: string[];
  operators: boolean;
  metadata?: string;
}

/** `group`: work groups. */
export function registerGroup(program: Command, sessionOf: SessionOf): void {
  const group = program.command("group").description("work groups");

  group
    .command("create")
    .description("create a group under this key and make it the default")
    .argument("<name>")
    .option("--lease <duration>", "how long a device counts as reachable after its last word")
    .option("--offline-stop-after <duration>", "stop workloads after this time without the chain; default: keep running")
    .option("--metadata <text>", "text for people", "")
    .action(async (name: string, options: { lease?: string; offlineStopAfter?: string; metadata: string }, command: Command) => {
      const session = sessionOf(command);
      const sender = await session.sender();
      const message = workgroupMessages.createGroup({
        creator: sender.address,
        name,
        metadata: options.metadata,
        policy: {
          ...(options.lease === undefined ? {} : { lease: { seconds: BigInt(parseDuration(options.lease)) } }),
          ...(options.offlineStopAfter === undefined
            ? {}
            : { offlineDefault: { stopAfter: { seconds: BigInt(parseDuration(options.offlineStopAfter)) } } }),
        },
      });
      const outcome = await sender.send([message], { timeoutMs: session.waitMs(30) });
      if (outcome === undefined) return;
      const { groupId } = responseOf(outcome, 0, POLICY_TYPE, types.MsgCreateGroupResponse);
      await useGroup(session, name);
      done(session.output, `group ${name}    authority ${await session.keyName()} (${short(sender.address)})    ${txText(outcome)}`);
      if (session.output.format !== "table") printObject(session.output, { id: String(groupId), name }, [], name, outcome.height);
    });

  group
    .command("list")
    .description("list the groups")
    .option("--mine", "only those under this key")
    .action(async ({ mine }: { mine?: boolean }, command: Command) => {
      const session = sessionOf(command);
      const client = await session.client();
      const authority = mine === true ? (await session.keyring.show(await session.keyName())).address : "";
      const groups = await client.workgroup.groups(authority);
      const columns = [
        { title: "ID", value: (item: workgroup.Group) => String(item.id) },
        { title: "NAME", value: (item: workgroup.Group) => item.name },
        { title: "AUTHORITY", value: (item: workgroup.Group) => item.authority },
        { title: "STATE", value: (item: workgroup.Group) => (item.closed ? "closed" : item.pendingAuthority === "" ? "open" : "hand-over open") },
      ];
      printList(session.output, groups, columns, ({ name }) => name, (await client.status()).height, "no groups yet: daonetes group create NAME");
    });

  group
    .command("show")
    .description("show a group")
    .argument("[name]", "name or id; without one, the default group")
    .action(async (name: string | undefined, _options: object, command: Command) => {
      const session = sessionOf(command);
      const client = await session.client();
      const found = name === undefined ? await session.group() : await client.workgroup.group(name);
      const lines: [string, string][] = [
        ["id", String(found.id)],
        ["name", found.name],
        ["authority", found.authority],
        ["offered to", found.pendingAuthority || "-"],
        ["publishers", found.publishers.join(", ") || "-"],
        ["operators", found.operators.join(", ") || "-"],
        ["lease", found.policy?.lease?.seconds ? `${found.policy.lease.seconds} s` : "network default"],
        ["offline", found.policy?.offlineDefault?.stopAfter?.seconds ? `stop after ${found.policy.offlineDefault.stopAfter.seconds} s` : "keep running"],
        ["metadata", found.metadata || "-"],
        ["state", found.closed ? "closed" : "open"],
      ];
      printObject(session.output, found, lines, found.name, (await client.status()).height);
    });

  group
    .command("use")
    .description("make a group the default of this context")
    .argument("<name>")
    .action(async (name: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      const found = await (await session.client()).workgroup.group(name);
      await useGroup(session, found.name);
      done(session.output, `default group ${found.name}`);
    });

  group
    .command("update")
    .description("say who may stage content for a group and who runs it; lists are replaced")
    .argument("<name>")
    .option("--publisher <who>", "key, council or address that may stage specs and files, nothing else (repeatable)", collect)
    .option("--no-publishers", "nobody but the authority stages")
    .option("--operator <who>", "key, council or address that may stage content and register a recipient (repeatable)", collect)
    .option("--no-operators", "no operators")
    .option("--metadata <text>", "text for people")
    .action(async (name: string, flags: UpdateFlags, command: Command) => {
      const session = sessionOf(command);
      const found = await (await session.client()).workgroup.group(name);
      const lists = async (flag: string[] | undefined, none: boolean, present: string[]): Promise<string[]> =>
        none ? [] : flag === undefined ? present : [...new Set(await Promise.all(flag.map((who) => addressOf(session, who))))].sort();
      const acting = await actingFor(session, found.authority, found.name);
      const message = workgroupMessages.updateGroup({
        authority: acting.authority,
        groupId: found.id,
        policy: found.policy ?? {},
        metadata: flags.metadata ?? found.metadata,
        publishers: await lists(flags.publisher, !flags.publishers, found.publishers),
        operators: await lists(flags.operator, !flags.operators, found.operators),
      });
      const outcome = await acting.send([message]);
      if (outcome !== undefined) done(session.output, `group ${found.name} updated    ${txText(outcome)}`);
    });

  group
    .command("handover")
    .description("offer the authority over a group to a key, multisig or council; a council that this key is in gets the acceptance as a proposal")
    .argument("<name>")
    .requiredOption("--to <whom>", "address, council or key that takes over")
    .action(async (name: string, { to }: { to: string }, command: Command) => {
      const session = sessionOf(command);
      const client = await session.client();
      const { id, authority, pendingAuthority, name: groupName } = await client.workgroup.group(name);
      const newAuthority = await addressOf(session, to);
      if (pendingAuthority !== newAuthority) {
        const acting = await actingFor(session, authority, groupName);
        const outcome = await acting.send([workgroupMessages.proposeAuthority({ authority: acting.authority, groupId: id, newAuthority })]);
        if (outcome === undefined) {
          hint(session.output, `then, by whoever takes over:  daonetes group accept ${groupName}`);
          return;
        }
        done(session.output, `group ${groupName} offered to ${to}    ${txText(outcome)}`);
      }
      const council = await councilOfMember(session, newAuthority);
      if (council !== undefined) await accept(session, groupName);
      else hint(session.output, `whoever takes over:  daonetes group accept ${groupName}`);
    });

  group
    .command("accept")
    .description("take an offered authority over a group over, as a key or for a council")
    .argument("<name>")
    .action(async (name: string, _options: object, command: Command) => accept(sessionOf(command), name));

  group
    .command("close")
    .description("close a group without deployments and devices for ever")
    .argument("<name>")
    .action(async (name: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      const { id, authority, name: groupName } = await (await session.client()).workgroup.group(name);
      const acting = await actingFor(session, authority, groupName);
      if (!(await session.confirm(`Close the group ${groupName} for ever?`))) return;
      const outcome = await acting.send([workgroupMessages.closeGroup({ authority: acting.authority, groupId: id })]);
      if (outcome !== undefined) done(session.output, `group ${groupName} closed    ${txText(outcome)}`);
    });
}

/** Takes an offered authority over: at once, or by a proposal of the council that it was offered to. */
async function accept(session: Session, name: string): Promise<void> {
  const { id, authority, pendingAuthority, name: groupName } = await (await session.client()).workgroup.group(name);
  if (pendingAuthority === "") {
    throw new DaonetesError({
      code: "DAO3013",
      kind: "conflict",
      message: `the authority over ${groupName} is offered to nobody; it is ${authority}`,
      help: `the present authority offers it: daonetes group handover ${groupName} --to WHOM`,
    });
  }
  const acting = await actingFor(session, pendingAuthority, `${groupName}, once accepted,`);
  const outcome = await acting.send([workgroupMessages.acceptAuthority({ authority: acting.authority, groupId: id })]);
  if (outcome === undefined) return;
  done(session.output, `group ${groupName} belongs to ${acting.council?.name ?? short(acting.authority)}; no device was touched    ${txText(outcome)}`);
}

async function useGroup(session: ReturnType<SessionOf>, name: string): Promise<void> {
  const { name: contextName } = await session.context();
  const file = await session.config.contexts();
  const context = file.contexts[contextName];
  if (context === undefined) return;
  context.group = name;
  await session.config.writeContexts(file);
}
