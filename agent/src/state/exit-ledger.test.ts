import test from "ava";
import { emptyState } from "./agent-state.ts";
import { type Ending, endingOf, type ExitEvidence, ExitLedger } from "./exit-ledger.ts";

const RUN = { startedAt: 1_000, finishedAt: 5_000 };
const NOTHING: ExitEvidence = { known: undefined, stoppedAt: undefined, byHandAt: undefined, sameEngine: false, contactAt: 0 };

const cases: [string, Partial<ExitEvidence>, Ending][] = [
  ["the Engine ran on", { sameEngine: true }, "own"],
  ["the Engine was heard of after it", { contactAt: 5_000 }, "own"],
  ["the Engine was last heard of before it", { contactAt: 4_999 }, "unseen"],
  ["nothing is known", {}, "unseen"],
  ["the agent was about to stop it", { stoppedAt: 4_000, sameEngine: true }, "stopped"],
  ["the agent was about to stop it, and the machine went down", { stoppedAt: 4_000 }, "stopped"],
  ["it ended before the agent was about to stop it", { stoppedAt: 5_001, sameEngine: true }, "own"],
  ["the agent stopped a run before", { stoppedAt: 999, sameEngine: true }, "own"],
  ["somebody stopped it", { byHandAt: 4_900, sameEngine: true }, "by_hand"],
  ["somebody stopped a run before", { byHandAt: 999, sameEngine: true }, "own"],
  ["it is on record", { known: { startedAt: 1_000, ending: "unseen" }, sameEngine: true }, "unseen"],
  ["it is on record, and the Engine tells later that somebody stopped it", { known: { startedAt: 1_000, ending: "own" }, byHandAt: 5_010 }, "by_hand"],
  ["a run before is on record", { known: { startedAt: 10, ending: "stopped" }, sameEngine: true }, "own"],
];
for (const [what, evidence, ending] of cases) {
  test(`an exit counts as ${ending} where ${what}`, (t) => {
    t.is(endingOf(RUN, { ...NOTHING, ...evidence }), ending);
  });
}

const exited = { id: "c1", state: "exited" as const, ...RUN };

test("an exit that was seen stays on record over a restart of agent and machine", (t) => {
  const state = emptyState();
  const ledger = new ExitLedger(state);
  ledger.begin("boot-1", 2_000);
  ledger.end(new Set(["c1"]));
  ledger.begin("boot-1", 6_000);
  t.is(ledger.ending(exited), "own");
  const next = new ExitLedger(JSON.parse(JSON.stringify(state)) as typeof state);
  next.begin("boot-2", 9_000);
  t.is(next.ending(exited), "own");
});

test("an exit between the last look and the end of the Engine is in doubt, and stays so", (t) => {
  const state = emptyState();
  const ledger = new ExitLedger(state);
  ledger.begin("boot-1", 4_000);
  ledger.end(new Set(["c1"]));
  const next = new ExitLedger(JSON.parse(JSON.stringify(state)) as typeof state);
  next.begin("boot-2", 9_000);
  t.is(next.ending(exited), "unseen");
  next.end(new Set(["c1"]));
  next.begin("boot-2", 10_000);
  t.is(next.ending(exited), "unseen");
});

test("containers that are gone leave no record, and the contact is noted once a minute", (t) => {
  const state = emptyState();
  const ledger = new ExitLedger(state);
  ledger.begin("boot-1", 100_000);
  ledger.ending(exited);
  ledger.stopping(["c2"], 100_000);
  ledger.end(new Set(["c1", "c2"]));
  ledger.begin("boot-1", 130_000);
  ledger.end(new Set());
  t.deepEqual([state.exits, state.stops], [{}, {}]);
  t.is(state.engine.contactAt, 100_000);
  ledger.begin("boot-1", 160_000);
  ledger.end(new Set());
  t.is(state.engine.contactAt, 160_000);
});
