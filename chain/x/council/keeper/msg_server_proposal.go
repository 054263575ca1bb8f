package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	"github.com/daonetes/daonetes/chain/x/council/types"
)

func (s msgServer) Submit(ctx context.Context, msg *councilv1.MsgSubmit) (*councilv1.MsgSubmitResponse, error) {
	if err := types.ValidateSubmit(msg); err != nil {
		return nil, err
	}
	council, err := s.Council(ctx, msg.CouncilId)
	if err != nil {
		return nil, err
	}
	if _, err := requireMember(council, msg.Proposer); err != nil {
		return nil, err
	}
	content := councilv1.ProposalContent{Messages: msg.Messages}
	if _, err := s.messagesOf(council, content); err != nil {
		return nil, err
	}
	typeURLs := types.TypesOf(&content)
	open, err := s.readOpen(ctx, council, msg.Proposer)
	if err != nil {
		return nil, err
	}
	if !types.MayOpen(len(council.Members), open.ordinary, open.reforms, types.IsReform(typeURLs)) {
		return nil, errorsmod.Wrapf(types.ErrTooManyOpen, "%s has %d open in council %s, want at most %d, and one of members and rules",
			msg.Proposer, open.ordinary+open.reforms, council.Name, types.OpenLimit(len(council.Members)))
	}
	hash, err := types.MessagesHash(&content)
	if err != nil {
		return nil, err
	}
	if err := s.sweep(ctx, council, open.dead); err != nil {
		return nil, err
	}
	id, err := nextID(ctx, s.nextProposalID)
	if err != nil {
		return nil, err
	}
	now := blockTime(ctx)
	proposal := councilv1.Proposal{
		Id:             id,
		CouncilId:      council.Id,
		CouncilVersion: council.Version,
		Proposer:       msg.Proposer,
		Title:          msg.Title,
		MessageTypes:   typeURLs,
		MessagesHash:   hash,
		Needed:         types.Needed(council, typeURLs),
		Status:         councilv1.ProposalStatus_PROPOSAL_STATUS_OPEN,
		SubmittedAt:    now,
		ExpiresAt:      now.Add(council.VotingPeriod),
	}
	if err := s.insertProposal(ctx, proposal, content); err != nil {
		return nil, err
	}
	if err := emit(ctx, &councilv1.EventProposalSubmitted{CouncilId: council.Id, ProposalId: id}); err != nil {
		return nil, err
	}
	outcome, err := s.cast(ctx, council, proposal, msg.Proposer, councilv1.Choice_CHOICE_APPROVE)
	return &councilv1.MsgSubmitResponse{ProposalId: id, Outcome: outcome, MessagesHash: hash}, err
}

func (s msgServer) Approve(ctx context.Context, msg *councilv1.MsgApprove) (*councilv1.MsgApproveResponse, error) {
	council, proposal, err := s.votable(ctx, msg.ProposalId, msg.Member)
	if err != nil {
		return nil, err
	}
	if msg.MessagesHash != "" && msg.MessagesHash != proposal.MessagesHash {
		return nil, errorsmod.Wrapf(types.ErrContentMismatch, "proposal %d holds %s", proposal.Id, proposal.MessagesHash)
	}
	outcome, err := s.cast(ctx, council, proposal, msg.Member, councilv1.Choice_CHOICE_APPROVE)
	return &councilv1.MsgApproveResponse{Outcome: outcome}, err
}

func (s msgServer) Reject(ctx context.Context, msg *councilv1.MsgReject) (*councilv1.MsgRejectResponse, error) {
	council, proposal, err := s.votable(ctx, msg.ProposalId, msg.Member)
	if err != nil {
		return nil, err
	}
	outcome, err := s.cast(ctx, council, proposal, msg.Member, councilv1.Choice_CHOICE_REJECT)
	return &councilv1.MsgRejectResponse{Outcome: outcome}, err
}

func (s msgServer) Withdraw(ctx context.Context, msg *councilv1.MsgWithdraw) (*councilv1.MsgWithdrawResponse, error) {
	if err := types.ValidateVote(msg.Sender); err != nil {
		return nil, err
	}
	proposal, err := s.Proposal(ctx, msg.ProposalId)
	if err != nil {
		return nil, err
	}
	council, err := s.Council(ctx, proposal.CouncilId)
	if err != nil {
		return nil, err
	}
	if err := requireProposerOrCouncil(proposal, council, msg.Sender); err != nil {
		return nil, err
	}
	if err := s.requireOpen(ctx, proposal, council); err != nil {
		return nil, err
	}
	if err := s.closeProposal(ctx, proposal, councilv1.ProposalStatus_PROPOSAL_STATUS_WITHDRAWN); err != nil {
		return nil, err
	}
	return &councilv1.MsgWithdrawResponse{}, emit(ctx, &councilv1.EventProposalWithdrawn{CouncilId: council.Id, ProposalId: proposal.Id})
}

// votable loads a proposal that takes votes, and its council, of which the voter is a member.
func (k *Keeper) votable(ctx context.Context, id uint64, member string) (councilv1.Council, councilv1.Proposal, error) {
	if err := types.ValidateVote(member); err != nil {
		return councilv1.Council{}, councilv1.Proposal{}, err
	}
	proposal, err := k.Proposal(ctx, id)
	if err != nil {
		return councilv1.Council{}, proposal, err
	}
	council, err := k.Council(ctx, proposal.CouncilId)
	if err != nil {
		return council, proposal, err
	}
	if _, err := requireMember(council, member); err != nil {
		return council, proposal, err
	}
	return council, proposal, k.requireOpen(ctx, proposal, council)
}

// cast counts the vote of a member and does what follows from it.
func (k *Keeper) cast(
	ctx context.Context, council councilv1.Council, proposal councilv1.Proposal, member string, choice councilv1.Choice,
) (councilv1.Outcome, error) {
	address, err := types.ParseAddress(member)
	if err != nil {
		return councilv1.Outcome{}, err
	}
	key := collections.Join(proposal.Id, address)
	former, err := k.votes.Get(ctx, key)
	if err != nil && !errors.Is(err, collections.ErrNotFound) {
		return councilv1.Outcome{}, err
	}
	if former.Choice == choice {
		return councilv1.Outcome{}, errorsmod.Wrapf(types.ErrAlreadyVoted, "%s on proposal %d", member, proposal.Id)
	}
	weight := types.WeightOf(council, member)
	proposal = types.Cast(proposal, former.Choice, choice, weight)
	vote := councilv1.Vote{ProposalId: proposal.Id, Member: member, Choice: choice, Weight: weight, CastAt: blockTime(ctx)}
	if err := k.votes.Set(ctx, key, vote); err != nil {
		return councilv1.Outcome{}, err
	}
	if err := emit(ctx, &councilv1.EventVoteCast{CouncilId: council.Id, ProposalId: proposal.Id, Member: member}); err != nil {
		return councilv1.Outcome{}, err
	}
	outcome := councilv1.Outcome{
		Status: types.Decision(proposal, council.TotalWeight),
		Yes:    proposal.Yes, No: proposal.No, Needed: proposal.Needed,
	}
	switch outcome.Status {
	case councilv1.ProposalStatus_PROPOSAL_STATUS_EXECUTED:
		outcome.Responses, err = k.execute(ctx, council, proposal)
		return outcome, err
	case councilv1.ProposalStatus_PROPOSAL_STATUS_REJECTED:
		if err := k.closeProposal(ctx, proposal, outcome.Status); err != nil {
			return outcome, err
		}
		return outcome, emit(ctx, &councilv1.EventProposalRejected{CouncilId: council.Id, ProposalId: proposal.Id})
	default:
		return outcome, k.proposals.Set(ctx, proposal.Id, proposal)
	}
}
