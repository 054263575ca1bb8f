import { createHash } from "node:crypto";
import { type AminoMsg, aminoSignBytes, type AminoSignDoc } from "../amino/sign-doc.ts";
import { type AminoJson, aminoMessage, typeUrlOfAminoName } from "../amino/schema.ts";
import { DaonetesError } from "../errors.ts";
import { makeMultisig, type Multisig } from "./multisig.ts";
import { matches, readObject, TX_SHAPE } from "./shapes.ts";

const KIND = "daonetes/multisig-tx/v1";

/** A transaction of a multisig that its members sign: what stands in the file that goes round. */
export interface MultisigTx {
  readonly kind: typeof KIND;
  readonly multisig: Multisig;
  /** What each of them signs, as amino JSON: any wallet and Ledger takes it. */
  readonly sign_doc: AminoSignDoc;
  /** sha256 of the bytes that are signed, lower-case hex. */
  readonly hash: string;
}

export interface MultisigTxContent {
  multisig: Multisig;
  chainId: string;
  accountNumber: bigint;
  sequence: bigint;
  gas: bigint;
  /** Fee, from the multisig's own coins; empty where the network takes none. */
  amount: readonly { denom: string; amount: string }[];
  messages: readonly AminoMsg[];
}

export function makeMultisigTx({ multisig, chainId, accountNumber, sequence, gas, amount, messages }: MultisigTxContent): MultisigTx {
  const sign_doc: AminoSignDoc = {
    chain_id: chainId,
    account_number: String(accountNumber),
    sequence: String(sequence),
    fee: { amount, gas: String(gas) },
    msgs: messages,
    memo: "",
  };
  return { kind: KIND, multisig, sign_doc, hash: signHash(sign_doc) };
}

/**
 * Reads the file of a transaction. What it says of itself is computed here again.
 * @param source name of the file, for errors
 * @throws DaonetesError DAO3042 for another kind of file, DAO3038 when it was changed after it was written, DAO3045 when
 *   a message acts for somebody else
 */
export function parseMultisigTx(text: string, source: string): MultisigTx {
  return checkMultisigTx(readObject(text, source), source);
}

/** The same for a transaction that was read as part of another file. */
export function checkMultisigTx(json: unknown, source: string): MultisigTx {
  if (!matches(TX_SHAPE, json) || (json as MultisigTx).kind !== KIND) {
    throw new DaonetesError({ code: "DAO3042", kind: "usage", message: `${source} is no transaction of a multisig`, help: "it is the file that a command wrote: NAME-SEQUENCE.tx.json" });
  }
  const tx = json as MultisigTx;
  const computed = makeMultisig(tx.multisig.threshold, tx.multisig.members);
  if (computed.address !== tx.multisig.address) throw changed(source, `its keys make the address ${computed.address}, not ${tx.multisig.address}`);
  const hash = signHash(tx.sign_doc);
  if (hash !== tx.hash) throw changed(source, `what it holds has the hash ${hash}, not ${tx.hash}`);
  for (const { type, value } of tx.sign_doc.msgs) {
    const signer = signerOf(type, value);
    if (signer === tx.multisig.address) continue;
    throw new DaonetesError({
      code: "DAO3045",
      kind: "denied",
      message: `${source} holds a message (${type}) that acts for ${signer}, not for the multisig ${tx.multisig.address}`,
      help: "nothing was signed; the chain would refuse it: have the command run anew",
    });
  }
  return { ...tx, multisig: computed };
}

/** sha256 of the bytes that are signed, lower-case hex. */
export function signHash(doc: AminoSignDoc): string {
  return createHash("sha256").update(aminoSignBytes(doc)).digest("hex");
}

/** The acting address of a message: its first field. */
function signerOf(type: string, value: AminoJson): string {
  const [, name] = aminoMessage(typeUrlOfAminoName(type).slice(1)).fields.find(([number]) => number === 1) ?? [];
  const signer = (value as Record<string, AminoJson>)[name ?? ""];
  return typeof signer === "string" ? signer : "nobody";
}

function changed(source: string, what: string): DaonetesError {
  return new DaonetesError({ code: "DAO3038", kind: "denied", message: `${source} was changed after it was written: ${what}`, help: "do not sign it: ask whoever wrote it for the file again" });
}
