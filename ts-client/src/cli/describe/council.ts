import type { Describer, Description } from "./description.ts";
import { orUndefined, secondsText } from "./description.ts";
import { council as types, type DaonetesClient, DaonetesError, decodeProposed, messagesHash } from "../../index.ts";
import { short } from "../output.ts";
import { weightText } from "../proposal-text.ts";
import { ruleName } from "../rule-names.ts";
import { describe } from "./describe.ts";

const TYPE = "/daonetes.council.v1.Msg";

/** Describers of x/council's messages by type URL. */
export const councilDescribers: Record<string, Describer> = {
  [`${TYPE}CreateCouncil`]: async (_client, { name, members, defaultThreshold, rules }: types.MsgCreateCouncil) => ({
    title: `create the council ${name}`,
    lines: [...members.map((member) => `+ ${memberText(member)}`), `default ${defaultThreshold}`, ...rules.map(ruleText)],
  }),
  [`${TYPE}UpdateMembers`]: async (client, { council: address, members }: types.MsgUpdateMembers) => {
    const council = await orUndefined(client.council.council(address));
    const before = new Map((council?.members ?? []).map((member) => [member.address, memberText(member)]));
    const after = new Map(members.map((member) => [member.address, memberText(member)]));
    return {
      title: `change the members of ${council?.name ?? short(address)}`,
      lines: [
        ...[...before].filter(([member]) => !after.has(member)).map(([, text]) => `- ${text}`),
        ...[...after].filter(([member, text]) => before.get(member) !== text).map(([member, text]) => (before.has(member) ? `~ ${before.get(member) ?? ""} -> ${text}` : `+ ${text}`)),
        "every open proposal of the council ends",
      ],
    };
  },
  [`${TYPE}UpdateRules`]: async (client, message: types.MsgUpdateRules) => {
    const council = await orUndefined(client.council.council(message.council));
    const before = new Map((council?.rules ?? []).map((rule) => [rule.typeUrl, rule.threshold]));
    const lines: string[] = [];
    if (council?.defaultThreshold !== message.defaultThreshold) lines.push(`~ default   ${council?.defaultThreshold ?? 0n} -> ${message.defaultThreshold}`);
    for (const { typeUrl, threshold } of message.rules) {
      const old = before.get(typeUrl);
      if (old !== threshold) lines.push(`${old === undefined ? "+" : "~"} ${ruleName(typeUrl)}   ${old === undefined ? "" : `${old} -> `}${threshold}`);
      before.delete(typeUrl);
    }
    for (const typeUrl of before.keys()) lines.push(`- ${ruleName(typeUrl)}   default from now on`);
    const period = message.votingPeriod?.seconds ?? 0n;
    if (council?.votingPeriod?.seconds !== period) lines.push(`~ proposals end after   ${secondsText(council?.votingPeriod)} -> ${period === 0n ? "the network's default" : secondsText(message.votingPeriod)}`);
    return { title: `change the rules of ${council?.name ?? short(message.council)}`, lines: [...lines, "every open proposal of the council ends"] };
  },
  [`${TYPE}Submit`]: async (client, { councilId, messages }: types.MsgSubmit) => {
    const council = await orUndefined(client.council.council(councilId));
    const inner = await Promise.all((await decodeProposed(messages)).map((message, index) => describe(client, message, messages[index])));
    return {
      title: `propose in ${council?.name ?? `council ${councilId}`}: ${inner.map(({ title }) => title).join(", ")}`,
      ...groupOf(inner),
      lines: inner.flatMap(({ lines }) => lines),
    };
  },
  [`${TYPE}Approve`]: (client, { proposalId, messagesHash: approved }: types.MsgApprove) => onProposal(client, proposalId, "approve", approved),
  [`${TYPE}Reject`]: (client, { proposalId }: types.MsgReject) => onProposal(client, proposalId, "reject"),
  [`${TYPE}Withdraw`]: (client, { proposalId }: types.MsgWithdraw) => onProposal(client, proposalId, "withdraw"),
};

/** The group that a proposal inside is about. */
function groupOf(inner: readonly Description[]): { group?: string } {
  const group = inner.find((description) => description.group !== undefined)?.group;
  return group === undefined ? {} : { group };
}

function memberText({ address, name, weight }: types.Member): string {
  return `${name === "" ? address : `${name} (${short(address)})`}${weight === 1n ? "" : `   weight ${weight}`}`;
}

function ruleText({ typeUrl, threshold }: types.Rule): string {
  return `${ruleName(typeUrl)}   ${threshold}`;
}

/**
 * The proposal of another council, with what it would do.
 * @param approved hash of the messages that a vote is for; what is shown has to be them
 * @throws DaonetesError DAO3021 when the node shows other messages
 */
async function onProposal(client: DaonetesClient, id: bigint, verb: string, approved = ""): Promise<Description> {
  const found = await orUndefined(client.council.proposal(id));
  const council = found === undefined ? undefined : await orUndefined(client.council.council(found.proposal.councilId));
  if (found === undefined || council === undefined) return { title: `${verb} proposal ${id}`, lines: ["this proposal does not exist"] };
  if (approved !== "" && found.messages.length > 0 && messagesHash(found.messages) !== approved) {
    throw new DaonetesError({
      code: "DAO3021",
      kind: "denied",
      message: `the vote is for messages with the hash ${approved}; the node shows others for proposal ${id}: ${messagesHash(found.messages)}`,
      help: "do not sign: the file or the node is not honest. Ask on another gateway (DAONETES_GATEWAY)",
    });
  }
  const inner = await Promise.all((await decodeProposed(found.messages)).map((message, index) => describe(client, message, found.messages[index])));
  return {
    title: `${verb} proposal ${id} of ${council.name}: ${inner.map(({ title }) => title).join(", ")}`,
    ...groupOf(inner),
    lines: [`approved ${weightText(council, found.proposal.yes, found.proposal.needed)}`, ...inner.flatMap(({ lines }) => lines)],
  };
}
