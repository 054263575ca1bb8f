import { docker } from "../parts/engine.ts";
import { preciseNow } from "./pairs.ts";

const TIMEOUT_MS = 60_000;

/**
 * Milliseconds from the call until the last of `count` containers with this label has started, by the Engine's clock.
 * @throws Error when they do not start in time
 */
export async function timeToStart(label: string, count: number, run: () => Promise<unknown>): Promise<number> {
  const ended = new AbortController();
  const filters = { type: ["container"], event: ["start"], label: [label] };
  const events = await (docker.getEvents as unknown as (options: object) => Promise<AsyncIterable<Buffer>>).call(docker, { filters, abortSignal: ended.signal });
  const timer = setTimeout(() => ended.abort(), TIMEOUT_MS);
  const began = preciseNow();
  let failure: unknown;
  const called = run().catch((error: unknown) => {
    failure = error;
    ended.abort();
  });
  let started = 0;
  try {
    for await (const chunk of events) {
      for (const line of chunk.toString("utf8").trim().split("\n")) {
        started++;
        if (started < count) continue;
        await called;
        return (JSON.parse(line) as { timeNano: number }).timeNano / 1e6 - began;
      }
    }
  } catch (error) {
    failure ??= error;
  } finally {
    clearTimeout(timer);
    ended.abort();
  }
  throw new Error(`${started} of ${count} containers with ${label} started`, { cause: failure });
}

/** Waits until nothing with this label is left. */
export async function untilGone(label: string): Promise<void> {
  const until = performance.now() + TIMEOUT_MS;
  for (;;) {
    const filters = { label: [label] };
    const left = [...(await docker.listContainers({ all: true, filters })), ...(await docker.listNetworks({ filters }))];
    if (left.length === 0) return;
    if (performance.now() > until) throw new Error(`${left.length} things with ${label} are left`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
