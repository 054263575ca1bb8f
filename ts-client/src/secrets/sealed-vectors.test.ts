import { readFileSync, writeFileSync } from "node:fs";
import test from "ava";
import { newIdentity, openKey, openValue, recipientOf, sealKey, SecretValue, sealValue } from "./index.ts";

/** A secret with the grant of its key to a device; testdata/secrets holds the Go side of these tests. */
interface Sealed {
  by: string;
  chainId: string;
  groupId: string;
  scope: string;
  generation: string;
  name: string;
  version: string;
  valueBase64: string;
  deviceIdentity: string;
  keyRecipient: string;
  grantBase64: string;
  ciphertextBase64: string;
}

const FILE = new URL("../../../testdata/vectors/sealed.json", import.meta.url);
const BY = "age-encryption";

const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));
const vectors = (): Sealed[] => JSON.parse(readFileSync(FILE, "utf8")) as Sealed[];

test.serial("what this library seals it opens; UPDATE_GOLDEN=1 writes it, for filippo.io/age to open", async (t) => {
  const [device, key] = [await newIdentity(), await newIdentity()];
  const [chainId, scope, name] = ["daonetes-test-1", "registry/localhost:5000", "registry/localhost:5000"];
  const [groupId, generation, version] = [7n, 1n, 18446744073709551615n];
  const keyRecipient = await recipientOf(key);
  const value = SecretValue.fromText("ci:ünlucky", name);
  const grant = await sealKey(key, { chainId, groupId, scope, generation }, await recipientOf(device));
  const ciphertext = await sealValue(value, { chainId, groupId, name, version }, keyRecipient);
  const base64 = (raw: Uint8Array): string => Buffer.from(raw).toString("base64");
  const one: Sealed = {
    by: BY, chainId, groupId: String(groupId), scope, generation: String(generation), name, version: String(version),
    valueBase64: base64(value.bytes()), deviceIdentity: device, keyRecipient, grantBase64: base64(grant), ciphertextBase64: base64(ciphertext),
  };
  t.true(await opens(one));
  if (process.env["UPDATE_GOLDEN"] !== undefined) writeFileSync(FILE, `${JSON.stringify([...vectors().filter(({ by }) => by !== BY), one], null, 2)}\n`);
});

test.serial("sealed secrets of both implementations open, and are what they were", async (t) => {
  t.deepEqual(vectors().map(({ by }) => by).sort(), [BY, "filippo.io/age"]);
  for (const one of vectors()) t.true(await opens(one), one.by);
});

async function opens(one: Sealed): Promise<boolean> {
  const { chainId, scope, name } = one;
  const groupId = BigInt(one.groupId);
  const key = await openKey(bytes(one.grantBase64), { chainId, groupId, scope, generation: BigInt(one.generation) }, one.deviceIdentity, one.keyRecipient);
  const value = await openValue(bytes(one.ciphertextBase64), { chainId, groupId, name, version: BigInt(one.version) }, key);
  return value.equals(SecretValue.of(bytes(one.valueBase64), name));
}
