import type { CanonicalService } from "@daonetes/client/compose";
import test from "ava";
import { ReportState } from "@daonetes/client/device";
import { EngineError } from "../src/docker/engine.ts";
import type { DesiredDeployment } from "../src/desired/desired-state.ts";
import { desiredOf, imageOf, service, specOf } from "./fakes/deployments.ts";
import { FakeDevice } from "./fakes/reconcile.ts";

const SEEDS = Number(process.env["SIMULATION_SEEDS"] ?? 1_000);
const FIRST_SEED = Number(process.env["SIMULATION_FIRST_SEED"] ?? 1);
/** A thousand seeds take half a minute of processor time; a busy machine may need ten times as long. */
const TIMEOUT_MS = Math.max(300_000, SEEDS * 300);
const HANDS = ["stop", "kill", "pause", "remove", "detach", "limit", "addLimit", "restartPolicy"] as const;
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
  for (const letter of "abcj") device.engine.registry.add(imageOf(letter));
  device.engine.behaviours.set(imageOf("c"), { unhealthy: true });
  device.engine.behaviours.set(imageOf("j"), { endsAfter: 120_000 });
  device.engine.behaviours.set(imageOf("b"), { stopCode: 143 });
  let revision = 1n;
  let desired = specWith(random, revision);
  const end = device.now + HOURS * 3_600_000;
  while (device.now < end) {
    switch (random(16)) {
      case 0:
        revision++;
        desired = specWith(random, revision);
        break;
      case 1:
      case 9: {
        // Something by hand, which the agent hears of or not.
        const ids = [...device.engine.containers.keys()];
        const id = ids[random(Math.max(1, ids.length))];
        const what = HANDS[random(HANDS.length)] as (typeof HANDS)[number];
        if (id !== undefined && random(4) === 0) device.engine.byHand(id, what);
        else if (id !== undefined) device.byHand(id, what);
        break;
      }
      case 2: {
        // Power loss: every container ends at once, and the agent forgets.
        const backAt = device.now + 1_000 * random(60);
        device.engine.restart("power loss", backAt);
        device.now = backAt;
        device.restartAgent();
        break;
      }
      case 10:
        // The Engine is restarted, with the agent beside it or gone.
        device.engine.restart("shutdown", device.now);
        if (random(2) === 0) device.restartAgent();
        break;
      case 11: {
        // A program ends while the agent is away, and perhaps the Engine after it.
        const up = [...device.engine.containers.values()].filter(({ state }) => state === "running");
        const container = up[random(Math.max(1, up.length))];
        if (container !== undefined) Object.assign(container, { state: "exited", exitCode: random(2) * 3, finishedAt: device.now });
        device.now += 1;
        if (random(2) === 0) device.engine.restart("shutdown", device.now);
        device.restartAgent();
        break;
      }
      case 12:
        // The disk is full for a pass or two.
        device.engine.diskFull = true;
        for (let pass = 0; pass <= random(2); pass++) await device.pass(desired);
        device.engine.diskFull = false;
        break;
      case 13:
        // A route appears, or goes: a network that is to be made meanwhile has to keep clear of it.
        if (device.routes.size > 0) device.routes.clear();
        else device.routes.add(["10.213.0.0/16", "10.0.0.0/8", "192.168.128.0/17"][random(3)] as string);
        break;
      case 14:
        // Another network takes the place between the look and the call.
        device.engine.fault = (call) => {
          if (call.startsWith("network ")) throw new EngineError("subnet_clash", "Pool overlaps with other one on this address space");
        };
        await device.pass(desired);
        device.engine.fault = undefined;
        break;
      case 3:
        // Killed after a step.
        device.dieAfter = device.stepsDone + random(3);
        await device.pass(desired);
        device.dieAfter = Number.POSITIVE_INFINITY;
        device.restartAgent();
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
    const overlapping = sameSubnet(device);
    if (overlapping !== undefined) return `the networks ${overlapping} overlap`;
    device.now += 1_000 * (1 + random(600));
  }
  // Quiet at last: everything has to be as desired, and a further plan empty.
  desired = { ...desired, intent: "run" };
  device.routes.clear();
  const status = await device.settle(desired, 2_000);
  const rest = await device.planText(desired);
  if (rest !== "") return `not settled: ${rest}`;
  // Another agent, which knows nothing of it all, finds nothing to do either.
  device.restartAgent();
  const again = await device.planText(desired);
  if (again !== "") return `not settled for another agent: ${again}`;
  const wrong = notAsDesired(device, desired);
  // A job that ended badly by itself is not started again: FAILED is the truth then. If a former revision was gone back
  // to, what somebody removed of that one cannot be made again: its spec is not wanted any more.
  const wentBack = device.memory.failed?.revision === revision;
  if (status.text.startsWith("job ended with ") && (wrong === undefined || wentBack)) return undefined;
  const bad = desired.services.some(({ image }) => image === imageOf("c"));
  if (!bad && status.state !== ReportState.REPORT_STATE_HEALTHY) return `state ${status.state} (${status.reason} ${status.text}${wrong === undefined ? "" : `; ${wrong}`})`;
  if (!bad && wrong !== undefined) return wrong;
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
    ...(random(2) === 0 ? { worker: service(letter(), { update_order: "start-first" }) } : {}),
    ...(random(2) === 0 ? { job: job(random(3) === 0 ? "on-failure" : "no") } : {}),
  };
  return desiredOf(specOf(services, ["data"]), { revision });
}

/** A service that ends well after two minutes. */
function job(restart: "no" | "on-failure"): CanonicalService {
  const { restart: _usual, healthcheck: _check, ...rest } = service("j");
  return restart === "no" ? rest : { ...rest, restart: { policy: "on-failure" } };
}

/** @returns what on the Engine is not as the plan's end should be */
function notAsDesired({ engine }: FakeDevice, desired: DesiredDeployment): string | undefined {
  for (const { name, configHash } of desired.services) {
    const found = [...engine.containers.values()].filter(({ config }) => config.labels["com.docker.compose.service"] === name);
    if (found.length !== 1) return `${found.length} containers of ${name}`;
    const [container] = found;
    if (container?.config.labels["dev.daonetes.config-hash"] !== configHash) return `${name} is of another configuration`;
    if (container.restartPolicy !== "no") return `${name} restarts by itself`;
    if (container.limits.memory !== container.config.host.memory || (container.state === "running" && container.limits.cpuShares !== 0)) return `${name} has other limits`;
    if (container.state !== "running" && container.config.image !== imageOf("j")) return `${name} is ${container.state}`;
    if (container.state === "running" && container.networks.size !== 1) return `${name} is on ${container.networks.size} networks`;
  }
  return undefined;
}

function sameSubnet({ engine }: FakeDevice): string | undefined {
  const seen = new Map<string, string>();
  for (const { name, subnets } of engine.networks.values()) {
    for (const { subnet } of subnets) {
      if (seen.has(subnet)) return `${seen.get(subnet)} and ${name}`;
      seen.set(subnet, name);
    }
  }
  return undefined;
}

/** @returns a service of which two containers run, but for a former and a newer one of the worker, whose new one starts first */
function runningTwice(device: FakeDevice): string | undefined {
  const seen = new Map<string, string[]>();
  for (const { config, state } of device.engine.containers.values()) {
    if (state !== "running") continue;
    const name = config.labels["com.docker.compose.service"] ?? "";
    const hash = config.labels["dev.daonetes.config-hash"] ?? "";
    const others = seen.get(name) ?? [];
    if (others.length > (name === "worker" ? 1 : 0) || others.includes(hash)) return name;
    seen.set(name, [...others, hash]);
  }
  return undefined;
}
