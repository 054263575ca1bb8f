import type { CanonicalService } from "@daonetes/client/compose";
import { ReportState } from "@daonetes/client/device";
import test from "ava";
import { desiredOf, imageOf, service, specOf } from "../../test/fakes/deployments.ts";
import { FakeDevice } from "../../test/fakes/reconcile.ts";
import type { DesiredDeployment } from "../desired/desired-state.ts";

const FIRST: Partial<CanonicalService> = { update_order: "start-first" };

function device(...images: string[]): FakeDevice {
  const made = new FakeDevice();
  for (const letter of images) made.engine.registry.add(imageOf(letter));
  return made;
}

const running = (one: FakeDevice): string[] => [...one.engine.containers.values()].filter(({ state }) => state === "running").map(({ name }) => name);

/** Passes until nothing is left to do. @returns what ran after each of them */
async function watched(one: FakeDevice, desired: DesiredDeployment): Promise<string[][]> {
  const seen: string[][] = [];
  for (let pass = 0; pass < 40; pass++) {
    await one.pass(desired);
    seen.push(running(one));
    one.now += 1_000;
  }
  return seen;
}

test("with start-first the former container runs until the new one passed", async (t) => {
  const one = device("a", "b");
  one.engine.behaviours.set(imageOf("b"), { healthyAfter: 5_000 });
  await one.settle(desiredOf(specOf({ web: service("a", FIRST) })));
  const update = desiredOf(specOf({ web: service("b", FIRST) }), { revision: 2n });
  const seen = await watched(one, update);
  t.true(seen.every((names) => names.length > 0), "one runs at every moment");
  t.true(seen.some((names) => names.length === 2), "both run for a while");
  const firstAlone = seen.findIndex((names, index) => index > 0 && names.length === 1 && (seen[index - 1]?.length ?? 0) === 2);
  t.true(firstAlone >= 5, "the former one stops once the new one is healthy");
  t.deepEqual(running(one), ["daonet-lab-shop-web-1"]);
  t.is((await one.status(update)).state, ReportState.REPORT_STATE_HEALTHY);
  t.is(await one.planText(update), "");
});

test("with start-first a new container that fails goes, and the former one never stopped", async (t) => {
  const one = device("a", "c");
  one.engine.behaviours.set(imageOf("c"), { unhealthy: true });
  await one.settle(desiredOf(specOf({ web: service("a", FIRST) })));
  const [former] = [...one.engine.containers.keys()];
  const update = desiredOf(specOf({ web: service("c", FIRST) }), { revision: 2n });
  await one.settle(update);
  t.deepEqual([...one.engine.containers.keys()], [former]);
  t.false(one.engine.calls.some((call) => call === `stop ${former}`), one.engine.calls.join("; "));
  t.is((await one.status(update)).runningRevision, 1n);
});

test("a revision that comes while the last one is not through replaces that one, and what worked runs on", async (t) => {
  const one = device("a", "b", "c");
  one.engine.behaviours.set(imageOf("c"), { healthyAfter: 3_600_000 });
  await one.settle(desiredOf(specOf({ web: service("a", FIRST) })));
  for (let pass = 0; pass < 6; pass++) await one.pass(desiredOf(specOf({ web: service("c", FIRST) }), { revision: 2n }));
  t.is(running(one).length, 2);
  const seen = await watched(one, desiredOf(specOf({ web: service("b", FIRST) }), { revision: 3n }));
  t.true(seen.every((names) => names.length > 0 && names.length < 3), JSON.stringify(seen));
  t.is(one.engine.containers.size, 1);
});

/** Services of which two cannot run at once, whatever the bytes of a spec say. */
const ALONE: Record<string, Record<string, CanonicalService>> = {
  "publishes a port": { web: service("a", { ...FIRST, ports: [{ target: 80, protocol: "tcp", published: 8080 }] }) },
  "has a fixed address": { web: service("a", { ...FIRST, networks: { default: { ipv4_address: "10.9.0.2" } } }) },
  "lends its network to another": { web: service("a", FIRST), beside: service("a", { networks: undefined as never, network_mode: "service:web" }) },
};
for (const [title, services] of Object.entries(ALONE)) {
  test(`a service that ${title} is stopped first in spite of start-first`, async (t) => {
    const one = device("a", "b");
    await one.settle(desiredOf(specOf(services)));
    const updated = { ...services, web: { ...(services["web"] as CanonicalService), image: service("b").image } };
    const seen = await watched(one, desiredOf(specOf(updated), { revision: 2n }));
    for (const names of seen) t.true(names.filter((name) => name.includes("-web-")).length <= 1, JSON.stringify(names));
    t.true(seen.at(-1)?.some((name) => name.includes("-web-")));
  });
}
