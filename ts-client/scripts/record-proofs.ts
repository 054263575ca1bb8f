/**
 * Records replies of a real node as vectors for the light client: `node scripts/record-proofs.ts GATEWAY DEVICE`.
 * Data only; run it again when a store or its keys change.
 */
import { writeFile } from "node:fs/promises";
import { addressFromBytes } from "../src/address.ts";
import { chainRpcUrl } from "../src/client.ts";
import { contentKey, leaseKey, manifestKey, WORKLOAD_STORE } from "../src/light/store-keys.ts";
import { CometRpc } from "../src/transport/comet-rpc.ts";
import { DaonetesClient } from "../src/client.ts";

const [gateway = "", device = ""] = process.argv.slice(2);
const rpc = new CometRpc(chainRpcUrl(gateway));
const client = DaonetesClient.fromRpc(rpc);
const status = await client.status();
const height = status.height - 1n;
const anchor = 2n;
const manifest = await client.at(height).workload.manifest(device);
const specHash = manifest.assignments[0]?.specHash ?? "";
const replies: { method: string; params: Record<string, unknown>; result: unknown }[] = [];
const record = async (method: string, params: Record<string, unknown> = {}): Promise<unknown> => {
  const result = await rpc.call<unknown>(method, params);
  replies.push({ method, params, result });
  return result;
};
const query = (key: Uint8Array): Promise<unknown> =>
  record("abci_query", { path: `/store/${WORKLOAD_STORE}/key`, data: Buffer.from(key).toString("hex"), height: String(height), prove: true });

const anchored = (await record("commit", { height: String(anchor) })) as { signed_header: { commit: { block_id: { hash: string } } } };
for (const at of [anchor + 1n, height + 1n, height + 2n]) await record("validators", { height: String(at), page: "1", per_page: "100" });
for (const at of [height, height + 1n]) await record("commit", { height: String(at) });
const strangers = { low: addressFromBytes(new Uint8Array(20)), high: addressFromBytes(new Uint8Array(20).fill(255)) };
await query(manifestKey(device));
await query(leaseKey(device));
await query(contentKey(manifest.groupId, specHash));
for (const address of Object.values(strangers)) await query(manifestKey(address));
const vector = {
  chainId: status.chainId,
  device,
  strangers,
  groupId: String(manifest.groupId),
  specHash,
  anchor: { height: String(anchor), hash: anchored.signed_header.commit.block_id.hash },
  height: String(height),
  replies,
};
await writeFile(new URL("../../testdata/vectors/node-replies.json", import.meta.url), `${JSON.stringify(vector, null, 1)}\n`);
