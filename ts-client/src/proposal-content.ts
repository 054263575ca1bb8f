import { createHash } from "node:crypto";
import type { EncodeObject } from "@cosmjs/proto-signing";
import { ProposalContent } from "./gen/daonetes/council/v1/core.ts";
import type { Any } from "./gen/google/protobuf/any.ts";

/** Type URLs of every message of our modules. */
export async function messageTypeUrls(): Promise<string[]> {
  return (await import("./registry.ts")).ourTypeUrls();
}

/**
 * Encodes messages for a proposal as the chain keeps them: parts that a message always has are written when empty too,
 * so that the hash computed here is the proposal's.
 */
export async function proposedMessages(messages: readonly EncodeObject[]): Promise<Any[]> {
  const [{ createRegistry }, { bytesOfAmino }, { aminoValue }, { isAminoMessage }] = await Promise.all([
    import("./registry.ts"),
    import("./amino/decode.ts"),
    import("./amino/encode.ts"),
    import("./amino/schema.ts"),
  ]);
  const registry = createRegistry();
  return messages.map((message) => {
    const fullName = message.typeUrl.slice(1);
    const value = registry.encode(message);
    return { typeUrl: message.typeUrl, value: isAminoMessage(fullName) ? bytesOfAmino(fullName, aminoValue(fullName, value)) : value };
  });
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
