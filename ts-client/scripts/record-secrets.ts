/** Writes testdata/vectors/secrets.json anew: sealed values and grants that every implementation opens or refuses. */
import { writeFile } from "node:fs/promises";
import { newIdentity, recipientOf, sealKey, SecretValue, sealValue, type ValuePlace } from "../src/secrets/index.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const keyIdentity = await newIdentity();
const deviceIdentity = await newIdentity();
const otherIdentity = await newIdentity();
const keyRecipient = await recipientOf(keyIdentity);
const place: ValuePlace = { chainId: "daonetes-1", groupId: 7n, name: "shop/DB_PASSWORD", version: 3n };
const ofPlace = ({ chainId, groupId, name, version }: ValuePlace): object => ({ chainId, groupId: `${groupId}`, name, version: `${version}` });

const inputs: [string, ValuePlace, Uint8Array][] = [
  ["a password", place, Buffer.from("correct horse battery staple")],
  ["one byte", { ...place, name: "shop/x", version: 1n }, Uint8Array.of(0)],
  ["every byte", { ...place, name: "registry/registry.example.org:5000", version: 18446744073709551615n }, Uint8Array.from({ length: 256 }, (_, byte) => byte)],
  ["text with line ends", { ...place, name: "shop/web/TLS_KEY", version: 2n }, Buffer.from("daonetes/secret/v1\nother\n1\nname\n1\n")],
];
const values = [];
for (const [title, at, bytes] of inputs) {
  const ciphertext = await sealValue(SecretValue.of(bytes, at.name), at, keyRecipient);
  values.push({ title, ...ofPlace(at), valueHex: hex(bytes), ciphertextHex: hex(ciphertext) });
}

const keyPlace = { chainId: "daonetes-1", groupId: 7n, scope: "shop", generation: 2n };
const deviceRecipient = await recipientOf(deviceIdentity);
const grant = await sealKey(keyIdentity, keyPlace, deviceRecipient);

const good = Buffer.from(values[0]!.ciphertextHex, "hex");
const headerEnd = good.indexOf("\n--- ") + 49;
const flipped = (position: number): Uint8Array => {
  const copy = Uint8Array.from(good);
  copy[position] = copy[position]! ^ 1;
  return copy;
};
const bad: [string, string, Uint8Array, ValuePlace][] = [
  ["no byte", "cut", new Uint8Array(), place],
  ["cut inside the header", "cut", good.subarray(0, 700), place],
  ["cut after the header", "cut", good.subarray(0, headerEnd), place],
  ["the last byte is gone", "damaged", good.subarray(0, -1), place],
  ["a bit of the body is flipped", "damaged", flipped(good.length - 20), place],
  ["a bit of the header's code is flipped", "damaged", flipped(headerEnd - 10), place],
  ["another version line", "header", Buffer.concat([Buffer.from("age-encryption.org/v2\n"), good.subarray(22)]), place],
  ["a huge header", "header", Buffer.concat([good.subarray(0, 40), Buffer.alloc(8_000, "A"), good.subarray(40)]), place],
  ["sealed to another key", "recipient", await sealValue(SecretValue.fromText("x", "x"), place, await recipientOf(otherIdentity)), place],
  ["another chain", "binding", good, { ...place, chainId: "daonetes-2" }],
  ["another group", "binding", good, { ...place, groupId: 8n }],
  ["another name", "binding", good, { ...place, name: "shop/OTHER" }],
  ["another version", "binding", good, { ...place, version: 4n }],
];

await writeFile(
  new URL("../../testdata/vectors/secrets.json", import.meta.url),
  `${JSON.stringify(
    {
      keyIdentity,
      keyRecipient,
      values,
      refused: bad.map(([title, fault, bytes, at]) => ({ title, fault, ...ofPlace(at), ciphertextHex: hex(bytes) })),
      grant: { ...keyPlace, groupId: "7", generation: "2", recipientIdentity: deviceIdentity, recipient: deviceRecipient, sealedHex: hex(grant) },
    },
    null,
    2,
  )}\n`,
);
