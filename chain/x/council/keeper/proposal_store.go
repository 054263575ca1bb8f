package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	"github.com/daonetes/daonetes/chain/x/council/types"
)

const (
	// keptProposals is how many closed proposals of a council are kept.
	keptProposals = 1_000
	// sweptPerSubmit is how many dead proposals of a council one Submit clears away.
	sweptPerSubmit = 5
)

// openEntries is what the index of open proposals of a council holds.
type openEntries struct {
	// dead are the oldest proposals that take no votes any more, at most sweptPerSubmit.
	dead []uint64
	// ordinary and reforms are the live proposals of one member, of either kind.
	ordinary, reforms int
}

// readOpen walks the index of open proposals of a council. It is short: each Submit clears away more dead ones than
// it adds.
func (k *Keeper) readOpen(ctx context.Context, council councilv1.Council, proposer string) (openEntries, error) {
	var entries openEntries
	now := blockTime(ctx)
	err := k.openProposals.Walk(ctx, collections.NewPrefixedPairRange[uint64, uint64](council.Id),
		func(key collections.Pair[uint64, uint64], entry councilv1.OpenProposal) (bool, error) {
			alive := types.Standing(entry.CouncilVersion, entry.ExpiresAt, council.Version, now) == councilv1.ProposalStatus_PROPOSAL_STATUS_OPEN
			switch {
			case !alive && len(entries.dead) < sweptPerSubmit:
				entries.dead = append(entries.dead, key.K2())
			case alive && entry.Proposer == proposer && entry.Reform:
				entries.reforms++
			case alive && entry.Proposer == proposer:
				entries.ordinary++
			}
			return false, nil
		})
	return entries, err
}

// insertProposal stores a new open proposal, its messages and its place in the indexes.
func (k *Keeper) insertProposal(ctx context.Context, proposal councilv1.Proposal, content councilv1.ProposalContent) error {
	if err := k.contents.Set(ctx, proposal.Id, content); err != nil {
		return err
	}
	entry := councilv1.OpenProposal{
		CouncilVersion: proposal.CouncilVersion,
		ExpiresAt:      proposal.ExpiresAt,
		Proposer:       proposal.Proposer,
		Reform:         types.IsReform(proposal.MessageTypes),
	}
	if err := k.openProposals.Set(ctx, collections.Join(proposal.CouncilId, proposal.Id), entry); err != nil {
		return err
	}
	if err := k.proposalsByCouncil.Set(ctx, collections.Join(proposal.CouncilId, proposal.Id)); err != nil {
		return err
	}
	return k.proposals.Set(ctx, proposal.Id, proposal)
}

// closeProposal ends a proposal: its messages go, their hash and the votes stay, and the oldest closed one beyond
// those that are kept goes altogether.
func (k *Keeper) closeProposal(ctx context.Context, proposal councilv1.Proposal, status councilv1.ProposalStatus) error {
	number, err := k.closingsOf(ctx, proposal.CouncilId)
	if err != nil {
		return err
	}
	number++
	now := blockTime(ctx)
	proposal.Status, proposal.ClosedAt, proposal.Closing = status, &now, number
	if err := k.contents.Remove(ctx, proposal.Id); err != nil {
		return err
	}
	if err := k.openProposals.Remove(ctx, collections.Join(proposal.CouncilId, proposal.Id)); err != nil {
		return err
	}
	if err := k.proposals.Set(ctx, proposal.Id, proposal); err != nil {
		return err
	}
	if err := k.closings.Set(ctx, proposal.CouncilId, number); err != nil {
		return err
	}
	if err := k.closedProposals.Set(ctx, collections.Join(proposal.CouncilId, number), proposal.Id); err != nil {
		return err
	}
	if number <= keptProposals {
		return nil
	}
	return k.forgetProposal(ctx, proposal.CouncilId, number-keptProposals)
}

// closingsOf is how many proposals of a council were ever closed.
func (k *Keeper) closingsOf(ctx context.Context, councilID uint64) (uint64, error) {
	number, err := k.closings.Get(ctx, councilID)
	if errors.Is(err, collections.ErrNotFound) {
		return 0, nil
	}
	return number, err
}

// forgetProposal deletes the proposal of a closing, with its votes.
func (k *Keeper) forgetProposal(ctx context.Context, councilID, number uint64) error {
	key := collections.Join(councilID, number)
	id, err := k.closedProposals.Get(ctx, key)
	if errors.Is(err, collections.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	votes, err := k.votesOf(ctx, id)
	if err != nil {
		return err
	}
	for _, vote := range votes {
		member, err := types.ParseAddress(vote.Member)
		if err != nil {
			return err
		}
		if err := k.votes.Remove(ctx, collections.Join(id, member)); err != nil {
			return err
		}
	}
	if err := k.closedProposals.Remove(ctx, key); err != nil {
		return err
	}
	if err := k.proposalsByCouncil.Remove(ctx, collections.Join(councilID, id)); err != nil {
		return err
	}
	return k.proposals.Remove(ctx, id)
}

// sweep closes dead proposals.
func (k *Keeper) sweep(ctx context.Context, council councilv1.Council, dead []uint64) error {
	for _, id := range dead {
		proposal, err := k.Proposal(ctx, id)
		if err != nil {
			return err
		}
		if err := k.closeProposal(ctx, proposal, types.CurrentStatus(proposal, council.Version, blockTime(ctx))); err != nil {
			return err
		}
		if err := emit(ctx, &councilv1.EventProposalLapsed{CouncilId: council.Id, ProposalId: id}); err != nil {
			return err
		}
	}
	return nil
}

// votesOf are the votes on a proposal, by address.
func (k *Keeper) votesOf(ctx context.Context, proposalID uint64) ([]councilv1.Vote, error) {
	var votes []councilv1.Vote
	err := k.votes.Walk(ctx, collections.NewPrefixedPairRange[uint64, sdk.AccAddress](proposalID),
		func(_ collections.Pair[uint64, sdk.AccAddress], vote councilv1.Vote) (bool, error) {
			votes = append(votes, vote)
			return false, nil
		})
	return votes, err
}
