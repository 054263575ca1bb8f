import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import test, { type ExecutionContext } from "ava";
import type { FastifyInstance } from "fastify";
import { testApp } from "../../test/fakes/app.ts";

const ADDRESS = "daonet1xat98mvkp3vs49ly908krhjp40ndht8hwzcptk";
const HASH = "AB".repeat(32);

/** A node's REST server that answers with what it was asked, and the gateway in front of it. */
async function behind(t: ExecutionContext): Promise<{ app: FastifyInstance; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
      response.statusCode = request.url?.endsWith("/daonet1stranger") === true ? 404 : 200;
      response.end(JSON.stringify({ url: request.url, body }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => void server.close());
  const { app } = await testApp(t, { settings: { DAONETES_GATEWAY_CHAIN_REST: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` } });
  return { app, asked };
}

test("what a wallet asks passes as it is, with the node's answer and standing", async (t) => {
  const { app, asked } = await behind(t);
  const open = [
    `/cosmos/auth/v1beta1/accounts/${ADDRESS}`,
    `/cosmos/bank/v1beta1/balances/${ADDRESS}?pagination.limit=1000`,
    `/cosmos/bank/v1beta1/spendable_balances/${ADDRESS}/by_denom?denom=udaonet`,
    "/cosmos/base/tendermint/v1beta1/node_info",
    `/cosmos/tx/v1beta1/txs/${HASH}`,
  ];
  for (const path of open) {
    const answer = await app.inject(`/chain/rest${path}`);
    t.is(answer.statusCode, 200, path);
    t.is(answer.json<{ url: string }>().url, path);
    t.is(answer.headers["access-control-allow-origin"], "*");
  }
  for (const path of ["/cosmos/tx/v1beta1/simulate", "/cosmos/tx/v1beta1/txs"]) {
    const payload = { tx_bytes: "AAAA", mode: "BROADCAST_MODE_SYNC" };
    const answer = await app.inject({ method: "POST", url: `/chain/rest${path}`, payload });
    t.deepEqual(JSON.parse(answer.json<{ body: string }>().body), payload);
  }
  t.is((await app.inject("/chain/rest/cosmos/auth/v1beta1/accounts/daonet1stranger")).statusCode, 404);
  t.is(asked.length, open.length + 3);
});

test("nothing else of the node's REST server is reached", async (t) => {
  const { app, asked } = await behind(t);
  for (const path of [
    "/",
    "/cosmos/tx/v1beta1/txs?query=message.sender='x'",
    "/cosmos/auth/v1beta1/accounts",
    `/cosmos/auth/v1beta1/accounts/${ADDRESS}/../../../../daonetes/council/v1/councils`,
    `/cosmos/auth/v1beta1/accounts/..%2f..%2fparams`,
    `//cosmos/auth/v1beta1/accounts/${ADDRESS}`,
    "/cosmos/base/tendermint/v1beta1/abci_query",
    "/daonetes/workgroup/v1/groups",
  ]) {
    const answer = await app.inject(`/chain/rest${path}`);
    t.true([403, 404].includes(answer.statusCode), path);
  }
  t.is((await app.inject({ method: "POST", url: `/chain/rest/cosmos/auth/v1beta1/accounts/${ADDRESS}`, payload: {} })).json<{ code: string }>().code, "DAO1114");
  t.is((await app.inject(`/chain/rest/cosmos/bank/v1beta1/balances/${ADDRESS}?x=${"y".repeat(600)}`)).json<{ code: string }>().code, "DAO1115");
  t.deepEqual(asked, []);
});

test("a page of any origin may ask, and only there", async (t) => {
  const { app } = await behind(t);
  const asked = await app.inject({ method: "OPTIONS", url: "/chain/rest/cosmos/tx/v1beta1/txs", headers: { origin: "https://wallet.example", "access-control-request-method": "POST" } });
  t.is(asked.statusCode, 204);
  t.like(asked.headers, { "access-control-allow-origin": "*", "access-control-allow-methods": "GET, POST", "access-control-allow-headers": "content-type" });
  t.is((await app.inject("/livez")).headers["access-control-allow-origin"], undefined);
});

test("a gateway without the setting serves no REST of the node, and a node that is away is said", async (t) => {
  const { app } = await testApp(t);
  t.is((await app.inject("/chain/rest/cosmos/base/tendermint/v1beta1/node_info")).statusCode, 404);
  const { app: lone } = await testApp(t, { settings: { DAONETES_GATEWAY_CHAIN_REST: "http://127.0.0.1:1" } });
  const answer = await lone.inject("/chain/rest/cosmos/base/tendermint/v1beta1/node_info");
  t.is(answer.statusCode, 503);
  t.is(answer.json<{ code: string }>().code, "DAO5001");
});
