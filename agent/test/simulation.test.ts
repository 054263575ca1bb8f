import test from "ava";
import { ReportState } from "@daonetes/client/device";
import { EngineError } from "../src/docker/engine.ts";
import type { DesiredDeployment } from "../src/desired/desired-state.ts";
import { emptyMemory } from "../src/plan/memory.ts";
import { desiredOf, imageOf, service, specOf } from "./fakes/deployments.ts";
import { FakeDevice } from "./fakes/reconcile.ts";

const SEEDS = Number(process.env["SIMULATION_SEEDS"] ?? 1_000);
const FIRST_SEED = Number(process.env["SIMULATION_FIRST_SEED"] ?? 1);
/** A thousand seeds take half a minute of processor time; a busy machine may need ten times as long. */
const TIMEOUT_MS = Math.max(300_000, SEEDS * 300);
/** Simulated hours per seed. */
const HOURS = 24;

/** Small and reproducible (xorshift32, G. Marsaglia 2003). */
function randomOf(seed: number): (below: number) => number {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

test(`A-31 a simulated day of faults per seed leaves one instance of each service, ${SEEDS} seeds from ${FIRST_SEED}`, async (t) => {
  t.timeout(TIMEOUT_MS);
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
    const failure = await simulateDay(seed);
    if (failure !== undefined) {
      t.fail(`seed ${seed}: ${failure}   (again: SIMULATION_FIRST_SEED=${seed} SIMULATION_SEEDS=1)`);
      return;
    }
  }
  t.pass();
});

/** @returns what was violated, or undefined */
async function simulateDay(seed: number): Promise<string | undefined> {
  const random = randomOf(seed);
  const device = new FakeDevice();
  for (const letter of "abc") device.engine.registry.add(imageOf(letter));
  device.engine.behaviours.set(imageOf("c"), { unhealthy: true });
  let revision = 1n;
  let desired = specWith(random, revision);
  const end = device.now + HOURS * 3_600_000;
  while (device.now < end) {
    switch (random(9)) {
      case 0:
        revision++;
        desired = specWith(random, revision);
        break;
      case 1: {
        // Removed by hand.
        const ids = [...device.engine.containers.keys()];
        const id = ids[random(Math.max(1, ids.length))];
        if (id !== undefined) device.engine.containers.delete(id);
        break;
      }
      case 2:
        // Power loss: every container ends at once, and the agent forgets.
        for (const container of device.engine.containers.values()) {
          if (container.state !== "running") continue;
          container.state = "exited";
          container.exitCode = 137;
          container.finishedAt = device.now;
        }
        device.memory = emptyMemory();
        break;
      case 3:
        // Killed after a step.
        device.dieAfter = device.stepsDone + random(3);
        await device.pass(desired);
        device.dieAfter = Number.POSITIVE_INFINITY;
        device.memory = emptyMemory();
        break;
      case 4: {
        // The Engine refuses some calls.
        let left = 1 + random(3);
        device.engine.fault = (call) => {
          if (call !== "read" && left-- > 0) throw new EngineError("unavailable", "the Engine does not answer");
        };
        await device.pass(desired);
        device.engine.fault = undefined;
        break;
      }
      case 5:
        desired = { ...desired, intent: desired.intent === "stop" ? "run" : "stop" };
        break;
      default:
        await device.pass(desired);
    }
    if (process.env["SIMULATION_TRACE"] !== undefined) {
      const all = [...device.engine.containers.values()].map(({ name, state, config }) => `${name}=${state}@${config.labels["dev.daonetes.revision"]}`);
      console.log(`revision ${revision} ${desired.intent}: ${device.engine.calls.splice(0).join("; ")} | ${all.join(" ")}`);
    }
    const doubled = runningTwice(device);
    if (doubled !== undefined) return `${doubled} runs twice`;
    device.now += 1_000 * (1 + random(600));
  }
  // Quiet at last: everything has to be as desired, and a further plan empty.
  desired = { ...desired, intent: "run" };
  const status = await device.settle(desired, 2_000);
  const rest = await device.planText(desired);
  if (rest !== "") return `not settled: ${rest}`;
  const bad = desired.services.some(({ image }) => image === imageOf("c"));
  if (!bad && status.state !== ReportState.REPORT_STATE_HEALTHY) return `state ${status.state} (${status.reason} ${status.text})`;
  const gone = await device.settle({ ...desired, intent: "remove_with_volumes" }, 500);
  if (gone.state !== ReportState.REPORT_STATE_STOPPED) return `not removed: ${gone.state}`;
  const left = device.engine.containers.size + device.engine.networks.size + device.engine.volumes.size;
  return left === 0 ? undefined : `${left} objects left over`;
}

function specWith(random: (below: number) => number, revision: bigint): DesiredDeployment {
  const letters = "aabbabc";
  const letter = (): string => letters[random(letters.length)] as string;
  const services = {
    web: service(letter(), { ports: [{ target: 80, protocol: "tcp", published: 8080 }], depends_on: { db: { condition: "service_started" } } }),
    db: service(random(4) === 0 ? "b" : "a", { volumes: [{ type: "volume", source: "data", target: "/data" }] }),
    ...(random(2) === 0 ? { worker: service("a") } : {}),
  };
  return desiredOf(specOf(services, ["data"]), { revision });
}

/** @returns a service of which two containers run */
function runningTwice(device: FakeDevice): string | undefined {
  const seen = new Set<string>();
  for (const { config, state } of device.engine.containers.values()) {
    const service = config.labels["com.docker.compose.service"] ?? "";
    if (state !== "running") continue;
    if (seen.has(service)) return service;
    seen.add(service);
  }
  return undefined;
}
