import { createHash } from "node:crypto";
import { Secp256k1, Secp256k1Signature } from "@cosmjs/crypto";
import { makeMultisignedTxBytes } from "@cosmjs/stargate";
import { TxBody } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { bytesOfAmino } from "../amino/decode.ts";
import { aminoSignBytes } from "../amino/sign-doc.ts";
import { DaonetesError, type ErrorDetails } from "../errors.ts";
import { keyOfMultisig, signersText } from "./multisig.ts";
import type { MultisigSignature } from "./signature-file.ts";
import type { MultisigTx } from "./tx-file.ts";

/** A signature with the name of the file that it is from. */
export interface SignatureOf {
  readonly source: string;
  readonly signature: MultisigSignature;
}

/**
 * Puts the signatures of enough members to a transaction. Their order does not matter.
 * @returns the bytes to broadcast
 * @throws DaonetesError naming the file: DAO3031 signer is no member, DAO3032 twice the same signer, DAO3033 another
 *   sequence, DAO3034 another account, DAO3035 another chain, DAO3036 another content, DAO3037 a signature that is none;
 *   DAO3030 when signatures are missing
 */
export function collectSignatures(tx: MultisigTx, signatures: readonly SignatureOf[]): Uint8Array {
  const found = new Map<string, SignatureOf>();
  for (const one of signatures) {
    check(tx, one);
    const { address } = one.signature.signer;
    const twin = found.get(address);
    if (twin !== undefined) {
      throw refusal("DAO3032", `${twin.source} and ${one.source} are both signed by ${tx.multisig.members.find((member) => member.address === address)?.name ?? address}: one member counts once`, "leave one of them out");
    }
    found.set(address, one);
  }
  const { threshold, members } = tx.multisig;
  if (found.size < threshold) {
    const silent = members.filter(({ address }) => !found.has(address)).map(({ name }) => name);
    throw new DaonetesError({
      code: "DAO3030",
      kind: "pending_signatures",
      message: `${found.size} of ${threshold} signatures are there; ${threshold - found.size} of ${silent.join(", ")} must sign`,
      help: "daonetes tx sign FILE, by each of them; nothing was sent",
    });
  }
  const messages = tx.sign_doc.msgs.map(({ type, value }) => bytesOfAmino("google.protobuf.Any", { type, value }));
  const body = TxBody.encode(TxBody.fromPartial({ memo: tx.sign_doc.memo })).finish();
  // Field 1 of a body: the messages, as they were encoded from what was signed.
  const bodyBytes = Buffer.concat([...messages.map((bytes) => Buffer.concat([Buffer.from([10]), varint(bytes.length), bytes])), body]);
  const { amount, gas } = tx.sign_doc.fee;
  return makeMultisignedTxBytes(
    keyOfMultisig(tx.multisig),
    Number(tx.sign_doc.sequence),
    { amount, gas },
    bodyBytes,
    new Map([...found].map(([address, { signature }]) => [address, new Uint8Array(Buffer.from(signature.signature, "base64"))])),
  );
}

function check(tx: MultisigTx, { source, signature }: SignatureOf): void {
  const { multisig, sign_doc: doc, hash } = tx;
  const { signer } = signature;
  const member = multisig.members.find(({ pubkey }) => pubkey === signer.pubkey);
  if (signature.multisig !== multisig.address || member === undefined || member.address !== signer.address) {
    throw refusal("DAO3031", `${source} is signed by ${signer.address.slice(0, 90)}, who is no member of the multisig ${multisig.address}`, `it needs ${signersText(multisig)}`);
  }
  if (signature.chain_id !== doc.chain_id) throw refusal("DAO3035", `${source} is for the network ${signature.chain_id}, the transaction is for ${doc.chain_id}`, again(member.name));
  if (signature.account_number !== doc.account_number) {
    throw refusal("DAO3034", `${source} is for the account number ${signature.account_number}, the transaction is for ${doc.account_number}`, again(member.name));
  }
  if (signature.sequence !== doc.sequence) throw refusal("DAO3033", `${source} is for the sequence ${signature.sequence}, the transaction has ${doc.sequence}`, again(member.name));
  if (signature.hash !== hash) throw refusal("DAO3036", `${source} is for another content with the same sequence ${doc.sequence}: only one of the two can be executed`, again(member.name));
  if (!verifies(tx, signature)) throw refusal("DAO3037", `the signature in ${source} is not ${member.name}'s for this transaction: it was changed`, again(member.name));
}

function verifies({ sign_doc }: MultisigTx, { signature, signer }: MultisigSignature): boolean {
  const bytes = Buffer.from(signature, "base64");
  if (bytes.length !== 64) return false;
  const digest = createHash("sha256").update(aminoSignBytes(sign_doc)).digest();
  try {
    return Secp256k1.verifySignature(Secp256k1Signature.fromFixedLength(bytes), digest, Buffer.from(signer.pubkey, "base64"));
  } catch {
    // Not even numbers of a signature.
    return false;
  }
}

function again(name: string): string {
  return `ask ${name} to sign this very file: daonetes tx sign FILE; nothing was sent`;
}

function refusal(code: ErrorDetails["code"], message: string, help: string): DaonetesError {
  return new DaonetesError({ code, kind: "denied", message, help });
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return new Uint8Array([...bytes, rest]);
}
