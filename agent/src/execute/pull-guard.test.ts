import type { ImageFacts } from "@daonetes/client/compose";
import test from "ava";
import { EngineError, type EngineErrorKind, type PullOptions } from "../docker/engine.ts";
import { defaultReserve, PullGuard } from "./pull-guard.ts";

const GB = 1e9;

interface World {
  free: number;
  size?: number;
  /** What the registry says; an error = it says nothing. */
  facts?: Partial<ImageFacts> | Error | undefined;
  /** What the Engine does with the pull; by default it is there at once. */
  pull?: (options: PullOptions) => Promise<void>;
  /** Free bytes at each look of the watch, one after another. */
  then?: number[];
  visible?: boolean;
}

function guardOf(world: World, image = "docker.io/library/app@sha256:1"): { pull: (platform?: string) => Promise<void>; pulled: () => number } {
  let pulled = 0;
  let looks = 0;
  const guard = new PullGuard({
    engine: { pullImage: (_image, options) => (pulled++, world.pull?.(options) ?? Promise.resolve()) },
    platform: "linux/amd64",
    clock: { now: () => 0, monotonic: () => 0, sleep: () => new Promise((resolve) => setImmediate(resolve)) },
    disk: {
      space: () => Promise.resolve(world.visible === false ? undefined : { free: looks === 0 ? (looks++, world.free) : (world.then?.[looks++ - 1] ?? world.free), size: world.size ?? 100 * GB }),
    },
    dataRoot: () => Promise.resolve("/var/lib/docker"),
    loginOf: (host) => Promise.resolve(host === "ghcr.io" ? { username: "ci", password: "x" } : undefined),
    factsOf: () => (world.facts instanceof Error ? Promise.reject(world.facts) : Promise.resolve(world.facts && { layers: 1, bytes: 0, platform: undefined, ...world.facts })),
    reserve: () => Promise.resolve(1 * GB),
  });
  const { signal } = new AbortController();
  return { pull: (platform) => guard.pull({ image, platform, signal, onProgress: () => undefined }), pulled: () => pulled };
}

/** Never ends by itself. */
const endless = ({ signal }: PullOptions): Promise<void> => new Promise((_, reject) => { signal.addEventListener("abort", () => { reject(new EngineError("other", "aborted")); }); });

for (const [what, facts] of Object.entries<World["facts"]>({ known: { bytes: 5 * GB }, unknown: undefined, "that the registry does not tell": new Error("away") })) {
  test(`an image of a size ${what} is pulled where there is room`, async (t) => {
    const guard = guardOf({ free: 10 * GB, facts });
    await guard.pull();
    t.is(guard.pulled(), 1);
  });
}

for (const [image, login] of [["ghcr.io/a/b@sha256:1", { username: "ci", password: "x" }], ["docker.io/library/app@sha256:1", undefined]] as const) {
  for (const visible of [true, false]) {
    test(`${image} is pulled with the group's login of its registry, if there is one; disk seen: ${visible}`, async (t) => {
      const given: unknown[] = [];
      await guardOf({ free: 10 * GB, visible, pull: (options) => Promise.resolve(void given.push(options.login)) }, image).pull();
      t.deepEqual(given, [login]);
    });
  }
}

const refused: [title: string, world: World, kind: EngineErrorKind, text: RegExp][] = [
  ["P-34 an image whose layers alone would break into the reserve", { free: 10 * GB, facts: { bytes: 9.5 * GB } }, "disk_full", /image docker.io\/library\/app has 9500 MB compressed, and 9000 MB are free .*1000 MB that stay free; .*disk_reserve/],
  ["A-09 an image, on a disk that is full already,", { free: 0.9 * GB }, "disk_full", /nothing is pulled/],
  ["P-34 an image of 128 layers", { free: 10 * GB, visible: false, facts: { layers: 128 } }, "image_invalid", /has 128 layers, an Engine takes 127; build/],
  ["P-31 an image of another platform", { free: 10 * GB, facts: { platform: "linux/arm64" } }, "platform_mismatch", /app is for linux\/arm64, wanted is linux\/amd64/],
  ["P-31 an image that is another than its digest says", { free: 10 * GB, facts: new EngineError("digest_mismatch", "forged") }, "digest_mismatch", /forged/],
];
for (const [title, world, kind, text] of refused) {
  test(`${title} is not pulled`, async (t) => {
    const guard = guardOf(world);
    const error = await t.throwsAsync(guard.pull(), { instanceOf: EngineError });
    t.is(error.kind, kind);
    t.regex(error.message, text);
    t.is(guard.pulled(), 0);
  });
}

test("P-31 an image of the platform that the service asks for is pulled, whatever the device's", async (t) => {
  const guard = guardOf({ free: 10 * GB, facts: { platform: "linux/arm64", layers: 127 } });
  await guard.pull("linux/arm64/v8");
  t.is(guard.pulled(), 1);
});

test("P-34 a pull that leaves less than the reserve is ended, whatever was said", async (t) => {
  const guard = guardOf({ free: 10 * GB, facts: { bytes: 1 }, pull: endless, then: [8 * GB, 3 * GB, 0.99 * GB] });
  const error = await t.throwsAsync(guard.pull(), { instanceOf: EngineError });
  t.is(error.kind, "disk_full");
  t.regex(error.message, /app was ended: less than 1000 MB were left free at \/var\/lib\/docker/);
});

test("P-34 a pull that brings more than was said is ended, also where the disk cannot be seen", async (t) => {
  let done = 0;
  const pull = (options: PullOptions): Promise<void> => {
    while (!options.signal.aborted) options.onProgress({ done: (done += 0.25e6), total: done });
    return Promise.reject(new EngineError("other", "aborted"));
  };
  const error = await t.throwsAsync(guardOf({ free: 0, visible: false, facts: { bytes: 2e6 }, pull }).pull(), { instanceOf: EngineError });
  t.is(error.kind, "digest_mismatch");
  t.regex(error.message, /app sends more than the 2 MB that its manifest says/);
  t.is(done, 3.25e6);
});

test("an error of the pull itself stays what it was", async (t) => {
  const guard = guardOf({ free: 10 * GB, pull: () => Promise.reject(new EngineError("registry_auth", "denied")) });
  t.is((await t.throwsAsync(guard.pull(), { instanceOf: EngineError })).kind, "registry_auth");
});

test("where the Engine's disk cannot be seen, an image of any size is pulled", async (t) => {
  const guard = guardOf({ free: 0, visible: false, facts: { bytes: 99 * GB } });
  await guard.pull();
  t.is(guard.pulled(), 1);
});

test("a twentieth of the disk stays free, within bounds", (t) => {
  t.deepEqual([1 * GB, 20 * GB, 1000 * GB].map(defaultReserve), [256 * 1024 ** 2, 1 * GB, 2 * 1024 ** 3]);
});
