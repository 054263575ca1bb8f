import { council as types, EXIT_CODES, type ProposalDetails, type TxDone } from "../index.ts";
import { age, hint, printObject, visible, waits } from "./output.ts";
import type { People } from "./people.ts";
import type { Session } from "./session.ts";

const { Choice, ProposalStatus } = types;

/** Short name of a status: `open`, `executed`. */
export function statusText(status: types.ProposalStatus): string {
  const name = Object.entries(ProposalStatus).find(([, value]) => value === status)?.[0];
  return name?.replace("PROPOSAL_STATUS_", "").toLowerCase() ?? "unknown";
}

/** Whether all members of a council count alike, so that weights can be left out. */
export function isEven(council: Pick<types.Council, "members">): boolean {
  return council.members.every(({ weight }) => weight === 1n);
}

/** `2 of 3`, or `weight 20 of 35` where members count differently. */
export function weightText(council: Pick<types.Council, "members" | "totalWeight">, weight: bigint, of: bigint = council.totalWeight): string {
  return `${isEven(council) ? "" : "weight "}${weight} of ${of}`;
}

/** Time until a proposal ends: `72h`. */
export function endsText({ expiresAt }: Pick<types.Proposal, "expiresAt">): string {
  const left = Number(expiresAt?.seconds ?? 0n) * 1000 - Date.now();
  return left <= 0 ? "now" : age(left);
}

/** What to call a proposal: what its proposer said, or else the types of its messages. */
export function titleText({ title, messageTypes }: Pick<types.Proposal, "title" | "messageTypes">): string {
  return title !== "" ? visible(title) : messageTypes.map((typeUrl) => typeUrl.replace(/^.*\.Msg/, "")).join(", ");
}

export function votersOf({ votes }: ProposalDetails, choice: types.Choice): string[] {
  return votes.filter((vote) => vote.choice === choice).map(({ member }) => member);
}

/** Members who said nothing yet. */
export function silentMembers(council: types.Council, { votes }: ProposalDetails): string[] {
  return council.members.map(({ address }) => address).filter((address) => !votes.some(({ member }) => member === address));
}

/** What `-o json` prints of a proposal. */
export function proposalDocument(council: types.Council, details: ProposalDetails, people: People): Record<string, unknown> {
  const { proposal, votes } = details;
  return {
    id: String(proposal.id),
    council: council.name,
    title: proposal.title,
    status: statusText(proposal.status),
    message_types: proposal.messageTypes,
    messages_hash: proposal.messagesHash,
    proposer: proposal.proposer,
    needed: String(proposal.needed),
    approved: String(proposal.yes),
    rejected: String(proposal.no),
    votes: votes.map(({ member, choice, weight }) => ({ member, name: people.name(member), choice: choice === Choice.CHOICE_APPROVE ? "approve" : "reject", weight: String(weight) })),
    waits_for: proposal.status === ProposalStatus.PROPOSAL_STATUS_OPEN ? silentMembers(council, details) : [],
    ends_at: new Date(Number(proposal.expiresAt?.seconds ?? 0n) * 1000).toISOString(),
  };
}

/** Says that a proposal waits for more signatures, whose, and what to type next; the command ends with 3. */
export async function tellPending(session: Session, people: People, council: types.Council, details: ProposalDetails, tx: TxDone | undefined, extra: Record<string, unknown> = {}): Promise<void> {
  const { proposal } = details;
  const { output } = session;
  session.process.setExitCode(EXIT_CODES.pending_signatures);
  const link = await tellOpen(session, people, council, details);
  if (output.format === "table" || output.format === "wide") return;
  const document = { ...proposalDocument(council, details, people), status: "pending_approval", proposal_id: String(proposal.id), link, ...extra };
  printObject(output, document, [], String(proposal.id), tx?.height);
}

/** The lines of an open proposal: who signed, who is asked, what to type next. @returns the link to share */
export async function tellOpen(session: Session, people: People, council: types.Council, details: ProposalDetails): Promise<string> {
  const { proposal } = details;
  const { output } = session;
  const by = votersOf(details, Choice.CHOICE_APPROVE).map((address) => people.name(address)).join(", ");
  waits(output, `proposal ${proposal.id}: ${titleText(proposal)}    approved ${weightText(council, proposal.yes, proposal.needed)} (${by})    ends in ${endsText(proposal)}`);
  const link = `${(await session.context()).gateway.replace(/\/+$/, "")}/p/${proposal.id}`;
  const silent = silentMembers(council, details);
  if (silent.length > 0) hint(output, `Share:  ${link}        ${people.either(silent)}:  daonetes approve ${proposal.id}`);
  hint(output, `Then:   daonetes wait proposal/${proposal.id}`);
  return link;
}
