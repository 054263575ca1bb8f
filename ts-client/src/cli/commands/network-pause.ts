import type { Command } from "commander";
import { admissionMessages, DaonetesError } from "../../index.ts";
import { actingFor } from "../acting.ts";
import type { SessionOf } from "../command.ts";
import { done, hint } from "../output.ts";
import { ruleName, ruleTypes } from "../rule-names.ts";
import { txText } from "../tx-text.ts";

/** Without these nobody could resume: the chain never pauses them. */
const NEVER_PAUSED = /^\/daonetes\.(?:admission\.v1\.|council\.v1\.Msg(?:Submit|Approve|Reject|Withdraw)$|valset\.v1\.Msg(?:Propose|Accept)NetworkAuthority$)/;
/** What every device of every group sends: without them the chain hears of none. */
const OF_DEVICES = /^\/daonetes\.(?:workload\.v1\.Msg(?:ClaimEpoch|Report|RenewLease)|workgroup\.v1\.MsgAnnounceDevice)$/;

/** `network pause` and `network resume`: types of messages that nobody may send for a while. */
export function registerNetworkPause(network: Command, sessionOf: SessionOf): void {
  network
    .command("pause")
    .description("stop kinds of messages on the whole network, whoever sends them and however")
    .argument("<kinds...>", "such as create-group, deploy, or a type such as /daonetes.workload.v1.MsgReport")
    .action(async (kinds: string[], _options: object, command: Command) => {
      const session = sessionOf(command);
      const client = await session.client();
      const [types, paused] = [await typesOf(kinds), await client.admission.paused()];
      const needed = types.filter((typeUrl) => NEVER_PAUSED.test(typeUrl));
      if (needed.length > 0) {
        throw new DaonetesError({ code: "DAO3071", kind: "denied", message: `${names(needed)} cannot be paused: without it nobody could resume`, help: "leave it out; nothing was sent" });
      }
      refuseListed(types.filter((typeUrl) => paused.includes(typeUrl)), "paused already");
      const acting = await actingFor(session, await client.valset.authority(), "the network");
      const ofDevices = types.filter((typeUrl) => OF_DEVICES.test(typeUrl));
      if (ofDevices.length > 0) {
        const question = `${names(ofDevices)}: devices send it. Their leases run out and what may move moves, though they run on. Pause it?`;
        if (!(await session.confirm(question))) return;
      }
      const outcome = await acting.send([admissionMessages.pause({ authority: acting.authority, typeUrls: types })]);
      if (outcome === undefined) return;
      done(session.output, `paused: ${names(types)}    ${txText(outcome)}`);
      hint(session.output, `take them again:  daonetes network resume ${kinds.join(" ")}`);
    });

  network
    .command("resume")
    .description("take paused kinds of messages again")
    .argument("[kinds...]", "as for pause")
    .option("--all", "all that are paused")
    .action(async (kinds: string[], { all }: { all?: boolean }, command: Command) => {
      const session = sessionOf(command);
      const client = await session.client();
      const paused = await client.admission.paused();
      if ((kinds.length === 0) === (all === undefined)) {
        throw new DaonetesError({ code: "DAO1055", kind: "usage", message: "which kinds of messages?", help: `name some, or --all; paused now: ${paused.map(ruleName).join(", ") || "nothing"}` });
      }
      const types = all === true ? paused : await typesOf(kinds);
      if (types.length === 0) throw refused("nothing is paused");
      refuseListed(types.filter((typeUrl) => !paused.includes(typeUrl)), "not paused");
      const acting = await actingFor(session, await client.valset.authority(), "the network");
      const outcome = await acting.send([admissionMessages.resume({ authority: acting.authority, typeUrls: types })]);
      if (outcome !== undefined) done(session.output, `taken again: ${names(types)}    ${txText(outcome)}`);
    });
}

/** The types of all names, each once. @throws DaonetesError DAO1031 for a name that is none */
async function typesOf(kinds: readonly string[]): Promise<string[]> {
  return [...new Set((await Promise.all(kinds.map((kind) => ruleTypes(kind)))).flat())];
}

function names(types: readonly string[]): string {
  return types.map(ruleName).join(", ");
}

function refuseListed(types: readonly string[], why: string): void {
  if (types.length > 0) throw refused(`${names(types)}: ${why}`);
}

function refused(message: string): DaonetesError {
  return new DaonetesError({ code: "DAO3072", kind: "conflict", message, help: "see what is paused: daonetes network status; nothing was sent" });
}
