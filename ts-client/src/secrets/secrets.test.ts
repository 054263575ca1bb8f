import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import test, { type ExecutionContext } from "ava";
import { seal } from "./age.ts";
import {
  isRecipient,
  isValidSecretName,
  MAX_CIPHERTEXT_BYTES,
  MAX_GRANT_BYTES,
  newIdentity,
  openKey,
  openValue,
  recipientOf,
  registryHost,
  scopeOf,
  sealKey,
  sealValue,
  SecretError,
  type SecretFault,
  SecretValue,
  type ValuePlace,
} from "./index.ts";

interface Placed {
  title: string;
  chainId: string;
  groupId: string;
  name: string;
  version: string;
  ciphertextHex: string;
}

const vectors = JSON.parse(readFileSync(new URL("../../../testdata/vectors/secrets.json", import.meta.url), "utf8")) as {
  keyIdentity: string;
  keyRecipient: string;
  values: (Placed & { valueHex: string })[];
  refused: (Placed & { fault: SecretFault })[];
  grant: { chainId: string; groupId: string; scope: string; generation: string; recipientIdentity: string; recipient: string; sealedHex: string };
};
const { keyIdentity, keyRecipient, grant } = vectors;
const placeOf = ({ chainId, groupId, name, version }: Placed): ValuePlace => ({ chainId, groupId: BigInt(groupId), name, version: BigInt(version) });
const PLACE = placeOf(vectors.values[0]!);
const CIPHERTEXT = Buffer.from(vectors.values[0]!.ciphertextHex, "hex");
const KEY_PLACE = { chainId: grant.chainId, groupId: BigInt(grant.groupId), scope: grant.scope, generation: BigInt(grant.generation) };
const GRANT = Buffer.from(grant.sealedHex, "hex");

async function refuses(t: ExecutionContext, fault: SecretFault, run: () => unknown): Promise<SecretError> {
  const error = await t.throwsAsync(async () => run(), { instanceOf: SecretError });
  t.is(error.fault, fault);
  t.regex(error.code, /^DAO40[56]\d$/);
  return error;
}

for (const vector of vectors.values) {
  test(`a sealed value opens to its exact bytes: ${vector.title}`, async (t) => {
    const value = await openValue(Buffer.from(vector.ciphertextHex, "hex"), placeOf(vector), keyIdentity);
    t.is(Buffer.from(value.bytes()).toString("hex"), vector.valueHex);
  });
}

for (const vector of vectors.refused) {
  test(`S-03 a sealed value is refused as ${vector.fault}: ${vector.title}`, async (t) => {
    await refuses(t, vector.fault, () => openValue(Buffer.from(vector.ciphertextHex, "hex"), placeOf(vector), keyIdentity));
  });
}

test("S-03 no single flipped or missing byte of a sealed value opens, and each has a code", async (t) => {
  for (let position = 0; position < CIPHERTEXT.length; position += 7) {
    const flipped = Uint8Array.from(CIPHERTEXT);
    flipped[position] = flipped[position]! ^ 0x10;
    await t.throwsAsync(openValue(flipped, PLACE, keyIdentity), { instanceOf: SecretError }, `flipped at ${position}`);
    await t.throwsAsync(openValue(CIPHERTEXT.subarray(0, position), PLACE, keyIdentity), { instanceOf: SecretError }, `cut at ${position}`);
  }
});

test("S-03 a header above its bound is refused before any cryptography", async (t) => {
  const huge = Buffer.concat([Buffer.from("age-encryption.org/v1\n-> mlkem768x25519 "), Buffer.alloc(30_000, "A")]);
  await refuses(t, "header", () => openValue(huge, PLACE, "no identity at all"));
  await refuses(t, "bulky", () => openValue(new Uint8Array(MAX_CIPHERTEXT_BYTES + 1), PLACE, keyIdentity));
  await refuses(t, "bulky", () => openKey(new Uint8Array(MAX_GRANT_BYTES + 1), KEY_PLACE, grant.recipientIdentity, keyRecipient));
});

test("S-03 a text for several recipients, a passphrase or an older kind of key is refused", async (t) => {
  const { Encrypter, generateX25519Identity, identityToRecipient } = await import("age-encryption");
  const several = new Encrypter();
  several.addRecipient(keyRecipient);
  several.addRecipient(grant.recipient);
  await refuses(t, "header", async () => openValue(await several.encrypt("x"), PLACE, keyIdentity));
  const classic = await generateX25519Identity();
  const older = new Encrypter();
  older.addRecipient(await identityToRecipient(classic));
  await refuses(t, "header", async () => openValue(await older.encrypt("x"), PLACE, keyIdentity));
  await refuses(t, "key", async () => seal(Uint8Array.of(1), await identityToRecipient(classic)));
  await refuses(t, "key", () => openValue(CIPHERTEXT, PLACE, classic));
  await refuses(t, "key", () => recipientOf("AGE-SECRET-KEY-PQ-1QQQQ"));
});

test("S-03 a grant opens for its recipient alone, in its place alone, and only with the group's key in it", async (t) => {
  t.is(await openKey(GRANT, KEY_PLACE, grant.recipientIdentity, keyRecipient), keyIdentity);
  await refuses(t, "recipient", () => openKey(GRANT, KEY_PLACE, keyIdentity, keyRecipient));
  for (const elsewhere of [{ chainId: "daonetes-2" }, { groupId: 8n }, { scope: "blog" }, { generation: 1n }]) {
    await refuses(t, "binding", () => openKey(GRANT, { ...KEY_PLACE, ...elsewhere }, grant.recipientIdentity, keyRecipient));
  }
  const strange = await sealKey(await newIdentity(), KEY_PLACE, grant.recipient);
  await refuses(t, "key", () => openKey(strange, KEY_PLACE, grant.recipientIdentity, keyRecipient));
  await refuses(t, "cut", () => openKey(GRANT.subarray(0, 900), KEY_PLACE, grant.recipientIdentity, keyRecipient));
  await refuses(t, "damaged", () => openKey(GRANT.subarray(0, -1), KEY_PLACE, grant.recipientIdentity, keyRecipient));
});

test("S-03 a value is no grant and a grant is no value", async (t) => {
  const value = await sealValue(SecretValue.fromText("x", "x"), PLACE, grant.recipient);
  await refuses(t, "binding", () => openKey(value, KEY_PLACE, grant.recipientIdentity, keyRecipient));
  await refuses(t, "binding", () => openValue(GRANT, PLACE, grant.recipientIdentity));
});

test("S-08 sizes: 1 to 32,768 bytes are kept exactly, others are refused by name", async (t) => {
  for (const size of [1, 32_767, 32_768]) {
    const bytes = Uint8Array.from({ length: size }, (_, index) => (index * 31) % 256);
    const sealed = await sealValue(SecretValue.of(bytes, "shop/blob"), { ...PLACE, name: "shop/blob" }, keyRecipient);
    t.true(sealed.length <= MAX_CIPHERTEXT_BYTES);
    t.deepEqual(Uint8Array.from((await openValue(sealed, { ...PLACE, name: "shop/blob" }, keyIdentity)).bytes()), bytes);
  }
  const large = await refuses(t, "large", () => SecretValue.of(new Uint8Array(32_769), "shop/blob"));
  t.regex(large.message, /shop\/blob has 32769 bytes/);
  await refuses(t, "empty", () => SecretValue.of(new Uint8Array(), "shop/blob"));
  const grantSize = (await sealKey(keyIdentity, { ...KEY_PLACE, scope: "a".repeat(63), chainId: "c".repeat(50) }, grant.recipient)).length;
  t.true(grantSize <= MAX_GRANT_BYTES, `${grantSize}`);
});

test("S-08 a file may hold a NUL and any byte, an environment variable may not", async (t) => {
  const binary = SecretValue.of(Uint8Array.of(1, 0, 2), "shop/key");
  t.deepEqual([...binary.bytes()], [1, 0, 2]);
  await refuses(t, "nul", () => binary.text("shop/key"));
  await refuses(t, "nul", () => SecretValue.of(Uint8Array.of(0xff, 0xfe), "shop/key").text("shop/key"));
  t.is(SecretValue.fromText("\uFEFFpässword", "n").text("n"), "\uFEFFpässword");
});

test("S-08 names have 1 to 3 parts, and what shares a key is their first", (t) => {
  for (const name of ["web", "shop/DB_PASSWORD", "shop/web/DB", "registry/registry.example.org:5000", "_x/a.b-c", "a".repeat(63)]) {
    t.true(isValidSecretName(name), name);
  }
  for (const name of ["", "/", "a/", "/a", "a//b", "a/b/c/d", ".a", "-a", "a b", "ä", "a\n", "a".repeat(64), `${"a".repeat(63)}/${"b".repeat(63)}/c`]) {
    t.false(isValidSecretName(name), name);
  }
  t.deepEqual(["shop/DB", "shop/web/DB", "tls", "registry/r.example"].map(scopeOf), ["shop", "shop", "tls", "registry/r.example"]);
  t.deepEqual(["registry/r:5000", "shop/r"].map(registryHost), ["r:5000", undefined]);
});

test("S-08 a name outside the pattern is not sealed", async (t) => {
  await refuses(t, "name", () => sealValue(SecretValue.fromText("v", "a b"), { ...PLACE, name: "a b" }, keyRecipient));
});

test("S-01 printing a value, or an error that met it, shows nothing of it", async (t) => {
  const canary = "canary-5f2e9b";
  const value = SecretValue.fromText(canary, "n");
  const sealed = await sealValue(value, PLACE, keyRecipient);
  const failed = await t.throwsAsync(openValue(sealed, { ...PLACE, version: 9n }, keyIdentity));
  const shown = [String(value), JSON.stringify({ value }), inspect({ value }, { depth: 9, showHidden: true }), inspect(failed, { depth: 9 })].join("\n");
  t.notRegex(shown, /canary/);
  t.false(Buffer.from(sealed).includes(canary));
});

test("values are compared in one go, whatever their length", (t) => {
  const value = SecretValue.fromText("abc", "n");
  t.true(value.equals(SecretValue.fromText("abc", "n")));
  t.false(value.equals(SecretValue.fromText("abd", "n")));
  t.false(value.equals(SecretValue.fromText("abcd", "n")));
});

test("a recipient is known by its form", async (t) => {
  t.true(isRecipient(await recipientOf(await newIdentity())));
  t.false(isRecipient("age1qqqq"));
  t.false(isRecipient(`${keyRecipient}\n`));
  await refuses(t, "key", () => seal(Uint8Array.of(1), `${keyRecipient.slice(0, -1)}${keyRecipient.endsWith("q") ? "p" : "q"}`));
});
