import test, { type ExecutionContext } from "ava";
import { Secp256k1, sha256 } from "@cosmjs/crypto";
import { TxBody, TxRaw, AuthInfo } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { aminoMsg, aminoSignBytes } from "../amino/index.ts";
import { workgroupMessages } from "../messages/workgroup.ts";
import { createRegistry } from "../registry.ts";
import { collectSignatures, makeMultisig, makeMultisigSignature, makeMultisigTx, makeSignedMultisigTx, type Multisig, type MultisigSignature, type MultisigTx, parseMultisigSignature, parseMultisigTx, parseSignedMultisigTx } from "./index.ts";

const registry = createRegistry();
const NAMES = ["alice", "bob", "carol", "mallory"];
const secrets = new Map(NAMES.map((name) => [name, sha256(Buffer.from(name))]));
const pubkeys = new Map([...secrets].map(([name, secret]) => [name, Buffer.from(Secp256k1.compressPubkey(Secp256k1.makeKeypair(secret).pubkey)).toString("base64")]));

function board(threshold = 2, names = ["alice", "bob", "carol"]): Multisig {
  return makeMultisig(threshold, names.map((name) => ({ name, pubkey: pubkeys.get(name)! })));
}

function cordon(change: Partial<Parameters<typeof makeMultisigTx>[0]> = {}, device = "daonet1device"): MultisigTx {
  const multisig = board();
  const messages = [aminoMsg(registry, workgroupMessages.cordonDevice({ authority: multisig.address, device }))];
  return makeMultisigTx({ multisig, chainId: "daonetes-test-1", accountNumber: 13_835_058_055_282_163_729n, sequence: 4n, gas: 400_000n, amount: [], messages, ...change });
}

function signed(tx: MultisigTx, name: string, multisig = board(2, NAMES)): MultisigSignature {
  const member = multisig.members.find((one) => one.name === name)!;
  const signature = Secp256k1.createSignature(sha256(aminoSignBytes(tx.sign_doc)), secrets.get(name)!).toFixedLength().subarray(0, 64);
  return makeMultisigSignature(tx, member, signature);
}

const from = (signature: MultisigSignature) => ({ source: `${signature.signer.name}.sig.json`, signature });

function refused(t: ExecutionContext, code: string, message: RegExp, run: () => unknown): void {
  t.throws(run, { code, message });
}

test("the address follows from keys and threshold, in whatever order the members are named", (t) => {
  const one = board(2, ["alice", "bob", "carol"]);
  t.deepEqual(board(2, ["carol", "alice", "bob"]), one);
  t.not(board(3).address, one.address);
  t.not(board(2, ["alice", "bob"]).address, one.address);
});

test("what makes no multisig is refused, each with a code", (t) => {
  const pubkey = pubkeys.get("alice")!;
  refused(t, "DAO1041", /2 to 32 members, not 1/, () => makeMultisig(1, [{ name: "alice", pubkey }]));
  for (const threshold of [0, 4, 1.5, Number.NaN]) refused(t, "DAO1041", /can never sign/, () => board(threshold));
  refused(t, "DAO1043", /alice and twin are one key/, () => makeMultisig(1, [{ name: "alice", pubkey }, { name: "twin", pubkey }]));
  refused(t, "DAO1042", /what stands for bob is no public key/, () => makeMultisig(1, [{ name: "alice", pubkey }, { name: "bob", pubkey: "AAAA" }]));
  refused(t, "DAO1042", /characters that can be seen/, () => makeMultisig(1, [{ name: "alice", pubkey }, { name: "b\u202eob", pubkey: pubkeys.get("bob")! }]));
});

test("any two of three sign, in any order, and the body is what they signed", (t) => {
  const tx = cordon();
  const [alice, bob, carol] = ["alice", "bob", "carol"].map((name) => from(signed(tx, name)));
  for (const pair of [[alice!, bob!], [bob!, alice!], [carol!, alice!], [alice!, bob!, carol!]]) {
    const raw = TxRaw.decode(collectSignatures(tx, pair));
    const [message] = TxBody.decode(raw.bodyBytes).messages;
    t.is(message?.typeUrl, "/daonetes.workgroup.v1.MsgCordonDevice");
    t.deepEqual(registry.decode(message!) as unknown, workgroupMessages.cordonDevice({ authority: tx.multisig.address, device: "daonet1device" }).value);
    const { signerInfos, fee } = AuthInfo.decode(raw.authInfoBytes);
    t.is(signerInfos[0]?.sequence, 4n);
    t.is(fee?.gasLimit, 400_000n);
    t.is(signerInfos[0]?.modeInfo?.multi?.modeInfos.length, pair.length);
  }
  t.deepEqual(collectSignatures(tx, [alice!, bob!]), collectSignatures(tx, [bob!, alice!]));
});

test("too few signatures: who can still sign is named", (t) => {
  const tx = cordon();
  refused(t, "DAO3030", /0 of 2 signatures are there; 2 of .*must sign/, () => collectSignatures(tx, []));
  const error = t.throws(() => collectSignatures(tx, [from(signed(tx, "bob"))]), { code: "DAO3030" });
  t.regex(error.message, /1 of 2 signatures are there; 1 of (alice, carol|carol, alice) must sign/);
});

test("a stranger, a double signature, another sequence, account, chain, content: each has its own code", (t) => {
  const tx = cordon();
  const alice = from(signed(tx, "alice"));
  const collected = (other: MultisigTx): unknown => collectSignatures(tx, [alice, from(signed(other, "bob"))]);
  refused(t, "DAO3031", /mallory\.sig\.json is signed by daonet1.*no member/, () => collectSignatures(tx, [alice, from(signed(tx, "mallory"))]));
  refused(t, "DAO3032", /alice\.sig\.json and copy are both signed by alice/, () => collectSignatures(tx, [alice, { ...alice, source: "copy" }]));
  refused(t, "DAO3033", /bob\.sig\.json is for the sequence 5, the transaction has 4/, () => collected(cordon({ sequence: 5n })));
  refused(t, "DAO3034", /account number 9, the transaction is for 13835058055282163729/, () => collected(cordon({ accountNumber: 9n })));
  refused(t, "DAO3035", /network daonetes-2, the transaction is for daonetes-test-1/, () => collected(cordon({ chainId: "daonetes-2" })));
  refused(t, "DAO3036", /another content with the same sequence 4/, () => collected(cordon({}, "daonet1other")));
  refused(t, "DAO3036", /another content/, () => collected(cordon({ gas: 1n })));
});

test("a signature that was changed, or is of another key under a member's name, does not count", (t) => {
  const tx = cordon();
  const alice = from(signed(tx, "alice"));
  const bytes = Buffer.from(alice.signature.signature, "base64");
  for (const position of [0, 31, 32, 63]) {
    const changed = Buffer.from(bytes);
    changed[position]! ^= 1;
    refused(t, "DAO3037", /not alice's for this transaction/, () => collectSignatures(tx, [{ ...alice, signature: { ...alice.signature, signature: changed.toString("base64") } }]));
  }
  for (const signature of ["", "AAAA", Buffer.alloc(64).toString("base64"), Buffer.alloc(65, 1).toString("base64")]) {
    refused(t, "DAO3037", /not alice's/, () => collectSignatures(tx, [{ ...alice, signature: { ...alice.signature, signature } }]));
  }
  const forged = { ...signed(tx, "mallory"), signer: alice.signature.signer };
  refused(t, "DAO3037", /not alice's/, () => collectSignatures(tx, [from(forged)]));
});

test("a file whose content was changed is refused, wherever it was changed", (t) => {
  const text = JSON.stringify(cordon());
  t.deepEqual(parseMultisigTx(text, "x"), cordon());
  const changed = (search: string, replacement: string): string => {
    t.true(text.includes(search), search);
    return text.replace(search, replacement);
  };
  for (const one of [changed('"sequence":"4"', '"sequence":"5"'), changed("daonet1device", "daonet1other"), changed('"gas":"400000"', '"gas":"1"'), changed('"memo":""', '"memo":"x"'), changed("daonetes-test-1", "daonetes-test-2")]) {
    refused(t, "DAO3038", /board-4\.tx\.json was changed after it was written: what it holds/, () => parseMultisigTx(one, "board-4.tx.json"));
  }
  refused(t, "DAO3038", /its keys make the address/, () => parseMultisigTx(changed('"threshold":2', '"threshold":1'), "x"));
  refused(t, "DAO3038", /its keys make the address/, () => parseMultisigTx(text.replace(pubkeys.get("bob")!, pubkeys.get("mallory")!), "x"));
  refused(t, "DAO3042", /is no transaction of a multisig/, () => parseMultisigTx(changed('"hash"', '"more":1,"hash"'), "x"));
  refused(t, "DAO3042", /it is not JSON/, () => parseMultisigTx("{", "x"));
  refused(t, "DAO3042", /no transaction/, () => parseMultisigTx("null", "x"));
  refused(t, "DAO3043", /no signature of a member/, () => parseMultisigSignature(text, "x"));
  refused(t, "DAO3042", /no signed transaction/, () => parseSignedMultisigTx(text, "x"));
});

test("a message that acts for somebody else is refused before anybody signs", (t) => {
  const messages = [aminoMsg(registry, workgroupMessages.cordonDevice({ authority: "daonet1somebody", device: "daonet1device" }))];
  refused(t, "DAO3045", /acts for daonet1somebody, not for the multisig/, () => parseMultisigTx(JSON.stringify(cordon({ messages })), "x"));
});

test("a signed file is read back and checked whole", (t) => {
  const tx = cordon();
  const signatures = ["carol", "alice"].map((name) => from(signed(tx, name)));
  const text = JSON.stringify(makeSignedMultisigTx(tx, signatures));
  const back = parseSignedMultisigTx(text, "board-4.signed.json");
  t.deepEqual(collectSignatures(back.tx, back.signatures), collectSignatures(tx, signatures));
  refused(t, "DAO3038", /was changed/, () => parseSignedMultisigTx(text.replace("daonet1device", "daonet1other"), "x"));
  refused(t, "DAO3043", /no signature/, () => parseSignedMultisigTx(text.replace('"signature":', '"sig":'), "x"));
});
