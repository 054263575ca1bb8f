import { readFileSync } from "node:fs";
import test from "ava";
import { contentKey, COUNCIL_STORE, councilIdKey, councilKey, deviceKey, groupKey, manifestKey, recipientKey, secretContentKey, secretGrantKey, secretKeyKey, secretVersionKey, WORKGROUP_STORE, WORKLOAD_STORE } from "./store-keys.ts";

interface Vector {
  store: string;
  record: string;
  device?: string;
  groupId?: string;
  hashHex?: string;
  name?: string;
  number?: string;
  keyHex: string;
}

const vectors = JSON.parse(readFileSync(new URL("../../../testdata/vectors/store-keys.json", import.meta.url), "utf8")) as Vector[];

const STORES = [WORKLOAD_STORE, WORKGROUP_STORE, COUNCIL_STORE];

const KEYS: Record<string, (vector: Required<Vector>) => Uint8Array> = {
  Manifest: ({ device }) => manifestKey(device),
  Device: ({ device }) => deviceKey(device),
  Group: ({ groupId }) => groupKey(BigInt(groupId)),
  Recipient: ({ device }) => recipientKey(device),
  CouncilID: ({ device }) => councilIdKey(device),
  Council: ({ groupId }) => councilKey(BigInt(groupId)),
  Content: ({ groupId, hashHex }) => contentKey(BigInt(groupId), `sha256:${hashHex}`),
  SecretContent: ({ groupId, name, number }) => secretContentKey(BigInt(groupId), name, BigInt(number)),
  SecretVersion: ({ groupId, name }) => secretVersionKey(BigInt(groupId), name),
  SecretKey: ({ groupId, name, number }) => secretKeyKey(BigInt(groupId), name, BigInt(number)),
  SecretGrant: ({ groupId, name, number, device }) => secretGrantKey(BigInt(groupId), name, BigInt(number), device),
};

for (const [record, keyOf] of Object.entries(KEYS)) {
  test(`the key of a ${record} is where the chain stores it`, (t) => {
    const found = vectors.filter((vector) => STORES.includes(vector.store) && vector.record === record);
    t.is(found.length, 1);
    for (const vector of found) t.is(Buffer.from(keyOf(vector as Required<Vector>)).toString("hex"), vector.keyHex);
  });
}
