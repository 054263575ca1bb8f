import { access } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { ReportState } from "@daonetes/client/device";
import test from "ava";
import { execa } from "execa";
import { eventually } from "../../docker/net/processes.ts";
import { daonetes } from "../parts/cli.ts";
import { BoundedDevice } from "../parts/bounded-device.ts";
import { greeting, helloOn, up } from "../parts/hello-app.ts";
import { ELSEWHERE, helloFor, HERE, imageOf, indexOf, type Layer, layerOf, MANIFEST } from "../parts/hostile-images.ts";
import { bomb, denseBomb, drip, endless, type Entry } from "../parts/hostile-layers.ts";
import { type Body, bodyOf, digestOf, HostileRegistry } from "../parts/hostile-registry.ts";

const PORT = 8098;
const MB = 1e6;
/** What stays free by default on a disk of that size. */
const RESERVE = 256 * 1024 ** 2;
const LAYER_BYTES = 10e9;
const { REPORT_STATE_FAILED: FAILED, REPORT_STATE_HEALTHY: HEALTHY, REPORT_STATE_PULLING: PULLING } = ReportState;

let device: BoundedDevice;
let registry: HostileRegistry;

test.serial.before("a device with an Engine of its own on a small disk, where something good runs", async (t) => {
  registry = await HostileRegistry.start();
  device = await BoundedDevice.start(t);
});

test.after.always("the device, its Engine and the registry go", async () => {
  await device.end();
  await registry.stop();
});

const imageNamed = (digest: string, host = registry.host): { name: string; digest: string } => ({ name: `${host}/hostile`, digest });
const small = (): Layer => layerOf(registry, [{ name: "a", content: "a" }]);
const random = (): string => digestOf(randomBytes(32));

/** What hello needs to run, beside its image. */
const helloSays = (greeting: string): object => ({
  environment: { GREETING: greeting },
  healthcheck: { interval: 1e9, test: ["CMD", "/hello", "-check"] },
  ports: [{ protocol: "tcp", published: PORT, target: 8080 }],
  restart: { policy: "always" },
});

/** A layer that is another than its digest says. */
function layerAs(size: number, body: Body): Layer {
  return { digest: registry.send(random(), body), size, diffId: random() };
}

/** A layer of any bytes, with a wrong digest of what they unpack to. */
function layerIn(bytes: Buffer): Layer {
  return { digest: registry.add(bytes), size: bytes.length, diffId: random() };
}

interface Case {
  image: () => string;
  /** Default: where the Engine takes plain HTTP. */
  host?: () => string;
  /** The agent gets no answer: what the Engine and the disk say has to do. */
  enginesOnly?: boolean;
  state?: ReportState;
  reason: string;
  text: RegExp;
  /** Most that may be sent for it. */
  sent?: number;
  /** Least of the disk that has to stay free. */
  free?: number;
  /** Most that it may take until it is reported. */
  withinMs?: number;
}

const CASES: Record<string, Case> = {
  "P-31 an index that holds another platform only": {
    image: () => indexOf(registry, imageOf(registry, [small()], { architecture: ELSEWHERE }), ELSEWHERE),
    reason: "PlatformMismatch",
    text: /linux\/\w+64/,
    sent: 20_000,
  },
  "P-31 an index that calls the image of another platform ours": {
    image: () => indexOf(registry, imageOf(registry, [small()], { architecture: ELSEWHERE }), HERE),
    reason: "PlatformMismatch",
    text: new RegExp(`is for linux/${ELSEWHERE}, wanted is linux/${HERE}`),
    sent: 20_000,
  },
  "P-31 another index than the one that was asked for": {
    image: () => {
      const [asked, other] = ["a", "b"].map((content) => indexOf(registry, imageOf(registry, [layerOf(registry, [{ name: "f", content }])]), HERE)) as [string, string];
      return registry.send(asked, registry.sends(other)!);
    },
    reason: "DigestMismatch",
    text: /./,
    sent: 20_000,
  },
  "P-31 another manifest than the index names": {
    image: () => {
      const [asked, other] = ["a", "b"].map((content) => imageOf(registry, [layerOf(registry, [{ name: "f", content }])])) as [string, string];
      const index = indexOf(registry, asked, HERE);
      registry.send(asked, registry.sends(other)!);
      return index;
    },
    reason: "DigestMismatch",
    text: /./,
    sent: 20_000,
  },
  "A-11 a layer that is another than its digest says": {
    image: () => imageOf(registry, [layerAs(1_000, bodyOf(Buffer.alloc(1_000)))]),
    reason: "DigestMismatch",
    text: /./,
    sent: 20_000,
  },
  "A-11 a manifest that is shown to nobody": {
    image: () => registry.send(random(), { ...bodyOf(Buffer.alloc(0)), status: 401 }),
    reason: "RegistryAuth",
    text: /./,
    sent: 1,
  },
  "A-11 a registry that fails": {
    image: () => registry.send(random(), { ...bodyOf(Buffer.alloc(0)), status: 500 }),
    state: PULLING,
    reason: "RegistryUnreachable",
    text: /500/,
    sent: 1,
  },
  "A-11 a registry that speaks no TLS where it has to": {
    image: () => imageOf(registry, [small()]),
    host: () => registry.hostWithoutTls,
    state: PULLING,
    reason: "RegistryUnreachable",
    text: /HTTPS/,
    sent: 1,
  },
  "A-11 a layer that breaks off before its last byte, again and again": {
    image: () => imageOf(registry, [layerAs(1_000_000, { ...bodyOf(Buffer.alloc(1_000_000)), cut: true })]),
    state: PULLING,
    reason: "RegistryUnreachable",
    text: /./,
    sent: 20 * MB,
    withinMs: 120_000,
  },
  "P-34 a layer that is said to have 10 GB": {
    image: () => imageOf(registry, [layerAs(LAYER_BYTES, { ...endless("x", LAYER_BYTES), length: LAYER_BYTES })]),
    state: PULLING,
    reason: "DiskPressure",
    text: /the image \S+\/hostile has 10000 MB compressed, and \d+ MB are free/,
    sent: 20_000,
    free: 420 * MB,
  },
  "P-34 a layer that is said to have 1 kB and has no end": {
    image: () => imageOf(registry, [layerAs(1_000, endless("application/octet-stream", LAYER_BYTES))]),
    reason: "DigestMismatch",
    text: /sends more than/,
    free: RESERVE / 2,
  },
  "P-34 a bomb of 12 MB that unpacks to 12 GB": {
    image: () => imageOf(registry, [layerIn(bomb(3))]),
    state: PULLING,
    reason: "DiskPressure",
    text: /the pull of the image \S+ was ended: less than/,
    sent: 30 * MB,
    free: 10 * MB,
  },
  "P-34 a manifest of 10,000 layers": {
    image: () => imageOf(registry, Array<Layer>(10_000).fill(small())),
    reason: "ImageInvalid",
    text: /10000 layers/,
    sent: 5 * MB,
  },
  "P-34 a manifest without end": {
    image: () => registry.send(random(), endless(MANIFEST, 200 * MB)),
    reason: "ImageInvalid",
    text: /4 MiB/,
    sent: 40 * MB,
  },
  "P-34 a layer with a hard link out of it": {
    image: () => imageOf(registry, [layerOf(registry, [{ name: "x", link: { type: "hard", to: "../../../../../../../etc/passwd" } }])]),
    reason: "ImageInvalid",
    text: /register layer/,
    sent: 20_000,
  },
  // The Engine goes on with what it has read: the disk is full for a while.
  "P-34 a bomb of 5 kB that unpacks to 4 GB": {
    image: () => imageOf(registry, [layerIn(denseBomb())]),
    state: PULLING,
    reason: "DiskPressure",
    text: /was ended: less than/,
    sent: 20_000,
  },
  "P-31 another index than the one that was asked for, shown to the Engine only": {
    image: () => CASES["P-31 another index than the one that was asked for"]!.image(),
    enginesOnly: true,
    reason: "DigestMismatch",
    text: /./,
    sent: 20_000,
  },
  "P-34 a layer without end, shown to the Engine only": {
    image: () => CASES["P-34 a layer that is said to have 1 kB and has no end"]!.image(),
    enginesOnly: true,
    state: PULLING,
    reason: "DiskPressure",
    text: /was ended: less than/,
    free: 1 * MB,
  },
  "P-34 a manifest of 10,000 layers, shown to the Engine only": {
    image: () => CASES["P-34 a manifest of 10,000 layers"]!.image(),
    enginesOnly: true,
    reason: "ImageInvalid",
    text: /max depth/,
  },
};

for (const [title, { image, host = () => registry.host, enginesOnly = false, state = FAILED, reason, text, sent = Infinity, free = 0, withinMs }] of Object.entries(CASES)) {
  test.serial(`${title}: ${reason}, and nothing of it is there`, async (t) => {
    registry.enginesOnly = enginesOnly;
    const before = registry.sent;
    const least = await device.leastFree(async () => {
      const name = await device.deploy(imageNamed(image(), host()));
      try {
        await device.untilReported(name, state, reason, text, withinMs);
      } finally {
        await device.remove(name);
      }
    });
    registry.enginesOnly = false;
    t.log(`${registry.sent - before} bytes were sent, ${Math.round(least / MB)} MB of ${Math.round(device.free / MB)} MB were free at the least`);
    t.true(registry.sent - before < sent, `${registry.sent - before} bytes were sent`);
    t.true(least > free, `${least} bytes were free`);
    t.is(registry.open, 0, "no transfer goes on");
    await device.expectUnharmed(t);
  });
}

test.serial("P-31 what is there with the right digest needs no registry, and what is pulled again is checked again", async (t) => {
  const { docker } = device.engine;
  const { layers, config } = await helloFor(registry);
  const [index, other] = [{}, { Labels: { other: "1" } }].map((more) => indexOf(registry, imageOf(registry, layers, { config: { ...config, ...more } }), HERE)) as [string, string];
  const good = registry.sends(index)!;
  const name = await device.deploy(imageNamed(index), helloSays("pinned"));
  await device.untilReported(name, HEALTHY, "");
  t.is(await greeting(PORT), "pinned");

  registry.send(index, registry.sends(other)!);
  registry.asked.length = 0;
  const [container] = await docker.listContainers({ filters: { name: [name] } });
  await docker.getContainer(container!.Id).stop({ t: 1 });
  await eventually("it was not started again", 30_000, async () => (await greeting(PORT)) === "pinned");
  t.deepEqual(registry.asked, []);

  await docker.getContainer(container!.Id).remove({ force: true });
  await docker.getImage(`${registry.host}/hostile@${index}`).remove({ force: true });
  await device.untilReported(name, FAILED, "DigestMismatch", /sends something else than sha256:/);
  t.deepEqual(await docker.listContainers({ all: true, filters: { name: [name] } }), []);
  registry.send(index, good);
  await eventually("it was not made again", 40_000, async () => (await greeting(PORT)) === "pinned");
  const [first, second] = registry.asked.filter(({ digest }) => digest === index);
  t.true(second!.at - first!.at > 9_500, "the next try comes after a pause");
  await device.remove(name);
  await docker.getImage(`${registry.host}/hostile@${index}`).remove({ force: true });
  await device.expectUnharmed(t);
});

test.serial("P-34 a layer of links and paths that lead out of it writes nothing on the device", async (t) => {
  const mark = `daonetes-owned-${randomBytes(4).toString("hex")}`;
  const { layers, config } = await helloFor(registry);
  const entries: Entry[] = [
    { name: "root", link: { type: "symbolic", to: "/" } },
    { name: `root/${mark}`, content: "by a link" },
    { name: "up", link: { type: "symbolic", to: "../../../../../../../../../.." } },
    { name: `up/${mark}-up`, content: "by a link with dots" },
    { name: `/${mark}-absolute`, content: "by a path" },
    { name: `../../../../../../../../../../${mark}-dots`, content: "by a path with dots" },
  ];
  const image = imageOf(registry, [...layers, layerOf(registry, entries)], { config });
  const name = await device.deploy(imageNamed(image), helloSays("harmless"));
  await device.untilReported(name, HEALTHY, "");
  for (const path of [mark, `${mark}-up`, `${mark}-absolute`, `${mark}-dots`]) await t.throwsAsync(access(`/${path}`), { code: "ENOENT" });
  const { stdout } = await execa("find", [device.engine.folder, "-name", `${mark}*`]);
  const found = stdout.split("\n").filter((path) => !path.includes("/merged/"));
  t.is(found.length, 4);
  for (const path of found) t.regex(path, /\/diff\/daonetes-owned-/);
  await device.remove(name);
  await device.engine.docker.getImage(`${registry.host}/hostile@${image}`).remove({ force: true });
  await device.expectUnharmed(t);
});

test.serial("A-11 a registry that sends a byte a second holds up nobody else, and is left at once when nobody wants its image", async (t) => {
  const name = await device.deploy(imageNamed(imageOf(registry, [layerAs(MB, drip(MB))])));
  await eventually("nothing is transferred", 20_000, () => Promise.resolve(registry.open === 1));
  await device.untilReported(name, PULLING, "");
  await up(t, "meanwhile", helloOn(PORT, "meanwhile"), "--on", "disk=bounded");
  t.is(await greeting(PORT), "meanwhile");
  t.is((await daonetes(["down", "meanwhile", "--volumes", "-y"])).exitCode, 0);
  t.is(registry.open, 1, "it is still wanted");
  await device.remove(name);
  await eventually("the transfer goes on", 5_000, () => Promise.resolve(registry.open === 0));
  await device.expectUnharmed(t);
});
