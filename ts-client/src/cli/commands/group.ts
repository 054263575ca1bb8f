import type { Command } from "commander";
import { responseOf, type workgroup, workgroup as types, workgroupMessages } from "../../index.ts";
import type { SessionOf } from "../command.ts";
import { done, printList, printObject, short } from "../output.ts";
import { parseDuration } from "../session.ts";
import { txText } from "../tx-text.ts";

const POLICY_TYPE = "/daonetes.workgroup.v1.MsgCreateGroupResponse";

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
      const signing = await session.signing();
      const message = workgroupMessages.createGroup({
        creator: signing.address,
        name,
        metadata: options.metadata,
        policy: {
          ...(options.lease === undefined ? {} : { lease: { seconds: BigInt(parseDuration(options.lease)) } }),
          ...(options.offlineStopAfter === undefined
            ? {}
            : { offlineDefault: { stopAfter: { seconds: BigInt(parseDuration(options.offlineStopAfter)) } } }),
        },
      });
      const outcome = await signing.send([message], { timeoutMs: session.waitMs(30) });
      const { groupId } = responseOf(outcome, 0, POLICY_TYPE, types.MsgCreateGroupResponse);
      await useGroup(session, name);
      done(session.output, `group ${name}    authority ${await session.keyName()} (${short(signing.address)})    ${txText(outcome)}`);
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
    .command("handover")
    .description("offer the authority over a group to another address; it takes it with: group accept")
    .argument("<name>")
    .requiredOption("--to <address>", "address of the new authority")
    .action(async (name: string, { to }: { to: string }, command: Command) => {
      const session = sessionOf(command);
      const signing = await session.signing();
      const { id } = await signing.client.workgroup.group(name);
      const outcome = await signing.send([workgroupMessages.proposeAuthority({ authority: signing.address, groupId: id, newAuthority: to })]);
      done(session.output, `group ${name} offered to ${short(to)}    ${txText(outcome)}`);
    });

  group
    .command("accept")
    .description("take an offered authority over a group over")
    .argument("<name>")
    .action(async (name: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      const signing = await session.signing();
      const { id } = await signing.client.workgroup.group(name);
      const outcome = await signing.send([workgroupMessages.acceptAuthority({ authority: signing.address, groupId: id })]);
      done(session.output, `group ${name} belongs to ${short(signing.address)}    ${txText(outcome)}`);
    });

  group
    .command("close")
    .description("close a group without deployments and devices for ever")
    .argument("<name>")
    .action(async (name: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      const signing = await session.signing();
      const { id } = await signing.client.workgroup.group(name);
      if (!(await session.confirm(`Close the group ${name} for ever?`))) return;
      const outcome = await signing.send([workgroupMessages.closeGroup({ authority: signing.address, groupId: id })]);
      done(session.output, `group ${name} closed    ${txText(outcome)}`);
    });
}

async function useGroup(session: ReturnType<SessionOf>, name: string): Promise<void> {
  const { name: contextName } = await session.context();
  const file = await session.config.contexts();
  const context = file.contexts[contextName];
  if (context === undefined) return;
  context.group = name;
  await session.config.writeContexts(file);
}
