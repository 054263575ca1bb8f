import test, { type ExecutionContext } from "ava";
import { fakeNode, type TestApp, testApp, type TestAppWish } from "../../test/fakes/app.ts";
import { event, sampleModel } from "../../test/fakes/state.ts";
import { EventLog } from "../read-model/event-log.ts";

interface Streaming extends TestApp {
  /** Waits for the next event; comments are skipped. */
  next(): Promise<{ id?: string; event?: string; data?: string }>;
}

/** Opens the stream over a real connection. */
async function stream(t: ExecutionContext, wish: TestAppWish, query = "", lastEventId?: string): Promise<Streaming> {
  const parts = await testApp(t, wish);
  const address = await parts.app.listen({ host: "127.0.0.1", port: 0 });
  const end = new AbortController();
  t.teardown(() => end.abort());
  const response = await fetch(`${address}/api/v1/events${query}`, {
    headers: lastEventId === undefined ? {} : { "last-event-id": lastEventId },
    signal: end.signal,
  });
  t.is(response.status, 200);
  t.is(response.headers.get("content-type"), "text/event-stream");
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  const next = async (): Promise<Record<string, string>> => {
    for (;;) {
      const end = buffer.indexOf("\n\n");
      if (end < 0) {
        const { value, done } = await reader.read();
        if (done) throw new Error("the stream ended");
        buffer += value;
        continue;
      }
      const lines = buffer.slice(0, end).split("\n");
      buffer = buffer.slice(end + 2);
      const fields = lines.filter((line) => !line.startsWith(":")).map((line) => line.split(/: (.*)/s).slice(0, 2));
      if (fields.length > 0) return Object.fromEntries(fields) as Record<string, string>;
    }
  };
  return { ...parts, next };
}

function logOf(firstHeight: bigint, ids: string[]): EventLog {
  const log = new EventLog(firstHeight);
  log.append(ids.map((id) => event(id)));
  return log;
}

/** Wakes the reader of a stream that is expected to hold nothing more. */
function mark(parts: TestApp, id = "99-0-0"): void {
  parts.follower.events.append([event(id, "workload.Reported", { group_id: "1", device: "me" })]);
}

test("a new reader gets only what happens from now on, with id, type, data and height", async (t) => {
  const parts = await stream(t, { model: sampleModel(), events: logOf(1n, ["9-0-0", "10-0-0"]) });
  parts.follower.events.append([event("11-0-0", "workload.DeploymentCreated", { deployment_id: "7" })]);
  t.deepEqual(await parts.next(), { id: "11-0-0", event: "workload.DeploymentCreated", data: '{"deployment_id":"7","height":"11"}' });
});

test("a reader that resumes gets exactly the rest of the log, then what is new", async (t) => {
  const parts = await stream(t, { model: sampleModel(), events: logOf(1n, ["9-0-0", "9-0-1", "9-1-0", "10-0-0"]) }, "", "9-0-1");
  t.is((await parts.next()).id, "9-1-0");
  t.is((await parts.next()).id, "10-0-0");
  mark(parts);
  t.is((await parts.next()).id, "99-0-0");
});

test("blocks from before the log are read from the node", async (t) => {
  const attribute = { key: "group_id", value: '"1"' };
  const node = await fakeNode(t, ({ method, params }) =>
    method === "header"
      ? { header: { time: "2026-01-01T00:00:00Z" } }
      : {
          height: params["height"],
          txs_results: [{ code: 0, events: [1, 2].map(() => ({ type: "daonetes.workload.v1.EventReported", attributes: [attribute] })) }],
          finalize_block_events: null,
        },
  );
  const wish = { model: sampleModel(), events: logOf(10n, ["10-0-0"]), chainRpc: node.url };
  const parts = await stream(t, wish, "", "8-0-0");
  const ids = [await parts.next(), await parts.next(), await parts.next(), await parts.next()].map(({ id }) => id);
  t.deepEqual(ids, ["8-0-1", "9-0-0", "9-0-1", "10-0-0"]);
});

test("a reader that was away too long gets a reset, then what is new", async (t) => {
  const parts = await stream(t, { model: sampleModel(5_000n), events: logOf(5_001n, []) }, "", "100-0-0");
  t.deepEqual(await parts.next(), { event: "reset", data: '{"height":"5000"}' });
  mark(parts, "5001-0-0");
  t.is((await parts.next()).id, "5001-0-0");
});

test("an id from a future that this chain has not seen gives a reset, then what is new", async (t) => {
  const parts = await stream(t, { model: sampleModel(10n), events: logOf(1n, []) }, "", "4000-0-0");
  t.is((await parts.next()).event, "reset");
  mark(parts, "11-0-0");
  t.is((await parts.next()).id, "11-0-0");
});

const filters: Record<string, { query: string; passes: [string, Record<string, string>] }> = {
  group: { query: "?group=1", passes: ["workload.Reported", { group_id: "1" }] },
  device: { query: "?device=me", passes: ["workload.ManifestChanged", { device: "me" }] },
  types: { query: "?types=workload.SpecPublished,workload.Reported", passes: ["workload.SpecPublished", {}] },
  "group, device and type together": { query: "?group=1&device=me&types=workload.Reported", passes: ["workload.Reported", { group_id: "1", device: "me" }] },
};
for (const [what, { query, passes }] of Object.entries(filters)) {
  test(`a filter by ${what} passes what matches and nothing else`, async (t) => {
    const parts = await stream(t, { model: sampleModel(), events: logOf(1n, []) }, query);
    parts.follower.events.append([
      event("11-0-0", "workgroup.DeviceJoined", { group_id: "2", device: "other" }),
      event("11-0-1", "workload.LeaseRenewed", { group_id: "12", device: "mee" }),
      event("11-0-2", ...passes),
    ]);
    t.is((await parts.next()).id, "11-0-2");
  });
}

test("a filter holds for replayed events too", async (t) => {
  const log = new EventLog(1n);
  log.append([event("9-0-0"), event("9-0-1", "workload.Reported", { group_id: "2" }), event("9-0-2", "workload.Reported", { group_id: "1" })]);
  const parts = await stream(t, { model: sampleModel(), events: log }, "?group=1", "9-0-0");
  t.is((await parts.next()).id, "9-0-2");
});

test("a malformed Last-Event-ID is refused", async (t) => {
  const { app } = await testApp(t, { model: sampleModel() });
  const answer = await app.inject({ url: "/api/v1/events", headers: { "last-event-id": "yesterday" } });
  t.is(answer.statusCode, 400);
  t.is(answer.json<{ code: string }>().code, "DAO1107");
});

test("before the chain was reached there are no events", async (t) => {
  const { app } = await testApp(t);
  t.is((await app.inject("/api/v1/events")).statusCode, 503);
});
