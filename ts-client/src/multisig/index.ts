/** `@daonetes/client/multisig`: transactions that several keys sign, each on its own computer. */
export { collectSignatures, type SignatureOf } from "./collect.ts";
export { keyOfMultisig, makeMultisig, type Multisig, type MultisigMember, signersText } from "./multisig.ts";
export { makeMultisigSignature, type MultisigSignature, parseMultisigSignature } from "./signature-file.ts";
export { makeSignedMultisigTx, parseSignedMultisigTx, type SignedMultisigTx } from "./signed-file.ts";
export { makeMultisigTx, type MultisigTx, parseMultisigTx } from "./tx-file.ts";
