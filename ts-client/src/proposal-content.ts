import { createHash } from "node:crypto";
import type { EncodeObject } from "@cosmjs/proto-signing";
import { ProposalContent } from "./gen/daonetes/council/v1/core.ts";
import type { Any } from "./gen/google/protobuf/any.ts";

/** Type URLs of every message of our modules. */
export async function messageTypeUrls(): Promise<string[]> {
  return (await import("./registry.ts")).ourTypeUrls();
}

/** Encodes messages for a proposal. */
export async function proposedMessages(messages: readonly EncodeObject[]): Promise<Any[]> {
  const { createRegistry } = await import("./registry.ts");
  const registry = createRegistry();
  return messages.map((message) => ({ typeUrl: message.typeUrl, value: registry.encode(message) }));
}

/**
 * Decodes the messages of a proposal.
 * @returns undefined in the place of one that this version does not know
 */
export async function decodeProposed(messages: readonly Any[]): Promise<(EncodeObject | undefined)[]> {
  const { createRegistry } = await import("./registry.ts");
  const registry = createRegistry();
  return messages.map(({ typeUrl, value }) =>
    registry.lookupType(typeUrl) === undefined ? undefined : { typeUrl, value: registry.decode({ typeUrl, value }) as unknown },
  );
}

/** The hash that stands for the messages of a proposal: what `Proposal.messages_hash` must be. */
export function messagesHash(messages: readonly Any[]): string {
  const bytes = ProposalContent.encode({ messages: [...messages] }).finish();
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
