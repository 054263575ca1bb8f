import test from "ava";
import { fakeNode, testApp } from "../test/fakes/app.ts";
import { changesAt, DEVICE, group, groups, HASH, sampleModel } from "../test/fakes/state.ts";
import { apply } from "./read-model/apply.ts";
import { emptyModel, type Model } from "./read-model/model.ts";

interface Page {
  items: { id: string; name: string }[];
  next_cursor: string | null;
  height: string;
}

function manyGroups(count: number): Model {
  const model = emptyModel();
  apply(model, changesAt(10n, { groups: groups(count) }));
  return model;
}

const call = (method: string): object => ({ jsonrpc: "2.0", id: 1, method, params: {} });

test("groups are listed by id, with the height in body and header", async (t) => {
  const { app } = await testApp(t, { model: sampleModel() });
  const answer = await app.inject("/api/v1/groups");
  t.is(answer.statusCode, 200);
  t.is(answer.headers["x-cosmos-block-height"], "10");
  const page = answer.json<Page>();
  t.deepEqual(page.items.map(({ id, name }) => [id, name]), [["1", "group-1"], ["2", "group-2"], ["3", "group-3"]]);
  t.is(page.height, "10");
  t.is(page.next_cursor, null);
});

test("a group is found by id and by name", async (t) => {
  const { app } = await testApp(t, { model: sampleModel() });
  const byId = await app.inject("/api/v1/groups/2");
  t.like(byId.json(), { id: "2", name: "group-2", height: "10" });
  t.deepEqual((await app.inject("/api/v1/groups/group-2")).json(), byId.json());
});

test("devices, tickets, specs, secrets and deployments of a group are listed", async (t) => {
  const { app } = await testApp(t, { model: sampleModel() });
  const lists = { devices: { address: DEVICE, name: "pi" }, tickets: { id: "4" }, specs: { hash: HASH, version: "2" }, secrets: { name: "shop/DB", version: "1", scope: "shop", hash: HASH, size: 1_700, references: 0, sealed_to: [DEVICE] }, deployments: { id: "7", spec: "web:2" } };
  for (const [list, first] of Object.entries(lists)) {
    const answer = await app.inject(`/api/v1/groups/group-1/${list}`);
    t.is(answer.statusCode, 200, list);
    t.like(answer.json<{ items: object[] }>().items[0]!, first);
    t.is((await app.inject(`/api/v1/groups/group-2/${list}`)).json<Page>().items.length, 0, list);
  }
});

test("a deployment comes with its assignments, its history is a list", async (t) => {
  const { app } = await testApp(t, { model: sampleModel() });
  const detail = (await app.inject("/api/v1/deployments/7")).json<{ assignments: object[] }>();
  t.like(detail.assignments[0]!, { device: DEVICE, device_name: "pi", state: "ASSIGNED", report: null });
  t.is((await app.inject("/api/v1/deployments/7/assignments")).json<Page>().items.length, 1);
  t.like((await app.inject("/api/v1/deployments/7/history")).json<{ items: object[] }>().items[0]!, { revision: "1", spec: "web:2" });
  t.is((await app.inject("/api/v1/deployments/8")).statusCode, 404);
});

test("validators are listed", async (t) => {
  const { app } = await testApp(t, { model: sampleModel() });
  t.like((await app.inject("/api/v1/validators")).json<{ items: object[] }>().items[0]!, { id: "1", moniker: "one" });
});

test("what does not exist is a problem with status and code", async (t) => {
  const { app } = await testApp(t, { model: sampleModel() });
  for (const [url, code] of Object.entries({ "/api/v1/groups/9": "DAO5004", "/api/v1/groups/nobody": "DAO5004", "/nowhere": "DAO1104" })) {
    const answer = await app.inject(url);
    t.is(answer.statusCode, 404, url);
    t.true(String(answer.headers["content-type"]).startsWith("application/problem+json"), url);
    const problem = answer.json<Record<string, unknown>>();
    t.like(problem, { status: 404, code, title: "Not found" });
    t.truthy(problem["request_id"]);
  }
});

test("before the chain was reached the API answers 503 and says when to ask again", async (t) => {
  const { app } = await testApp(t);
  const answer = await app.inject("/api/v1/groups");
  t.is(answer.statusCode, 503);
  t.is(answer.json<{ code: string }>().code, "DAO5501");
});

for (const url of ["/api/v1/groups", "/api/v1/groups/1", "/api/v1/deployments/7"]) {
  test(`who has the newest ${url} gets 304, also blocks later, until it changes`, async (t) => {
    const { app, follower } = await testApp(t, { model: sampleModel() });
    const { headers } = await app.inject(url);
    const again = () => app.inject({ url, headers: { "if-none-match": String(headers.etag) } });
    t.is((await again()).statusCode, 304);
    apply(follower.model, changesAt(11n));
    const later = await again();
    t.is(later.statusCode, 304);
    t.is(later.headers["x-cosmos-block-height"], "11");
    t.is(later.body, "");
    const entry = follower.model.deployments.get(7n)!;
    const moved = { ...entry, deployment: { ...entry.deployment, revision: 2n } };
    apply(follower.model, changesAt(12n, { groups: new Map([[1n, group(1n, "renamed")]]), deployments: new Map([[7n, moved]]) }));
    t.is((await again()).statusCode, 200);
  });
}

test("an unknown query field is refused and named as a problem", async (t) => {
  const { app } = await testApp(t, { model: sampleModel() });
  const answer = await app.inject("/api/v1/groups?limt=5");
  t.is(answer.statusCode, 400);
  const problem = answer.json<{ code: string; errors: unknown[] }>();
  t.is(problem.code, "DAO1101");
  t.is(problem.errors.length, 1);
});

for (const limit of ["0", "1001", "ten", "-1"]) {
  test(`a limit of ${limit} is refused`, async (t) => {
    const { app } = await testApp(t, { model: sampleModel() });
    t.is((await app.inject(`/api/v1/groups?limit=${limit}`)).statusCode, 400);
  });
}

test("pages follow each other without gap or repetition, by number", async (t) => {
  const { app } = await testApp(t, { model: manyGroups(12) });
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const answer = await app.inject(`/api/v1/groups?limit=5${cursor === null ? "" : `&cursor=${cursor}`}`);
    const page: Page = answer.json<Page>();
    t.true(page.items.length <= 5);
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.next_cursor;
    t.is(answer.headers.link, cursor === null ? undefined : `</api/v1/groups?limit=5&cursor=${cursor}>; rel="next"`);
  } while (cursor !== null);
  t.deepEqual(seen, Array.from({ length: 12 }, (_, index) => String(index + 1)));
});

test("a page without a limit has at most 100 items", async (t) => {
  const { app } = await testApp(t, { model: manyGroups(101) });
  const page = (await app.inject("/api/v1/groups")).json<Page>();
  t.is(page.items.length, 100);
  t.truthy(page.next_cursor);
});

test("a cursor goes on behind its item also when that item is gone", async (t) => {
  const { app, follower } = await testApp(t, { model: manyGroups(12) });
  const { next_cursor } = (await app.inject("/api/v1/groups?limit=9")).json<Page>();
  apply(follower.model, changesAt(11n, { groups: new Map([[9n, undefined]]) }));
  const page = (await app.inject(`/api/v1/groups?cursor=${next_cursor}`)).json<Page>();
  t.deepEqual(page.items.map(({ id }) => id), ["10", "11", "12"]);
});

test("a cursor that is not of this API is refused", async (t) => {
  const { app } = await testApp(t, { model: sampleModel() });
  for (const cursor of ["abc", "", "%20", Buffer.from("2:5").toString("base64url")]) {
    const answer = await app.inject(`/api/v1/groups?cursor=${cursor}`);
    t.is(answer.statusCode, 400, cursor);
    t.is(answer.json<{ code: string }>().code, "DAO1105", cursor);
  }
});

test("the OpenAPI document is of version 3.1 and lists every route of the API", async (t) => {
  const { app } = await testApp(t);
  const document = (await app.inject("/api/openapi.json")).json<{ openapi: string; paths: Record<string, object> }>();
  t.true(document.openapi.startsWith("3.1"));
  t.deepEqual(
    Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`)).sort(),
    [
      "get /api/v1/deployments/{id}",
      "get /api/v1/deployments/{id}/assignments",
      "get /api/v1/deployments/{id}/history",
      "get /api/v1/events",
      "get /api/v1/groups",
      "get /api/v1/groups/{group}",
      "get /api/v1/groups/{group}/audit",
      "get /api/v1/groups/{group}/deployments",
      "get /api/v1/groups/{group}/devices",
      "get /api/v1/groups/{group}/secrets",
      "get /api/v1/groups/{group}/specs",
      "get /api/v1/groups/{group}/tickets",
      "get /api/v1/proposals/{id}",
      "get /api/v1/tx/{hash}",
      "get /api/v1/validators",
      "post /api/v1/tx",
    ],
  );
});

test("every reference in the OpenAPI document leads somewhere", async (t) => {
  const { app } = await testApp(t);
  const text = (await app.inject("/api/openapi.json")).body;
  const document = JSON.parse(text) as { components: { schemas: Record<string, object> } };
  const names = [...text.matchAll(/"\$ref":"(?<ref>[^"]+)"/g)].map((match) => match.groups!["ref"]!);
  t.true(names.length > 0);
  for (const name of new Set(names)) t.truthy(document.components.schemas[name.replace("#/components/schemas/", "")], name);
});

test("the proxy passes an open method on to the node", async (t) => {
  const node = await fakeNode(t, () => ({ height: "7" }));
  const { app } = await testApp(t, { chainRpc: node.url });
  const answer = await app.inject({ method: "POST", url: "/chain/rpc", payload: call("status") });
  t.is(answer.statusCode, 200);
  t.like(answer.json(), { result: { height: "7" } });
  t.deepEqual(node.calls.map(({ method }) => method), ["status"]);
});

for (const method of ["unsafe_flush_mempool", "dial_peers", "subscribe", "net_info", "broadcast_tx_commit", "genesis", "__proto__", ""]) {
  test(`the proxy refuses the method "${method}", alone and in a batch`, async (t) => {
    const node = await fakeNode(t, () => ({}));
    const { app } = await testApp(t, { chainRpc: node.url });
    for (const payload of [call(method), [call("status"), call(method)]]) {
      const answer = await app.inject({ method: "POST", url: "/chain/rpc", payload });
      t.is(answer.statusCode, 403);
      t.is(answer.json<{ code: string }>().code, "DAO1112");
    }
    t.is(node.calls.length, 0);
  });
}

test("the proxy takes batches of 1 to 10 calls", async (t) => {
  const node = await fakeNode(t, () => ({}));
  const { app } = await testApp(t, { chainRpc: node.url });
  const send = (count: number) =>
    app.inject({ method: "POST", url: "/chain/rpc", payload: Array.from({ length: count }, () => call("status")) });
  t.is((await send(10)).statusCode, 200);
  for (const count of [0, 11]) {
    const answer = await send(count);
    t.is(answer.statusCode, 400);
    t.is(answer.json<{ code: string }>().code, "DAO1110");
  }
  t.is(node.calls.length, 10);
});

test("the proxy refuses a body that is no call", async (t) => {
  const { app } = await testApp(t);
  for (const payload of ["null", "1", '"status"', "{}", "[null]", '{"method":5}', "{"]) {
    const answer = await app.inject({ method: "POST", url: "/chain/rpc", payload, headers: { "content-type": "application/json" } });
    t.is(answer.statusCode, 400, payload);
  }
});

test("a node that does not answer is 503 with a time to ask again", async (t) => {
  const { app } = await testApp(t);
  const answer = await app.inject({ method: "POST", url: "/chain/rpc", payload: call("status") });
  t.is(answer.statusCode, 503);
  t.is(answer.headers["retry-after"], "2");
  t.is(answer.json<{ code: string }>().code, "DAO5001");
});

test("a body over 1 MiB is refused with 413", async (t) => {
  const { app } = await testApp(t);
  const answer = await app.inject({ method: "POST", url: "/chain/rpc", payload: { method: "x".repeat(1024 * 1024) } });
  t.is(answer.statusCode, 413);
  t.true(String(answer.headers["content-type"]).startsWith("application/problem+json"));
});

test("who asks too often gets 429 as a problem", async (t) => {
  const { app } = await testApp(t, { model: sampleModel(), settings: { DAONETES_GATEWAY_RATE_LIMIT: "2" } });
  await app.inject("/api/v1/groups");
  await app.inject("/api/v1/groups");
  const answer = await app.inject("/api/v1/groups");
  t.is(answer.statusCode, 429);
  t.is(answer.json<{ code: string }>().code, "DAO1103");
});

test("a transaction that is no base64 is refused", async (t) => {
  const { app } = await testApp(t, { model: sampleModel() });
  const answer = await app.inject({ method: "POST", url: "/api/v1/tx", payload: { tx_bytes: "no base64!" } });
  t.is(answer.statusCode, 400);
  t.is(answer.json<{ code: string }>().code, "DAO1106");
});

test("a transaction is handed on and its place named", async (t) => {
  const node = await fakeNode(t, () => ({ code: 0, codespace: "", log: "", hash: "AB" }));
  const { app } = await testApp(t, { model: sampleModel(), chainRpc: node.url });
  const answer = await app.inject({ method: "POST", url: "/api/v1/tx", payload: { tx_bytes: "AQID" } });
  t.is(answer.statusCode, 202);
  t.is(answer.headers.location, "/api/v1/tx/AB");
  t.is(node.calls[0]?.params["tx"], "AQID");
});

test("the gateway is not ready before it reached the chain", async (t) => {
  const { app } = await testApp(t);
  const answer = await app.inject("/readyz");
  t.is(answer.statusCode, 503);
  t.deepEqual(answer.json(), { status: "not ready", reasons: ["the chain was not reached yet"], height: "0" });
});

test("the gateway is ready while blocks come and the node answers", async (t) => {
  const { app } = await testApp(t, { model: sampleModel() });
  const answer = await app.inject("/readyz");
  t.is(answer.statusCode, 200);
  t.deepEqual(answer.json(), { status: "ready", reasons: [], height: "10" });
});

test("old blocks and a silent node are both reasons not to be ready", async (t) => {
  const { app, follower } = await testApp(t, { model: sampleModel() });
  follower.model.blockTime = Date.now() - 100_000;
  follower.lastContact = Date.now() - 20_000;
  const answer = await app.inject("/readyz");
  t.is(answer.statusCode, 503);
  t.is(answer.headers["retry-after"], "2");
  t.is(answer.json<{ reasons: string[] }>().reasons.length, 2);
});

test("the process says that it lives and which version it is", async (t) => {
  const { app } = await testApp(t);
  t.is((await app.inject("/livez")).statusCode, 200);
  t.deepEqual((await app.inject("/version")).json(), { name: "daonetes-gateway", version: "0.0.0-test" });
});
