import { openHints } from "@daonetes/client/device";
import type { Agent } from "../agent.ts";
import type { Logger } from "../logger.ts";

/** A gateway says something to a device at least every 120 s. */
const SILENCE_MS = 270_000;

/** Turns live events that name this device into "read again". Lost events do no harm: a timer reads as well. */
export async function followHints(
  gateway: string,
  device: string,
  agent: Agent,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  const stream = openHints(gateway, {
    device,
    signal,
    silenceMs: SILENCE_MS,
    onConnect: () => {
      agent.hintsOpen = true;
      agent.hint();
    },
    onDisconnect: (error) => {
      agent.hintsOpen = false;
      logger.debug({ error: String(error) }, "the stream of hints ended; it is opened again");
    },
  });
  for await (const hint of stream) {
    if (hint.type === "workload.ManifestChanged" || hint.type.startsWith("workgroup.Device") || hint.type === "workload.SecretGranted" || hint.type === "reset") {
      agent.hint(heightOf(hint.data["height"]));
    }
  }
}

/** A hint proves nothing, so a malformed height is none. */
function heightOf(height: unknown): bigint {
  return typeof height === "string" && /^\d{1,18}$/.test(height) ? BigInt(height) : 0n;
}
