import { setTimeout as delay } from "node:timers/promises";
import type { AuditEntry } from "../audit/index.ts";
import { DaonetesError, httpFetch } from "../index.ts";

/** An entry as the gateway sends it: what is proven, names as they are now, and whether blocks can prove it at all. */
export interface AuditLine extends AuditEntry {
  actor_name: string | null;
  object_name: string | null;
}

export interface AuditAnswer {
  items: AuditLine[];
  next_cursor: string | null;
  height: string;
  complete_from: string;
  complete_to: string;
}

export interface AuditWish {
  since?: string | undefined;
  until?: string | undefined;
  actor?: string | undefined;
  action?: string | undefined;
}

const PAGE = 1_000;
/** How long a history that lags behind the newest block is waited for. */
const CATCH_UP_MS = 3_000;
const POLL_MS = 100;
/** Most entries of one command. */
export const MAX_ENTRIES = 100_000;

/** Reads every page of a group's history. @throws DaonetesError what the gateway says */
export async function readAudit(gateway: string, group: string, wish: AuditWish): Promise<Omit<AuditAnswer, "next_cursor">> {
  const items: AuditLine[] = [];
  const url = new URL(`${gateway.replace(/\/+$/, "")}/api/v1/groups/${encodeURIComponent(group)}/audit`);
  for (const [name, value] of Object.entries({ ...wish, limit: String(PAGE) })) if (value !== undefined) url.searchParams.set(name, value);
  const until = performance.now() + CATCH_UP_MS;
  for (let answer = await getJson<AuditAnswer>(url); ; answer = await getJson<AuditAnswer>(url)) {
    // The history is written a moment after the block: who has just decided something finds it.
    if (items.length === 0 && BigInt(answer.complete_to) < BigInt(answer.height) && performance.now() < until) {
      await delay(POLL_MS);
      continue;
    }
    items.push(...answer.items);
    if (answer.next_cursor === null) return { ...answer, items };
    if (items.length >= MAX_ENTRIES) {
      throw new DaonetesError({ code: "DAO1030", kind: "usage", message: `the history has more than ${MAX_ENTRIES} entries`, help: "narrow it with --since, --until, --actor or --action" });
    }
    url.searchParams.set("cursor", answer.next_cursor);
  }
}

async function getJson<T>(url: URL): Promise<T> {
  let answer: Awaited<ReturnType<typeof httpFetch>>;
  let text = "";
  try {
    answer = await httpFetch(url, { redirect: "error", signal: AbortSignal.timeout(30_000) });
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) text += Buffer.from(chunk).toString("utf8");
  } catch (error) {
    throw new DaonetesError({ code: "DAO5020", kind: "unreachable", message: `the gateway does not answer at ${url.origin}`, help: "check it with: daonetes doctor", cause: error });
  }
  const body = JSON.parse(text) as T & { code?: string; detail?: string; help?: string };
  if (answer.ok) return body;
  throw new DaonetesError({
    code: body.code ?? "DAO5020",
    kind: answer.status === 404 ? "not_found" : answer.status === 503 ? "unreachable" : "usage",
    message: body.detail ?? `the gateway answers ${answer.status}`,
    ...(body.help === undefined ? {} : { help: body.help }),
  });
}
