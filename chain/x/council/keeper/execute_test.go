package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	"github.com/daonetes/daonetes/chain/x/council/types"
)

func TestFailingMessageFailsTheApprovalAndLeavesTheProposalOpen(t *testing.T) {
	f := newFixture(t)
	board := f.council("board", 2, nil, "alice", "bob", "carol")
	id := f.submit(board, "alice", trace(board, "one"), trace(board, "fail"), trace(board, "three")).ProposalId
	_, err := f.send(approveMsg(id, "bob"))
	require.ErrorIs(t, err, types.ErrMessageFailed)
	require.ErrorContains(t, err, "message 2 of 3, /cosmos.authz.v1beta1.MsgRevoke (authz/2)")
	f.refused(types.ErrMessageFailed, approveMsg(id, "carol"))
	require.Empty(t, f.done, "nothing half-happens")
	require.Equal(t, open, f.status(id))
	require.Equal(t, []uint64{id}, f.inbox("bob"), "the approval was not counted")
	// At submission too, where one is enough.
	single := f.council("single", 1, nil, "alice")
	f.refused(types.ErrMessageFailed, submitMsg(single, "alice", trace(single, "fail")))
}

// What a proposal does cannot run it again: it is closed before its messages run.
func TestReentryIsRefused(t *testing.T) {
	f := newFixture(t)
	outer := f.council("outer", 1, nil, "alice")
	inner := f.councilOf("inner", 2, nil, []councilv1.Member{{Address: outer.Address, Weight: 1}, {Address: person("alice"), Weight: 1}})
	// inner's proposal approves itself through outer, when outer's approval is what executes it.
	id := f.submit(inner, "alice", trace(inner, "once")).ProposalId
	again := &councilv1.MsgApprove{Member: outer.Address, ProposalId: id}
	f.refused(types.ErrMessageFailed, submitMsg(outer, "alice", again, again))
	require.Empty(t, f.done)
	require.Equal(t, executed, f.submit(outer, "alice", again).Outcome.Status)
	require.Equal(t, []string{"once"}, f.done)
}

// chain builds councils each of which is the only member of the next, and in each but the first a proposal that
// approves the one above; the last leaves a trace.
func (f *fixture) nested(depth int) (councilv1.Council, sdk.Msg) {
	f.t.Helper()
	councils := []councilv1.Council{f.council("c0", 1, nil, "alice")}
	for i := 1; i < depth; i++ {
		below := councils[i-1]
		councils = append(councils, f.councilOf("c"+string(rune('0'+i)), 2, nil, []councilv1.Member{{Address: below.Address, Weight: 1}, {Address: person("alice"), Weight: 1}}))
	}
	msg := trace(councils[depth-1], "deep")
	for i := depth - 1; i > 0; i-- {
		id := f.submit(councils[i], "alice", msg).ProposalId
		msg = &councilv1.MsgApprove{Member: councils[i-1].Address, ProposalId: id}
	}
	return councils[0], msg
}

func TestCouncilsNestFourDeep(t *testing.T) {
	f := newFixture(t)
	first, msg := f.nested(4)
	outcome := f.submit(first, "alice", msg).Outcome
	require.Equal(t, executed, outcome.Status)
	require.Equal(t, []string{"deep"}, f.done)
	require.Contains(t, f.eventNames(), "cosmos.authz.v1beta1.EventRevoke", "events of all depths are there")
	// The innermost outcome is in the responses too.
	for range 3 {
		require.Equal(t, "/daonetes.council.v1.MsgApproveResponse", outcome.Responses[0].TypeUrl)
		response := &councilv1.MsgApproveResponse{}
		require.NoError(t, response.Unmarshal(outcome.Responses[0].Value))
		outcome = response.Outcome
	}
	require.Equal(t, "/cosmos.authz.v1beta1.MsgRevokeResponse", outcome.Responses[0].TypeUrl)

	f = newFixture(t)
	first, msg = f.nested(5)
	_, err := f.send(submitMsg(first, "alice", msg))
	require.ErrorIs(t, err, types.ErrMessageFailed)
	require.ErrorContains(t, err, "council/31")
	require.Empty(t, f.done)
}

func TestNestedCouncilVotesAsOneMember(t *testing.T) {
	f := newFixture(t)
	team := f.council("team", 2, nil, "bob", "carol")
	board := f.councilOf("board", 2, nil, []councilv1.Member{{Address: person("alice"), Weight: 1}, {Address: team.Address, Weight: 1}})
	id := f.submit(board, "alice", trace(board, "x")).ProposalId
	require.Empty(t, f.inbox("bob"), "it waits for the team, not for its people")
	waiting, err := f.queries.Inbox(f.ctx, &councilv1.QueryInboxRequest{Member: team.Address})
	require.NoError(t, err)
	require.Equal(t, []uint64{id}, idsOf(waiting.Proposals))
	vote := f.submit(team, "bob", &councilv1.MsgApprove{Member: team.Address, ProposalId: id}).ProposalId
	require.Equal(t, open, f.status(id))
	f.approve(vote, "carol")
	require.Equal(t, executed, f.status(id))
}
