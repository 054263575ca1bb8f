import type { CanonicalService } from "@daonetes/client/compose";
import { DeviceProfile, Intent, ReportState, ServiceState } from "@daonetes/client/device";
import test from "ava";
import { imageOf, service, specOf } from "../../test/fakes/deployments.ts";
import { FakeAgent } from "../../test/fakes/fake-agent.ts";
import { NO_GRANTS } from "./grants.ts";

const PLAIN = specOf({ web: service("a") });
const ASKING = specOf({ web: service("a", { uts: "host" }) });
const GRANT = { allow: "host-uts", for: "lab/shop" };
const LINE = '{"allow":"host-uts","for":"lab/shop"}';

async function agentWith(file: object, ...specs: (typeof PLAIN)[]): Promise<FakeAgent> {
  const agent = new FakeAgent();
  for (const letter of ["a", "b", "c"]) agent.engine.registry.add(imageOf(letter));
  agent.ownerWrites(file);
  for (const spec of specs) {
    agent.assign(spec);
    await agent.passes(12);
  }
  return agent;
}

const report = (agent: FakeAgent): FakeAgent["chain"]["reports"][number]["reports"][number] | undefined => agent.chain.reports.at(-1)?.reports[0];

test("what the owner has not granted is refused before any change on the Engine, with the line to add", async (t) => {
  const agent = await agentWith({}, ASKING);
  t.deepEqual(agent.engine.calls, []);
  t.like(report(agent), { state: ReportState.REPORT_STATE_REFUSED, reason: "GrantMissing", runningRevision: 0n, services: [] });
  t.is(report(agent)?.text, `grant-host-uts: /services/web/uts: the owner of this device has not granted: host-uts; to allow it, add to "grants" of the owner's file: ${LINE}`);
});

test("with the line added the same revision runs, and what is made has what was granted and no more", async (t) => {
  const agent = await agentWith({}, ASKING);
  agent.ownerWrites({ grants: [JSON.parse(LINE)] });
  await agent.passes(12);
  t.like(report(agent), { state: ReportState.REPORT_STATE_HEALTHY, runningRevision: 1n });
  const [made] = [...agent.engine.containers.values()];
  t.is(made?.config.host.utsMode, "host");
  t.is(made?.config.host.pidMode, "");
  t.false(made?.config.host.privileged);
});

test("withdrawn, it stops, is said, and is not started again, over a restart of the agent too", async (t) => {
  const agent = await agentWith({ grants: [GRANT] }, ASKING);
  agent.ownerWrites({});
  await agent.passes(3);
  t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 exited"]);
  agent.restart();
  await agent.passes(12);
  t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 exited"]);
  t.like(report(agent), { state: ReportState.REPORT_STATE_REFUSED, reason: "GrantMissing", runningRevision: 0n });
  t.is(report(agent)?.services[0]?.state, ServiceState.SERVICE_STATE_STOPPED);
});

test("granted again, the same container starts again", async (t) => {
  const agent = await agentWith({ grants: [GRANT] }, ASKING);
  const [made] = [...agent.engine.containers.keys()];
  agent.ownerWrites({});
  await agent.passes(5);
  agent.ownerWrites({ grants: [GRANT] });
  await agent.passes(12);
  t.deepEqual([...agent.engine.containers.keys()], [made]);
  t.like(report(agent), { state: ReportState.REPORT_STATE_HEALTHY, runningRevision: 1n });
});

test("a revision that asks for more is refused, and the one that runs goes on and is restarted", async (t) => {
  const agent = await agentWith({}, PLAIN, specOf({ web: service("b", { uts: "host" }) }));
  t.like(report(agent), { revision: 2n, runningRevision: 1n, state: ReportState.REPORT_STATE_REFUSED });
  agent.engine.byHand([...agent.engine.containers.keys()][0]!, "kill");
  await agent.passes(12);
  t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 running"]);
});

test("a service that both revisions have goes on while the second is refused", async (t) => {
  const agent = await agentWith({}, specOf({ db: service("a") }), specOf({ db: service("a"), web: service("b", { uts: "host" }) }));
  t.deepEqual(agent.containers, ["daonet-lab-shop-db-1 running"]);
  t.like(report(agent), { revision: 2n, state: ReportState.REPORT_STATE_REFUSED });
  agent.engine.byHand([...agent.engine.containers.keys()][0]!, "kill");
  await agent.passes(12);
  t.deepEqual(agent.containers, ["daonet-lab-shop-db-1 running"]);
});

test("a container stops when its grant is withdrawn though a later revision that only dropped a service names it too", async (t) => {
  const web: CanonicalService = service("a", { uts: "host" });
  const agent = await agentWith({ grants: [GRANT] }, specOf({ web, db: service("b") }), specOf({ web }));
  t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 running"]);
  agent.ownerWrites({});
  await agent.passes(12);
  t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 exited"]);
});

test("all of a deployment stops when what one of its services needs is withdrawn", async (t) => {
  const agent = await agentWith({ grants: [GRANT] }, specOf({ db: service("b") }), specOf({ db: service("b"), web: service("a", { uts: "host" }) }));
  t.deepEqual(agent.containers, ["daonet-lab-shop-db-1 running", "daonet-lab-shop-web-1 running"]);
  agent.ownerWrites({});
  await agent.passes(12);
  t.deepEqual(agent.containers, ["daonet-lab-shop-db-1 exited", "daonet-lab-shop-web-1 exited"]);
});

test("withdrawn while the next revision is refused too, the former one stops", async (t) => {
  const agent = await agentWith({ grants: [GRANT] }, ASKING, specOf({ web: service("b", { privileged: true }) }));
  t.like(report(agent), { revision: 2n, runningRevision: 1n, state: ReportState.REPORT_STATE_REFUSED });
  agent.ownerWrites({});
  await agent.passes(12);
  t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 exited"]);
});

test("withdrawn while the spec of the next revision cannot be had, the former one stops", async (t) => {
  const agent = await agentWith({ grants: [GRANT] }, ASKING);
  agent.assign(specOf({ web: service("b") }));
  agent.chain.specs.clear();
  await agent.passes(3);
  t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 running"]);
  agent.ownerWrites({});
  await agent.passes(5);
  t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 exited"]);
});

test("withdrawn while the chain cannot be reached, it stops", async (t) => {
  const agent = await agentWith({ grants: [GRANT] }, ASKING);
  agent.chain.away = new Error("connection refused");
  agent.ownerWrites({});
  await agent.passes(5);
  t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 exited"]);
});

test("withdrawn while an allowed revision is pulled, the former one stops without waiting, and the new one comes", async (t) => {
  const agent = await agentWith({ grants: [GRANT] }, ASKING);
  let arrive = (): void => undefined;
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  const pull = agent.engine.pullImage.bind(agent.engine);
  agent.engine.pullImage = async (image) => (await arrived, pull(image));
  agent.assign(specOf({ web: service("b") }));
  await agent.passes(3);
  t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 running"]);
  agent.ownerWrites({});
  await agent.passes(1);
  arrive();
  await agent.passes(15);
  t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 running"]);
  t.like(report(agent), { revision: 2n, runningRevision: 2n, state: ReportState.REPORT_STATE_HEALTHY });
});

test("an update to a revision that the owner does not allow leaves nothing of it when it is withdrawn half way", async (t) => {
  const agent = await agentWith({ grants: [GRANT] }, PLAIN);
  agent.engine.behaviours.set(imageOf("b"), { healthyAfter: 60_000 });
  agent.assign(specOf({ web: service("b", { uts: "host" }) }));
  await agent.passes(6);
  t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 exited", "daonet-lab-shop-web-1-r2 running"]);
  agent.ownerWrites({});
  await agent.passes(12);
  t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 running", "daonet-lab-shop-web-1-r2 exited"]);
});

test("what is withdrawn can still be removed", async (t) => {
  const agent = await agentWith({ grants: [GRANT] }, ASKING);
  agent.ownerWrites({});
  await agent.passes(5);
  agent.assign(ASKING, { intent: Intent.INTENT_REMOVE });
  await agent.passes(5);
  t.deepEqual(agent.containers, []);
});

const STRICT = specOf({ web: service("a", { user: "1000", read_only: true }) });

test("the owner's profile restricted stops what does not fit, and makes what fits anew without capabilities", async (t) => {
  const loose = await agentWith({}, PLAIN);
  loose.ownerWrites({ profile: "restricted" });
  await loose.passes(12);
  t.deepEqual(loose.containers, ["daonet-lab-shop-web-1 exited"]);
  t.like(report(loose), { state: ReportState.REPORT_STATE_REFUSED, reason: "PolicyRefused" });

  const fits = await agentWith({}, STRICT);
  t.true([...fits.engine.containers.values()][0]!.config.host.capAdd.length > 1);
  fits.ownerWrites({ profile: "restricted" });
  await fits.passes(20);
  t.deepEqual([...fits.engine.containers.values()].map(({ state, config }) => [state, config.host.capAdd]), [["running", ["NET_BIND_SERVICE"]]]);
  t.like(report(fits), { state: ReportState.REPORT_STATE_HEALTHY });
});

test("the group's profile restricted refuses what does not fit and takes nothing away from what runs", async (t) => {
  const agent = await agentWith({}, PLAIN);
  agent.assign(PLAIN, { profile: DeviceProfile.DEVICE_PROFILE_RESTRICTED });
  await agent.passes(12);
  t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 running"]);
  t.like(report(agent), { state: ReportState.REPORT_STATE_REFUSED, reason: "PolicyRefused", runningRevision: 1n });
});

test("the group cannot loosen the owner's profile", async (t) => {
  const agent = await agentWith({ profile: "restricted" });
  agent.assign(PLAIN, { profile: DeviceProfile.DEVICE_PROFILE_BASELINE });
  await agent.passes(5);
  t.deepEqual(agent.engine.calls, []);
});

test("limits of the owner hold where the spec names none", async (t) => {
  const limits = { memory: 100_000_000, cpus: 0.5, pids: 64 };
  const agent = await agentWith({ limits }, PLAIN);
  t.like([...agent.engine.containers.values()][0]?.config.host, { memory: 100_000_000, nanoCpus: 5e8, pidsLimit: 64 });
});

test("limits above what the device has leave the device's own", async (t) => {
  const agent = await agentWith({ limits: { memory: 1e12, cpus: 64, pids: 4096 } }, PLAIN);
  t.like([...agent.engine.containers.values()][0]?.config.host, { memory: 6e9, nanoCpus: 2e9, pidsLimit: 512 });
});

test("a limit that is lowered below what runs stops it", async (t) => {
  const agent = await agentWith({ limits: { memory: 100_000_000 } }, specOf({ web: service("a", { mem_limit: 90_000_000 }) }));
  t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 running"]);
  agent.ownerWrites({ limits: { memory: 80_000_000 } });
  await agent.passes(5);
  t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 exited"]);
  t.like(report(agent), { state: ReportState.REPORT_STATE_REFUSED, reason: "PolicyRefused" });
});

test("a file that counts as empty stops what it granted, with the alarm in log and status, said once", async (t) => {
  const agent = await agentWith({ grants: [GRANT] }, ASKING);
  agent.ownersFile = { grants: NO_GRANTS, there: true, problems: [{ pointer: "", message: "it can be written by others" }], alarm: "/etc/daonetes/grants.json counts as empty: it can be written by others" };
  await agent.passes(5);
  t.deepEqual(agent.containers, ["daonet-lab-shop-web-1 exited"]);
  t.is(agent.status?.grants_alarm, "/etc/daonetes/grants.json counts as empty: it can be written by others");
  t.deepEqual(agent.alarms.filter((line) => line.startsWith("GRANTS: ")).length, 1);
  agent.ownerWrites({ grants: [GRANT] });
  await agent.passes(5);
  t.is(agent.status?.grants_alarm, "");
});

test("an owner who changes his mind often is no workload that flaps: each change is said at once", async (t) => {
  const agent = await agentWith({ grants: [GRANT] }, ASKING);
  for (let round = 0; round < 6; round++) {
    agent.ownerWrites({});
    await agent.passes(4);
    t.like(report(agent), { state: ReportState.REPORT_STATE_REFUSED }, `${round}`);
    agent.ownerWrites({ grants: [GRANT] });
    await agent.passes(6);
    t.like(report(agent), { state: ReportState.REPORT_STATE_HEALTHY }, `${round}`);
  }
});
