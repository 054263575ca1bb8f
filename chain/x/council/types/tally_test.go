package types_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	"github.com/daonetes/daonetes/chain/x/council/types"
)

const (
	approve = councilv1.Choice_CHOICE_APPROVE
	reject  = councilv1.Choice_CHOICE_REJECT
	none    = councilv1.Choice_CHOICE_UNSPECIFIED
)

func TestDecisions(t *testing.T) {
	for _, row := range []struct {
		yes, no, needed, total uint64
		want                   councilv1.ProposalStatus
	}{
		{0, 0, 1, 1, councilv1.ProposalStatus_PROPOSAL_STATUS_OPEN},
		{1, 0, 1, 1, councilv1.ProposalStatus_PROPOSAL_STATUS_EXECUTED},
		{1, 1, 2, 3, councilv1.ProposalStatus_PROPOSAL_STATUS_OPEN},
		{1, 2, 2, 3, councilv1.ProposalStatus_PROPOSAL_STATUS_REJECTED},
		{0, 1, 3, 3, councilv1.ProposalStatus_PROPOSAL_STATUS_REJECTED},
		{2, 2, 2, 4, councilv1.ProposalStatus_PROPOSAL_STATUS_EXECUTED},
		{0, 63_000_000, 1_000_000, 64_000_000, councilv1.ProposalStatus_PROPOSAL_STATUS_OPEN},
		{0, 63_000_001, 1_000_000, 64_000_000, councilv1.ProposalStatus_PROPOSAL_STATUS_REJECTED},
	} {
		got := types.Decision(councilv1.Proposal{Yes: row.yes, No: row.no, Needed: row.needed}, row.total)
		require.Equal(t, row.want, got, "%+v", row)
	}
}

func TestVoteReplacesTheFormerOne(t *testing.T) {
	proposal := types.Cast(councilv1.Proposal{}, none, approve, 5)
	require.Equal(t, []uint64{5, 0}, []uint64{proposal.Yes, proposal.No})
	proposal = types.Cast(proposal, approve, reject, 5)
	require.Equal(t, []uint64{0, 5}, []uint64{proposal.Yes, proposal.No})
	proposal = types.Cast(proposal, none, approve, 2)
	require.Equal(t, []uint64{2, 5}, []uint64{proposal.Yes, proposal.No})
}

func TestStandingOfAnOpenProposal(t *testing.T) {
	now := time.Unix(100, 0)
	require.Equal(t, councilv1.ProposalStatus_PROPOSAL_STATUS_OPEN, types.Standing(1, now.Add(1), 1, now))
	require.Equal(t, councilv1.ProposalStatus_PROPOSAL_STATUS_EXPIRED, types.Standing(1, now, 1, now))
	require.Equal(t, councilv1.ProposalStatus_PROPOSAL_STATUS_SUPERSEDED, types.Standing(1, now.Add(1), 2, now))
	closed := councilv1.Proposal{Status: councilv1.ProposalStatus_PROPOSAL_STATUS_EXECUTED}
	require.Equal(t, closed.Status, types.CurrentStatus(closed, 9, now), "what is closed stays so")
}

func TestPlacesForProposals(t *testing.T) {
	for _, row := range []struct {
		members, ordinary, reforms int
		reform, want               bool
	}{
		{1, 99, 0, false, true},
		{1, 100, 0, false, false},
		{1, 100, 0, true, true},
		{1, 100, 1, true, false},
		{1, 98, 2, true, true},
		{3, 32, 0, false, true},
		{3, 33, 0, false, false},
		{3, 32, 2, false, false},
		{64, 0, 1, false, true},
		{64, 1, 0, false, false},
		{64, 1, 0, true, true},
	} {
		require.Equal(t, row.want, types.MayOpen(row.members, row.ordinary, row.reforms, row.reform), "%+v", row)
	}
}
