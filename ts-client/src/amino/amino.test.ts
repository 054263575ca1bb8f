import { readFileSync } from "node:fs";
import test from "ava";
import { AminoTypes } from "@cosmjs/stargate";
import { makeAuthInfoBytes, makeSignBytes, makeSignDoc } from "@cosmjs/proto-signing";
import { PubKey } from "cosmjs-types/cosmos/crypto/secp256k1/keys";
import { TxBody } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { proposedMessages } from "../proposal-content.ts";
import { createRegistry, ourTypeUrls } from "../registry.ts";
import { aminoConverters } from "./converters.ts";
import { bytesOfAmino } from "./decode.ts";
import { aminoValue } from "./encode.ts";
import { aminoName, typeUrlOfAminoName } from "./schema.ts";
import { aminoMsg, aminoSignBytes, type AminoSignDoc, messageOfAmino } from "./sign-doc.ts";

interface Vectors {
  chainId: string;
  accountNumber: string;
  sequence: string;
  gas: string;
  memo: string;
  pubKeyBase64: string;
  vectors: { typeUrl: string; case: string; valueBase64: string; aminoSignBytes: string; directSignBytesBase64: string }[];
}

const golden = JSON.parse(readFileSync(new URL("../../../testdata/vectors/sign-bytes.json", import.meta.url), "utf8")) as Vectors;
const registry = createRegistry();
const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));

test("every message has vectors of the chain's sign bytes", (t) => {
  for (const title of ["as sent", "every field"]) {
    const covered = golden.vectors.filter((vector) => vector.case === title).map(({ typeUrl }) => typeUrl);
    t.deepEqual(covered.sort(), ourTypeUrls().sort(), `write them anew: cd chain && UPDATE_GOLDEN=1 go test ./app -run TestSignBytesVectors`);
  }
});

test("the bytes that are signed as amino JSON are the chain's, for every message", (t) => {
  for (const { typeUrl, case: title, valueBase64, aminoSignBytes: expected } of golden.vectors) {
    const value = bytesOf(valueBase64);
    const doc: AminoSignDoc = {
      chain_id: golden.chainId,
      account_number: golden.accountNumber,
      sequence: golden.sequence,
      fee: { amount: [], gas: golden.gas },
      memo: golden.memo,
      msgs: [{ type: aminoName(typeUrl), value: aminoValue(typeUrl.slice(1), value) }],
    };
    t.is(Buffer.from(aminoSignBytes(doc)).toString("utf8"), expected, `${typeUrl}, ${title}`);
  }
});

test("messages made here are signed as the chain reads them, and come back from what a wallet returns", (t) => {
  for (const { typeUrl, case: title, valueBase64, aminoSignBytes: expected } of golden.vectors) {
    if (registry.lookupType(typeUrl) === undefined) continue;
    const message = { typeUrl, value: registry.decode({ typeUrl, value: bytesOf(valueBase64) }) as unknown };
    const { msgs } = JSON.parse(expected) as AminoSignDoc;
    const mine = aminoMsg(registry, message);
    t.deepEqual(mine, msgs[0], `${typeUrl}, ${title}`);
    t.is(Buffer.from(registry.encode(messageOfAmino(registry, mine) as never)).toString("base64"), valueBase64, `${typeUrl}, ${title}`);
  }
});

test("what amino JSON says is encoded to the same bytes as the chain's, messages of the SDK too", (t) => {
  for (const { typeUrl, valueBase64, aminoSignBytes: expected } of golden.vectors) {
    const [msg] = (JSON.parse(expected) as AminoSignDoc).msgs;
    t.is(typeUrlOfAminoName(msg!.type), typeUrl);
    const again = bytesOfAmino(typeUrl.slice(1), msg!.value);
    t.deepEqual(aminoValue(typeUrl.slice(1), again), msg!.value, typeUrl);
    if (typeUrl.startsWith("/daonetes")) t.is(Buffer.from(again).toString("base64"), valueBase64, typeUrl);
  }
});

test("cosmjs signs as amino JSON what it signs directly, through the converters", async (t) => {
  const types = new AminoTypes(await aminoConverters());
  for (const { typeUrl, valueBase64, aminoSignBytes: expected } of golden.vectors) {
    if (registry.lookupType(typeUrl) === undefined) continue;
    const value = registry.decode({ typeUrl, value: bytesOf(valueBase64) }) as unknown;
    const amino = types.toAmino({ typeUrl, value });
    t.deepEqual(amino, (JSON.parse(expected) as { msgs: (typeof amino)[] }).msgs[0]);
    const back = types.fromAmino(amino);
    t.is(back.typeUrl, typeUrl);
    t.is(Buffer.from(registry.encode(back)).toString("base64"), valueBase64, typeUrl);
  }
});

test("the bytes that are signed directly are the chain's, for every message", (t) => {
  const pubkey = { typeUrl: "/cosmos.crypto.secp256k1.PubKey", value: PubKey.encode({ key: bytesOf(golden.pubKeyBase64) }).finish() };
  const authInfo = makeAuthInfoBytes([{ pubkey, sequence: Number(golden.sequence) }], [], Number(golden.gas), undefined, undefined);
  for (const { typeUrl, case: title, valueBase64, directSignBytesBase64 } of golden.vectors) {
    if (registry.lookupType(typeUrl) === undefined) continue;
    const message = { typeUrl, value: registry.encode({ typeUrl, value: registry.decode({ typeUrl, value: bytesOf(valueBase64) }) as unknown }) };
    const body = TxBody.encode(TxBody.fromPartial({ messages: [message], memo: golden.memo })).finish();
    const doc = makeSignDoc(body, authInfo, golden.chainId, 0);
    const signed = makeSignBytes({ ...doc, accountNumber: BigInt(golden.accountNumber) });
    t.is(Buffer.from(signed).toString("base64"), directSignBytesBase64, `${typeUrl}, ${title}`);
  }
});

test("a proposal holds its messages as the chain keeps them, whatever was left out", async (t) => {
  for (const { typeUrl, case: title, valueBase64 } of golden.vectors) {
    if (registry.lookupType(typeUrl) === undefined || !typeUrl.startsWith("/daonetes")) continue;
    const value = registry.decode({ typeUrl, value: bytesOf(valueBase64) }) as Record<string, unknown>;
    // Parts that hold nothing are left out, as people leave them out.
    const bare = Object.fromEntries(Object.entries(value).filter(([, part]) => !isBare(part)));
    const [packed] = await proposedMessages([{ typeUrl, value: bare }]);
    t.is(Buffer.from(packed!.value).toString("base64"), valueBase64, `${typeUrl}, ${title}`);
  }
});

/** Whether a part is a message in which nothing is set. */
function isBare(part: unknown): boolean {
  if (typeof part !== "object" || part === null || Array.isArray(part) || part instanceof Uint8Array) return false;
  return Object.values(part).every((inner) => inner === undefined || inner === "" || inner === 0 || inner === 0n || inner === false || (Array.isArray(inner) && inner.length === 0) || isBare(inner));
}

test("amino names are unique, and short enough for a Ledger", (t) => {
  for (const typeUrl of ourTypeUrls()) {
    t.is(typeUrlOfAminoName(aminoName(typeUrl)), typeUrl);
    t.true(aminoName(typeUrl).length < 40, typeUrl);
  }
});

test("amino JSON that is not of the message is refused, with the field", (t) => {
  const refused = (json: unknown, pattern: RegExp): void => {
    t.throws(() => bytesOfAmino("daonetes.council.v1.MsgApprove", json as never), { code: "DAO3046", message: pattern });
  };
  refused({ member: 7 }, /MsgApprove\.member is no text/);
  refused({ proposal_id: 7 }, /proposal_id is no text of a whole number/);
  refused({ proposal_id: "18446744073709551616" }, /proposal_id is no text/);
  refused({ proposal: "7" }, /has no field "proposal"/);
  refused([], /is no object/);
  t.throws(() => typeUrlOfAminoName("cosmos-sdk/MsgNothing"), { code: "DAO3046" });
  // A field of a newer network would run without being signed.
  t.throws(() => aminoValue("daonetes.council.v1.MsgApprove", new Uint8Array([0x80, 0x7d, 1])), { code: "DAO3046", message: /a field 2000 / });
});
