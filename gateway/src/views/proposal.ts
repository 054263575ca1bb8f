import { council, messagesHash, type ProposalDetails } from "@daonetes/client";
import { type AminoJson, aminoName, aminoValue } from "@daonetes/client/amino";
import { enumText, timeText } from "./scalars.ts";

export interface ProposalView {
  id: string;
  council: string;
  title: string;
  status: string;
  proposer: string;
  approved: string;
  rejected: string;
  needed: string;
  total_weight: string;
  votes: { member: string; name: string; choice: string; weight: string }[];
  /** Members who said nothing yet. */
  silent: string[];
  messages_hash: string;
  /** Whether the messages shown are those that the hash stands for; null once they are gone. */
  messages_match: boolean | null;
  messages: { type: string; value: AminoJson | null }[];
  message_types: string[];
  expires_at: string | null;
}

/** A proposal for people who are to decide on it. */
export function proposalView(details: ProposalDetails, found: council.Council): ProposalView {
  const { proposal, votes, messages } = details;
  const nameOf = (address: string): string => found.members.find((member) => member.address === address)?.name ?? "";
  return {
    id: String(proposal.id),
    council: found.name,
    title: proposal.title,
    status: enumText(council.ProposalStatus, "PROPOSAL_STATUS_", proposal.status),
    proposer: proposal.proposer,
    approved: String(proposal.yes),
    rejected: String(proposal.no),
    needed: String(proposal.needed),
    total_weight: String(found.totalWeight),
    votes: votes.map(({ member, choice, weight }) => ({ member, name: nameOf(member), choice: enumText(council.Choice, "CHOICE_", choice), weight: String(weight) })),
    silent: found.members.filter(({ address }) => !votes.some(({ member }) => member === address)).map(({ address, name }) => name || address),
    messages_hash: proposal.messagesHash,
    messages_match: messages.length === 0 ? null : messagesHash(messages) === proposal.messagesHash,
    messages: messages.map(({ typeUrl, value }) => readable(typeUrl, value)),
    message_types: proposal.messageTypes,
    expires_at: timeText(proposal.expiresAt),
  };
}

/** A message as amino JSON, which is what members sign; null where this gateway does not know it. */
function readable(typeUrl: string, value: Uint8Array): { type: string; value: AminoJson | null } {
  try {
    return { type: aminoName(typeUrl), value: aminoValue(typeUrl.slice(1), value) };
  } catch {
    return { type: typeUrl, value: null };
  }
}
