import type { AddressInfo } from "node:net";
import test, { type ExecutionContext } from "ava";
import { testApp } from "../test/fakes/app.ts";
import { changesAt, group, sampleModel } from "../test/fakes/state.ts";
import { apply } from "./read-model/apply.ts";
import { emptyModel } from "./read-model/model.ts";

/** The app behind a real socket, and how many requests came as far as its routes. */
async function listening(t: ExecutionContext) {
  const { app, follower } = await testApp(t, { model: sampleModel(), settings: { DAONETES_GATEWAY_RATE_LIMIT: "10" } });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const origin = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> => fetch(origin + path, { headers });
  return { follower, get };
}

/** Only answers of the routes carry the rate that is left. */
const isHot = (response: Response): boolean => response.headers.get("ratelimit-remaining") === null;

test("the second read of a URL is the first one again, without the routes", async (t) => {
  const { get } = await listening(t);
  for (const path of ["/api/v1/groups/1", "/api/v1/groups?limit=2", "/api/v1/deployments/7"]) {
    const first = await get(path);
    const second = await get(path);
    t.deepEqual([isHot(first), isHot(second)], [false, true], path);
    t.is(await second.text(), await first.text(), path);
    for (const [name, value] of first.headers) {
      if (name !== "date" && !name.startsWith("ratelimit")) t.is(second.headers.get(name), value, `${path} ${name}`);
    }
  }
});

test("who has the newest answer gets 304 without a body", async (t) => {
  const { get } = await listening(t);
  const etag = (await get("/api/v1/groups/1")).headers.get("etag") ?? "";
  const again = await get("/api/v1/groups/1", { "if-none-match": etag });
  t.true(isHot(again));
  t.is(again.status, 304);
  t.is(await again.text(), "");
  t.is(again.headers.get("content-type"), null);
  t.is(again.headers.get("etag"), etag);
  t.is((await get("/api/v1/groups/1", { "if-none-match": 'W/"other"' })).status, 200);
});

test("a new height is read anew, and so is another model at the same height", async (t) => {
  const { follower, get } = await listening(t);
  await get("/api/v1/groups/1");
  t.is((await (await get("/api/v1/groups/1")).json() as { height: string }).height, "10");
  apply(follower.model, changesAt(11n, { groups: new Map([[1n, group(1n, "renamed")]]) }));
  t.like(await (await get("/api/v1/groups/1")).json(), { name: "renamed", height: "11" });
  follower.model = emptyModel();
  apply(follower.model, changesAt(11n, { groups: new Map([[1n, group(1n, "reset")]]) }));
  t.like(await (await get("/api/v1/groups/1")).json(), { name: "reset" });
});

test("refusals and answers that do not follow from the model are never kept", async (t) => {
  const { get } = await listening(t);
  for (const path of ["/api/v1/groups/99", "/livez"]) {
    await get(path);
    t.false(isHot(await get(path)), path);
  }
});

test("hot reads go on when the rate of an address is used up; other routes are refused", async (t) => {
  const { get } = await listening(t);
  for (let round = 0; round < 30; round++) t.is((await get("/api/v1/groups/1")).status, 200);
  for (let round = 0; round < 12; round++) await get("/version");
  t.is((await get("/version")).status, 429);
  t.is((await get("/api/v1/groups/1")).status, 200);
});
