import { type DaonetesClient, DaonetesError } from "../index.ts";
import { messageOfAmino } from "../amino/index.ts";
import { type MultisigTx, signersText } from "../multisig/index.ts";
import { visible } from "./output.ts";

/**
 * What a transaction does, line by line: what each of its messages is found to do, or its fields where nobody can be
 * asked.
 * @throws DaonetesError DAO3024, DAO3046 for a message that this version does not know
 */
export async function describeTx(client: DaonetesClient | undefined, { multisig, sign_doc }: MultisigTx): Promise<string[]> {
  const { createRegistry } = await import("../registry.ts");
  const { describe, inGeneral } = await import("./describe/describe.ts");
  const registry = createRegistry();
  const lines: string[] = [];
  for (const msg of sign_doc.msgs) {
    const message = messageOfAmino(registry, msg);
    const { title, group, lines: details } = client === undefined ? inGeneral(message) : await describe(client, message);
    lines.push(visible(group === undefined || title.includes(group) ? title : `${title}   (group ${group})`), ...details.map((line) => `  ${visible(line)}`));
  }
  lines.push(visible(`by the multisig ${multisig.address}   ${signersText(multisig)}   sequence ${sign_doc.sequence} on ${sign_doc.chain_id}`));
  return lines;
}

/**
 * Whether a transaction can be the next one of its multisig.
 * @throws DaonetesError DAO3039 when its sequence is spent, DAO3040 when earlier ones are open, DAO3044 when the account
 *   has another number
 */
export async function requireTurn(client: DaonetesClient, { multisig, sign_doc }: MultisigTx, path: string): Promise<void> {
  const { accountNumber, sequence } = await client.account(multisig.address);
  if (String(accountNumber) !== sign_doc.account_number) {
    throw refusal("DAO3044", `${path} is for the account number ${sign_doc.account_number}, the network has ${accountNumber} for ${multisig.address}`, "the network was made anew: run the command again");
  }
  if (BigInt(sign_doc.sequence) < sequence) {
    throw refusal("DAO3039", `${path} has the sequence ${sign_doc.sequence}, which was spent by another transaction of this multisig; it is at ${sequence}`, "run the command again: it writes a new file, which is signed anew");
  }
  if (BigInt(sign_doc.sequence) > sequence) {
    throw refusal("DAO3040", `${path} has the sequence ${sign_doc.sequence}, but the multisig is at ${sequence}`, "an earlier transaction has to be sent first");
  }
}

function refusal(code: string, message: string, help: string): DaonetesError {
  return new DaonetesError({ code, kind: "conflict", message, help });
}
