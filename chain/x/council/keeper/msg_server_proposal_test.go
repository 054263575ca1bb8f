package keeper_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/x/authz"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	"github.com/daonetes/daonetes/chain/x/council/types"
)

func TestTheApprovalThatIsEnoughExecutes(t *testing.T) {
	f := newFixture(t)
	board := f.council("board", 2, nil, "alice", "bob", "carol")
	submitted := f.submit(board, "alice", trace(board, "one"), trace(board, "two"))
	require.Equal(t, councilv1.Outcome{Status: open, Yes: 1, Needed: 2}, submitted.Outcome)
	require.Empty(t, f.done, "nothing ran")
	require.Equal(t, []string{"daonetes.council.v1.EventProposalSubmitted", "daonetes.council.v1.EventVoteCast"}, f.eventNames())

	outcome := f.approve(submitted.ProposalId, "bob")
	require.Equal(t, executed, outcome.Status)
	require.Equal(t, []string{"one", "two"}, f.done, "in order, once")
	require.Len(t, outcome.Responses, 2)
	require.Equal(t, "/cosmos.authz.v1beta1.MsgRevokeResponse", outcome.Responses[0].TypeUrl)
	require.Equal(t, []string{
		"daonetes.council.v1.EventVoteCast", "daonetes.council.v1.EventProposalExecuted",
		"cosmos.authz.v1beta1.EventRevoke", "cosmos.authz.v1beta1.EventRevoke",
	}, f.eventNames(), "inner events are there too")

	for _, member := range []string{"carol", "alice", "bob"} {
		f.refused(types.ErrProposalExecuted, approveMsg(submitted.ProposalId, member))
		f.refused(types.ErrProposalExecuted, rejectMsg(submitted.ProposalId, member))
	}
	f.refused(types.ErrProposalExecuted, &councilv1.MsgWithdraw{Sender: person("alice"), ProposalId: submitted.ProposalId})
	require.Equal(t, []string{"one", "two"}, f.done)
}

func TestSubmissionCountsAndMayExecuteAtOnce(t *testing.T) {
	f := newFixture(t)
	board := f.councilOf("board", 2, nil, []councilv1.Member{{Address: person("alice"), Weight: 2}, {Address: person("bob"), Weight: 1}})
	require.Equal(t, executed, f.submit(board, "alice", trace(board, "one")).Outcome.Status)
	require.Equal(t, []string{"one"}, f.done)
	require.Equal(t, open, f.submit(board, "bob", trace(board, "two")).Outcome.Status)
}

// Any 1 may pause, 2 of 3 deploy, 3 of 3 change the authority; the dearest of all messages counts.
func TestRulesPerTypeOfMessage(t *testing.T) {
	f := newFixture(t)
	grant := func(council councilv1.Council) sdk.Msg {
		return &authz.MsgGrant{Granter: council.Address, Grantee: person("grantee")}
	}
	plain := f.council("plain", 2, []councilv1.Rule{{TypeUrl: typeRevoke, Threshold: 1}, {TypeUrl: typeApprove, Threshold: 3}}, "alice", "bob", "carol")
	approve := &councilv1.MsgApprove{Member: plain.Address, ProposalId: 1}
	for _, row := range []struct {
		name string
		want uint64
		msgs []sdk.Msg
	}{
		{"a rule below the default", 1, []sdk.Msg{trace(plain, "x")}},
		{"a rule above it", 3, []sdk.Msg{approve}},
		{"no rule", 2, []sdk.Msg{&councilv1.MsgReject{Member: plain.Address, ProposalId: 1}}},
		{"the highest of all", 3, []sdk.Msg{trace(plain, "x"), approve, trace(plain, "y")}},
		{"a grant: never below the strictest", 3, []sdk.Msg{grant(plain)}},
		{"members: never below the strictest", 3, []sdk.Msg{&councilv1.MsgUpdateMembers{Council: plain.Address, Members: even("alice")}}},
		{"rules: never below the strictest", 3, []sdk.Msg{&councilv1.MsgUpdateRules{Council: plain.Address, DefaultThreshold: 1}}},
	} {
		id := f.submit(plain, "alice", row.msgs...).ProposalId
		response, err := f.queries.Proposal(f.ctx, &councilv1.QueryProposalRequest{ProposalId: id})
		require.NoError(t, err)
		require.Equal(t, row.want, response.Proposal.Needed, row.name)
	}
	// A cheap rule for a dear type does not help.
	cheap := f.council("cheap", 2, []councilv1.Rule{{TypeUrl: typeGrant, Threshold: 1}, {TypeUrl: "/daonetes.council.v1.MsgUpdateRules", Threshold: 1}}, "alice", "bob", "carol")
	require.Equal(t, uint64(2), f.submit(cheap, "alice", grant(cheap)).Outcome.Needed)
	require.Equal(t, uint64(2), f.submit(cheap, "alice", &councilv1.MsgUpdateRules{Council: cheap.Address, DefaultThreshold: 1}).Outcome.Needed)
}

func TestRefusalsOfSubmit(t *testing.T) {
	f := newFixture(t)
	board := f.council("board", 2, nil, "alice", "bob")
	other := f.council("other", 1, nil, "alice")
	exec := authz.NewMsgExec(make(sdk.AccAddress, 20), nil)
	exec.Grantee = board.Address
	many := make([]sdk.Msg, 17)
	for i := range many {
		many[i] = trace(board, "x")
	}
	title := func(text string) *councilv1.MsgSubmit {
		msg := submitMsg(board, "alice", trace(board, "x"))
		msg.Title = text
		return msg
	}
	nobody := submitMsg(board, "alice", trace(board, "x"))
	nobody.Proposer = "x"
	empty := submitMsg(board, "alice", trace(board, "x"))
	empty.Messages = append(empty.Messages, nil)
	for _, row := range []struct {
		name string
		want error
		msg  *councilv1.MsgSubmit
	}{
		{"an unknown council", types.ErrCouncilNotFound, submitMsg(councilv1.Council{Id: 9}, "alice", trace(board, "x"))},
		{"a stranger", types.ErrNotMember, submitMsg(board, "carol", trace(board, "x"))},
		{"no address", types.ErrInvalidAddress, nobody},
		{"no messages", types.ErrInvalidMessages, submitMsg(board, "alice")},
		{"17 messages", types.ErrInvalidMessages, submitMsg(board, "alice", many...)},
		{"an empty message", types.ErrInvalidMessages, empty},
		{"more than 48 KiB", types.ErrInvalidMessages, submitMsg(board, "alice", trace(board, strings.Repeat("x", 48<<10)))},
		{"another council's message", types.ErrWrongSigner, submitMsg(board, "alice", trace(board, "x"), trace(other, "x"))},
		{"the proposer's own message", types.ErrWrongSigner, submitMsg(board, "alice", &authz.MsgRevoke{Granter: person("alice"), Grantee: person("bob"), MsgTypeUrl: "x"})},
		{"a message with a bad signer", types.ErrWrongSigner, submitMsg(board, "alice", &authz.MsgRevoke{Granter: "x"})},
		{"MsgExec", types.ErrMessageNotAllowed, submitMsg(board, "alice", &exec)},
		{"a long title", types.ErrInvalidTitle, title(strings.Repeat("x", 257))},
		{"a title of two lines", types.ErrInvalidTitle, title("a\nb")},
		{"a title with an escape", types.ErrInvalidTitle, title("\x1b[2J")},
	} {
		t.Run(row.name, func(t *testing.T) {
			f.t = t
			f.refused(row.want, row.msg)
		})
	}
}

func TestVotesMayChangeWhileOpenAndCountOnce(t *testing.T) {
	f := newFixture(t)
	board := f.council("board", 3, nil, "alice", "bob", "carol", "dave")
	id := f.submit(board, "alice", trace(board, "x")).ProposalId
	f.refused(types.ErrAlreadyVoted, approveMsg(id, "alice"))
	require.Equal(t, councilv1.Outcome{Status: open, Yes: 1, No: 1, Needed: 3}, f.reject(id, "bob"))
	f.refused(types.ErrAlreadyVoted, rejectMsg(id, "bob"))
	require.Equal(t, councilv1.Outcome{Status: open, Yes: 2, Needed: 3}, f.approve(id, "bob"))
	require.Equal(t, councilv1.Outcome{Status: open, Yes: 1, No: 1, Needed: 3}, f.reject(id, "alice"), "the proposer too")
	f.refused(types.ErrNotMember, approveMsg(id, "stranger"))
	f.refused(types.ErrNotMember, rejectMsg(id, "stranger"))
	f.refused(types.ErrProposalNotFound, approveMsg(99, "alice"))
	f.refused(types.ErrInvalidAddress, &councilv1.MsgApprove{Member: "x", ProposalId: id})
	f.refused(types.ErrInvalidAddress, &councilv1.MsgReject{Member: "x", ProposalId: id})
	require.Equal(t, executed, func() councilv1.ProposalStatus { f.approve(id, "carol"); return f.approve(id, "dave").Status }())
	response, err := f.queries.Proposal(f.ctx, &councilv1.QueryProposalRequest{ProposalId: id})
	require.NoError(t, err)
	require.Len(t, response.Votes, 4)
	require.Empty(t, response.Messages, "a closed one keeps hash and voters")
	require.NotEmpty(t, response.Proposal.MessagesHash)
}

func TestProposalThatCannotBeReachedAnyMoreIsRejected(t *testing.T) {
	f := newFixture(t)
	board := f.council("board", 2, nil, "alice", "bob", "carol")
	id := f.submit(board, "alice", trace(board, "x")).ProposalId
	require.Equal(t, open, f.reject(id, "bob").Status, "1 of 3 against: 2 can still approve")
	require.Equal(t, rejected, f.reject(id, "carol").Status)
	require.Contains(t, f.eventNames(), "daonetes.council.v1.EventProposalRejected")
	f.refused(types.ErrProposalClosed, approveMsg(id, "bob"))
	require.Empty(t, f.done)
}

func TestWithdrawByProposerOrCouncil(t *testing.T) {
	f := newFixture(t)
	board := f.council("board", 2, nil, "alice", "bob", "carol")
	id := f.submit(board, "alice", trace(board, "x")).ProposalId
	f.refused(types.ErrUnauthorized, &councilv1.MsgWithdraw{Sender: person("bob"), ProposalId: id})
	f.refused(types.ErrProposalNotFound, &councilv1.MsgWithdraw{Sender: person("bob"), ProposalId: 99})
	f.refused(types.ErrInvalidAddress, &councilv1.MsgWithdraw{Sender: "x", ProposalId: id})
	ok(f, &councilv1.MsgWithdrawResponse{}, &councilv1.MsgWithdraw{Sender: person("alice"), ProposalId: id})
	require.Equal(t, withdrawn, f.status(id))
	f.refused(types.ErrProposalClosed, approveMsg(id, "bob"))

	id = f.submit(board, "alice", trace(board, "x")).ProposalId
	end := f.submit(board, "bob", &councilv1.MsgWithdraw{Sender: board.Address, ProposalId: id}).ProposalId
	f.approve(end, "carol")
	require.Equal(t, withdrawn, f.status(id))
}

func TestProposalEndsByItself(t *testing.T) {
	f := newFixture(t)
	board := f.council("board", 2, nil, "alice", "bob")
	id := f.submit(board, "alice", trace(board, "x")).ProposalId
	f.advance(72*time.Hour - time.Nanosecond)
	require.Equal(t, open, f.status(id))
	require.Equal(t, []uint64{id}, f.inbox("bob"))
	f.advance(time.Nanosecond)
	require.Equal(t, expired, f.status(id), "without anybody touching it")
	require.Empty(t, f.inbox("bob"))
	for _, msg := range []sdk.Msg{approveMsg(id, "bob"), rejectMsg(id, "bob"), &councilv1.MsgWithdraw{Sender: person("alice"), ProposalId: id}} {
		f.refused(types.ErrProposalExpired, msg)
	}
	require.Empty(t, f.done)
}

func TestChangeOfMembersOrRulesEndsEveryOpenProposal(t *testing.T) {
	f := newFixture(t)
	board := f.council("board", 2, nil, "alice", "bob", "carol")
	old := f.submit(board, "carol", trace(board, "x")).ProposalId
	change := f.submit(board, "alice", &councilv1.MsgUpdateMembers{Council: board.Address, Members: even("alice", "bob", "dave")}).ProposalId
	f.approve(change, "bob")
	require.Equal(t, executed, f.status(change), "the one that made the change is none of them")
	require.Equal(t, superseded, f.status(old))
	f.refused(types.ErrProposalSuperseded, approveMsg(old, "bob"))
	f.refused(types.ErrProposalSuperseded, approveMsg(old, "dave"))
	f.refused(types.ErrNotMember, approveMsg(old, "carol"))
	f.refused(types.ErrProposalSuperseded, &councilv1.MsgWithdraw{Sender: person("carol"), ProposalId: old})

	// A member who left has no vote in what comes after.
	board = f.reload(board.Id)
	next := f.submit(board, "alice", trace(board, "y")).ProposalId
	f.refused(types.ErrNotMember, approveMsg(next, "carol"))
	f.refused(types.ErrNotMember, submitMsg(board, "carol", trace(board, "z")))
	f.approve(f.submit(board, "alice", &councilv1.MsgUpdateRules{Council: board.Address, DefaultThreshold: 3}).ProposalId, "dave")
	require.Equal(t, superseded, f.status(next))
	require.Empty(t, f.done)
}

func TestVoteNamesWhatItIsFor(t *testing.T) {
	f := newFixture(t)
	board := f.council("board", 2, nil, "alice", "bob", "carol")
	submitted := f.submit(board, "alice", trace(board, "x"))
	response, err := f.queries.Proposal(f.ctx, &councilv1.QueryProposalRequest{ProposalId: submitted.ProposalId})
	require.NoError(t, err)
	hash, err := types.MessagesHash(&councilv1.ProposalContent{Messages: response.Messages})
	require.NoError(t, err)
	require.Equal(t, hash, submitted.MessagesHash, "whoever reads the messages can recompute it")
	require.Equal(t, hash, response.Proposal.MessagesHash)
	wrong := approveMsg(submitted.ProposalId, "bob")
	wrong.MessagesHash = "sha256:" + strings.Repeat("0", 64)
	f.refused(types.ErrContentMismatch, wrong)
	right := approveMsg(submitted.ProposalId, "bob")
	right.MessagesHash = hash
	require.Equal(t, executed, ok(f, &councilv1.MsgApproveResponse{}, right).Outcome.Status)
}
