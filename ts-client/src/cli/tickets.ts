import { Ed25519Key, encodeTicketText, responseOf, type SigningClient, ticketProofText, type TxDone, workgroup, workgroupMessages } from "../index.ts";

export interface TicketWish {
  tags: string[];
  ttlSeconds: number;
  maxUses: number;
  autoApprove: boolean;
}

/** Makes a ticket's key, registers it, and writes the text that a device joins with. The secret is in that text only. */
export async function createTicket(
  signing: SigningClient,
  group: workgroup.Group,
  gateway: string,
  genesisHash: string,
  wish: TicketWish,
): Promise<{ id: bigint; address: string; text: string; outcome: TxDone }> {
  const key = Ed25519Key.generate();
  const { chainId, height, hash } = await signing.client.status();
  const message = workgroupMessages.createTicket({
    authority: signing.address,
    groupId: group.id,
    pubKey: key.publicKey,
    proof: key.sign(ticketProofText(chainId, group.id, key.publicKey)),
    tags: [...wish.tags].sort(),
    maxUses: wish.maxUses,
    ttl: { seconds: BigInt(wish.ttlSeconds) },
    autoApprove: wish.autoApprove,
  });
  const outcome = await signing.send([message]);
  const response = responseOf(outcome, 0, "/daonetes.workgroup.v1.MsgCreateTicketResponse", workgroup.MsgCreateTicketResponse);
  const text = encodeTicketText({
    gateway,
    chainId,
    genesisHash: Buffer.from(genesisHash, "hex"),
    trustedHeight: height,
    trustedHash: Buffer.from(hash, "hex"),
    groupId: group.id,
    secret: key.seed(),
    expiresAt: response.expiresAt?.seconds ?? 0n,
  });
  return { id: response.ticketId, address: response.address, text, outcome };
}
