package keeper

import (
	"context"
	"encoding/binary"
	"fmt"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	"github.com/daonetes/daonetes/chain/x/council/types"
	"github.com/daonetes/daonetes/chain/x/internal/queries"
)

// maxInboxSteps bounds how many open proposals one page of an inbox looks at.
const maxInboxSteps = 2_000

func (s queryServer) Proposal(ctx context.Context, request *councilv1.QueryProposalRequest) (*councilv1.QueryProposalResponse, error) {
	proposal, err := s.current(ctx, request.ProposalId)
	if err != nil {
		return nil, queryError(err)
	}
	response := &councilv1.QueryProposalResponse{Proposal: proposal}
	if proposal.Closing == 0 {
		content, err := s.keeper.contents.Get(ctx, proposal.Id)
		if err != nil {
			return nil, queryError(err)
		}
		response.Messages = content.Messages
	}
	if response.Votes, err = s.keeper.votesOf(ctx, proposal.Id); err != nil {
		return nil, queryError(err)
	}
	return response, nil
}

func (s queryServer) Proposals(ctx context.Context, request *councilv1.QueryProposalsRequest) (*councilv1.QueryProposalsResponse, error) {
	page, err := queries.BoundedPage(request.Pagination)
	if err != nil {
		return nil, err
	}
	council, err := s.keeper.Council(ctx, request.CouncilId)
	if err != nil {
		return nil, queryError(err)
	}
	var current councilv1.Proposal
	proposals, next, err := query.CollectionFilteredPaginate(ctx, s.keeper.proposalsByCouncil, page,
		func(key collections.Pair[uint64, uint64], _ collections.NoValue) (bool, error) {
			current, err = s.current(ctx, key.K2())
			return request.Status == councilv1.ProposalStatus_PROPOSAL_STATUS_UNSPECIFIED || current.Status == request.Status, err
		},
		func(collections.Pair[uint64, uint64], collections.NoValue) (councilv1.Proposal, error) {
			return current, nil
		},
		query.WithCollectionPaginationPairPrefix[uint64, uint64](council.Id))
	if err != nil {
		return nil, queryError(err)
	}
	return &councilv1.QueryProposalsResponse{Proposals: proposals, Pagination: next}, nil
}

// Inbox walks the councils of a member, and in each the open proposals. The key of the next page is the council and
// the proposal at which it goes on.
func (s queryServer) Inbox(ctx context.Context, request *councilv1.QueryInboxRequest) (*councilv1.QueryInboxResponse, error) {
	page, err := queries.BoundedPage(request.Pagination)
	if err != nil {
		return nil, err
	}
	member, err := types.ParseAddress(request.Member)
	if err != nil {
		return nil, invalidArgument(err)
	}
	var fromCouncil, fromProposal uint64
	if len(page.Key) > 0 {
		if len(page.Key) != 16 {
			return nil, invalidArgument(fmt.Errorf("key: got %d bytes, want the key of the page before", len(page.Key)))
		}
		fromCouncil, fromProposal = binary.BigEndian.Uint64(page.Key[:8]), binary.BigEndian.Uint64(page.Key[8:])
	}
	response := &councilv1.QueryInboxResponse{Pagination: &query.PageResponse{}}
	steps := 0
	councils := collections.NewPrefixedPairRange[sdk.AccAddress, uint64](member).StartInclusive(fromCouncil)
	err = s.keeper.councilsByMember.Walk(ctx, councils, func(key memberKey) (bool, error) {
		councilID := key.K2()
		open := collections.NewPrefixedPairRange[uint64, uint64](councilID)
		if councilID == fromCouncil {
			open = open.StartInclusive(fromProposal)
		}
		full := false
		err := s.keeper.openProposals.Walk(ctx, open, func(key collections.Pair[uint64, uint64], _ councilv1.OpenProposal) (bool, error) {
			if uint64(len(response.Proposals)) == page.Limit || steps == maxInboxSteps {
				full = true
				response.Pagination.NextKey = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, councilID), key.K2())
				return true, nil
			}
			steps++
			return false, s.addWaiting(ctx, key.K2(), member, response)
		})
		return full, err
	})
	if err != nil {
		return nil, queryError(err)
	}
	return response, nil
}

// addWaiting adds a proposal that is open and has no vote of the member.
func (s queryServer) addWaiting(ctx context.Context, id uint64, member sdk.AccAddress, response *councilv1.QueryInboxResponse) error {
	proposal, err := s.current(ctx, id)
	if err != nil || proposal.Status != councilv1.ProposalStatus_PROPOSAL_STATUS_OPEN {
		return err
	}
	voted, err := s.keeper.votes.Has(ctx, collections.Join(id, member))
	if err != nil || voted {
		return err
	}
	response.Proposals = append(response.Proposals, proposal)
	return nil
}

// current is a proposal with the status that it has now.
func (s queryServer) current(ctx context.Context, id uint64) (councilv1.Proposal, error) {
	proposal, err := s.keeper.Proposal(ctx, id)
	if err != nil {
		return proposal, err
	}
	council, err := s.keeper.Council(ctx, proposal.CouncilId)
	if err != nil {
		return proposal, err
	}
	proposal.Status = types.CurrentStatus(proposal, council.Version, blockTime(ctx))
	return proposal, nil
}
