package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/types/query"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
)

func TestQueriesOfProposals(t *testing.T) {
	f := newFixture(t)
	board := f.council("board", 2, nil, "alice", "bob", "carol")
	side := f.council("side", 2, nil, "bob", "carol")
	var ids []uint64
	for range 5 {
		ids = append(ids, f.submit(board, "alice", trace(board, "x")).ProposalId)
	}
	f.approve(ids[0], "bob")
	f.reject(ids[1], "bob")
	ids = append(ids, f.submit(side, "carol", trace(side, "x")).ProposalId)

	list := func(status councilv1.ProposalStatus) []uint64 {
		response, err := f.queries.Proposals(f.ctx, &councilv1.QueryProposalsRequest{CouncilId: board.Id, Status: status})
		require.NoError(t, err)
		return idsOf(response.Proposals)
	}
	require.Equal(t, ids[:5], list(councilv1.ProposalStatus_PROPOSAL_STATUS_UNSPECIFIED))
	require.Equal(t, ids[1:5], list(open))
	require.Equal(t, ids[:1], list(executed))
	require.Empty(t, list(rejected))
	_, err := f.queries.Proposals(f.ctx, &councilv1.QueryProposalsRequest{CouncilId: 9})
	require.ErrorContains(t, err, "NotFound")

	require.Equal(t, []uint64{ids[2], ids[3], ids[4], ids[5]}, f.inbox("bob"), "what has no vote of bob yet, in all councils")
	require.Equal(t, []uint64{ids[1], ids[2], ids[3], ids[4]}, f.inbox("carol"))
	require.Empty(t, f.inbox("alice"))
	require.Empty(t, f.inbox("stranger"))

	var paged []uint64
	request := &councilv1.QueryInboxRequest{Member: person("bob"), Pagination: &query.PageRequest{Limit: 1}}
	for range 4 {
		response, err := f.queries.Inbox(f.ctx, request)
		require.NoError(t, err)
		paged = append(paged, idsOf(response.Proposals)...)
		request.Pagination.Key = response.Pagination.NextKey
	}
	require.Nil(t, request.Pagination.Key)
	require.Equal(t, []uint64{ids[2], ids[3], ids[4], ids[5]}, paged)
	for _, wrong := range []*councilv1.QueryInboxRequest{{Member: "x"}, {Member: person("bob"), Pagination: &query.PageRequest{Key: []byte("short")}}} {
		_, err := f.queries.Inbox(f.ctx, wrong)
		require.ErrorContains(t, err, "InvalidArgument")
	}
}
