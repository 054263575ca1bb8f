import { DeviceStatus, Intent, ReportState } from "@daonetes/client/device";
import { LightError } from "@daonetes/client/light";
import test from "ava";
import { imageOf, service, specOf } from "../test/fakes/deployments.ts";
import { FakeAgent } from "../test/fakes/fake-agent.ts";
import { EngineError } from "./docker/engine.ts";

const SPEC = specOf({ web: service("a") });

/** An agent whose deployment is HEALTHY. */
async function running(): Promise<FakeAgent> {
  const agent = new FakeAgent();
  agent.engine.registry.add(imageOf("a")).add(imageOf("b"));
  agent.assign(SPEC);
  await agent.passes(8);
  return agent;
}

test("what the chain assigns is run and reported", async (t) => {
  const agent = await running();
  t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 running"]);
  t.is(agent.chain.reports.at(-1)?.reports[0]?.state, ReportState.REPORT_STATE_HEALTHY);
  t.like(agent.status, { chain: "reachable", frozen: "", fenced: false, member: true, height: String(agent.chain.height - 1n) });
});

const otherNetworks: Record<string, [code: string, (agent: FakeAgent) => void]> = {
  "A-18 a height below the last one acted on": ["DAO5032", ({ chain }) => (chain.height -= 5n)],
  "A-19 another genesis under the same chain id": ["DAO5031", ({ chain }) => (chain.genesis = "genesis-2")],
  "A-19 another chain id": ["DAO5030", ({ chain }) => (chain.chainId = "lab-2")],
  "A-19 a chain that forgot the device": ["DAO5033", ({ chain }) => (chain.manifest = undefined)],
};
for (const [title, [code, change]] of Object.entries(otherNetworks)) {
  test(`${title} freezes: what runs is kept, nothing is said, and the alarm is in log and status`, async (t) => {
    const agent = await running();
    const { manifest } = agent.chain;
    const said = agent.chain.reports.length;
    const claims = agent.chain.claims.length;
    // A new node behind the gateway: the connection broke before.
    agent.chain.away = new Error("connection refused");
    await agent.passes(6);
    agent.chain.away = undefined;
    agent.assign(specOf({ web: service("b") }), { intent: Intent.INTENT_REMOVE_WITH_VOLUMES });
    change(agent);
    await agent.passes(6);
    t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 running"]);
    t.true(agent.status?.frozen.startsWith(code), agent.status?.frozen);
    t.true(agent.alarms.some((line) => line.startsWith("FROZEN") && line.includes(code)));
    t.is(agent.alarms.filter((line) => line.startsWith("FROZEN")).length, 1, "the log says it once");
    t.is(agent.chain.reports.length, said);
    t.is(agent.chain.claims.length, claims);
    // The same after a restart, and all is well once the right network is back.
    agent.restart();
    await agent.passes(3);
    t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 running"]);
    t.true(agent.status?.frozen.startsWith(code));
    agent.chain.genesis = agent.chain.pinned.genesis;
    agent.chain.chainId = agent.chain.pinned.chainId;
    agent.chain.height += 100n;
    agent.chain.manifest = manifest;
    await agent.passes(6);
    t.is(agent.status?.frozen, "");
  });
}

for (const fault of ["forged", "fork", "expired", "future"] as const) {
  test(`L-01 an answer that is not proven (${fault}) freezes: what runs is kept, and the alarm is in log and status`, async (t) => {
    const agent = await running();
    agent.chain.away = new LightError(fault, "a lie");
    agent.assign(specOf({ web: service("b") }));
    await agent.passes(6);
    t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 running"]);
    t.regex(agent.status?.frozen ?? "", /^DAO504\d: a lie/);
    t.is(agent.alarms.filter((line) => line.startsWith("FROZEN")).length, 1, "the log says it once");
    agent.chain.away = undefined;
    await agent.passes(12);
    t.is(agent.status?.frozen, "");
    t.is(agent.chain.reports.at(-1)?.reports[0]?.runningRevision, 2n);
  });
}

test("L-12 a report that the gateway says was executed is sent again until the chain is proven to have it", async (t) => {
  const agent = new FakeAgent();
  agent.engine.registry.add(imageOf("a"));
  agent.assign(SPEC);
  agent.chain.swallows = true;
  await agent.passes(10);
  t.is(agent.chain.reports.length, 0);
  t.true(agent.alarms.some((line) => line.includes("the chain has seen 0")));
  agent.chain.swallows = false;
  // Tries that were lost count against the rate of reports: the next one follows within a minute.
  await agent.passes(70);
  t.is(agent.chain.reports.at(-1)?.reports[0]?.state, ReportState.REPORT_STATE_HEALTHY);
});

test("A-19 an agent that starts on another network acts on nothing of it", async (t) => {
  const agent = new FakeAgent();
  agent.engine.registry.add(imageOf("a"));
  agent.assign(SPEC);
  agent.chain.genesis = "genesis-2";
  await agent.passes(3);
  t.deepEqual(agent.engine.calls, []);
  t.is(agent.chain.claims.length, 0);
});

test("K-03 of two agents with one key the older is fenced, over restarts and boots, until its owner takes over", async (t) => {
  const agent = await running();
  agent.chain.claimElsewhere("boot-9:ENGINE-9");
  agent.assign(specOf({ web: service("b") }));
  const calls = agent.engine.calls.length;
  await agent.passes(5);
  t.true(agent.status?.fenced);
  agent.restart();
  await agent.passes(2);
  agent.bootId = "boot-2";
  agent.restart();
  await agent.passes(2);
  t.true(agent.status?.fenced);
  t.is(agent.engine.calls.length, calls, "a fenced agent changes nothing");
  t.is(agent.chain.claims.length, 2);

  agent.takeover = true;
  await agent.passes(12);
  t.false(agent.status?.fenced);
  t.is(agent.chain.claims.length, 3);
  t.is(agent.status?.rival, "boot-9:ENGINE-9", "the side that acts says it too");
  t.like(agent.chain.reports.at(-1)?.reports[0], { revision: 2n, state: ReportState.REPORT_STATE_HEALTHY });
});

test("a reboot claims the next epoch without an alarm", async (t) => {
  const agent = await running();
  agent.bootId = "boot-2";
  agent.restart();
  await agent.passes(3);
  t.is(agent.chain.claims.length, 2);
  t.is(agent.status?.rival, "");
  t.deepEqual(agent.alarms, []);
});

test("A-05 an Engine that is away is said after half a minute, and nothing is changed until it answers again", async (t) => {
  const agent = await running();
  const said = agent.chain.reports.length;
  agent.engine.fault = () => {
    throw new EngineError("unavailable", "connect ECONNREFUSED docker.sock");
  };
  await agent.passes(20);
  t.is(agent.chain.reports.length, said, "a restart of the Engine is no news");
  t.regex(agent.status?.engine_error ?? "", /ECONNREFUSED/);
  await agent.passes(20);
  t.like(agent.chain.reports.at(-1)?.reports[0], { state: ReportState.REPORT_STATE_DEGRADED, reason: "EngineUnavailable", runningRevision: 1n });
  t.is(agent.chain.reports.length, said + 1, "it is said once");
  t.is(agent.alarms.filter((line) => line.includes("does not answer")).length, 1, "the log says it once");
  agent.engine.fault = undefined;
  await agent.passes(3);
  t.is(agent.status?.engine_error, "");
  t.is(agent.chain.reports.at(-1)?.reports[0]?.state, ReportState.REPORT_STATE_HEALTHY);
  t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 running"]);
});

test("an Engine that is away when the agent starts is waited for", async (t) => {
  const agent = new FakeAgent();
  agent.engine.registry.add(imageOf("a"));
  agent.assign(SPEC);
  agent.engine.fault = () => {
    throw new EngineError("timeout", "no answer in 30 s");
  };
  await agent.passes(3);
  t.regex(agent.status?.engine_error ?? "", /no answer/);
  agent.engine.fault = undefined;
  await agent.passes(8);
  t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 running"]);
});

test("a revoked device stops what runs", async (t) => {
  const agent = await running();
  agent.chain.manifest = { ...agent.chain.manifest!, status: DeviceStatus.DEVICE_STATUS_REVOKED, assignments: [] };
  agent.chain.height++;
  await agent.passes(5);
  t.deepEqual(agent.containers, []);
});

test("A-09 a full disk does not end the agent: it goes on with what it has, and writes again when there is room", async (t) => {
  const agent = await running();
  const { saved } = agent;
  agent.diskFault = () => {
    throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
  };
  agent.engine.containers.clear();
  agent.assign(specOf({ web: service("b") }));
  await agent.passes(12);
  t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 running"], "the new revision runs, though its spec could not be kept");
  t.is(agent.saved, saved, "the state file is whole");
  t.is(agent.alarms.filter((line) => line.includes("ENOSPC")).length, 1, "the log says it once");
  agent.diskFault = undefined;
  await agent.passes(2);
  t.is(agent.status?.disk_error, "");
  t.not(agent.saved, saved);
});

test("a spec that cannot be had is said, asked for again with pauses, and what runs goes on", async (t) => {
  const agent = await running();
  agent.assign(specOf({ web: service("b") }));
  agent.chain.specs.clear();
  agent.engine.byHand([...agent.engine.containers.keys()][0]!, "kill");
  await agent.passes(10);
  t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 running"]);
  t.like(agent.chain.reports.at(-1)?.reports[0], { revision: 2n, runningRevision: 1n, state: ReportState.REPORT_STATE_ACCEPTED });
  t.true(agent.chain.specReads <= 4, `${agent.chain.specReads} reads`);
});
