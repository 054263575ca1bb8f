import { createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import test from "ava";
import { PubKey } from "cosmjs-types/cosmos/crypto/ed25519/keys";
import { AuthInfo, SignDoc, TxBody, TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { DeviceInfo } from "../gen/daonetes/workgroup/v1/core.ts";
import { Ed25519Key } from "./ed25519-key.ts";
import { fingerprintWords } from "./fingerprint.ts";
import { admitProofText, joinProofText, ticketProofText } from "./proof-text.ts";
import { buildUnorderedTx, txHash } from "./unordered-tx.ts";

interface ProofVector {
  kind: "ticket" | "admit" | "join";
  chainId: string;
  groupId: string;
  seedHex: string;
  pubKeyHex: string;
  address: string;
  ticketAddress?: string;
  info?: Record<string, string> & { endpoints: string[] };
  textHex: string;
  signatureHex: string;
}

const vectors = JSON.parse(
  readFileSync(new URL("../../../testdata/vectors/proofs.json", import.meta.url), "utf8"),
) as ProofVector[];
const SEED = new Uint8Array(32).fill(7);

function textOf(vector: ProofVector, publicKey: Uint8Array): Uint8Array {
  const groupId = BigInt(vector.groupId);
  if (vector.kind === "ticket") return ticketProofText(vector.chainId, groupId, publicKey);
  if (vector.kind === "admit") return admitProofText(vector.chainId, groupId, publicKey);
  const { wireguardKeyHex, ...info } = vector.info!;
  const deviceInfo = DeviceInfo.fromPartial({ ...info, wireguardKey: Buffer.from(wireguardKeyHex!, "hex") });
  return joinProofText(vector.chainId, groupId, vector.ticketAddress!, publicKey, deviceInfo);
}

function verifies(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  const x = Buffer.from(publicKey).toString("base64url");
  return verify(null, bytes, createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" }), signature);
}

function unordered(): Uint8Array {
  return buildUnorderedTx({
    key: Ed25519Key.fromSeed(SEED),
    chainId: "daonetes-1",
    accountNumber: 18446744073709551615n,
    messages: [{ typeUrl: "/daonetes.workload.v1.MsgReport", value: Uint8Array.of(1, 2) }],
    lastBlockTime: { seconds: 1_000_000n, nanos: 5 },
    gas: 200_000n,
  }).txBytes;
}

for (const [index, vector] of vectors.entries()) {
  test(`proof text, key and signature of vector ${index} (${vector.kind}) are those of the chain`, (t) => {
    const key = Ed25519Key.fromSeed(Buffer.from(vector.seedHex, "hex"));
    t.is(Buffer.from(key.publicKey).toString("hex"), vector.pubKeyHex);
    t.is(key.address, vector.address);
    const text = textOf(vector, key.publicKey);
    t.is(Buffer.from(text).toString("hex"), vector.textHex);
    t.is(Buffer.from(key.sign(text)).toString("hex"), vector.signatureHex);
  });
}

test("every kind of proof has a vector", (t) => {
  t.deepEqual([...new Set(vectors.map(({ kind }) => kind))].sort(), ["admit", "join", "ticket"]);
});

test("a key comes back from its seed", (t) => {
  const key = Ed25519Key.generate();
  const again = Ed25519Key.fromSeed(key.seed());
  t.is(key.seed().length, 32);
  t.is(again.address, key.address);
  t.deepEqual(again.seed(), key.seed());
});

test("a seed of another length is refused", (t) => {
  t.throws(() => Ed25519Key.fromSeed(new Uint8Array(31)), { instanceOf: RangeError });
  t.throws(() => Ed25519Key.fromSeed(new Uint8Array(64)), { instanceOf: RangeError });
});

test("a signature verifies, and not for another text", (t) => {
  const key = Ed25519Key.generate();
  const signature = key.sign(Buffer.from("text"));
  t.is(signature.length, 64);
  t.true(verifies(key.publicKey, Buffer.from("text"), signature));
  t.false(verifies(key.publicKey, Buffer.from("texT"), signature));
});

test("a fingerprint is six words that do not change", (t) => {
  const words = fingerprintWords(Ed25519Key.fromSeed(SEED).publicKey);
  t.is(words.length, 6);
  t.deepEqual(words, fingerprintWords(Ed25519Key.fromSeed(SEED).publicKey));
  t.true(words.every((word) => /^[a-z]{3,8}$/.test(word)));
  t.notDeepEqual(words, fingerprintWords(Ed25519Key.generate().publicKey));
});

test("an unordered transaction has sequence 0 and the flag, and pays no fee", (t) => {
  const raw = TxRaw.decode(unordered());
  const auth = AuthInfo.decode(raw.authInfoBytes);
  t.true(TxBody.decode(raw.bodyBytes).unordered);
  t.is(auth.signerInfos.length, 1);
  t.is(auth.signerInfos[0]!.sequence, 0n);
  t.deepEqual(auth.fee?.amount, []);
  t.is(auth.fee?.gasLimit, 200_000n);
});

test("an unordered transaction ends 120 to 300 seconds after the newest block, each at its own nanosecond", (t) => {
  const times = Array.from({ length: 100 }, () => TxBody.decode(TxRaw.decode(unordered()).bodyBytes).timeoutTimestamp!);
  for (const { seconds, nanos } of times) {
    t.true(seconds >= 1_000_120n && seconds <= 1_000_300n, String(seconds));
    t.true(nanos >= 0 && nanos < 1_000_000_000);
  }
  t.is(new Set(times.map(({ nanos }) => nanos)).size, 100);
});

test("an unordered transaction is signed by its key over chain id and account number", (t) => {
  const raw = TxRaw.decode(unordered());
  const { publicKey } = AuthInfo.decode(raw.authInfoBytes).signerInfos[0]!;
  const sign = { bodyBytes: raw.bodyBytes, authInfoBytes: raw.authInfoBytes, chainId: "daonetes-1", accountNumber: 18446744073709551615n };
  const key = PubKey.decode(publicKey!.value).key;
  t.is(publicKey?.typeUrl, "/cosmos.crypto.ed25519.PubKey");
  t.true(verifies(key, SignDoc.encode(SignDoc.fromPartial(sign)).finish(), raw.signatures[0]!));
  t.false(verifies(key, SignDoc.encode(SignDoc.fromPartial({ ...sign, chainId: "other" })).finish(), raw.signatures[0]!));
});

test("the hash of a transaction is sha256 in upper-case hex", (t) => {
  t.is(txHash(Buffer.from("abc")), "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD");
});
