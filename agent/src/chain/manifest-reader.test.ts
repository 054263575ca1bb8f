import { DeviceStatus, Manifest } from "@daonetes/client/device";
import test from "ava";
import type { AgentParts } from "../agent-parts.ts";
import { emptyState } from "../state/agent-state.ts";
import { ManifestReader } from "./manifest-reader.ts";

const MEMBER = Manifest.create({ groupId: 1n, groupName: "lab", status: DeviceStatus.DEVICE_STATUS_APPROVED });

/** A reader whose stream of hints is open, of a device that is no member yet. */
function stage() {
  const chain = { asked: [] as bigint[], manifest: undefined as Manifest | undefined };
  const clock = { now: 1_000_000 };
  const parts = {
    chain: {
      readManifest: (minHeight: bigint) => {
        chain.asked.push(minHeight);
        return Promise.resolve({ manifest: chain.manifest, height: 20n });
      },
      requireNetwork: () => Promise.resolve(),
    },
    clock: { now: () => clock.now, monotonic: () => clock.now },
    state: emptyState(),
    logger: { warn: () => undefined, error: () => undefined },
  } as unknown as AgentParts;
  const reader = new ManifestReader(parts);
  reader.hintsOpen = true;
  const read = (): Promise<void> => reader.read(new AbortController().signal, () => Promise.resolve());
  return { chain, clock, reader, read };
}

test("a device that is no member yet finds out without another hint, within a minute", async (t) => {
  const { chain, clock, reader, read } = stage();
  await read();
  t.is(reader.manifest, undefined);
  chain.manifest = MEMBER;
  clock.now += 59_000;
  await read();
  t.is(chain.asked.length, 1, "not at every pass");
  clock.now += 2_000;
  await read();
  t.is(reader.manifest?.groupName, "lab");
  clock.now += 120_000;
  await read();
  t.is(chain.asked.length, 2, "a member with hints reads every ten minutes");
});

test("what is read after a join is not of before it", async (t) => {
  const { chain, reader, read } = stage();
  reader.hint(17n);
  reader.hint(0n);
  await read();
  t.deepEqual(chain.asked, [17n], "the stream that opens says nothing of heights");
});
