import { createHash } from "node:crypto";
import { PubKey as Ed25519PubKey } from "cosmjs-types/cosmos/crypto/ed25519/keys";
import { LegacyAminoPubKey } from "cosmjs-types/cosmos/crypto/multisig/keys";
import { PubKey as Secp256k1PubKey } from "cosmjs-types/cosmos/crypto/secp256k1/keys";
import { AuthInfo, type SignerInfo, TxBody, TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { addressFromBytes } from "../address.ts";
import { decodeTxResponses } from "../tx-responses.ts";
import { actionOf, actorOf, objectOf, stateName } from "./naming.ts";
import { decodeFields, type Fields, messageName } from "./codecs.ts";

/** One thing that somebody did, as it follows from the bytes of a transaction and of its result. */
export interface Fact {
  /** Position of the message in its transaction, and of the part in the message. */
  message: number;
  part: number;
  type: string;
  /** Address that acted. */
  actor: string;
  /** Such as `device.approved`. */
  action: string;
  /** Such as `device daonet1..`. */
  object: string;
  /** Decimal id, where the message itself names the group. */
  groupId: string | null;
  /** Things by which the group can be found where it is not named, such as `deployment 7`; of a proposal those that its messages are about. */
  about: string[];
}

export interface TxFacts {
  /** Upper-case hex. */
  hash: string;
  /** Addresses of the keys that signed; of a multisig those whose signature is there. */
  signers: string[];
  facts: Fact[];
}

const EXECUTED = 2;
const SUBMIT = "/daonetes.council.v1.MsgSubmit";
/** Proposals inside proposals that are looked into: the chain carries out no more of them in one transaction. */
const MAX_DEPTH = 4;

/**
 * What a transaction that was executed did. Pure: who has the same bytes gets the same facts.
 * @param data of its result, which holds the responses
 */
export function txFacts(txBytes: Uint8Array, data: Uint8Array): TxFacts {
  const { bodyBytes, authInfoBytes } = TxRaw.decode(txBytes);
  const responses = decodeTxResponses(data);
  const facts = TxBody.decode(bodyBytes).messages.flatMap(({ typeUrl, value }, index) => {
    const answer = responses[index];
    return messageFacts(index, typeUrl, decodeFields(typeUrl, value), answer === undefined ? {} : decodeFields(answer.typeUrl, answer.value));
  });
  return {
    hash: createHash("sha256").update(txBytes).digest("hex").toUpperCase(),
    signers: AuthInfo.decode(authInfoBytes).signerInfos.flatMap(signersOf),
    facts,
  };
}

function messageFacts(message: number, type: string, fields: Fields, response: Fields): Fact[] {
  const known = messageName(type);
  const things = thingsOf(type, fields);
  const named = things.find((thing) => thing.startsWith("group "))?.slice("group ".length);
  const base = { message, part: 0, type, actor: actorOf(fields), groupId: named ?? decimal(response["groupId"]), about: things.filter((thing) => !thing.startsWith("group ")) };
  if (known === undefined) return [{ ...base, action: type.split(".").at(-1) ?? type, object: "" }];
  if (known.name === "MsgReport") {
    const reports = fields["reports"] as { deploymentId: bigint; state: number; revision: bigint }[];
    return reports.map(({ deploymentId, state, revision }, part) => ({
      ...base,
      part,
      action: `report.${stateName(state)}`,
      object: `deployment ${deploymentId} revision ${revision}`,
    }));
  }
  const { action, noun } = actionOf(known.name);
  const executed = (response["outcome"] as { status?: number } | undefined)?.status === EXECUTED;
  return [{ ...base, action: executed ? "proposal.executed" : action, object: objectOf(noun, fields, response) }];
}

/** Fields that name a thing of some group, and what it is. */
const THINGS: Record<string, string> = { groupId: "group", deploymentId: "deployment", device: "device", ticketId: "ticket", proposalId: "proposal" };

function thingsOf(type: string, fields: Fields, depth = 0): string[] {
  if (type === SUBMIT) {
    const messages = fields["messages"] as { typeUrl: string; value: Uint8Array }[];
    return depth === MAX_DEPTH ? [] : messages.flatMap(({ typeUrl, value }) => thingsOf(typeUrl, decodeFields(typeUrl, value), depth + 1));
  }
  return Object.entries(THINGS).flatMap(([field, kind]) => {
    const value = fields[field];
    const key = typeof value === "string" && value !== "" ? value : decimal(value);
    return key === null ? [] : [`${kind} ${key}`];
  });
}

function decimal(value: unknown): string | null {
  return typeof value === "bigint" && value > 0n ? String(value) : null;
}

function signersOf({ publicKey, modeInfo }: SignerInfo): string[] {
  if (publicKey === undefined) return [];
  if (publicKey.typeUrl !== "/cosmos.crypto.multisig.LegacyAminoPubKey") {
    const address = addressOfKey(publicKey);
    return address === undefined ? [] : [address];
  }
  const bits = modeInfo?.multi?.bitarray;
  return LegacyAminoPubKey.decode(publicKey.value).publicKeys.flatMap((key, index) => {
    const signed = ((bits?.elems[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0;
    const address = signed ? addressOfKey(key) : undefined;
    return address === undefined ? [] : [address];
  });
}

function addressOfKey({ typeUrl, value }: { typeUrl: string; value: Uint8Array }): string | undefined {
  const sha = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();
  if (typeUrl === "/cosmos.crypto.secp256k1.PubKey") return addressFromBytes(createHash("ripemd160").update(sha(Secp256k1PubKey.decode(value).key)).digest());
  if (typeUrl === "/cosmos.crypto.ed25519.PubKey") return addressFromBytes(sha(Ed25519PubKey.decode(value).key).subarray(0, 20));
  return undefined;
}
