import { readFileSync } from "node:fs";
import test from "ava";
import { isAddress, messagesHash, neededWeight, STRICT_TYPES, weightOf } from "./index.ts";

interface Vectors {
  addresses: Record<string, string>;
  strictTypes: string[];
  council: { defaultThreshold: string; rules: { typeUrl: string; threshold: string }[] };
  needed: { typeUrls: string[]; needed: string }[];
  messages: { typeUrl: string; valueBase64: string }[];
  messagesHash: string;
}

const vectors = JSON.parse(readFileSync(new URL("../../testdata/vectors/councils.json", import.meta.url), "utf8")) as Vectors;
const council = {
  defaultThreshold: BigInt(vectors.council.defaultThreshold),
  rules: vectors.council.rules.map(({ typeUrl, threshold }) => ({ typeUrl, threshold: BigInt(threshold) })),
};

test("what a proposal needs is what the chain asks for", (t) => {
  t.deepEqual(STRICT_TYPES, vectors.strictTypes);
  for (const { typeUrls, needed } of vectors.needed) t.is(neededWeight(council, typeUrls), BigInt(needed), typeUrls.join());
});

test("the hash of a proposal's messages is the chain's", (t) => {
  const messages = vectors.messages.map(({ typeUrl, valueBase64 }) => ({ typeUrl, value: Buffer.from(valueBase64, "base64") }));
  t.is(messagesHash(messages), vectors.messagesHash);
  t.not(messagesHash([...messages].reverse()), vectors.messagesHash);
});

test("addresses of councils are addresses of 32 bytes", (t) => {
  for (const address of Object.values(vectors.addresses)) t.true(isAddress(address));
});

test("who is no member has no weight", (t) => {
  const members = [{ address: "daonet1a", weight: 3n, name: "" }];
  t.is(weightOf({ members }, "daonet1a"), 3n);
  t.is(weightOf({ members }, "daonet1b"), 0n);
});
