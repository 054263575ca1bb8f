package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	"github.com/daonetes/daonetes/chain/x/council/types"
)

func TestGenesisRoundTrip(t *testing.T) {
	f := newFixture(t)
	board := f.council("board", 2, []councilv1.Rule{{TypeUrl: typeGrant, Threshold: 3}}, "alice", "bob", "carol")
	f.reject(f.submit(board, "alice", trace(board, "x")).ProposalId, "bob")
	f.approve(f.submit(board, "alice", trace(board, "x")).ProposalId, "bob")
	waiting := f.submit(board, "carol", trace(board, "later")).ProposalId
	state, err := f.keeper.ExportGenesis(f.ctx)
	require.NoError(t, err)
	require.NoError(t, types.ValidateGenesis(state))

	g := newFixture(t)
	require.NoError(t, g.keeper.InitGenesis(g.ctx, state))
	require.Equal(t, f.dump(), g.dump())
	g.ctx = g.ctx.WithBlockTime(f.ctx.BlockTime())
	for _, one := range []*fixture{f, g} {
		one.done = nil
		require.Equal(t, executed, one.approve(waiting, "alice").Status)
		require.Equal(t, []string{"later"}, one.done)
		one.submit(board, "bob", trace(board, "more"))
	}
	require.Equal(t, f.dump(), g.dump(), "both go on alike")

	for _, row := range []struct {
		name string
		edit func(*councilv1.GenesisState)
	}{
		{"params", func(s *councilv1.GenesisState) { s.Params.MaxVotingPeriod = 0 }},
		{"a council id", func(s *councilv1.GenesisState) { s.NextCouncilId = 1 }},
		{"a council twice", func(s *councilv1.GenesisState) { s.Councils = append(s.Councils, s.Councils[0]) }},
		{"a name", func(s *councilv1.GenesisState) { s.Councils[0].Name = "" }},
		{"an address", func(s *councilv1.GenesisState) { s.Councils[0].Address = person("alice") }},
		{"a version", func(s *councilv1.GenesisState) { s.Councils[0].Version = 0 }},
		{"a total", func(s *councilv1.GenesisState) { s.Councils[0].TotalWeight = 9 }},
		{"a weight", func(s *councilv1.GenesisState) { s.Councils[0].Members[0].Weight = 0 }},
		{"a threshold", func(s *councilv1.GenesisState) { s.Councils[0].DefaultThreshold = 4 }},
		{"a period", func(s *councilv1.GenesisState) { s.Councils[0].VotingPeriod = 0 }},
		{"a proposal id", func(s *councilv1.GenesisState) { s.NextProposalId = 1 }},
		{"a proposal's council", func(s *councilv1.GenesisState) { s.Proposals[0].Proposal.CouncilId = 9 }},
		{"a proposal's version", func(s *councilv1.GenesisState) { s.Proposals[0].Proposal.CouncilVersion = 9 }},
		{"a status", func(s *councilv1.GenesisState) { s.Proposals[0].Proposal.Status = 0 }},
		{"a closing", func(s *councilv1.GenesisState) { s.Proposals[0].Proposal.Closing = 7 }},
		{"a hash", func(s *councilv1.GenesisState) { s.Proposals[0].Proposal.MessagesHash = "" }},
		{"missing messages", func(s *councilv1.GenesisState) { s.Proposals[0].Content.Messages = []*codectypes.Any{} }},
		{"a tally", func(s *councilv1.GenesisState) { s.Proposals[0].Proposal.Yes = 2 }},
		{"a vote twice", func(s *councilv1.GenesisState) {
			s.Proposals[0].Votes = append(s.Proposals[0].Votes, s.Proposals[0].Votes[0])
		}},
	} {
		wrong, err := g.keeper.ExportGenesis(g.ctx)
		require.NoError(t, err)
		wrong.Proposals = wrong.Proposals[:1]
		row.edit(wrong)
		require.Error(t, types.ValidateGenesis(wrong), row.name)
	}
}
