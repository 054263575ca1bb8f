package keeper_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	"github.com/daonetes/daonetes/chain/x/council/types"
)

func TestOpenProposalsAreSharedOutAmongMembers(t *testing.T) {
	f := newFixture(t)
	members := names("m", 40)
	board := f.council("board", 40, nil, members...)
	reform := &councilv1.MsgUpdateRules{Council: board.Address, DefaultThreshold: 1}
	first := f.submit(board, "m00", trace(board, "a")).ProposalId
	f.submit(board, "m00", trace(board, "b"))
	f.refused(types.ErrTooManyOpen, submitMsg(board, "m00", trace(board, "c")))
	f.submit(board, "m00", reform)
	f.refused(types.ErrTooManyOpen, submitMsg(board, "m00", reform))
	f.refused(types.ErrTooManyOpen, submitMsg(board, "m00", reform, trace(board, "c")))
	f.submit(board, "m01", trace(board, "a"))
	ok(f, &councilv1.MsgWithdrawResponse{}, &councilv1.MsgWithdraw{Sender: person("m00"), ProposalId: first})
	f.submit(board, "m00", reform)
	f.refused(types.ErrTooManyOpen, submitMsg(board, "m00", trace(board, "c")))

	lone := f.council("lone", 1, []councilv1.Rule{{TypeUrl: typeRevoke, Threshold: 1}}, "alice")
	require.Equal(t, executed, f.submit(lone, "alice", trace(lone, "x")).Outcome.Status)
	require.Equal(t, 1, types.OpenLimit(64))
	require.Equal(t, 100, types.OpenLimit(1))
}

// Nothing clears dead proposals away in a block hook: each Submit takes the five oldest along.
func TestSubmitClearsDeadProposalsAway(t *testing.T) {
	f := newFixture(t)
	board := f.council("board", 2, nil, "alice", "bob")
	for range 12 {
		f.submit(board, "alice", trace(board, "x"))
	}
	f.advance(72 * time.Hour)
	entries := func() int {
		state, err := f.keeper.ExportGenesis(f.ctx)
		require.NoError(t, err)
		stored := 0
		for _, record := range state.Proposals {
			if record.Proposal.Status == open {
				stored++
			}
		}
		return stored
	}
	require.Equal(t, 12, entries())
	f.submit(board, "bob", trace(board, "y"))
	require.Equal(t, 12-5+1, entries())
	require.Equal(t, "daonetes.council.v1.EventProposalLapsed", f.eventNames()[0])
	require.Equal(t, expired, f.status(1))
	f.submit(board, "bob", trace(board, "y"))
	f.submit(board, "bob", trace(board, "y"))
	require.Equal(t, 3, entries(), "the live ones")
	// Dead ones take nobody's place.
	for range 50 {
		f.submit(board, "alice", trace(board, "z"))
	}
	f.refused(types.ErrTooManyOpen, submitMsg(board, "alice", trace(board, "z")))
	f.advance(72 * time.Hour)
	f.submit(board, "alice", trace(board, "z"))
}

func TestTheNewestThousandClosedProposalsAreKept(t *testing.T) {
	f := newFixture(t)
	board := f.council("board", 1, nil, "alice", "bob")
	other := f.council("other", 1, nil, "alice")
	kept := f.submit(other, "alice", trace(other, "x")).ProposalId
	first := f.submit(board, "alice", trace(board, "x")).ProposalId
	for range 1_000 {
		f.submit(board, "bob", trace(board, "x"))
	}
	_, err := f.queries.Proposal(f.ctx, &councilv1.QueryProposalRequest{ProposalId: first})
	require.ErrorContains(t, err, "NotFound")
	require.Equal(t, executed, f.status(first+1))
	require.Equal(t, executed, f.status(kept), "each council has its own thousand")
	state, err := f.keeper.ExportGenesis(f.ctx)
	require.NoError(t, err)
	require.Len(t, state.Proposals, 1_001)
}
