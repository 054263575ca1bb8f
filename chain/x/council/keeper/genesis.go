package keeper

import (
	"context"

	"cosmossdk.io/collections"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	"github.com/daonetes/daonetes/chain/x/council/types"
)

// InitGenesis stores a state; whoever it names gets an account.
func (k *Keeper) InitGenesis(ctx context.Context, state *councilv1.GenesisState) error {
	if err := types.ValidateGenesis(state); err != nil {
		return err
	}
	if err := k.params.Set(ctx, state.Params); err != nil {
		return err
	}
	if err := k.nextCouncilID.Set(ctx, max(state.NextCouncilId, 1)); err != nil {
		return err
	}
	if err := k.nextProposalID.Set(ctx, max(state.NextProposalId, 1)); err != nil {
		return err
	}
	for _, council := range state.Councils {
		address, err := types.ParseAddress(council.Address)
		if err != nil {
			return err
		}
		if err := types.ValidateRuleTypes(council.Rules, k.messages); err != nil {
			return err
		}
		if err := k.insertCouncil(ctx, council, address); err != nil {
			return err
		}
	}
	for _, record := range state.Proposals {
		if err := k.importProposal(ctx, record); err != nil {
			return err
		}
	}
	return nil
}

func (k *Keeper) importProposal(ctx context.Context, record councilv1.ProposalRecord) error {
	proposal := record.Proposal
	for _, vote := range record.Votes {
		member, err := types.ParseAddress(vote.Member)
		if err != nil {
			return err
		}
		if err := k.votes.Set(ctx, collections.Join(proposal.Id, member), vote); err != nil {
			return err
		}
	}
	if proposal.Closing == 0 {
		return k.insertProposal(ctx, proposal, record.Content)
	}
	if err := k.proposalsByCouncil.Set(ctx, collections.Join(proposal.CouncilId, proposal.Id)); err != nil {
		return err
	}
	if err := k.closedProposals.Set(ctx, collections.Join(proposal.CouncilId, proposal.Closing), proposal.Id); err != nil {
		return err
	}
	closings, err := k.closingsOf(ctx, proposal.CouncilId)
	if err != nil {
		return err
	}
	if err := k.closings.Set(ctx, proposal.CouncilId, max(closings, proposal.Closing)); err != nil {
		return err
	}
	return k.proposals.Set(ctx, proposal.Id, proposal)
}

// ExportGenesis reads the whole state. The indexes are derived from it.
func (k *Keeper) ExportGenesis(ctx context.Context) (*councilv1.GenesisState, error) {
	state := &councilv1.GenesisState{}
	var err error
	if state.Params, err = k.params.Get(ctx); err != nil {
		return nil, err
	}
	if state.NextCouncilId, err = peekID(ctx, k.nextCouncilID); err != nil {
		return nil, err
	}
	if state.NextProposalId, err = peekID(ctx, k.nextProposalID); err != nil {
		return nil, err
	}
	err = k.councils.Walk(ctx, nil, func(_ uint64, council councilv1.Council) (bool, error) {
		state.Councils = append(state.Councils, council)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	err = k.proposals.Walk(ctx, nil, func(id uint64, proposal councilv1.Proposal) (bool, error) {
		record := councilv1.ProposalRecord{Proposal: proposal}
		if proposal.Closing == 0 {
			if record.Content, err = k.contents.Get(ctx, id); err != nil {
				return true, err
			}
		}
		if record.Votes, err = k.votesOf(ctx, id); err != nil {
			return true, err
		}
		state.Proposals = append(state.Proposals, record)
		return false, nil
	})
	return state, err
}
