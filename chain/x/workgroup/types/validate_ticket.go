package types

import (
	"crypto/ed25519"
	"time"

	errorsmod "cosmossdk.io/errors"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
)

const maxTicketUses = 10_000

// ValidateKey refuses anything but the 32 bytes of an ed25519 key.
func ValidateKey(pubKey []byte) error {
	if len(pubKey) != ed25519.PublicKeySize {
		return errorsmod.Wrapf(ErrInvalidKey, "got %d bytes, want %d", len(pubKey), ed25519.PublicKeySize)
	}
	return nil
}

// ValidateCreateTicket is the stateless check of MsgCreateTicket.
func ValidateCreateTicket(msg *workgroupv1.MsgCreateTicket, maxTTL time.Duration) error {
	if _, err := ParseAddress(msg.Authority); err != nil {
		return err
	}
	if err := ValidateKey(msg.PubKey); err != nil {
		return err
	}
	if err := ValidateTags(msg.Tags); err != nil {
		return err
	}
	if msg.MaxUses < 1 || msg.MaxUses > maxTicketUses {
		return errorsmod.Wrapf(ErrInvalidTicket, "max_uses: got %d, want 1 to %d", msg.MaxUses, maxTicketUses)
	}
	if msg.Ttl < time.Minute || msg.Ttl > maxTTL {
		return errorsmod.Wrapf(ErrInvalidTicket, "ttl: got %s, want 1m to %s", msg.Ttl, maxTTL)
	}
	return nil
}

// CheckTicket explains why a ticket is worth nothing at this block time, if it is.
func CheckTicket(ticket workgroupv1.Ticket, now time.Time) error {
	switch {
	case ticket.Revoked:
		return errorsmod.Wrapf(ErrTicketRevoked, "ticket %d", ticket.Id)
	case ticket.Uses >= ticket.MaxUses:
		return errorsmod.Wrapf(ErrTicketSpent, "ticket %d: %d of %d uses", ticket.Id, ticket.Uses, ticket.MaxUses)
	case !now.Before(ticket.ExpiresAt):
		return errorsmod.Wrapf(ErrTicketExpired, "ticket %d ended at %s", ticket.Id, ticket.ExpiresAt.Format(time.RFC3339))
	}
	return nil
}
