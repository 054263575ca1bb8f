import type { EncodeObject } from "@cosmjs/proto-signing";
import type { Command } from "commander";
import { council as types, councilMessages, DaonetesError, weightOf } from "../../index.ts";
import { actingFor } from "../acting.ts";
import type { SessionOf } from "../command.ts";
import { councilsAbove, ownAddresses } from "../nesting.ts";
import { done, hint, printList, printObject, visible } from "../output.ts";
import { People } from "../people.ts";
import { endsText, proposalDocument, statusText, tellOpen, tellPending, titleText, weightText } from "../proposal-text.ts";
import type { Review } from "../review.ts";
import type { Along } from "../secrets/along.ts";
import type { Session } from "../session.ts";
import { txText } from "../tx-text.ts";
import { approvalOf, outcomeOf, proposalsBehind, voterIn } from "../voting.ts";

const { ProposalStatus, Choice } = types;

interface Waiting {
  id: string;
  group: string;
  council: string;
  what: string;
  by: string;
  /** Weight of approvals that are missing. */
  needs: string;
  ends: string;
}

/** `inbox`, `approve`, `reject`, `withdraw`: proposals that wait for this person. */
export function registerApproval(program: Command, sessionOf: SessionOf): void {
  program
    .command("inbox")
    .description("proposals that wait for this key, in all its councils")
    .action(async (_options: object, command: Command) => {
      const session = sessionOf(command);
      const client = await session.client();
      const items = await inbox(session);
      const columns = [
        { title: "#", value: (item: Waiting) => item.id },
        { title: "GROUP", value: (item: Waiting) => item.group },
        { title: "WHAT", value: (item: Waiting) => item.what },
        { title: "BY", value: (item: Waiting) => item.by },
        { title: "NEEDS", value: (item: Waiting) => item.needs },
        { title: "ENDS", value: (item: Waiting) => item.ends },
        { title: "COUNCIL", value: (item: Waiting) => item.council, wide: true },
      ];
      printList(session.output, items, columns, ({ id }) => id, (await client.status()).height, "nothing waits for you");
    });

  program
    .command("approve")
    .description("show what a proposal does, and approve it; the approval that is enough carries it out")
    .argument("<number>")
    .action(async (text: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      const { proposalId, requireOpen, review, showReview, wouldFail } = await import("../review.ts");
      const found = await review(session, proposalId(text));
      const { council, details, people } = found;
      const { proposal } = details;
      if (proposal.status === ProposalStatus.PROPOSAL_STATUS_EXECUTED) {
        tellExecuted(session, found);
        return;
      }
      requireOpen(found);
      const voter = await voterIn(session, council);
      if (details.votes.some(({ member, choice }) => member === voter.member && choice === Choice.CHOICE_APPROVE)) {
        done(session.output, `${people.name(voter.member)} approved it already`);
        await tellPending(session, people, council, details, undefined);
        return;
      }
      showReview(session, found);
      const failure = await wouldFail(await session.client(), found);
      hint(session.output, failure === undefined ? "simulated now: it passes" : `! simulated now: it fails: ${visible(failure)}`);
      if (!(await session.confirm(`Approve as ${people.name(voter.member)}`))) return;
      try {
        const along = await alongWith(session, found, voter.member);
        const sent = await voter.cast(approvalOf(voter.member, proposal), along.messages);
        if (sent === undefined) return;
        const outcome = outcomeOf(sent, "/daonetes.council.v1.MsgApproveResponse", types.MsgApproveResponse);
        if (outcome.status !== ProposalStatus.PROPOSAL_STATUS_EXECUTED) {
          await tellPending(session, people, council, await (await session.client()).council.proposal(proposal.id), sent);
          return;
        }
        done(session.output, `approved ${weightText(council, outcome.yes, outcome.needed)}, executed in this transaction    ${txText(sent)}`);
        if (sent.responses.length > 1) await along.tell();
        await tellOthers(session, found.messages, outcome.responses);
        await sealAfter(session, found, sent.height);
        for (const { next } of found.descriptions) if (next !== undefined) hint(session.output, `Next:  ${next}`);
        if (session.output.format !== "table" && session.output.format !== "wide") {
          const after = await (await session.client()).council.proposal(proposal.id);
          printObject(session.output, proposalDocument(council, after, people), [], text, sent.height);
        }
      } catch (error) {
        if (!(error instanceof DaonetesError)) throw error;
        // Somebody else's approval may have come first, in the same block or just before.
        const after = await (await session.client()).council.proposal(proposal.id);
        if (after.proposal.status !== ProposalStatus.PROPOSAL_STATUS_EXECUTED) throw error;
        tellExecuted(session, { council, details: after, people });
      }
    });

  program
    .command("reject")
    .description("show what a proposal does, and vote against it")
    .argument("<number>")
    .action(async (text: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      const { council, details, people } = await look(session, text);
      const voter = await voterIn(session, council);
      if (!(await session.confirm(`Reject as ${people.name(voter.member)}`))) return;
      const sent = await voter.cast(councilMessages.reject({ member: voter.member, proposalId: details.proposal.id }));
      if (sent === undefined) return;
      const outcome = outcomeOf(sent, "/daonetes.council.v1.MsgRejectResponse", types.MsgRejectResponse);
      const ended = outcome.status === ProposalStatus.PROPOSAL_STATUS_REJECTED ? "; it cannot be reached any more and is closed" : "";
      done(session.output, `rejected by ${weightText(council, outcome.no)}${ended}    ${txText(sent)}`);
    });

  program
    .command("withdraw")
    .description("take a proposal of yours back")
    .argument("<number>")
    .action(async (text: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      const { details } = await look(session, text);
      const { id, proposer } = details.proposal;
      const sender = await session.sender();
      // What a council proposed to another one is its own to take back.
      const council = sender.address === proposer ? undefined : (await councilsAbove(sender.client, await ownAddresses(session, sender.address))).find(({ address }) => address === proposer);
      if (!(await session.confirm(`Withdraw proposal ${id}`))) return;
      const sent =
        council === undefined
          ? await sender.send([councilMessages.withdraw({ sender: sender.address, proposalId: id })])
          : await (await actingFor(session, council.address, council.name)).send([councilMessages.withdraw({ sender: council.address, proposalId: id })]);
      if (sent !== undefined) done(session.output, `proposal ${details.proposal.id} withdrawn    ${txText(sent)}`);
    });
}

/** Shows an open proposal. What cannot be shown truthfully is said, and is no reason not to vote against it. */
async function look(session: Session, text: string): Promise<Pick<Review, "council" | "details" | "people">> {
  const { proposalId, readProposal, requireOpen, review, showReview } = await import("../review.ts");
  const id = proposalId(text);
  const found = await readProposal(session, id);
  requireOpen(found);
  try {
    showReview(session, await review(session, id));
  } catch (error) {
    if (!(error instanceof DaonetesError) || error.kind !== "denied") throw error;
    hint(session.output, `! ${visible(error.message)}`);
  }
  return found;
}

function tellExecuted(session: Session, { council, details, people }: Pick<Review, "council" | "details" | "people">): void {
  done(session.output, `proposal ${details.proposal.id} was carried out already: nothing is left to sign`);
  if (session.output.format !== "table" && session.output.format !== "wide") {
    printObject(session.output, proposalDocument(council, details, people), [], String(details.proposal.id), undefined);
  }
}

/** Says what became of the proposals of other councils that were made or approved by carrying one out. */
async function tellOthers(session: Session, messages: readonly EncodeObject[], responses: readonly types.Any[]): Promise<void> {
  const client = await session.client();
  for (const id of proposalsBehind(messages, responses)) {
    const details = await client.council.proposal(id);
    const council = await client.council.council(details.proposal.councilId);
    if (details.proposal.status === ProposalStatus.PROPOSAL_STATUS_OPEN) await tellOpen(session, await People.of(session, council), council, details);
    else done(session.output, `proposal ${id} of ${council.name} is ${statusText(details.proposal.status)}: ${titleText(details.proposal)}`);
  }
}

/** What waits for this key, and for the multisigs and councils that it is in, directly or through others. */
async function inbox(session: Session): Promise<Waiting[]> {
  const client = await session.client();
  const { address } = await session.keyring.show(await session.keyName());
  const own = await ownAddresses(session, address);
  const mine = await councilsAbove(client, own);
  const found = (await Promise.all([...own, ...mine.map((council) => council.address)].map((member) => client.council.inbox(member)))).flat();
  const proposals = [...new Map(found.map((proposal) => [proposal.id, proposal])).values()].sort((a, b) => Number(a.id - b.id));
  const { titleOf, describe } = await import("../describe/describe.ts");
  const { decodeProposed } = await import("../../index.ts");
  return Promise.all(
    proposals.map(async (proposal): Promise<Waiting> => {
      const council = await client.council.council(proposal.councilId);
      const people = await People.of(session, ...mine, council);
      const { messages } = await client.council.proposal(proposal.id);
      const decoded = await decodeProposed(messages);
      // What the messages do, not what the proposer calls it; only where that cannot be shown, the proposer's words.
      const [what, group] = await Promise.all([
        titleOf(client, decoded.filter((message) => message !== undefined)),
        describe(client, decoded[0], messages[0]).then((description) => description.group),
      ]).catch((error: unknown): [string, string | undefined] => {
        if (!(error instanceof DaonetesError) || error.kind !== "denied") throw error;
        return [`"${titleText(proposal)}"`, undefined];
      });
      return {
        id: String(proposal.id),
        group: group ?? "-",
        council: council.name,
        what: visible(what),
        by: people.name(proposal.proposer),
        needs: String(proposal.needed - proposal.yes),
        ends: endsText(proposal),
      };
    }),
  );
}

const DEPLOY_TYPES = new Set(["/daonetes.workload.v1.MsgCreateDeployment", "/daonetes.workload.v1.MsgUpdateDeployment", "/daonetes.workgroup.v1.MsgApproveDevice", "/daonetes.workload.v1.MsgRollbackDeployment"]);

/**
 * Keys for the devices of what is carried out, behind the approval that is enough. Not in the proposal: what is sealed to
 * a device is its own to read, and nobody has decided yet.
 */
async function alongWith(session: Session, { council, details, messages }: Review, member: string): Promise<Along> {
  const { grantsBehind, NOTHING } = await import("../secrets/along.ts");
  const { yes, needed } = details.proposal;
  const { address, multisig } = await session.sender();
  // A multisig signs for days, and what is sealed now may be of the past then.
  return member === address && multisig === undefined && yes + weightOf(council, member) >= needed ? grantsBehind(session, member, messages) : NOTHING;
}

/** Gives the devices of what was carried out the keys that they lack: nobody could before they had the work. */
async function sealAfter(session: Session, { council, messages }: Review, height: bigint): Promise<void> {
  if (!messages.some(({ typeUrl }) => DEPLOY_TYPES.has(typeUrl))) return;
  const { handOnAfter } = await import("../secrets/hand-on.ts");
  for (const group of await (await session.client()).workgroup.groups(council.address)) await handOnAfter(session, group, { minHeight: height });
}
