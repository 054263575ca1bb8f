import test from "ava";
import { blockEvents, compareEventIds, heightOfEventId } from "./block-events.ts";

function typed(name: string, values: Record<string, string> = {}): { type: string; attributes: { key: string; value: string }[] } {
  return { type: `daonetes.workload.v1.Event${name}`, attributes: Object.entries(values).map(([key, value]) => ({ key, value })) };
}

test("events come in the order of the block, with ids of height, transaction and position", (t) => {
  const events = blockEvents({
    height: "42",
    txs_results: [{ code: 0, events: [typed("A"), typed("B")] }, { events: [typed("C")] }],
    finalize_block_events: [typed("D"), typed("E")],
  });
  t.deepEqual(
    events.map(({ id, type, height }) => [id, type, height]),
    [
      ["42-0-0", "workload.A", 42n],
      ["42-0-1", "workload.B", 42n],
      ["42-1-0", "workload.C", 42n],
      ["42-2-0", "workload.D", 42n],
      ["42-2-1", "workload.E", 42n],
    ],
  );
});

test("events of a failed transaction are skipped, and it still counts", (t) => {
  const results = { height: "5", txs_results: [{ code: 7, events: [typed("A")] }, { code: 0, events: [typed("B")] }], finalize_block_events: null };
  t.deepEqual(blockEvents(results).map(({ id }) => id), ["5-1-0"]);
});

test("a block without anything has no events", (t) => {
  t.deepEqual(blockEvents({ height: "5", txs_results: null, finalize_block_events: null }), []);
  t.deepEqual(blockEvents({ height: "5", txs_results: [{ events: null }], finalize_block_events: [] }), []);
});

test("events of other modules are skipped and leave no gap in the ids", (t) => {
  const other = { type: "transfer", attributes: [{ key: "amount", value: "1" }] };
  const events = blockEvents({ height: "5", txs_results: [{ events: [other, typed("A"), other, typed("B")] }], finalize_block_events: [other] });
  t.deepEqual(events.map(({ id }) => id), ["5-0-0", "5-0-1"]);
});

test("values are unquoted; numbers, lists and broken JSON stay as they are", (t) => {
  const values = { group_id: '"7"', name: '"a \\"b\\""', count: "3", list: '["x"]', raw: "abc", msg_index: "0", mode: "EndBlock" };
  const [event] = blockEvents({ height: "5", txs_results: [{ events: [typed("A", values)] }], finalize_block_events: null });
  t.deepEqual(event!.data, { group_id: "7", name: 'a "b"', count: "3", list: '["x"]', raw: "abc" });
});

test("event ids compare by number, not by text", (t) => {
  const sorted = ["9-0-0", "10-0-0", "10-0-2", "10-0-10", "10-2-0", "10-10-0"];
  t.deepEqual([...sorted].reverse().sort(compareEventIds), sorted);
  t.is(compareEventIds("10-0-0", "10-0-0"), 0);
});

test("a malformed event id compares as NaN and has no height", (t) => {
  for (const id of ["", "1", "1-2", "1-2-3-4", "a-0-0", "-1-0-0", "1-2-3 ", "9999999999999999-0-0"]) {
    t.true(Number.isNaN(compareEventIds(id, "1-0-0")), id);
    t.is(heightOfEventId(id), undefined, id);
  }
  t.is(heightOfEventId("12-0-3"), 12);
});
