import type { workgroup } from "@daonetes/client";
import { timeText } from "./scalars.ts";

export function ticketView(ticket: workgroup.Ticket): object {
  return {
    id: String(ticket.id),
    group_id: String(ticket.groupId),
    address: ticket.address,
    tags: ticket.tags,
    max_uses: ticket.maxUses,
    uses: ticket.uses,
    expires_at: timeText(ticket.expiresAt),
    auto_approve: ticket.autoApprove,
    revoked: ticket.revoked,
  };
}
