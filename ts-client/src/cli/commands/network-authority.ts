import type { Command } from "commander";
import { DaonetesError, valsetMessages } from "../../index.ts";
import { actingFor, councilOfMember } from "../acting.ts";
import { addressOf } from "../addressee.ts";
import type { SessionOf } from "../command.ts";
import { done, hint, short } from "../output.ts";
import type { Session } from "../session.ts";
import { txText } from "../tx-text.ts";

/** `network handover` and `network accept`: the authority over the network changes hands in two steps. */
export function registerNetworkAuthority(network: Command, sessionOf: SessionOf): void {
  network
    .command("handover")
    .description("offer the authority over the network to a key, multisig or council; a council that this key is in gets the acceptance as a proposal")
    .option("--to <whom>", "address, council or key that takes over")
    .option("--cancel", "take an offer back")
    .action(async ({ to, cancel }: { to?: string; cancel?: boolean }, command: Command) => {
      const session = sessionOf(command);
      if ((to === undefined) === (cancel === undefined)) {
        throw new DaonetesError({ code: "DAO1054", kind: "usage", message: "who takes over?", help: "--to WHOM, or --cancel to take an offer back" });
      }
      if (to === undefined) await cancelOffer(session);
      else await offer(session, to);
    });

  network
    .command("accept")
    .description("take the offered authority over the network over, as a key or for a council")
    .action(async (_options: object, command: Command) => accept(sessionOf(command)));
}

async function offer(session: Session, to: string): Promise<void> {
  const { valset } = await session.client();
  const [{ authority, pendingAuthority }, newAuthority] = [await valset.authorities(), await addressOf(session, to)];
  if (newAuthority === authority) {
    throw new DaonetesError({ code: "DAO3069", kind: "conflict", message: `${to} is the authority over the network already`, help: "daonetes network status; nothing was sent" });
  }
  if (pendingAuthority !== newAuthority) {
    const acting = await actingFor(session, authority, "the network");
    if (pendingAuthority !== "") hint(session.output, `the offer to ${pendingAuthority} ends with this one`);
    const outcome = await acting.send([valsetMessages.proposeNetworkAuthority({ authority: acting.authority, newAuthority })]);
    if (outcome === undefined) {
      hint(session.output, "then, by whoever takes over:  daonetes network accept");
      return;
    }
    done(session.output, `the network is offered to ${to}; until they accept nothing changes    ${txText(outcome)}`);
  }
  if ((await councilOfMember(session, newAuthority)) !== undefined) await accept(session);
  else hint(session.output, "whoever takes over:  daonetes network accept");
}

/** Naming the present authority takes an offer back. */
async function cancelOffer(session: Session): Promise<void> {
  const { authority, pendingAuthority } = await (await session.client()).valset.authorities();
  if (pendingAuthority === "") throw nobodyWaits(authority);
  const acting = await actingFor(session, authority, "the network");
  const outcome = await acting.send([valsetMessages.proposeNetworkAuthority({ authority: acting.authority, newAuthority: authority })]);
  if (outcome !== undefined) done(session.output, `the network is offered to nobody    ${txText(outcome)}`);
}

/** Takes the offered authority over: at once, or by a proposal of the council that it was offered to. */
async function accept(session: Session): Promise<void> {
  const { authority, pendingAuthority } = await (await session.client()).valset.authorities();
  if (pendingAuthority === "") throw nobodyWaits(authority);
  const acting = await actingFor(session, pendingAuthority, "the network, once accepted,");
  const outcome = await acting.send([valsetMessages.acceptNetworkAuthority({ authority: acting.authority })]);
  if (outcome === undefined) return;
  done(session.output, `the network is governed by ${acting.council?.name ?? short(acting.authority)}    ${txText(outcome)}`);
}

function nobodyWaits(authority: string): DaonetesError {
  return new DaonetesError({
    code: "DAO3070",
    kind: "conflict",
    message: `the authority over the network is offered to nobody; it is ${authority}`,
    help: "the present authority offers it: daonetes network handover --to WHOM",
  });
}
