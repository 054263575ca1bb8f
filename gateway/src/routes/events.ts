import type { CometRpc } from "@daonetes/client";
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { type BlockEvent, compareEventIds, heightOfEventId } from "../chain/block-events.ts";
import { ProblemError } from "../plugins/problem.ts";
import { type Follower, readBlock } from "../read-model/follower.ts";
import { modelOf } from "./lookup.ts";

const HEARTBEAT_MS = 15_000;
/** For a device, which listens for months and pays for every byte. */
const DEVICE_HEARTBEAT_MS = 120_000;
/** Bytes that may wait for a slow reader before it is dropped; it resumes by its last id. */
const MAX_QUEUED_BYTES = 256 * 1024;
/** Blocks that are read again for a reader that resumes; further back it gets `reset`. */
const MAX_RESUME_BLOCKS = 2_000n;

const EventsQuery = Type.Object(
  {
    group: Type.Optional(Type.String({ pattern: "^[0-9]{1,19}$", description: "Only events of this group" })),
    device: Type.Optional(Type.String({ maxLength: 128, description: "Only events that name this device" })),
    types: Type.Optional(Type.String({ maxLength: 1024, description: "Comma-separated types, such as workload.Reported" })),
  },
  { additionalProperties: false },
);

/** Live events as server-sent events; ids are `height-tx-n`, the same on every gateway, so any of them resumes exactly. */
export function registerEvents(app: FastifyInstance, rpc: CometRpc, follower: Follower): void {
  app.get<{ Querystring: { group?: string; device?: string; types?: string } }>(
    "/events",
    {
      schema: {
        summary: "Follow the events of the chain (text/event-stream)",
        description: "Send Last-Event-ID to resume. An event `reset` means: too far back, read the state again.",
        tags: ["events"],
        querystring: EventsQuery,
      },
    },
    async (request, reply) => {
      const model = modelOf(follower);
      const { group, device, types } = request.query;
      const wanted = types === undefined ? undefined : new Set(types.split(","));
      const matches = (event: BlockEvent): boolean =>
        (group === undefined || event.data["group_id"] === group) &&
        (device === undefined || event.data["device"] === device || event.data["recipient"] === device) &&
        (wanted === undefined || wanted.has(event.type));

      const lastEventId = request.headers["last-event-id"];
      const resumeFrom = typeof lastEventId === "string" && lastEventId !== "" ? lastEventId : undefined;
      if (resumeFrom !== undefined && heightOfEventId(resumeFrom) === undefined) {
        throw new ProblemError(400, "DAO1107", "Last-Event-ID is not of the form height-tx-n");
      }

      reply.hijack();
      const socket = reply.raw;
      socket.writeHead(200, {
        "content-type": "text/event-stream",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
        "x-cosmos-block-height": String(model.height),
      });
      socket.write(`: height ${model.height}\n\n`);

      let last = resumeFrom ?? "";
      const write = (event: BlockEvent): void => {
        if (last !== "" && compareEventIds(event.id, last) <= 0) return;
        last = event.id;
        if (!matches(event)) return;
        const data = JSON.stringify({ ...event.data, height: String(event.height) });
        socket.write(`id: ${event.id}\nevent: ${event.type}\ndata: ${data}\n\n`);
        if (socket.writableLength > MAX_QUEUED_BYTES) socket.destroy();
      };

      const waiting: BlockEvent[] = [];
      let live = false;
      const stop = follower.events.listen((event) => {
        if (live) write(event);
        else if (waiting.length < 20_000) waiting.push(event);
        else socket.destroy();
      });
      const heartbeat = setInterval(() => socket.write(`: height ${follower.model.height}\n\n`), device === undefined ? HEARTBEAT_MS : DEVICE_HEARTBEAT_MS);
      socket.on("close", () => {
        stop();
        clearInterval(heartbeat);
      });

      if (resumeFrom !== undefined) {
        try {
          const replayed = await replay(rpc, follower, resumeFrom, socket, write);
          // An id of another chain's future would hold back everything until this one is as high.
          if (!replayed) last = "";
        } catch (error) {
          request.log.warn({ err: error }, "events could not be replayed");
          socket.destroy();
          return;
        }
      }
      live = true;
      for (const event of waiting) write(event);
    },
  );
}

/**
 * Writes what came after an id: from the log where it reaches back far enough, else from the blocks themselves.
 * @returns false if it wrote a `reset` instead
 */
async function replay(
  rpc: CometRpc,
  follower: Follower,
  lastEventId: string,
  socket: { write(text: string): boolean; destroyed: boolean },
  write: (event: BlockEvent) => void,
): Promise<boolean> {
  const from = BigInt(heightOfEventId(lastEventId) ?? 0);
  const log = follower.events;
  const until = log.firstHeight - 1n < follower.model.height ? log.firstHeight - 1n : follower.model.height;
  if (from > follower.model.height + 1n || until - from > MAX_RESUME_BLOCKS) {
    socket.write(`event: reset\ndata: {"height":"${follower.model.height}"}\n\n`);
    return false;
  }
  for (let height = from; height <= until && !socket.destroyed; height++) {
    if (height < 1n) continue;
    const { events } = await readBlock(rpc, height);
    for (const event of events) write(event);
  }
  for (const event of log.after(lastEventId)) write(event);
  return true;
}
