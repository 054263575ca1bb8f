import { addressFromEd25519, Ed25519Key, encodeTicketText, responseOf, ticketProofText, type TxDone, workgroup, workgroupMessages } from "../index.ts";
import type { Acting } from "./acting.ts";

export interface TicketWish {
  tags: string[];
  ttlSeconds: number;
  maxUses: number;
  autoApprove: boolean;
}

/**
 * Makes a ticket's key, registers it, and writes the text that a device joins with. The secret is in that text only.
 * @returns no outcome and no id where a council has to approve it first: the text is good from then on
 */
export async function createTicket(
  acting: Acting,
  group: workgroup.Group,
  gateway: string,
  genesisHash: string,
  wish: TicketWish,
): Promise<{ id: bigint | undefined; address: string; text: string; outcome: TxDone | undefined }> {
  const key = Ed25519Key.generate();
  const { chainId, height, hash } = await acting.sender.client.status();
  const message = workgroupMessages.createTicket({
    authority: acting.authority,
    groupId: group.id,
    pubKey: key.publicKey,
    proof: key.sign(ticketProofText(chainId, group.id, key.publicKey)),
    tags: [...wish.tags].sort(),
    maxUses: wish.maxUses,
    ttl: { seconds: BigInt(wish.ttlSeconds) },
    autoApprove: wish.autoApprove,
  });
  const textUntil = (expiresAt: bigint): string =>
    encodeTicketText({
      gateway,
      chainId,
      genesisHash: Buffer.from(genesisHash, "hex"),
      trustedHeight: height,
      trustedHash: Buffer.from(hash, "hex"),
      groupId: group.id,
      secret: key.seed(),
      expiresAt,
    });
  const address = addressFromEd25519(key.publicKey);
  const later = textUntil(latestEnd(acting, wish.ttlSeconds));
  const outcome = await acting.send([message], { extra: { ticket: later, address } });
  if (outcome === undefined) return { id: undefined, address, text: later, outcome };
  const { ticketId, expiresAt } = responseOf(outcome, 0, "/daonetes.workgroup.v1.MsgCreateTicketResponse", workgroup.MsgCreateTicketResponse);
  return { id: ticketId, address, text: textUntil(expiresAt?.seconds ?? 0n), outcome };
}

/** Unix time at which the ticket of a proposal ends at the latest: its life counts from the approval that is enough. */
function latestEnd({ council }: Acting, ttlSeconds: number): bigint {
  return BigInt(Math.ceil(Date.now() / 1000) + ttlSeconds) + (council?.votingPeriod?.seconds ?? 0n);
}
