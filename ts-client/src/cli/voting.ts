import type { EncodeObject } from "@cosmjs/proto-signing";
import { council as types, councilMessages, DaonetesError, responseOf, type TxDone } from "../index.ts";
import { actingFor, memberSender, passes } from "./acting.ts";
import { seatWithin } from "./nesting.ts";
import type { Session } from "./session.ts";

/** Whose vote a command casts: a key's own, or that of a multisig or council which the key is in. */
export interface Voter {
  /** The member of the proposal's council. */
  member: string;
  /**
   * @param along messages of the member that go behind the vote, if the chain takes them; a nested council sends none
   * @returns undefined when signatures are missing, which was said
   */
  cast(message: EncodeObject, along?: readonly EncodeObject[]): Promise<TxDone | undefined>;
}

/**
 * The voter of this key in a council: the key itself, a multisig that it is a part of, or a council that is a member and
 * that the key is in, directly or through others.
 * @throws DaonetesError DAO3020 when it is neither
 */
export async function voterIn(session: Session, council: types.Council): Promise<Voter> {
  const sender = await session.sender();
  const own = await memberSender(session, sender, council);
  if (own !== undefined) {
    return {
      member: own.address,
      // The approval that is enough carries the proposal out: what would fail is said before anything is signed.
      cast: async (message, along = []) => {
        const all = along.length === 0 ? undefined : await passes(own, [message, ...along]);
        return all === undefined ? own.send([message], { gas: await own.estimateGas([message]) }) : own.send([message, ...along], all);
      },
    };
  }
  const seat = await seatWithin(session, sender, council);
  if (seat !== undefined) {
    const acting = await actingFor(session, seat.address, seat.name);
    return { member: seat.address, cast: (message) => acting.send([message]) };
  }
  throw new DaonetesError({
    code: "DAO3020",
    kind: "denied",
    message: `${sender.address} is no member of the council ${council.name}`,
    help: `see who is: daonetes council members ${council.name}; sign with another key: --key`,
  });
}

/** A vote for a proposal, bound to the messages that were looked at. */
export function approvalOf(member: string, { id, messagesHash }: types.Proposal): EncodeObject {
  return councilMessages.approve({ member, proposalId: id, messagesHash });
}

/** What became of the proposal with a vote. */
export function outcomeOf(outcome: TxDone, typeUrl: string, codec: { decode(bytes: Uint8Array): { outcome: types.Outcome | undefined } }): types.Outcome {
  return responseOf(outcome, 0, typeUrl, codec).outcome as types.Outcome;
}

/** Numbers of the proposals that messages made or voted for. @param responses what the messages answered, in their order */
export function proposalsBehind(messages: readonly EncodeObject[], responses: readonly types.Any[]): bigint[] {
  return messages.flatMap(({ typeUrl, value }, index) => {
    const answer = responses[index];
    if (typeUrl === "/daonetes.council.v1.MsgSubmit" && answer !== undefined) return [types.MsgSubmitResponse.decode(answer.value).proposalId];
    return typeUrl === "/daonetes.council.v1.MsgApprove" ? [(value as types.MsgApprove).proposalId] : [];
  });
}
