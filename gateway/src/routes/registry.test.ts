import test from "ava";
import type { Static } from "typebox";
import { Value } from "typebox/value";
import { fakeNode, testApp } from "../../test/fakes/app.ts";
import { AssetList, ChainJson } from "../../test/registry-schemas.ts";

const status = (chainId: string): unknown => ({
  node_info: { network: chainId },
  sync_info: { latest_block_height: "12", latest_block_hash: "AB", latest_block_time: "2026-11-25T01:00:00Z", catching_up: false },
});

test("chain.json and assetlist.json are in the form of the chain registry", async (t) => {
  const node = await fakeNode(t, () => status("daonetes-local-1"));
  const { app } = await testApp(t, { chainRpc: node.url });
  const answer = await app.inject({ url: "/chain.json", headers: { host: "gateway.example:8080" } });
  t.is(answer.statusCode, 200, answer.body);
  const chain = answer.json<Static<typeof ChainJson>>();
  t.deepEqual([...Value.Errors(ChainJson, chain)], []);
  t.like(chain, { chain_id: "daonetes-local-1", chain_name: "daoneteslocal", network_type: "devnet", bech32_prefix: "daonet", slip44: 118 });
  t.deepEqual(chain.apis, { rpc: [{ address: "http://gateway.example:8080/chain/rpc" }] }, "REST is named where it is served");

  const assets = (await app.inject("/assetlist.json")).json<Static<typeof AssetList>>();
  t.deepEqual([...Value.Errors(AssetList, assets)], []);
  t.is(assets.chain_name, chain.chain_name);
  for (const { base, display, denom_units } of assets.assets) {
    t.true(denom_units.some(({ denom, exponent }) => denom === base && exponent === 0));
    t.true(denom_units.some(({ denom }) => denom === display));
  }
  t.true(assets.assets.some(({ base }) => base === chain.fees.fee_tokens[0]?.denom));
  t.is(node.calls.length, 1, "the id of a chain does not change");
});

test("a gateway behind a proxy says its own address", async (t) => {
  const node = await fakeNode(t, () => status("daonetes-1"));
  const { app } = await testApp(t, { chainRpc: node.url, settings: { DAONETES_GATEWAY_PUBLIC_URL: "https://fleet.example/", DAONETES_GATEWAY_CHAIN_REST: "http://127.0.0.1:1317" } });
  const chain = (await app.inject("/chain.json")).json<Static<typeof ChainJson>>();
  t.deepEqual([...Value.Errors(ChainJson, chain)], []);
  t.deepEqual(chain.apis, { rpc: [{ address: "https://fleet.example/chain/rpc" }], rest: [{ address: "https://fleet.example/chain/rest" }] });
  t.is(chain.network_type, "mainnet");
});

test("without a node there is no chain.json, and the reason is said", async (t) => {
  const { app } = await testApp(t);
  const answer = await app.inject("/chain.json");
  t.is(answer.statusCode, 503);
  t.is(answer.headers["content-type"], "application/problem+json");
});
