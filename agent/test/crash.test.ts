import type { CanonicalService } from "@daonetes/client/compose";
import test, { type ExecutionContext } from "ava";
import type { DesiredDeployment } from "../src/desired/desired-state.ts";
import { desiredOf, imageOf, service, specOf } from "./fakes/deployments.ts";
import { FakeDevice } from "./fakes/reconcile.ts";

const { restart: _usual, healthcheck: _check, ...job } = service("a");
const shop = (web: Partial<CanonicalService>, letter = "a"): Parameters<typeof desiredOf>[0] =>
  specOf(
    {
      web: service(letter, { ports: [{ target: 80, protocol: "tcp", published: 8080 }], depends_on: { db: { condition: "service_healthy" }, init: { condition: "service_completed_successfully" } }, ...web }),
      db: service("a", { volumes: [{ type: "volume", source: "data", target: "/data" }] }),
      init: { ...job, image: service("j").image },
    },
    ["data"],
  );

/** Wanted one after another; the agent dies on the way to the last. */
const ways: Record<string, DesiredDeployment[]> = {
  "a first deployment": [desiredOf(shop({}))],
  "an update": [desiredOf(shop({})), desiredOf(shop({ hostname: "new" }), { revision: 2n })],
  "an update of everything": [desiredOf(shop({})), desiredOf(shop({}), { revision: 2n, restartGeneration: 1n })],
  "an update that fails": [desiredOf(shop({})), desiredOf(shop({}, "c"), { revision: 2n })],
  "an update to fewer services": [desiredOf(shop({})), desiredOf(specOf({ db: service("b") }), { revision: 2n })],
  "a stop": [desiredOf(shop({})), { ...desiredOf(shop({})), intent: "stop" }],
  "a start after a stop": [desiredOf(shop({})), { ...desiredOf(shop({})), intent: "stop" }, desiredOf(shop({}))],
  "a removal": [desiredOf(shop({})), { ...desiredOf(shop({})), intent: "remove" }],
  "a removal with volumes": [desiredOf(shop({})), { ...desiredOf(shop({})), intent: "remove_with_volumes" }],
};

function device(): FakeDevice {
  const made = new FakeDevice();
  for (const letter of "abcj") made.engine.registry.add(imageOf(letter));
  made.engine.behaviours.set(imageOf("c"), { unhealthy: true });
  made.engine.behaviours.set(imageOf("j"), { endsAfter: 500 });
  return made;
}

/** What stands on the Engine, without the ids. */
function standing({ engine }: FakeDevice): string[] {
  return [
    ...[...engine.containers.values()].map(({ name, state, config, networks }) => `${name} ${state} ${config.labels["dev.daonetes.config-hash"]?.slice(0, 6)} on ${[...networks].join(",")}`),
    ...[...engine.networks.keys()].map((name) => `network ${name}`),
    ...[...engine.volumes.keys()].map((name) => `volume ${name}`),
  ].sort();
}

async function upTo(wishes: readonly DesiredDeployment[]): Promise<FakeDevice> {
  const one = device();
  for (const wish of wishes) await one.settle(wish);
  return one;
}

/** Kills the agent at each point of the last way, `kills` times over, and compares with what comes out without. */
async function crashEverywhere(t: ExecutionContext, wishes: DesiredDeployment[], kill: (one: FakeDevice) => void): Promise<number> {
  const last = wishes.at(-1)!;
  const whole = await upTo(wishes.slice(0, -1));
  const first = whole.stepsDone;
  const wanted = await whole.settle(last);
  const steps = whole.stepsDone - first;
  for (let done = 0; done <= steps; done++) {
    const one = await upTo(wishes.slice(0, -1));
    one.dieAfter = one.stepsDone + done;
    while (one.stepsDone < one.dieAfter && (await one.pass(last)).length > 0) one.now += 1_000;
    await one.pass(last);
    one.dieAfter = Number.POSITIVE_INFINITY;
    kill(one);
    const status = await one.settle(last, 300);
    t.deepEqual(standing(one), standing(whole), `after ${done} of ${steps} steps`);
    t.is(status.state, wanted.state, `after ${done} of ${steps} steps`);
    t.is(await one.planText(last), "");
    for (const { name, starts, config } of one.engine.containers.values()) {
      if (config.image === imageOf("j")) t.true(starts <= 2, `${name} was started ${starts} times`);
    }
  }
  return steps;
}

for (const [title, wishes] of Object.entries(ways)) {
  test(`A-02 dying after any step of ${title} ends as if nothing had happened`, async (t) => {
    const steps = await crashEverywhere(t, wishes, (one) => { one.restartAgent(); });
    t.true(steps > 0);
  });

  test(`A-07 the machine going down after any step of ${title} ends as if nothing had happened`, async (t) => {
    await crashEverywhere(t, wishes, (one) => {
      one.engine.restart("power loss", one.now + 30_000);
      one.now += 30_000;
      one.restartAgent();
    });
  });
}
