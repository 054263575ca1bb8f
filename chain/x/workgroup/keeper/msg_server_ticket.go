package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	"github.com/daonetes/daonetes/chain/x/workgroup/types"
)

func (s msgServer) CreateTicket(ctx context.Context, msg *workgroupv1.MsgCreateTicket) (*workgroupv1.MsgCreateTicketResponse, error) {
	params, err := s.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateCreateTicket(msg, params.MaxTicketTtl); err != nil {
		return nil, err
	}
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	if err := types.VerifyProof(msg.PubKey, types.TicketProofText(sdkCtx.ChainID(), msg.GroupId, msg.PubKey), msg.Proof); err != nil {
		return nil, err
	}
	group, err := s.authorisedGroup(ctx, msg.GroupId, msg.Authority)
	if err != nil {
		return nil, err
	}
	address, text, err := s.checkNewKey(ctx, msg.PubKey)
	if err != nil {
		return nil, err
	}
	// Accounts are never deleted: the key of a ticket that is gone stays known.
	if s.accounts.HasAccount(ctx, address) {
		return nil, errorsmod.Wrapf(types.ErrKeyInUse, "got the key of %s", text)
	}
	caps := types.ResolvePolicy(group.Policy, params).Caps
	if err := s.checkCap(ctx, group.Id, types.CountTickets, caps.MaxTickets, "live tickets"); err != nil {
		return nil, err
	}
	id, err := nextID(ctx, s.nextTicketID)
	if err != nil {
		return nil, err
	}
	ticket := workgroupv1.Ticket{
		Id:          id,
		GroupId:     group.Id,
		Address:     text,
		Tags:        types.SortedTags(msg.Tags...),
		MaxUses:     msg.MaxUses,
		ExpiresAt:   sdkCtx.BlockTime().Add(msg.Ttl),
		AutoApprove: msg.AutoApprove,
	}
	s.createAccount(ctx, address)
	if err := s.insertTicket(ctx, ticket, address); err != nil {
		return nil, err
	}
	if err := s.hooks.AfterTicketCreated(ctx, ticket); err != nil {
		return nil, err
	}
	response := &workgroupv1.MsgCreateTicketResponse{TicketId: id, Address: text, ExpiresAt: ticket.ExpiresAt}
	return response, emit(ctx, &workgroupv1.EventTicketCreated{GroupId: group.Id, TicketId: id})
}

func (s msgServer) RevokeTicket(ctx context.Context, msg *workgroupv1.MsgRevokeTicket) (*workgroupv1.MsgRevokeTicketResponse, error) {
	if _, err := types.ParseAddress(msg.Authority); err != nil {
		return nil, err
	}
	ticket, err := s.Ticket(ctx, msg.TicketId)
	if err != nil {
		return nil, err
	}
	if _, err := s.authorisedGroup(ctx, ticket.GroupId, msg.Authority); err != nil {
		return nil, err
	}
	if ticket.Revoked {
		return nil, errorsmod.Wrapf(types.ErrTicketRevoked, "ticket %d", ticket.Id)
	}
	if ticket.Uses < ticket.MaxUses {
		if err := s.addCount(ctx, ticket.GroupId, types.CountTickets, false); err != nil {
			return nil, err
		}
	}
	ticket.Revoked = true
	if err := s.tickets.Set(ctx, ticket.Id, ticket); err != nil {
		return nil, err
	}
	return &workgroupv1.MsgRevokeTicketResponse{}, emit(ctx, &workgroupv1.EventTicketRevoked{GroupId: ticket.GroupId, TicketId: ticket.Id})
}

// insertTicket stores a ticket with its indexes, its place in the expiry queue and, while it lives, its count.
func (k *Keeper) insertTicket(ctx context.Context, ticket workgroupv1.Ticket, address sdk.AccAddress) error {
	if err := k.tickets.Set(ctx, ticket.Id, ticket); err != nil {
		return err
	}
	if err := k.ticketsByKey.Set(ctx, address, ticket.Id); err != nil {
		return err
	}
	if err := k.ticketsByGroup.Set(ctx, collections.Join(ticket.GroupId, ticket.Id)); err != nil {
		return err
	}
	if err := k.expiryQueue.Set(ctx, expiryKey(ticket.ExpiresAt, types.ExpireTicket, idBytes(ticket.Id))); err != nil {
		return err
	}
	if ticket.Revoked || ticket.Uses >= ticket.MaxUses {
		return nil
	}
	return k.addCount(ctx, ticket.GroupId, types.CountTickets, true)
}

// deleteTicket removes a ticket that reached its end.
func (k *Keeper) deleteTicket(ctx context.Context, ticket workgroupv1.Ticket) error {
	address, err := types.ParseAddress(ticket.Address)
	if err != nil {
		return err
	}
	if !ticket.Revoked && ticket.Uses < ticket.MaxUses {
		if err := k.addCount(ctx, ticket.GroupId, types.CountTickets, false); err != nil {
			return err
		}
	}
	if err := k.ticketsByKey.Remove(ctx, address); err != nil {
		return err
	}
	if err := k.ticketsByGroup.Remove(ctx, collections.Join(ticket.GroupId, ticket.Id)); err != nil {
		return err
	}
	return k.tickets.Remove(ctx, ticket.Id)
}
