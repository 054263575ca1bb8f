import { randomBytes } from "node:crypto";
import { ReportState } from "@daonetes/client/device";
import test from "ava";
import { BoundedDevice } from "../parts/bounded-device.ts";
import { imageOf } from "../parts/hostile-images.ts";
import { silent } from "../parts/hostile-layers.ts";
import { digestOf, HostileRegistry } from "../parts/hostile-registry.ts";
import { record } from "../parts/ledger.ts";

const MINUTES_5 = 300_000;

let device: BoundedDevice;
let registry: HostileRegistry;

test.serial.before("a device where something good runs", async (t) => {
  t.timeout(120_000);
  registry = await HostileRegistry.start();
  device = await BoundedDevice.start(t);
});

test.after.always("the device and the registry go", async () => {
  await device.end();
  await registry.stop();
});

test.serial("A-11 a registry that falls silent is left after five minutes", async (t) => {
  t.timeout(MINUTES_5 + 180_000);
  const layer = { digest: registry.send(digestOf(randomBytes(32)), silent(1_000_000, 1_000)), size: 1_000_000, diffId: digestOf(randomBytes(32)) };
  const began = performance.now();
  const name = await device.deploy({ name: `${registry.host}/hostile`, digest: imageOf(registry, [layer]) });
  await device.untilReported(name, ReportState.REPORT_STATE_PULLING, "RegistryUnreachable", /no byte came for 300 s/, MINUTES_5 + 60_000);
  const afterMs = Math.round(performance.now() - began);
  t.true(afterMs >= MINUTES_5, `it was left after ${afterMs} ms`);
  await record(t.title, { afterMs });
  await device.remove(name);
  await device.expectUnharmed(t);
});
