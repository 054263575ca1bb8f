import { broadcast, type DaonetesClient, DaonetesError, waitForTx } from "../index.ts";
import { aminoSignBytes } from "../amino/index.ts";
import {
  collectSignatures,
  makeMultisigSignature,
  makeSignedMultisigTx,
  type MultisigTx,
  parseMultisigSignature,
  parseMultisigTx,
  parseSignedMultisigTx,
  signersText,
} from "../multisig/index.ts";
import { readNamed, signaturesBeside, stemOf, transactionsLike, writeBeside } from "./multisig-files.ts";
import { describeTx, requireTurn } from "./multisig-review.ts";
import { done, hint, printObject, visible } from "./output.ts";
import type { Session } from "./session.ts";
import { txText } from "./tx-text.ts";

/** Shows what a transaction does, and signs it with this person's key. */
export async function signTx(session: Session, path: string, offline: boolean): Promise<void> {
  const { cwd } = session.process;
  const tx = parseMultisigTx(await readNamed(cwd, path), path);
  requireNetwork(tx, path, (await (offline ? session.context() : session.pinned())).chainId);
  const key = await session.keyName();
  const { address } = await session.keyring.show(key);
  const member = tx.multisig.members.find((one) => one.address === address);
  if (member === undefined) {
    throw new DaonetesError({ code: "DAO3031", kind: "denied", message: `${key} is no member of the multisig ${tx.multisig.address}`, help: `it needs ${signersText(tx.multisig)}; nothing was signed` });
  }
  let client: DaonetesClient | undefined;
  if (!offline) {
    client = await session.client();
    await requireTurn(client, tx, path);
  }
  for (const line of await describeTx(client, tx)) hint(session.output, line);
  for (const other of await transactionsLike(cwd, tx)) {
    if (other.tx.hash !== tx.hash) hint(session.output, `! ${other.path} has the sequence ${tx.sign_doc.sequence} too: only one of the two can be executed`);
  }
  if (!(await session.confirm(`Sign as ${key}`))) return;
  const signature = makeMultisigSignature(tx, member, await session.keyring.sign(key, aminoSignBytes(tx.sign_doc)));
  const target = await writeBeside(cwd, `${stemOf(path)}.${fileName(member.name)}.sig.json`, signature);
  done(session.output, `signed as ${key}: ${target}`);
  hint(session.output, `once ${signersText(tx.multisig)} signed:  daonetes tx collect ${path}`);
  if (session.output.format !== "table") printObject(session.output, { file: target, signer: address, hash: tx.hash }, [], target, undefined);
}

/** Puts signatures to a transaction. @param named their files; none: those beside the transaction's */
export async function collectTx(session: Session, path: string, named: readonly string[]): Promise<void> {
  const { cwd } = session.process;
  const tx = parseMultisigTx(await readNamed(cwd, path), path);
  const sources = named.length > 0 ? named : await signaturesBeside(cwd, path);
  const signatures = await Promise.all(sources.map(async (source) => ({ source, signature: parseMultisigSignature(await readNamed(cwd, source), source) })));
  collectSignatures(tx, signatures);
  const target = await writeBeside(cwd, `${stemOf(path)}.signed.json`, makeSignedMultisigTx(tx, signatures));
  done(session.output, `${signatures.length} of ${tx.multisig.threshold} signatures: ${target}`);
  hint(session.output, `Next:  daonetes tx broadcast ${target}`);
  if (session.output.format !== "table") printObject(session.output, { file: target, signatures: signatures.length }, [], target, undefined);
}

/** Sends a transaction that has its signatures; all of it is checked again. */
export async function broadcastTx(session: Session, path: string): Promise<void> {
  const { tx, signatures } = parseSignedMultisigTx(await readNamed(session.process.cwd, path), path);
  const txBytes = collectSignatures(tx, signatures);
  requireNetwork(tx, path, (await session.pinned()).chainId);
  const client = await session.client();
  await requireTurn(client, tx, path);
  const lines = await describeTx(client, tx);
  const outcome = await waitForTx(client.rpc, await broadcast(client.rpc, txBytes), { timeoutMs: session.waitMs(30) });
  done(session.output, `${lines[0] ?? path}    ${txText(outcome)}`);
  const signers = signatures.map(({ signature }) => visible(signature.signer.name)).sort();
  hint(session.output, `signed by ${signers.join(", ")}`);
  if (session.output.format !== "table") printObject(session.output, { tx: outcome.hash, signers }, [], outcome.hash, outcome.height);
}

function requireNetwork({ sign_doc: { chain_id } }: MultisigTx, path: string, chainId: string): void {
  if (chain_id === chainId) return;
  throw new DaonetesError({
    code: "DAO3035",
    kind: "denied",
    message: `${path} is for the network ${chain_id}, this context is ${chainId}`,
    help: "name the context of that network: --context NAME; nothing was signed or sent",
  });
}

/** A member's name as part of a file name. */
function fileName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9_-]+/g, "-");
}
