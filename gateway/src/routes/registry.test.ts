import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { admission } from "@daonetes/client";
import test from "ava";
import type { Static } from "typebox";
import { Value } from "typebox/value";
import { fakeNode, type RpcCall, testApp } from "../../test/fakes/app.ts";
import { AssetList, ChainJson } from "../../test/registry-schemas.ts";

/** What a node says of its network, and of the prices of gas in it. */
const network = (chainId: string, gasPrices: admission.GasPrice[] = []) => ({ method }: RpcCall): unknown => {
  if (method === "status") {
    return { node_info: { network: chainId }, sync_info: { latest_block_height: "12", latest_block_hash: "AB", latest_block_time: "2026-11-25T01:00:00Z", catching_up: false } };
  }
  const params = admission.Params.encode(admission.Params.fromPartial({ gasPrices })).finish();
  // A response with the parameters as its first field.
  const value = Buffer.from(new BinaryWriter().uint32(10).bytes(params).finish()).toString("base64");
  return { response: { code: 0, value, height: "12" } };
};

test("chain.json and assetlist.json are in the form of the chain registry", async (t) => {
  const node = await fakeNode(t, network("daonetes-local-1"));
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
  t.is(node.calls.filter(({ method }) => method === "status").length, 1, "the id of a chain does not change");
  t.is(chain.fees.fee_tokens[0]?.average_gas_price, 0);
});

test("a network that sets prices of gas says them to wallets", async (t) => {
  const node = await fakeNode(t, network("open-1", [{ denom: "udaonet", perMillionGas: 25_000n }, { denom: "uusd", perMillionGas: 3n }]));
  const { app } = await testApp(t, { chainRpc: node.url });
  const chain = (await app.inject("/chain.json")).json<Static<typeof ChainJson>>();
  t.deepEqual([...Value.Errors(ChainJson, chain)], []);
  t.deepEqual(chain.fees.fee_tokens.map(({ denom, fixed_min_gas_price, high_gas_price }) => [denom, fixed_min_gas_price, high_gas_price]), [["udaonet", 0.025, 0.025], ["uusd", 0.000003, 0.000003]]);
});

test("a gateway behind a proxy says its own address", async (t) => {
  const node = await fakeNode(t, network("daonetes-1"));
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
