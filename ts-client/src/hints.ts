import { setTimeout as delay } from "node:timers/promises";
import { DaonetesError } from "./errors.ts";
import { type HttpFetch, httpFetch } from "./transport/http-fetch.ts";

/** One live event of a gateway. It says "look again" and proves nothing. */
export interface Hint {
  /** `height-tx-n`; any gateway resumes after it. */
  id: string;
  /** Type, such as `workload.ManifestChanged`, or `reset` when the gateway cannot resume so far back. */
  type: string;
  /** Ids it names. */
  data: Record<string, string>;
}

export interface HintStreamOptions {
  /** Only events of this group. */
  groupId?: bigint;
  /** Only events that name this device. */
  device?: string;
  /** Resume after this id. */
  lastEventId?: string;
  signal: AbortSignal;
  /** Called when a connection is open. */
  onConnect?: () => void;
  /** Called when a connection ends, with the error if it was cut; the stream opens the next one by itself. */
  onDisconnect?: (error: unknown) => void;
  /** Milliseconds without a byte after which a connection counts as dead. Default 45,000. */
  silenceMs?: number;
  /** Default: over node:http. */
  fetch?: HttpFetch;
}

export type HintStream = AsyncGenerator<Hint, void, void>;

const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 30_000;
const MAX_LINE = 64 * 1024;

/**
 * Follows a gateway's events for ever, over reconnects, each event once.
 * @param gateway address of the gateway
 */
export async function* openHints(gateway: string, options: HintStreamOptions): HintStream {
  const url = new URL(`${gateway.replace(/\/+$/, "")}/api/v1/events`);
  if (options.groupId !== undefined) url.searchParams.set("group", String(options.groupId));
  if (options.device !== undefined) url.searchParams.set("device", options.device);
  let lastEventId = options.lastEventId;
  let pauseMs = FIRST_PAUSE_MS;
  while (!options.signal.aborted) {
    try {
      for await (const hint of readOnce(url, lastEventId, options)) {
        pauseMs = FIRST_PAUSE_MS;
        if (hint.id !== "") lastEventId = hint.id;
        yield hint;
      }
      if (!options.signal.aborted) options.onDisconnect?.(undefined);
    } catch (error) {
      if (options.signal.aborted) return;
      options.onDisconnect?.(error);
    }
    if (options.signal.aborted) return;
    await delay(pauseMs * (0.5 + Math.random()), undefined, { signal: options.signal }).catch(() => undefined);
    pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
  }
}

async function* readOnce(url: URL, lastEventId: string | undefined, options: HintStreamOptions): HintStream {
  const silence = new AbortController();
  const silenceMs = options.silenceMs ?? 45_000;
  const headers: Record<string, string> = { accept: "text/event-stream" };
  if (lastEventId !== undefined) headers["last-event-id"] = lastEventId;
  let timer = setTimeout(() => silence.abort(new Error("no byte in time")), silenceMs);
  try {
    const response = await (options.fetch ?? httpFetch)(url, {
      headers,
      redirect: "error",
      signal: AbortSignal.any([options.signal, silence.signal]),
    });
    if (!response.ok || response.body === null) {
      throw new DaonetesError({ code: "DAO5020", kind: "unreachable", message: `${url.origin} answers ${response.status} to a request for events` });
    }
    options.onConnect?.();
    const decoder = new TextDecoder();
    let buffer = "";
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(new Error("no byte in time")), silenceMs);
      buffer += decoder.decode(chunk, { stream: true });
      const blocks = buffer.split("\n\n");
      buffer = blocks.pop() ?? "";
      if (buffer.length > MAX_LINE) throw new Error("an event is too long");
      for (const block of blocks) {
        const hint = parseBlock(block);
        if (hint !== undefined) yield hint;
      }
    }
  } finally {
    clearTimeout(timer);
  }
}

function parseBlock(block: string): Hint | undefined {
  let id = "";
  let type = "message";
  let data = "";
  for (const line of block.split("\n")) {
    if (line.startsWith("id: ")) id = line.slice(4);
    else if (line.startsWith("event: ")) type = line.slice(7);
    else if (line.startsWith("data: ")) data += line.slice(6);
  }
  if (data === "") return undefined;
  try {
    const content: unknown = JSON.parse(data);
    if (typeof content !== "object" || content === null) return undefined;
    return { id, type, data: content as Record<string, string> };
  } catch {
    return undefined;
  }
}
