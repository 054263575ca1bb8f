import type { Command } from "commander";
import { council as types, type DaonetesClient, DaonetesError } from "../../index.ts";
import type { SessionOf } from "../command.ts";
import { printList, printObject, visible } from "../output.ts";
import { People } from "../people.ts";
import { endsText, proposalDocument, silentMembers, statusText, titleText, votersOf, weightText } from "../proposal-text.ts";

const { Choice, ProposalStatus } = types;

interface Item {
  id: string;
  council: string;
  status: string;
  what: string;
  by: string;
  approved: string;
  ends: string;
}

/** `proposal`: history, open ones, who signed. */
export function registerProposal(program: Command, sessionOf: SessionOf): void {
  const proposal = program.command("proposal").description("proposals of councils: open ones and history");

  proposal
    .command("list")
    .description("list the proposals of a council; without one, of all councils of this key")
    .argument("[council]", "name, id or address")
    .option("--status <status>", "only open, executed, rejected, withdrawn, expired or superseded ones")
    .action(async (name: string | undefined, { status }: { status?: string }, command: Command) => {
      const session = sessionOf(command);
      const client = await session.client();
      const wanted = statusOf(status);
      const councils = name === undefined ? await client.council.councils((await session.keyring.show(await session.keyName())).address) : [await client.council.council(name)];
      const items = (await Promise.all(councils.map(async (council) => itemsOf(client, council, wanted, await People.of(session, council))))).flat();
      const columns = [
        { title: "#", value: (item: Item) => item.id },
        { title: "COUNCIL", value: (item: Item) => item.council },
        { title: "STATUS", value: (item: Item) => item.status },
        { title: "WHAT", value: (item: Item) => item.what },
        { title: "BY", value: (item: Item) => item.by },
        { title: "APPROVED", value: (item: Item) => item.approved },
        { title: "ENDS", value: (item: Item) => item.ends },
      ];
      printList(session.output, items, columns, ({ id }) => id, (await client.status()).height, "no proposals");
    });

  proposal
    .command("show")
    .description("show a proposal: what it does, who signed, who is missing")
    .argument("<number>")
    .action(async (text: string, _options: object, command: Command) => {
      const session = sessionOf(command);
      const { proposalId, review } = await import("../review.ts");
      const { council, details, people, descriptions } = await review(session, proposalId(text));
      const found = details.proposal;
      const open = found.status === ProposalStatus.PROPOSAL_STATUS_OPEN;
      const names = (addresses: string[]): string => addresses.map((address) => people.name(address)).join(", ") || "-";
      const lines: [string, string][] = [
        ["number", String(found.id)],
        ["council", council.name],
        ["title", titleText(found)],
        ["status", statusText(found.status)],
        ["by", people.name(found.proposer)],
        ["approved", `${weightText(council, found.yes, found.needed)}   ${names(votersOf(details, Choice.CHOICE_APPROVE))}`],
        ["rejected", names(votersOf(details, Choice.CHOICE_REJECT))],
        ...(open ? [["waits for", names(silentMembers(council, details))] as [string, string], ["ends in", endsText(found)] as [string, string]] : []),
        ["messages", found.messageTypes.join(", ")],
        ["hash", `${found.messagesHash}${open ? "   recomputed here: same" : ""}`],
        ...descriptions.flatMap(({ title, lines: more }) => [["does", visible(title)] as [string, string], ...more.map((line): [string, string] => ["", visible(line)])]),
      ];
      const document = { ...proposalDocument(council, details, people), does: descriptions };
      printObject(session.output, document, lines, text, (await (await session.client()).status()).height);
    });
}

async function itemsOf(client: DaonetesClient, council: types.Council, status: types.ProposalStatus, people: People): Promise<Item[]> {
  const proposals = await client.council.proposals(council.id, status);
  return proposals.map((found) => ({
    id: String(found.id),
    council: council.name,
    status: statusText(found.status),
    what: titleText(found),
    by: people.name(found.proposer),
    approved: weightText(council, found.yes, found.needed),
    ends: found.status === ProposalStatus.PROPOSAL_STATUS_OPEN ? endsText(found) : "-",
  }));
}

function statusOf(text: string | undefined): types.ProposalStatus {
  if (text === undefined) return ProposalStatus.PROPOSAL_STATUS_UNSPECIFIED;
  const known = Object.values(ProposalStatus).filter((status) => status > 0);
  const found = known.find((status) => statusText(status) === text);
  if (found !== undefined) return found;
  throw new DaonetesError({ code: "DAO1034", kind: "usage", message: `"${text}" is no status of a proposal`, help: `one of ${known.map(statusText).join(", ")}` });
}
