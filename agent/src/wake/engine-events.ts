import type { Agent } from "../agent.ts";
import type { Clock } from "../clock.ts";
import type { Engine } from "../docker/engine.ts";

const RECONNECT_MS = 2_000;

/** Turns the Engine's events into "look again", over reconnects. */
export async function followEngine(engine: Engine, agent: Agent, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const event of engine.events(signal)) agent.engineEvent(event);
    } catch {
      if (signal.aborted) return;
    }
    agent.engineEvent(undefined);
    await clock.sleep(RECONNECT_MS, signal);
  }
}
