import test from "ava";
import { EngineError, type PullOptions } from "../docker/engine.ts";
import { defaultReserve, PullGuard } from "./pull-guard.ts";

const GB = 1e9;

interface World {
  free: number;
  size?: number;
  imageBytes?: number | Error;
  /** What the Engine does with the pull; by default it is there at once. */
  pull?: (options: PullOptions) => Promise<void>;
  /** Free bytes at each look of the watch, one after another. */
  then?: number[];
  visible?: boolean;
}

function guardOf(world: World, image = "docker.io/library/app@sha256:1"): { pull: () => Promise<void>; pulled: () => number } {
  let pulled = 0;
  let looks = 0;
  const guard = new PullGuard({
    engine: { pullImage: (_image, options) => (pulled++, world.pull?.(options) ?? Promise.resolve()) },
    clock: { now: () => 0, monotonic: () => 0, sleep: () => new Promise((resolve) => setImmediate(resolve)) },
    disk: {
      space: () => Promise.resolve(world.visible === false ? undefined : { free: looks === 0 ? (looks++, world.free) : (world.then?.[looks++ - 1] ?? world.free), size: world.size ?? 100 * GB }),
    },
    dataRoot: () => Promise.resolve("/var/lib/docker"),
    loginOf: (host) => Promise.resolve(host === "ghcr.io" ? { username: "ci", password: "x" } : undefined),
    sizeOf: () => (world.imageBytes instanceof Error ? Promise.reject(world.imageBytes) : Promise.resolve(world.imageBytes)),
    reserve: () => Promise.resolve(1 * GB),
  });
  const { signal } = new AbortController();
  return { pull: () => guard.pull({ image, platform: undefined, signal, onProgress: () => undefined }), pulled: () => pulled };
}

/** Never ends by itself. */
const endless = ({ signal }: PullOptions): Promise<void> => new Promise((_, reject) => { signal.addEventListener("abort", () => { reject(new EngineError("other", "aborted")); }); });

test("an image that fits is pulled, known size or not", async (t) => {
  for (const imageBytes of [5 * GB, undefined, new Error("the registry is away")]) {
    const guard = guardOf({ free: 10 * GB, ...(imageBytes === undefined ? {} : { imageBytes }) });
    await guard.pull();
    t.is(guard.pulled(), 1);
  }
});

for (const [image, login] of [["ghcr.io/a/b@sha256:1", { username: "ci", password: "x" }], ["docker.io/library/app@sha256:1", undefined]] as const) {
  for (const visible of [true, false]) {
    test(`${image} is pulled with the group's login of its registry, if there is one; disk seen: ${visible}`, async (t) => {
      const given: unknown[] = [];
      await guardOf({ free: 10 * GB, visible, pull: (options) => Promise.resolve(void given.push(options.login)) }, image).pull();
      t.deepEqual(given, [login]);
    });
  }
}

test("P-34 an image whose layers alone would break into the reserve is not pulled", async (t) => {
  const guard = guardOf({ free: 10 * GB, imageBytes: 9.5 * GB });
  const error = await t.throwsAsync(guard.pull(), { instanceOf: EngineError });
  t.is(error.kind, "disk_full");
  t.regex(error.message, /has 9500 MB compressed, and 9000 MB are free/);
  t.is(guard.pulled(), 0);
});

test("A-09 on a disk that is full already nothing is pulled", async (t) => {
  const guard = guardOf({ free: 0.9 * GB });
  t.is((await t.throwsAsync(guard.pull(), { instanceOf: EngineError })).kind, "disk_full");
  t.is(guard.pulled(), 0);
});

test("P-34 a pull that grows beyond what was said is ended at the reserve", async (t) => {
  const guard = guardOf({ free: 10 * GB, imageBytes: 1, pull: endless, then: [8 * GB, 3 * GB, 0.99 * GB] });
  const error = await t.throwsAsync(guard.pull(), { instanceOf: EngineError });
  t.is(error.kind, "disk_full");
  t.regex(error.message, /less than 1000 MB were left free at \/var\/lib\/docker/);
});

test("an error of the pull itself stays what it was", async (t) => {
  const guard = guardOf({ free: 10 * GB, pull: () => Promise.reject(new EngineError("registry_auth", "denied")) });
  t.is((await t.throwsAsync(guard.pull(), { instanceOf: EngineError })).kind, "registry_auth");
});

test("where the Engine's disk cannot be seen, it is pulled without a guard", async (t) => {
  const guard = guardOf({ free: 0, visible: false, imageBytes: 99 * GB });
  await guard.pull();
  t.is(guard.pulled(), 1);
});

test("a twentieth of the disk stays free, within bounds", (t) => {
  t.deepEqual([1 * GB, 20 * GB, 1000 * GB].map(defaultReserve), [256 * 1024 ** 2, 1 * GB, 2 * 1024 ** 3]);
});
