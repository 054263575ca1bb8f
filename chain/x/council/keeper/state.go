package keeper

import (
	"context"
	"errors"
	"time"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	"github.com/daonetes/daonetes/chain/x/council/types"
)

// Council is the council of an id, or ErrCouncilNotFound.
func (k *Keeper) Council(ctx context.Context, id uint64) (councilv1.Council, error) {
	council, err := k.councils.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return council, errorsmod.Wrapf(types.ErrCouncilNotFound, "got id %d", id)
	}
	return council, err
}

// CouncilByAddress is the council whose own address this is, or ErrCouncilNotFound.
func (k *Keeper) CouncilByAddress(ctx context.Context, address sdk.AccAddress) (councilv1.Council, error) {
	id, err := k.councilsByAddress.Get(ctx, address)
	if errors.Is(err, collections.ErrNotFound) {
		return councilv1.Council{}, errorsmod.Wrapf(types.ErrCouncilNotFound, "got %s", address)
	}
	if err != nil {
		return councilv1.Council{}, err
	}
	return k.Council(ctx, id)
}

// Proposal is the proposal of an id as it is stored, or ErrProposalNotFound.
func (k *Keeper) Proposal(ctx context.Context, id uint64) (councilv1.Proposal, error) {
	proposal, err := k.proposals.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return proposal, errorsmod.Wrapf(types.ErrProposalNotFound, "got id %d", id)
	}
	return proposal, err
}

// IsCouncil tells whether the address is a council's own.
func (k *Keeper) IsCouncil(ctx context.Context, address sdk.AccAddress) (bool, error) {
	return k.councilsByAddress.Has(ctx, address)
}

// IsMember tells whether the address is a member of any council.
func (k *Keeper) IsMember(ctx context.Context, address sdk.AccAddress) (bool, error) {
	found := false
	err := k.councilsByMember.Walk(ctx, collections.NewPrefixedPairRange[sdk.AccAddress, uint64](address),
		func(collections.Pair[sdk.AccAddress, uint64]) (bool, error) {
			found = true
			return true, nil
		})
	return found, err
}

// SpeaksFor tells whether the address is a member of the council whose own address authority is. It is false for
// every authority that is no council.
func (k *Keeper) SpeaksFor(ctx context.Context, address, authority sdk.AccAddress) (bool, error) {
	id, err := k.councilsByAddress.Get(ctx, authority)
	if errors.Is(err, collections.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return k.councilsByMember.Has(ctx, collections.Join(address, id))
}

// requireOpen refuses a proposal that takes no votes now, with what became of it.
func (k *Keeper) requireOpen(ctx context.Context, proposal councilv1.Proposal, council councilv1.Council) error {
	switch types.CurrentStatus(proposal, council.Version, blockTime(ctx)) {
	case councilv1.ProposalStatus_PROPOSAL_STATUS_OPEN:
		return nil
	case councilv1.ProposalStatus_PROPOSAL_STATUS_EXECUTED:
		return errorsmod.Wrapf(types.ErrProposalExecuted, "proposal %d", proposal.Id)
	case councilv1.ProposalStatus_PROPOSAL_STATUS_EXPIRED:
		return errorsmod.Wrapf(types.ErrProposalExpired, "proposal %d ended at %s", proposal.Id, proposal.ExpiresAt.UTC().Format(time.RFC3339))
	case councilv1.ProposalStatus_PROPOSAL_STATUS_SUPERSEDED:
		return errorsmod.Wrapf(types.ErrProposalSuperseded, "proposal %d is of version %d of council %s, which is at %d", proposal.Id, proposal.CouncilVersion, council.Name, council.Version)
	default:
		return errorsmod.Wrapf(types.ErrProposalClosed, "proposal %d is %s", proposal.Id, proposal.Status)
	}
}

// nextID takes the next id of a counter that starts at 1.
func nextID(ctx context.Context, counter collections.Item[uint64]) (uint64, error) {
	id, err := peekID(ctx, counter)
	if err != nil {
		return 0, err
	}
	return id, counter.Set(ctx, id+1)
}

func peekID(ctx context.Context, counter collections.Item[uint64]) (uint64, error) {
	id, err := counter.Get(ctx)
	if errors.Is(err, collections.ErrNotFound) {
		return 1, nil
	}
	return id, err
}

func blockTime(ctx context.Context) time.Time {
	return sdk.UnwrapSDKContext(ctx).BlockTime()
}

// emit sends a typed event; its failure fails the message.
func emit(ctx context.Context, event interface {
	Reset()
	String() string
	ProtoMessage()
}) error {
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}
