import { DaonetesError } from "../errors.ts";
import type { SignatureOf } from "./collect.ts";
import { readObject } from "./shapes.ts";
import { checkMultisigSignature, type MultisigSignature } from "./signature-file.ts";
import { checkMultisigTx, type MultisigTx } from "./tx-file.ts";

const KIND = "daonetes/multisig-signed/v1";

/** A transaction with the signatures that it needs. Everything in it is checked again before it is sent. */
export interface SignedMultisigTx {
  readonly kind: typeof KIND;
  readonly tx: MultisigTx;
  readonly signatures: readonly MultisigSignature[];
}

export function makeSignedMultisigTx(tx: MultisigTx, signatures: readonly SignatureOf[]): SignedMultisigTx {
  return { kind: KIND, tx, signatures: signatures.map(({ signature }) => signature) };
}

/** @throws DaonetesError DAO3042 to DAO3045, as for the files that it was collected from */
export function parseSignedMultisigTx(text: string, source: string): { tx: MultisigTx; signatures: SignatureOf[] } {
  const json = readObject(text, source) as Partial<SignedMultisigTx> | null;
  if (typeof json !== "object" || json?.kind !== KIND || !Array.isArray(json.signatures)) {
    throw new DaonetesError({ code: "DAO3042", kind: "usage", message: `${source} is no signed transaction`, help: "it is what `daonetes tx collect` wrote: NAME-SEQUENCE.signed.json" });
  }
  return {
    tx: checkMultisigTx(json.tx, source),
    signatures: json.signatures.map((one: unknown) => ({ source, signature: checkMultisigSignature(one, source) })),
  };
}
