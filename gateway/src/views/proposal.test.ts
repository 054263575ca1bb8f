import test from "ava";
import { council, messagesHash, proposedMessages, workgroupMessages } from "@daonetes/client";
import { proposalPage } from "./proposal-page.ts";
import { proposalView } from "./proposal.ts";

const { Choice, ProposalStatus } = council;

async function open(change: Partial<council.Proposal> = {}): Promise<{ found: council.Council; details: Parameters<typeof proposalView>[0] }> {
  const messages = await proposedMessages([workgroupMessages.cordonDevice({ authority: "daonet1board", device: "daonet1<b>" })]);
  const found = council.Council.fromPartial({
    name: "board",
    totalWeight: 3n,
    members: [{ address: "daonet1alice", name: "alice", weight: 1n }, { address: "daonet1bob", name: "bob", weight: 1n }, { address: "daonet1carol", weight: 1n }],
  });
  const proposal = council.Proposal.fromPartial({
    id: 7n,
    title: "give <bench> & rack\u202e nothing new",
    status: ProposalStatus.PROPOSAL_STATUS_OPEN,
    proposer: "daonet1alice",
    needed: 2n,
    yes: 1n,
    messageTypes: messages.map(({ typeUrl }) => typeUrl),
    messagesHash: messagesHash(messages),
    expiresAt: { seconds: 1_800_000_000n },
    ...change,
  });
  return { found, details: { proposal, messages, votes: [council.Vote.fromPartial({ member: "daonet1alice", choice: Choice.CHOICE_APPROVE, weight: 1n })] } };
}

test("a proposal says what it carries out, who signed and who is missing", async (t) => {
  const { found, details } = await open();
  t.like(proposalView(details, found), {
    id: "7",
    council: "board",
    status: "OPEN",
    approved: "1",
    needed: "2",
    votes: [{ member: "daonet1alice", name: "alice", choice: "APPROVE", weight: "1" }],
    silent: ["bob", "daonet1carol"],
    messages: [{ type: "daonetes/MsgCordonDevice", value: { authority: "daonet1board", device: "daonet1<b>" } }],
    messages_match: true,
    expires_at: "2027-01-15T08:00:00.000Z",
  });
});

test("messages that are not those of the hash are called so, and unknown ones are not hidden", async (t) => {
  const { found, details } = await open({ messagesHash: "sha256:00" });
  const view = proposalView({ ...details, messages: [...details.messages, { typeUrl: "/daonetes.future.v1.MsgFly", value: new Uint8Array([1]) }] }, found);
  t.false(view.messages_match);
  t.deepEqual(view.messages[1], { type: "/daonetes.future.v1.MsgFly", value: null });
  const page = proposalPage(view);
  t.regex(page, /DOES NOT MATCH THE MESSAGES BELOW: do not sign/);
  t.regex(page, /not known to this gateway/);
});

test("the page is text: what others wrote is neither markup nor able to turn its direction", async (t) => {
  const { found, details } = await open();
  const page = proposalPage(proposalView(details, found));
  t.regex(page, /<h1>Proposal 7 of board: give &#60;bench&#62; &#38; rack\ufffd nothing new<\/h1>/);
  t.regex(page, /approved 1 of 2 \(of 3 in all\)/);
  t.regex(page, /Missing<\/th><td>bob, daonet1carol/);
  t.regex(page, /&#34;device&#34;: &#34;daonet1&#60;b&#62;&#34;/);
  t.regex(page, /daonetes approve 7/);
  t.notRegex(page, /<bench>|<b>|\u202e|<script/);
});

test("a closed proposal has no messages any more, and says where they are", async (t) => {
  const { found, details } = await open({ status: ProposalStatus.PROPOSAL_STATUS_EXECUTED });
  const view = proposalView({ ...details, messages: [] }, found);
  t.is(view.messages_match, null);
  const page = proposalPage(view);
  t.regex(page, /MsgCordonDevice\. Its messages are gone since it is closed/);
  t.notRegex(page, /Missing/);
});
