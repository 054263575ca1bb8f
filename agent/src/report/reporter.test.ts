import test from "ava";
import { ReportState } from "@daonetes/client/device";
import { printable, Reporter } from "./reporter.ts";
import type { Status } from "./status.ts";

function status(more: Partial<Status> = {}): Status {
  return {
    deploymentId: 7n,
    revision: 1n,
    runningRevision: 1n,
    state: ReportState.REPORT_STATE_HEALTHY,
    reason: "",
    text: "",
    services: [],
    wanted: "1/run/false",
    pulling: [],
    drift: { count: 0, last: "" },
    notices: [],
    ...more,
  };
}

test("only differences are reported, also over a restart of the agent", (t) => {
  const reporter = new Reporter({});
  reporter.offer([status()]);
  const due = reporter.due(0);
  t.is(due.length, 1);
  reporter.sent(due);
  t.deepEqual(reporter.due(1), []);
  const next = new Reporter(reporter.last());
  next.offer([status()]);
  t.deepEqual(next.due(0), []);
  next.offer([status({ state: ReportState.REPORT_STATE_DEGRADED })]);
  t.is(next.due(0).length, 1);
});

test("what was not taken by the chain is due again", (t) => {
  const reporter = new Reporter({});
  reporter.offer([status()]);
  t.is(reporter.due(0).length, 1);
  t.is(reporter.due(1).length, 1);
});

test("a workload that flaps is reported once a minute, a new revision at once", (t) => {
  const reporter = new Reporter({});
  let sent = 0;
  for (let second = 0; second < 300; second++) {
    const state = second % 2 === 0 ? ReportState.REPORT_STATE_HEALTHY : ReportState.REPORT_STATE_DEGRADED;
    reporter.offer([status({ state })]);
    const due = reporter.due(second * 1000);
    reporter.sent(due);
    sent += due.length;
  }
  t.true(sent <= 13, `${sent} reports in five minutes`);
  reporter.offer([status({ revision: 2n, wanted: "2/run/false" })]);
  t.is(reporter.due(300_000).length, 1);
});

test("texts are escaped and cut to the chain's limit", (t) => {
  t.is(printable("a\r\n\u001b[31mb"), "a [31mb");
  t.true(Buffer.byteLength(printable("ä".repeat(2000))) <= 1024);
  t.false(printable("ä".repeat(2000)).includes("\ufffd"));
});
