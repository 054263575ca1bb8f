package types

import (
	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
)

// Cast counts a vote that replaces the member's former one (CHOICE_UNSPECIFIED if there was none).
func Cast(proposal councilv1.Proposal, former, choice councilv1.Choice, weight uint64) councilv1.Proposal {
	switch former {
	case councilv1.Choice_CHOICE_APPROVE:
		proposal.Yes -= weight
	case councilv1.Choice_CHOICE_REJECT:
		proposal.No -= weight
	}
	switch choice {
	case councilv1.Choice_CHOICE_APPROVE:
		proposal.Yes += weight
	case councilv1.Choice_CHOICE_REJECT:
		proposal.No += weight
	}
	return proposal
}

// Decision is what the votes make of an open proposal: EXECUTED means that it is to be carried out now, REJECTED that
// the members who did not reject it are too few.
func Decision(proposal councilv1.Proposal, totalWeight uint64) councilv1.ProposalStatus {
	switch {
	case proposal.Yes >= proposal.Needed:
		return councilv1.ProposalStatus_PROPOSAL_STATUS_EXECUTED
	case proposal.No > totalWeight-proposal.Needed:
		return councilv1.ProposalStatus_PROPOSAL_STATUS_REJECTED
	default:
		return councilv1.ProposalStatus_PROPOSAL_STATUS_OPEN
	}
}
