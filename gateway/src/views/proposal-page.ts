import type { ProposalView } from "./proposal.ts";

/** A proposal as a page that needs no script: what it does, who signed, who is missing, what to type. */
export function proposalPage(view: ProposalView): string {
  const title = `Proposal ${view.id} of ${view.council}: ${view.title || view.message_types.join(", ")}`;
  const rows: [string, string][] = [
    ["State", `${view.status.toLowerCase()}, approved ${view.approved} of ${view.needed} (of ${view.total_weight} in all)`],
    ["Proposed by", nameOf(view, view.proposer)],
    ["Signed", view.votes.map(({ member, choice }) => `${nameOf(view, member)} (${choice.toLowerCase()})`).join(", ") || "nobody"],
    ["Ends", view.expires_at ?? "-"],
    ["Hash of its messages", `${view.messages_hash}${view.messages_match === false ? "   DOES NOT MATCH THE MESSAGES BELOW: do not sign" : ""}`],
  ];
  if (view.status === "OPEN") rows.splice(3, 0, ["Missing", view.silent.join(", ") || "nobody"]);
  const messages = view.messages.map(({ type, value }) => `<h3>${text(type)}</h3>\n<pre>${text(value === null ? "not known to this gateway" : JSON.stringify(value, null, 2))}</pre>`);
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${text(title)}</title></head>
<body>
<main>
<h1>${text(title)}</h1>
<table>
${rows.map(([name, value]) => `<tr><th scope="row" align="left">${text(name)}</th><td>${text(value)}</td></tr>`).join("\n")}
</table>
<h2>What it carries out</h2>
${messages.join("\n") || `<p>${text(view.message_types.join(", "))}. Its messages are gone since it is closed; the transaction that proposed it holds them.</p>`}
<h2>Decide</h2>
<pre>daonetes approve ${text(view.id)}
daonetes reject ${text(view.id)}</pre>
<p>This page is what the gateway says. <code>daonetes approve</code> reads the proposal itself, computes its hashes on your computer and shows the difference before it asks. The same as data: <a href="/api/v1/proposals/${text(view.id)}">/api/v1/proposals/${text(view.id)}</a></p>
</main>
</body>
</html>
`;
}

function nameOf({ votes }: ProposalView, address: string): string {
  const name = votes.find(({ member }) => member === address)?.name ?? "";
  return name === "" ? address : name;
}

/** Text of others without what would be markup, move a cursor or turn the reading direction. */
function text(value: string): string {
  return value
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd")
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
