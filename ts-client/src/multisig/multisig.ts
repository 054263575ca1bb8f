import { createMultisigThresholdPubkey, type MultisigThresholdPubkey, pubkeyToAddress, type SinglePubkey } from "@cosmjs/amino";
import { ADDRESS_PREFIX } from "../address.ts";
import { DaonetesError } from "../errors.ts";

/** One of the keys of a multisig. */
export interface MultisigMember {
  /** What this person calls its owner. Signs nothing. */
  readonly name: string;
  readonly address: string;
  /** Compressed secp256k1 key, base64. */
  readonly pubkey: string;
}

/** An address that some of several keys act for together. It follows from the keys and the threshold alone. */
export interface Multisig {
  readonly address: string;
  /** How many of the members have to sign. */
  readonly threshold: number;
  /** In the order of their addresses, as `daonetesd keys add --multisig` has it too. */
  readonly members: readonly MultisigMember[];
}

/** Keys in one multisig; the chain counts them all in one transaction. */
const MAX_MEMBERS = 32;
/** Names come in files from others and are shown. */
const NAME = /^[^\p{C}\p{Zl}\p{Zp}]{1,40}$/u;

/**
 * @throws DaonetesError DAO1041 for a number of members or a threshold that makes no multisig, DAO1042 for a key that is
 *   none, DAO1043 for a key that is there twice
 */
export function makeMultisig(threshold: number, members: readonly Pick<MultisigMember, "name" | "pubkey">[]): Multisig {
  if (members.length < 2 || members.length > MAX_MEMBERS) {
    throw new DaonetesError({ code: "DAO1041", kind: "usage", message: `a multisig has 2 to ${MAX_MEMBERS} members, not ${members.length}`, help: "--member alice --member bob=PUBLICKEY" });
  }
  if (!Number.isInteger(threshold) || threshold < 1 || threshold > members.length) {
    throw new DaonetesError({ code: "DAO1041", kind: "usage", message: `${threshold} of ${members.length} members can never sign`, help: `--threshold 1 to ${members.length}` });
  }
  const known = members.map(({ name, pubkey }): MultisigMember => ({ name, pubkey, address: addressOfKey(name, pubkey) }));
  for (const [index, { address, name }] of known.entries()) {
    const twin = known.slice(0, index).find((other) => other.address === address);
    if (twin !== undefined) throw new DaonetesError({ code: "DAO1043", kind: "usage", message: `${twin.name} and ${name} are one key`, help: "each member has a key of their own" });
  }
  const key = createMultisigThresholdPubkey(known.map(({ pubkey }) => single(pubkey)), threshold);
  const sorted = key.value.pubkeys.map(({ value }) => known.find(({ pubkey }) => pubkey === value)!);
  return { address: pubkeyToAddress(key, ADDRESS_PREFIX), threshold, members: sorted };
}

/** The public key that the chain keeps of a multisig. */
export function keyOfMultisig({ threshold, members }: Multisig): MultisigThresholdPubkey {
  return createMultisigThresholdPubkey(members.map(({ pubkey }) => single(pubkey)), threshold);
}

/** `2 of alice, bob, carol`: who has to sign. */
export function signersText({ threshold, members }: Multisig): string {
  const names = members.map(({ name }) => name).sort();
  return `${threshold} of ${names.join(", ")}`;
}

function single(pubkey: string): SinglePubkey {
  return { type: "tendermint/PubKeySecp256k1", value: pubkey };
}

function addressOfKey(name: string, pubkey: string): string {
  if (!NAME.test(name)) throw new DaonetesError({ code: "DAO1042", kind: "usage", message: "a member's name is 1 to 40 characters that can be seen", help: "--member NAME=PUBLICKEY" });
  const bytes = Buffer.from(pubkey, "base64");
  if (bytes.length === 33 && (bytes[0] === 2 || bytes[0] === 3) && bytes.toString("base64") === pubkey) return pubkeyToAddress(single(pubkey), ADDRESS_PREFIX);
  throw new DaonetesError({
    code: "DAO1042",
    kind: "usage",
    message: `what stands for ${name} is no public key: ${pubkey.slice(0, 50)}`,
    help: "44 characters that its owner sees with: daonetes key show NAME",
  });
}
