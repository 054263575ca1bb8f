import type { EncodeObject } from "@cosmjs/proto-signing";
import {
  council as types,
  type DaonetesClient,
  DaonetesError,
  decodeProposed,
  messagesHash,
  type ProposalDetails,
  simulate,
} from "../index.ts";
import { describe } from "./describe/describe.ts";
import type { Description } from "./describe/description.ts";
import { hint, visible } from "./output.ts";
import { People } from "./people.ts";
import { statusText, titleText, weightText } from "./proposal-text.ts";
import { secretLines } from "./secrets/secret-lines.ts";
import type { Session } from "./session.ts";

/** A proposal as this computer sees it: its messages were hashed and decoded here. */
export interface Review {
  council: types.Council;
  details: ProposalDetails;
  people: People;
  /** Empty once the proposal is closed. */
  messages: EncodeObject[];
  descriptions: Description[];
}

/** @throws DaonetesError DAO1033 when the text is no number */
export function proposalId(text: string): bigint {
  if (/^\d{1,19}$/.test(text)) return BigInt(text);
  throw new DaonetesError({ code: "DAO1033", kind: "usage", message: `"${text}" is no number of a proposal`, help: "daonetes inbox, or daonetes proposal list" });
}

/**
 * Reads a proposal and works out what it would do.
 * @throws DaonetesError DAO3021 when its messages are not those of its hash; DAO3022 to DAO3024 when what it would do
 *   cannot be shown truthfully
 */
export async function review(session: Session, id: bigint): Promise<Review> {
  const { council, details, people } = await readProposal(session, id);
  const client = await session.client();
  const { proposal, messages: packed } = details;
  if (packed.length === 0) return { council, details, people, messages: [], descriptions: [] };
  const computed = messagesHash(packed);
  if (computed !== proposal.messagesHash) {
    throw new DaonetesError({
      code: "DAO3021",
      kind: "denied",
      message: `the node shows messages with the hash ${computed} for proposal ${id}, which stands for ${proposal.messagesHash}`,
      help: "do not sign: the node is not honest. Ask on another gateway (DAONETES_GATEWAY)",
    });
  }
  const messages: EncodeObject[] = [];
  const descriptions: Description[] = [];
  for (const [index, message] of (await decodeProposed(packed)).entries()) {
    const description = await describe(client, message, packed[index]);
    if (message !== undefined) description.lines.push(...(await secretLines(session, message)));
    descriptions.push(description);
    if (message !== undefined) messages.push(message);
  }
  return { council, details, people, messages, descriptions };
}

/** The proposal with its council and the names of its members, without looking into its messages. */
export async function readProposal(session: Session, id: bigint): Promise<Pick<Review, "council" | "details" | "people">> {
  const client = await session.client();
  const details = await client.council.proposal(id);
  const council = await client.council.council(details.proposal.councilId);
  return { council, details, people: await People.of(session, council) };
}

/** Shows what a proposal would do: what it says, and what each of its messages is found to do. */
export function showReview(session: Session, { council, details, descriptions, people }: Review): void {
  const { proposal } = details;
  const { output } = session;
  hint(output, `proposal ${proposal.id} of ${council.name}, by ${people.name(proposal.proposer)}: ${titleText(proposal)}`);
  for (const { title, group, lines } of descriptions) {
    hint(output, visible(group === undefined || title.includes(group) ? title : `${title}   (group ${group})`));
    for (const line of lines) hint(output, `  ${visible(line)}`);
  }
}

/** Why the messages of a proposal would fail if they ran now; undefined if they would not. */
export async function wouldFail(client: DaonetesClient, { council, messages }: Review): Promise<string | undefined> {
  try {
    await simulate(client, council.address, messages);
    return undefined;
  } catch (error) {
    if (error instanceof DaonetesError && error.code === "DAO5022") return error.message;
    throw error;
  }
}

/** @throws DaonetesError DAO3025 for a proposal that takes no votes */
export function requireOpen({ details: { proposal }, council }: Pick<Review, "details" | "council">): void {
  if (proposal.status === types.ProposalStatus.PROPOSAL_STATUS_OPEN) return;
  throw new DaonetesError({
    code: "DAO3025",
    kind: "conflict",
    message: `proposal ${proposal.id} is ${statusText(proposal.status)} (${weightText(council, proposal.yes, proposal.needed)} approved)`,
    help: `see it: daonetes proposal show ${proposal.id}; nothing was signed`,
  });
}
