import { DaonetesError } from "../errors.ts";
import type { MultisigMember } from "./multisig.ts";
import { matches, readObject, SIGNATURE_SHAPE } from "./shapes.ts";
import type { MultisigTx } from "./tx-file.ts";

const KIND = "daonetes/multisig-signature/v1";

/** The signature of one member, and what it is for. */
export interface MultisigSignature {
  readonly kind: typeof KIND;
  /** Address of the multisig. */
  readonly multisig: string;
  readonly signer: MultisigMember;
  readonly chain_id: string;
  readonly account_number: string;
  readonly sequence: string;
  /** sha256 of the bytes that were signed, lower-case hex. */
  readonly hash: string;
  /** 64 bytes, base64. */
  readonly signature: string;
}

export function makeMultisigSignature({ multisig, sign_doc, hash }: MultisigTx, signer: MultisigMember, signature: Uint8Array): MultisigSignature {
  const { chain_id, account_number, sequence } = sign_doc;
  return { kind: KIND, multisig: multisig.address, signer, chain_id, account_number, sequence, hash, signature: Buffer.from(signature).toString("base64") };
}

/** @throws DaonetesError DAO3042 for what is no JSON, DAO3043 for another kind of file */
export function parseMultisigSignature(text: string, source: string): MultisigSignature {
  return checkMultisigSignature(readObject(text, source), source);
}

/** The same for a signature that was read as part of another file. */
export function checkMultisigSignature(json: unknown, source: string): MultisigSignature {
  if (matches(SIGNATURE_SHAPE, json) && (json as MultisigSignature).kind === KIND) return json as MultisigSignature;
  throw new DaonetesError({ code: "DAO3043", kind: "usage", message: `${source} is no signature of a member`, help: "it is what `daonetes tx sign` wrote: NAME-SEQUENCE.SIGNER.sig.json" });
}
