import type { EncodeObject } from "@cosmjs/proto-signing";
import { type council as types, type DaonetesClient, DaonetesError } from "../../index.ts";
import { ruleName } from "../rule-names.ts";
import { admissionDescribers } from "./admission.ts";
import { councilDescribers } from "./council.ts";
import type { Describer, Description } from "./description.ts";
import { valsetDescribers } from "./valset.ts";
import { workgroupDescribers } from "./workgroup.ts";
import { workloadDescribers } from "./workload.ts";

/** Longest text of one field of a message that has no words of its own. */
const MAX_FIELD = 200;

/**
 * Says what a message does.
 * @param packed its encoded form, for a message that this version cannot decode
 * @throws DaonetesError DAO3024 for a message that this version does not know; DAO3022, DAO3023 where what it names does
 *   not hold together
 */
export async function describe(client: DaonetesClient, message: EncodeObject | undefined, packed?: types.Any): Promise<Description> {
  if (message === undefined) {
    throw new DaonetesError({
      code: "DAO3024",
      kind: "denied",
      message: `this version of daonetes does not know what ${packed?.typeUrl ?? "a message"} does`,
      help: "update it before you sign; nothing was signed",
    });
  }
  const describers: Record<string, Describer | undefined> = { ...workloadDescribers, ...workgroupDescribers, ...councilDescribers, ...valsetDescribers, ...admissionDescribers };
  const describer = describers[message.typeUrl];
  return describer === undefined ? inGeneral(message) : describer(client, message.value as never);
}

/** A message without words of its own, or where nobody can be asked: its name and its fields. */
export function inGeneral({ typeUrl, value }: EncodeObject): Description {
  const lines = Object.entries(value as Record<string, unknown>).map(([field, content]) => {
    const text = JSON.stringify(content, (_key, item: unknown) => (typeof item === "bigint" ? String(item) : item instanceof Uint8Array ? Buffer.from(item).toString("base64") : item));
    return `${field}   ${text.length > MAX_FIELD ? `${text.slice(0, MAX_FIELD)}...` : text}`;
  });
  return { title: ruleName(typeUrl).replaceAll("-", " "), lines };
}

/** One title for all messages of a transaction or proposal, at most 256 bytes. */
export async function titleOf(client: DaonetesClient, messages: readonly EncodeObject[]): Promise<string> {
  const titles = await Promise.all(messages.map(async (message) => (await describe(client, message)).title));
  const title = titles.join(", ");
  return Buffer.byteLength(title) <= 256 ? title : `${titles[0]?.slice(0, 100) ?? ""} and ${titles.length - 1} more`;
}
