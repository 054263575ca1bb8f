package types

import (
	"fmt"

	errorsmod "cosmossdk.io/errors"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
)

// DefaultGenesis is the state of a new network.
func DefaultGenesis() *councilv1.GenesisState {
	return &councilv1.GenesisState{Params: DefaultParams(), NextCouncilId: 1, NextProposalId: 1}
}

// ValidateGenesis refuses a state that the module could not have written.
func ValidateGenesis(state *councilv1.GenesisState) error {
	if err := ValidateParams(state.Params); err != nil {
		return err
	}
	councils, names := map[uint64]councilv1.Council{}, map[string]bool{}
	for _, council := range state.Councils {
		if _, known := councils[council.Id]; known || council.Id == 0 || council.Id >= max(state.NextCouncilId, 1) {
			return fmt.Errorf("council %d: want a different id from 1 to below next_council_id (%d)", council.Id, state.NextCouncilId)
		}
		if names[council.Name] {
			return fmt.Errorf("council %d: the name %s is there twice", council.Id, council.Name)
		}
		if err := validateGenesisCouncil(council); err != nil {
			return errorsmod.Wrapf(err, "council %d", council.Id)
		}
		councils[council.Id], names[council.Name] = council, true
	}
	type closing struct{ council, number uint64 }
	proposals, closings := map[uint64]bool{}, map[closing]bool{}
	for _, record := range state.Proposals {
		proposal := record.Proposal
		if proposal.Id == 0 || proposal.Id >= max(state.NextProposalId, 1) || proposals[proposal.Id] {
			return fmt.Errorf("proposal %d: want a different id from 1 to below next_proposal_id (%d)", proposal.Id, state.NextProposalId)
		}
		council, known := councils[proposal.CouncilId]
		if !known {
			return fmt.Errorf("proposal %d: there is no council %d", proposal.Id, proposal.CouncilId)
		}
		closed := closing{proposal.CouncilId, proposal.Closing}
		if proposal.Closing > 0 && closings[closed] {
			return fmt.Errorf("proposal %d: closing %d of council %d is there twice", proposal.Id, proposal.Closing, proposal.CouncilId)
		}
		if err := validateGenesisProposal(record, council); err != nil {
			return errorsmod.Wrapf(err, "proposal %d", proposal.Id)
		}
		proposals[proposal.Id], closings[closed] = true, true
	}
	return nil
}

func validateGenesisCouncil(council councilv1.Council) error {
	if err := ValidateName(council.Name); err != nil {
		return err
	}
	_, address, err := CouncilAddress(council.Id)
	if err != nil {
		return err
	}
	if council.Address != address {
		return errorsmod.Wrapf(ErrInvalidAddress, "got %s, want %s", council.Address, address)
	}
	if council.Version == 0 {
		return fmt.Errorf("version: got 0, want at least 1")
	}
	if err := ValidateMembers(council.Members, council.Address); err != nil {
		return err
	}
	if total := TotalWeight(council.Members); council.TotalWeight != total {
		return fmt.Errorf("total_weight: got %d, the members have %d", council.TotalWeight, total)
	}
	if err := ValidateRules(council.DefaultThreshold, council.Rules, council.TotalWeight); err != nil {
		return err
	}
	// A period that the network shortened later stays as it was stored.
	if council.VotingPeriod == 0 {
		return errorsmod.Wrap(ErrInvalidVotingPeriod, "got 0")
	}
	if err := validateVotingPeriod(council.VotingPeriod, 365*day); err != nil {
		return err
	}
	return validateMetadata(council.Metadata)
}

func validateGenesisProposal(record councilv1.ProposalRecord, council councilv1.Council) error {
	proposal := record.Proposal
	if _, err := ParseAddress(proposal.Proposer); err != nil {
		return errorsmod.Wrap(err, "proposer")
	}
	if err := validateTitle(proposal.Title); err != nil {
		return err
	}
	if proposal.CouncilVersion == 0 || proposal.CouncilVersion > council.Version {
		return fmt.Errorf("council_version: got %d, want 1 to %d", proposal.CouncilVersion, council.Version)
	}
	if _, known := councilv1.ProposalStatus_name[int32(proposal.Status)]; !known || proposal.Status == councilv1.ProposalStatus_PROPOSAL_STATUS_UNSPECIFIED {
		return fmt.Errorf("status: got %s", proposal.Status)
	}
	open := proposal.Status == councilv1.ProposalStatus_PROPOSAL_STATUS_OPEN
	if open != (proposal.Closing == 0) || open != (proposal.ClosedAt == nil) || open != (len(record.Content.Messages) > 0) {
		return fmt.Errorf("an open proposal has messages, and no other; a closed one has closing and closed_at")
	}
	if open {
		if err := validateMessages(&record.Content); err != nil {
			return err
		}
		hash, err := MessagesHash(&record.Content)
		if err != nil {
			return err
		}
		if proposal.MessagesHash != hash {
			return errorsmod.Wrapf(ErrContentMismatch, "got %s, the messages have %s", proposal.MessagesHash, hash)
		}
	}
	return validateGenesisVotes(record)
}

func validateGenesisVotes(record councilv1.ProposalRecord) error {
	tally, voted := councilv1.Proposal{}, map[string]bool{}
	for _, vote := range record.Votes {
		if _, err := ParseAddress(vote.Member); err != nil {
			return errorsmod.Wrap(err, "votes")
		}
		if vote.ProposalId != record.Proposal.Id || voted[vote.Member] {
			return fmt.Errorf("votes: want one of each member, on this proposal")
		}
		voted[vote.Member] = true
		if vote.Choice != councilv1.Choice_CHOICE_APPROVE && vote.Choice != councilv1.Choice_CHOICE_REJECT {
			return fmt.Errorf("votes: %s has choice %s", vote.Member, vote.Choice)
		}
		tally = Cast(tally, councilv1.Choice_CHOICE_UNSPECIFIED, vote.Choice, vote.Weight)
	}
	if tally.Yes != record.Proposal.Yes || tally.No != record.Proposal.No {
		return fmt.Errorf("votes: they are %d for and %d against, the proposal says %d and %d", tally.Yes, tally.No, record.Proposal.Yes, record.Proposal.No)
	}
	return nil
}
