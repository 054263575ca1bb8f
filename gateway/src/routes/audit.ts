import type { FastifyInstance } from "fastify";
import Type, { type Static } from "typebox";
import type { HistoryEntry } from "../history/block-entries.ts";
import { type HistoryFilter, type Position, readHistory } from "../history/queries.ts";
import type { HistoryWriter } from "../history/writer.ts";
import { ProblemError } from "../plugins/problem.ts";
import type { Follower } from "../read-model/follower.ts";
import type { Model } from "../read-model/model.ts";
import { AuditPage } from "../schemas/audit.ts";
import { findGroup, modelOf } from "./lookup.ts";

const AuditQuery = Type.Object(
  {
    since: Type.Optional(Type.String({ maxLength: 40, description: "RFC 3339; the first moment" })),
    until: Type.Optional(Type.String({ maxLength: 40, description: "RFC 3339; the first moment that is too late" })),
    actor: Type.Optional(Type.String({ maxLength: 128, description: "Address that acted or signed, or name of a device" })),
    action: Type.Optional(Type.String({ pattern: "^[a-z-]{1,40}(\\.[a-z-]{1,40})?$", description: "Such as device.approved, or device for all of a kind" })),
    order: Type.Optional(Type.Union([Type.Literal("asc"), Type.Literal("desc")], { default: "asc" })),
    format: Type.Optional(Type.Union([Type.Literal("json"), Type.Literal("csv")], { default: "json" })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100, description: "Entries per page" })),
    cursor: Type.Optional(Type.String({ maxLength: 128, description: "next_cursor of the page before" })),
  },
  { additionalProperties: false },
);

const COLUMNS = ["height", "time", "actor", "actor_name", "action", "object", "object_name", "tx_hash", "tx_index", "message", "part", "signers"] as const;

/** Who did what and when, from every block that the gateway has read. */
export function registerAudit(app: FastifyInstance, follower: Follower, history: HistoryWriter): void {
  app.get<{ Params: { group: string }; Querystring: Static<typeof AuditQuery> }>(
    "/groups/:group/audit",
    {
      schema: {
        summary: "Read the history of a group",
        description: "Entries with a tx_hash can be checked against the blocks (daonetes audit --verify). complete_from and complete_to say how far the history reaches; 1 is the beginning of the chain.",
        tags: ["groups"],
        params: Type.Object({ group: Type.String({ maxLength: 64, description: "Id or name of the group" }) }),
        querystring: AuditQuery,
        response: { 200: { content: { "application/json": { schema: AuditPage }, "text/csv": { schema: Type.String() } } }, "4xx": Type.Ref("Problem"), "5xx": Type.Ref("Problem") },
      },
    },
    (request, reply) => {
      const model = modelOf(follower);
      const { database } = history;
      const range = history.range();
      if (database === undefined || range === undefined) throw new ProblemError(503, "DAO5502", "the history has not been read yet", "try again in some seconds");
      const { order = "asc", limit = 100, format = "json", cursor } = request.query;
      const filter = filterOf(request.query, findGroup(model, request.params.group).id, model);
      const rows = readHistory(database, filter, order, limit + 1, cursor === undefined ? undefined : decodeCursor(cursor));
      const items = rows.slice(0, limit).map((entry) => ({ ...entry, ...namesOf(entry, model) }));
      const next = rows.length > limit ? encodeCursor(rows[limit - 1]!) : null;
      void reply.header("x-cosmos-block-height", String(model.height)).header("cache-control", "no-cache");
      if (next !== null) {
        const params = new URLSearchParams({ ...(request.query as Record<string, string>), cursor: next });
        void reply.header("link", `<${request.url.split("?")[0] ?? ""}?${params.toString()}>; rel="next"`);
      }
      if (format === "csv") return reply.type("text/csv; charset=utf-8").send(csvOf(items));
      return reply.send({ items, next_cursor: next, height: String(model.height), complete_from: String(range.from), complete_to: String(range.to) });
    },
  );
}

function filterOf(query: Static<typeof AuditQuery>, groupId: bigint, model: Model): HistoryFilter {
  const device = [...model.devices.values()].find(({ name, groupId: of }) => of === groupId && name === query.actor);
  return { groupId: String(groupId), since: moment("since", query.since), until: moment("until", query.until), actor: device?.address ?? query.actor, action: query.action };
}

function moment(name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const millis = Date.parse(text);
  if (Number.isNaN(millis)) throw new ProblemError(400, "DAO1113", `${name} is not a time: "${text}"`, "write it as 2026-01-31T12:00:00Z");
  return new Date(millis).toISOString();
}

/** Names as they are now: addresses and ids are what is proven. */
function namesOf(entry: HistoryEntry, model: Model): { actor_name: string | null; object_name: string | null } {
  const [kind = "", key = ""] = entry.object.split(" ");
  const named = kind === "deployment" && /^\d+$/.test(key) ? model.deployments.get(BigInt(key))?.deployment.name : model.devices.get(key)?.name;
  return { actor_name: model.devices.get(entry.actor)?.name ?? null, object_name: named ?? null };
}

function csvOf(items: readonly Record<string, unknown>[]): string {
  const line = (values: readonly unknown[]): string => values.map((value) => cell(value)).join(",");
  return `${[line(COLUMNS), ...items.map((item) => line(COLUMNS.map((name) => item[name])))].join("\r\n")}\r\n`;
}

/** Quoted where it has to be; what a spreadsheet would take for a formula is kept as text. */
function cell(value: unknown): string {
  const text = Array.isArray(value) ? value.join(" ") : typeof value === "string" || typeof value === "number" ? String(value) : "";
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

function encodeCursor({ height, tx_index, message, part }: HistoryEntry): string {
  return Buffer.from(`a:${height}-${tx_index}-${message}-${part}`).toString("base64url");
}

function decodeCursor(cursor: string): Position {
  const match = /^a:(\d{1,15})-(\d{1,9})-(\d{1,9})-(\d{1,9})$/.exec(Buffer.from(cursor, "base64url").toString("utf8"));
  if (match === null) throw new ProblemError(400, "DAO1105", "the cursor is not one of this API", "begin again without cursor");
  return [Number(match[1]), Number(match[2]), Number(match[3]), Number(match[4])];
}
