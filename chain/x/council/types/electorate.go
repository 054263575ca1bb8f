package types

import (
	"slices"
	"strings"
	"time"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
)

// openProposals is how many proposals a council has open at most, shared out evenly among its members.
const openProposals = 100

// SortedMembers are the members by address.
func SortedMembers(members []councilv1.Member) []councilv1.Member {
	sorted := slices.Clone(members)
	slices.SortFunc(sorted, func(a, b councilv1.Member) int { return strings.Compare(a.Address, b.Address) })
	return sorted
}

// TotalWeight is the weight of all members together.
func TotalWeight(members []councilv1.Member) uint64 {
	total := uint64(0)
	for _, member := range members {
		total += member.Weight
	}
	return total
}

// WeightOf is the weight of an address in a council; 0 if it is no member.
func WeightOf(council councilv1.Council, address string) uint64 {
	for _, member := range council.Members {
		if member.Address == address {
			return member.Weight
		}
	}
	return 0
}

// Standing is the status of a proposal that is stored as OPEN: it is alive only under the version of the council
// under which it was submitted, and before its end. So nobody joins or leaves between vote and tally.
func Standing(version uint64, expiresAt time.Time, councilVersion uint64, now time.Time) councilv1.ProposalStatus {
	switch {
	case version != councilVersion:
		return councilv1.ProposalStatus_PROPOSAL_STATUS_SUPERSEDED
	case !now.Before(expiresAt):
		return councilv1.ProposalStatus_PROPOSAL_STATUS_EXPIRED
	default:
		return councilv1.ProposalStatus_PROPOSAL_STATUS_OPEN
	}
}

// CurrentStatus is the status of a proposal now.
func CurrentStatus(proposal councilv1.Proposal, councilVersion uint64, now time.Time) councilv1.ProposalStatus {
	if proposal.Status != councilv1.ProposalStatus_PROPOSAL_STATUS_OPEN {
		return proposal.Status
	}
	return Standing(proposal.CouncilVersion, proposal.ExpiresAt, councilVersion, now)
}

// OpenLimit is how many ordinary proposals one member may have open.
func OpenLimit(members int) int {
	return max(1, openProposals/max(1, members))
}

// MayOpen tells whether a member with so many live proposals may open one more. Each has one place more for a
// proposal that only changes members and rules, so that nobody can be kept from reforming the council.
func MayOpen(members, ordinary, reforms int, reform bool) bool {
	taken := ordinary + max(0, reforms-1)
	return taken < OpenLimit(members) || (reform && reforms == 0)
}
