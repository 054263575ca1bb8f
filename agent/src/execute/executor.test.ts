import test from "ava";
import { type Engine, EngineError, type EngineErrorKind } from "../docker/engine.ts";
import { type DeploymentMemory, emptyMemory } from "../plan/memory.ts";
import type { Step } from "../plan/step.ts";
import { execute, type ExecuteContext } from "./executor.ts";

const PULL: Step = { kind: "pullImage", key: "pull/a", cause: "", image: "a@sha256:0", digest: "sha256:0", platform: undefined };
const VOLUME: Step = { kind: "createVolume", key: "volume/v", cause: "", name: "v", labels: {} };
const START: Step = { kind: "startContainer", key: "start/1", cause: "", container: "1", name: "web", restart: true };
const REMOVE: Step = { kind: "removeContainer", key: "remove/1", cause: "", container: "1", name: "web" };

function contextOf(engine: Partial<Engine>, more: Partial<ExecuteContext> = {}): ExecuteContext {
  return {
    engine: engine as Engine,
    pulls: { pull: ({ image, ...options }) => (engine as Engine).pullImage(image, options) },
    environment: () => Promise.resolve([]),
    clock: { now: () => 1_000_000 } as ExecuteContext["clock"],
    memory: emptyMemory(),
    random: () => 0,
    signal: new AbortController().signal,
    ...more,
  };
}

const failing = (kind: EngineErrorKind): Partial<Engine> => {
  const fail = () => Promise.reject(new EngineError(kind, "because"));
  return { pullImage: fail, createVolume: fail };
};

async function failTimes(times: number, random: number): Promise<DeploymentMemory> {
  const context = contextOf(failing("disk_full"), { random: () => random });
  for (let count = 0; count < times; count++) await execute([VOLUME], context);
  return context.memory;
}

for (const [times, pause] of [[1, 10_000], [2, 20_000], [3, 40_000], [5, 160_000], [6, 300_000], [50, 300_000]] as const) {
  test(`after ${times} failures the next try is ${pause / 1000} s away, plus up to a fifth`, async (t) => {
    const early = (await failTimes(times, 0)).retries.get("volume/v");
    t.is(early?.attempts, times);
    t.is(early?.notBefore, 1_000_000 + pause);
    t.is((await failTimes(times, 1)).retries.get("volume/v")?.notBefore, 1_000_000 + pause * 1.2);
  });
}

const reasons: Record<EngineErrorKind, [pull: string, create: string]> = {
  unavailable: ["EngineUnavailable", "EngineUnavailable"],
  timeout: ["EngineUnavailable", "EngineUnavailable"],
  image_not_found: ["ImageNotFound", "ImageNotFound"],
  registry_auth: ["RegistryAuth", "RegistryAuth"],
  registry_unreachable: ["RegistryUnreachable", "RegistryUnreachable"],
  digest_mismatch: ["DigestMismatch", "DigestMismatch"],
  image_invalid: ["ImageInvalid", "ImageInvalid"],
  disk_full: ["DiskPressure", "DiskPressure"],
  platform_mismatch: ["PlatformMismatch", "PlatformMismatch"],
  subnet_clash: ["SubnetClash", "SubnetClash"],
  port_in_use: ["PortInUse", "PortInUse"],
  name_in_use: ["RegistryUnreachable", "CreateFailed"],
  in_use: ["RegistryUnreachable", "CreateFailed"],
  other: ["RegistryUnreachable", "CreateFailed"],
};
for (const [kind, [pull, create]] of Object.entries(reasons)) {
  test(`an error of kind ${kind} is reported as ${pull} of a pull and ${create} of a creation`, async (t) => {
    const context = contextOf(failing(kind as EngineErrorKind));
    await execute([PULL, VOLUME], context);
    t.like(context.memory.retries.get("pull/a"), { reason: pull, text: "because" });
    t.like(context.memory.retries.get("volume/v"), { reason: create, text: "because" });
  });
}

test("an error that is not of the Engine is a failure too, and no step stops the others", async (t) => {
  const created: string[] = [];
  const seen: [string, string | undefined][] = [];
  const context = contextOf(
    {
      pullImage: () => Promise.reject(new TypeError("boom")),
      createVolume: (name) => {
        created.push(name);
        return Promise.resolve();
      },
    },
    { onStep: (step, error) => seen.push([step.key, error?.message]) },
  );
  await execute([PULL, VOLUME], context);
  t.deepEqual(created, ["v"]);
  t.deepEqual(seen.sort(), [["pull/a", "boom"], ["volume/v", undefined]]);
});

test("a step that works forgets its failures", async (t) => {
  const context = contextOf(failing("other"));
  await execute([VOLUME], context);
  await execute([VOLUME], { ...context, engine: { createVolume: () => Promise.resolve() } as Partial<Engine> as Engine });
  t.is(context.memory.retries.size, 0);
});

test("a pull that is no longer wanted counts as no failure", async (t) => {
  const context = contextOf(failing("other"), { signal: AbortSignal.abort() });
  await execute([PULL], context);
  t.is(context.memory.retries.size, 0);
});

test("restarts are counted by container, first starts are not, and removal forgets them", async (t) => {
  const context = contextOf({ startContainer: () => Promise.resolve(), removeContainer: () => Promise.resolve() });
  await execute([{ ...START, restart: false }], context);
  t.is(context.memory.restarts.get("1"), undefined);
  await execute([START], context);
  await execute([START], context);
  t.is(context.memory.restarts.get("1"), 2);
  await execute([REMOVE], context);
  t.false(context.memory.restarts.has("1"));
});

test("a restart that the Engine refuses counts as one", async (t) => {
  const context = contextOf({ startContainer: () => Promise.reject(new EngineError("other", "no")) });
  await execute([START], context);
  t.is(context.memory.restarts.get("1"), 1);
  t.is(context.memory.retries.get("start/1")?.attempts, 1);
});

test("a failed revision is noted and its retries are forgotten", async (t) => {
  const context = contextOf(failing("other"));
  await execute([VOLUME], context);
  await execute([{ kind: "recordFailure", key: "failure", cause: "", revision: 3n, restartGeneration: 1n, reason: "Crashed", text: "exit 1" }], context);
  t.deepEqual(context.memory.failed, { revision: 3n, restartGeneration: 1n, reason: "Crashed", text: "exit 1" });
  t.is(context.memory.retries.size, 0);
});
