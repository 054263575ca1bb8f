package keeper_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	"github.com/daonetes/daonetes/chain/x/council/types"
)

func TestCouncilIsCreatedWithTheAccountsOfAllItNames(t *testing.T) {
	f := newFixture(t)
	board := f.councilOf("board", 3, []councilv1.Rule{{TypeUrl: typeRevoke, Threshold: 1}, {TypeUrl: typeGrant, Threshold: 4}}, []councilv1.Member{
		{Address: person("carol"), Weight: 1}, {Address: person("alice"), Weight: 2}, {Address: person("bob"), Weight: 1},
	})
	require.Equal(t, uint64(1), board.Id)
	require.Equal(t, uint64(1), board.Version)
	require.Equal(t, uint64(4), board.TotalWeight)
	require.Equal(t, 72*time.Hour, board.VotingPeriod, "the network's default")
	require.Equal(t, []string{typeGrant, typeRevoke}, []string{board.Rules[0].TypeUrl, board.Rules[1].TypeUrl}, "sorted")
	raw, err := types.ParseAddress(board.Address)
	require.NoError(t, err)
	require.Len(t, raw, 32)
	for _, address := range []string{board.Address, person("alice"), person("bob"), person("carol")} {
		parsed, err := types.ParseAddress(address)
		require.NoError(t, err)
		require.True(t, f.accounts.HasAccount(f.ctx, parsed), address)
	}
	require.Equal(t, []string{"daonetes.council.v1.EventCouncilCreated"}, f.eventNames())
	second := f.council("second", 1, nil, "alice")
	require.NotEqual(t, board.Address, second.Address)
}

func TestRefusalsOfCreateCouncil(t *testing.T) {
	f := newFixture(t)
	f.council("taken", 1, nil, "alice")
	f.barred[person("device")] = true
	f.barred[person("stranger")] = true
	_, own, err := types.CouncilAddress(2)
	require.NoError(t, err)
	twice := append(even("alice", "bob"), even("alice")...)
	rules := func(list ...councilv1.Rule) func(*councilv1.MsgCreateCouncil) {
		return func(msg *councilv1.MsgCreateCouncil) { msg.Rules = list }
	}
	members := func(list []councilv1.Member) func(*councilv1.MsgCreateCouncil) {
		return func(msg *councilv1.MsgCreateCouncil) { msg.Members = list }
	}
	many := make([]councilv1.Rule, 101)
	for i := range many {
		many[i] = councilv1.Rule{TypeUrl: typeRevoke, Threshold: 1}
	}
	for _, row := range []struct {
		name string
		want error
		edit func(*councilv1.MsgCreateCouncil)
	}{
		{"no name", types.ErrInvalidName, func(msg *councilv1.MsgCreateCouncil) { msg.Name = "" }},
		{"a name in capitals", types.ErrInvalidName, func(msg *councilv1.MsgCreateCouncil) { msg.Name = "Board" }},
		{"a name that is taken", types.ErrCouncilNameTaken, func(msg *councilv1.MsgCreateCouncil) { msg.Name = "taken" }},
		{"no members", types.ErrMemberCount, members(nil)},
		{"65 members", types.ErrMemberCount, members(even(names("m", 65)...))},
		{"weight 0", types.ErrInvalidWeight, members([]councilv1.Member{{Address: person("alice")}})},
		{"a huge weight", types.ErrInvalidWeight, members([]councilv1.Member{{Address: person("alice"), Weight: 1_000_001}})},
		{"a weight below 0, as it arrives", types.ErrInvalidWeight, members([]councilv1.Member{{Address: person("alice"), Weight: ^uint64(0)}})},
		{"a member twice", types.ErrDuplicateMember, members(twice)},
		{"a name twice", types.ErrDuplicateMember, members([]councilv1.Member{{Address: person("alice"), Weight: 1, Name: "al"}, {Address: person("bob"), Weight: 1, Name: "al"}})},
		{"a name of a member that is none", types.ErrInvalidName, members([]councilv1.Member{{Address: person("alice"), Weight: 1, Name: "Al"}})},
		{"a member that is no address", types.ErrInvalidAddress, members([]councilv1.Member{{Address: "alice", Weight: 1}})},
		{"itself", types.ErrOwnMember, members([]councilv1.Member{{Address: own, Weight: 1}})},
		{"a member that may have no other role", errRefusedByTest, members(even("device"))},
		{"threshold 0", types.ErrZeroThreshold, func(msg *councilv1.MsgCreateCouncil) { msg.DefaultThreshold = 0 }},
		{"a threshold above the total weight", types.ErrThresholdAboveTotal, func(msg *councilv1.MsgCreateCouncil) { msg.DefaultThreshold = 3 }},
		{"a rule with threshold 0", types.ErrZeroThreshold, rules(councilv1.Rule{TypeUrl: typeRevoke})},
		{"a rule above the total weight", types.ErrThresholdAboveTotal, rules(councilv1.Rule{TypeUrl: typeRevoke, Threshold: 3})},
		{"a rule for an unknown type", types.ErrUnknownMessageType, rules(councilv1.Rule{TypeUrl: "/daonetes.workload.v1.MsgPause", Threshold: 1})},
		{"a rule for a type that councils cannot send", types.ErrUnknownMessageType, rules(councilv1.Rule{TypeUrl: "/cosmos.authz.v1beta1.MsgExec", Threshold: 1})},
		{"two rules for one type", types.ErrInvalidRules, rules(councilv1.Rule{TypeUrl: typeRevoke, Threshold: 1}, councilv1.Rule{TypeUrl: typeRevoke, Threshold: 2})},
		{"too many rules", types.ErrInvalidRules, rules(many...)},
		{"a voting period of a second", types.ErrInvalidVotingPeriod, func(msg *councilv1.MsgCreateCouncil) { msg.VotingPeriod = time.Second }},
		{"a voting period above the longest", types.ErrInvalidVotingPeriod, func(msg *councilv1.MsgCreateCouncil) { msg.VotingPeriod = 31 * 24 * time.Hour }},
		{"long metadata", types.ErrInvalidMetadata, func(msg *councilv1.MsgCreateCouncil) { msg.Metadata = strings.Repeat("x", 1_025) }},
		{"somebody who may not create", errRefusedByTest, func(msg *councilv1.MsgCreateCouncil) { msg.Creator = person("stranger") }},
	} {
		t.Run(row.name, func(t *testing.T) {
			f.t = t
			msg := &councilv1.MsgCreateCouncil{Creator: person("creator"), Name: "new", Members: even("alice", "bob"), DefaultThreshold: 1}
			row.edit(msg)
			f.refused(row.want, msg)
		})
	}
	// The bounds themselves are taken.
	f.t = t
	f.councilOf("full", 64_000_000, nil, func() []councilv1.Member {
		full := even(names("m", 64)...)
		for i := range full {
			full[i].Weight = 1_000_000
		}
		return full
	}())
}

func TestMembersAndRulesChangeByTheCouncilAlone(t *testing.T) {
	f := newFixture(t)
	board := f.council("board", 2, []councilv1.Rule{{TypeUrl: typeGrant, Threshold: 3}}, "alice", "bob", "carol")
	members := &councilv1.MsgUpdateMembers{Council: board.Address, Members: even("alice", "bob", "carol", "dave")}
	for _, stranger := range []string{person("alice"), person("creator")} {
		f.refused(types.ErrUnauthorized, &councilv1.MsgUpdateMembers{Council: stranger, Members: even("dave")})
		f.refused(types.ErrUnauthorized, &councilv1.MsgUpdateRules{Council: stranger, DefaultThreshold: 1})
	}
	// A change of members needs the strictest rule, 3, not the default.
	id := f.submit(board, "alice", members).ProposalId
	require.Equal(t, open, f.approve(id, "bob").Status)
	outcome := f.approve(id, "carol")
	require.Equal(t, executed, outcome.Status)
	board = f.reload(board.Id)
	require.Equal(t, uint64(2), board.Version)
	require.Equal(t, uint64(4), board.TotalWeight)
	require.Equal(t, []uint64{2}, []uint64{f.memberResponse(outcome).Version})

	id = f.submit(board, "dave", &councilv1.MsgUpdateRules{Council: board.Address, DefaultThreshold: 1, VotingPeriod: time.Hour, Metadata: "x"}).ProposalId
	f.approve(id, "alice")
	require.Equal(t, executed, f.approve(id, "bob").Status)
	board = f.reload(board.Id)
	require.Equal(t, uint64(3), board.Version)
	require.Empty(t, board.Rules)
	require.Equal(t, time.Hour, board.VotingPeriod)
	require.Equal(t, "x", board.Metadata)
}

func (f *fixture) memberResponse(outcome councilv1.Outcome) *councilv1.MsgUpdateMembersResponse {
	f.t.Helper()
	require.Len(f.t, outcome.Responses, 1)
	require.Equal(f.t, "/daonetes.council.v1.MsgUpdateMembersResponse", outcome.Responses[0].TypeUrl)
	response := &councilv1.MsgUpdateMembersResponse{}
	require.NoError(f.t, response.Unmarshal(outcome.Responses[0].Value))
	return response
}

func TestMembersWhoLeaveMustNotStrandARule(t *testing.T) {
	f := newFixture(t)
	board := f.council("board", 1, []councilv1.Rule{{TypeUrl: typeGrant, Threshold: 2}}, "alice", "bob")
	fewer := &councilv1.MsgUpdateMembers{Council: board.Address, Members: even("alice")}
	id := f.submit(board, "alice", fewer).ProposalId
	f.refused(types.ErrMessageFailed, approveMsg(id, "bob"))
	// With the rules in the same proposal it goes, in the order in which each step is sound.
	id = f.submit(board, "alice", &councilv1.MsgUpdateRules{Council: board.Address, DefaultThreshold: 1}, fewer).ProposalId
	require.Equal(t, executed, f.approve(id, "bob").Status)
	board = f.reload(board.Id)
	require.Equal(t, uint64(3), board.Version, "two changes")
	require.Len(t, board.Members, 1)
	members, err := f.queries.Councils(f.ctx, &councilv1.QueryCouncilsRequest{Member: person("bob")})
	require.NoError(t, err)
	require.Empty(t, members.Councils)
}

func TestParamsChangeByTheNetworksAuthority(t *testing.T) {
	f := newFixture(t)
	params := councilv1.Params{DefaultVotingPeriod: time.Hour, MaxVotingPeriod: 2 * time.Hour}
	f.refused(types.ErrUnauthorized, &councilv1.MsgUpdateParams{Authority: person("root"), Params: params})
	f.network = person("root")
	f.refused(types.ErrUnauthorized, &councilv1.MsgUpdateParams{Authority: person("alice"), Params: params})
	for _, wrong := range []councilv1.Params{{}, {DefaultVotingPeriod: time.Hour}, {DefaultVotingPeriod: 3 * time.Hour, MaxVotingPeriod: 2 * time.Hour}, {DefaultVotingPeriod: time.Hour, MaxVotingPeriod: 366 * 24 * time.Hour}} {
		f.refused(types.ErrInvalidParams, &councilv1.MsgUpdateParams{Authority: person("root"), Params: wrong})
	}
	ok(f, &councilv1.MsgUpdateParamsResponse{}, &councilv1.MsgUpdateParams{Authority: person("root"), Params: params})
	require.Equal(t, time.Hour, f.council("board", 1, nil, "alice").VotingPeriod)
	// The network's authority may be a council.
	board := f.council("root", 2, nil, "alice", "bob")
	f.network = board.Address
	id := f.submit(board, "alice", &councilv1.MsgUpdateParams{Authority: board.Address, Params: types.DefaultParams()}).ProposalId
	require.Equal(t, executed, f.approve(id, "bob").Status)
}
