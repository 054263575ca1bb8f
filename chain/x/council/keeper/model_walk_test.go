package keeper_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/x/authz"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	"github.com/daonetes/daonetes/chain/x/council/types"
)

// walker takes random steps in the module and in the model.
type walker struct {
	*rand.Rand
	f       *fixture
	m       model
	people  []string
	outcome map[string]int
}

const modelCouncils = 5

// anybody is a person, or a council.
func (w *walker) anybody() string {
	if w.IntN(4) == 0 {
		_, text, _ := types.CouncilAddress(uint64(1 + w.IntN(modelCouncils)))
		return text
	}
	return w.people[w.IntN(len(w.people))]
}

// memberOf is a member of the council, mostly.
func (w *walker) memberOf(council uint64) string {
	members := slices.Sorted(maps.Keys(w.m.councils[council].weights))
	if len(members) == 0 || w.IntN(8) == 0 {
		return w.anybody()
	}
	return members[w.IntN(len(members))]
}

// proposalID is a recent proposal, mostly.
func (w *walker) proposalID() uint64 { return w.m.nextID - uint64(w.IntN(30)) }

// message is a message of the signer; deep bounds how far proposals of proposals go.
func (w *walker) message(signer string, deep int) sdk.Msg {
	switch kind := w.IntN(20); {
	case kind < 5:
		return &authz.MsgRevoke{Granter: signer, Grantee: w.people[0], MsgTypeUrl: []string{"fail", "x", "y", "z"}[w.IntN(4)]}
	case kind < 6:
		return &authz.MsgGrant{Granter: signer, Grantee: w.people[0]}
	case kind < 8:
		msg := &councilv1.MsgUpdateMembers{Council: signer}
		for range 1 + w.IntN(4) {
			msg.Members = append(msg.Members, councilv1.Member{Address: w.anybody(), Weight: w.weight()})
		}
		return msg
	case kind < 10:
		msg := &councilv1.MsgUpdateRules{Council: signer, DefaultThreshold: uint64(w.IntN(4))}
		for _, typeURL := range []string{typeRevoke, typeGrant, typeApprove, "/daonetes.council.v1.MsgUpdateRules"} {
			if w.IntN(3) == 0 {
				msg.Rules = append(msg.Rules, councilv1.Rule{TypeUrl: typeURL, Threshold: uint64(1 + w.IntN(4))})
			}
		}
		return msg
	case kind < 13:
		return &councilv1.MsgReject{Member: signer, ProposalId: w.proposalID()}
	case kind < 14:
		return &councilv1.MsgWithdraw{Sender: signer, ProposalId: w.proposalID()}
	case kind < 17 && deep > 0:
		return w.submitMessage(signer, deep-1)
	default:
		return &councilv1.MsgApprove{Member: signer, ProposalId: w.proposalID()}
	}
}

func (w *walker) weight() uint64 {
	if w.IntN(50) == 0 {
		return []uint64{0, 1_000_001, ^uint64(0), 1_000_000}[w.IntN(4)]
	}
	return uint64(1 + w.IntN(2))
}

func (w *walker) submitMessage(proposer string, deep int) *councilv1.MsgSubmit {
	id := uint64(1 + w.IntN(modelCouncils))
	_, own, _ := types.CouncilAddress(id)
	var msgs []sdk.Msg
	for range 1 + w.IntN(2) {
		signer := own
		if w.IntN(30) == 0 {
			signer = w.anybody()
		}
		msgs = append(msgs, w.message(signer, deep))
	}
	msg := submitMsg(councilv1.Council{Id: id}, "", msgs...)
	msg.Proposer = proposer
	return msg
}

// step is one random message of a person, or of a council as if by a grant.
func (w *walker) step() sdk.Msg {
	switch w.IntN(10) {
	case 0, 1:
		msg := w.submitMessage(w.anybody(), 2)
		msg.Proposer = w.memberOf(msg.CouncilId)
		return msg
	case 2:
		return w.message(w.anybody(), 2)
	case 3:
		id := w.proposalID()
		return &councilv1.MsgReject{Member: w.memberOf(w.m.proposals[id].council), ProposalId: id}
	default:
		id := w.proposalID()
		return &councilv1.MsgApprove{Member: w.memberOf(w.m.proposals[id].council), ProposalId: id}
	}
}

// compare holds the whole of both states against each other.
func (w *walker) compare(t *testing.T) {
	t.Helper()
	for id, c := range w.m.councils {
		council := w.f.reload(id)
		require.Equal(t, uint64(c.version), council.Version)
		require.Equal(t, c.threshold, council.DefaultThreshold)
		require.Len(t, council.Rules, len(c.rules))
		require.Len(t, council.Members, len(c.weights))
		for _, member := range council.Members {
			require.Equal(t, c.weights[member.Address], member.Weight)
		}
		require.Equal(t, sum(c.weights, everybody), council.TotalWeight)
	}
	waiting := map[string][]uint64{}
	for id := w.m.nextID - 1; id > 0 && id > w.m.nextID-60; id-- {
		p := w.m.proposals[id]
		response, err := w.f.queries.Proposal(w.f.ctx, &councilv1.QueryProposalRequest{ProposalId: id})
		require.NoError(t, err)
		require.Equal(t, p.needed, response.Proposal.Needed)
		require.Len(t, response.Votes, len(p.votes))
		for _, vote := range response.Votes {
			require.Equal(t, p.votes[vote.Member], vote.Choice == councilv1.Choice_CHOICE_APPROVE)
		}
		require.Equal(t, w.m.why(p) == nil, response.Proposal.Status == open, "proposal %d: %s", id, response.Proposal.Status)
		if w.m.why(p) != nil {
			continue
		}
		require.Equal(t, p.msgs == nil, response.Messages == nil)
		for member := range w.m.councils[p.council].weights {
			if _, voted := p.votes[member]; !voted {
				waiting[member] = append(waiting[member], id)
			}
		}
	}
	for member, ids := range waiting {
		response, err := w.f.queries.Inbox(w.f.ctx, &councilv1.QueryInboxRequest{Member: member})
		require.NoError(t, err)
		require.Subset(t, idsOf(response.Proposals), ids)
	}
}

// M-06: the module agrees with the model, step by step. MODEL_STEPS and MODEL_SEED are settings.
func TestModuleAgreesWithTheModel(t *testing.T) {
	steps, seed := setting(t, "MODEL_STEPS", 20_000), uint64(setting(t, "MODEL_SEED", 1))
	f := newFixture(t)
	w := &walker{Rand: rand.New(rand.NewPCG(seed, 0)), f: f, outcome: map[string]int{}}
	w.m = model{f.ctx.BlockTime(), map[uint64]modelCouncil{}, map[uint64]modelProposal{}, 1}
	for _, name := range names("p", 5) {
		w.people = append(w.people, person(name))
	}
	for id := uint64(1); id <= modelCouncils; id++ {
		f.council(fmt.Sprintf("c%d", id), 2, nil, names("p", 3)...)
		w.m.councils[id] = modelCouncil{1, map[string]uint64{w.people[0]: 1, w.people[1]: 1, w.people[2]: 1}, 2, map[string]uint64{}}
	}
	for step := range steps {
		if w.IntN(50) == 0 {
			by := time.Duration(w.IntN(30)) * time.Hour
			f.advance(by)
			w.m.now = w.m.now.Add(by)
		}
		msg := w.step()
		after := w.m.clone()
		want := after.apply(msg, 0)
		if want == nil {
			w.m = after
		}
		_, got := f.send(msg)
		require.True(t, agree(want, got), "MODEL_SEED=%d step %d: the model says %v, the module %v\n%v", seed, step, want, got, msg)
		w.outcome[fmt.Sprint(want)]++
		if step%200 == 0 {
			w.compare(t)
			w.m.forget()
		}
	}
	w.compare(t)
	for _, seen := range []error{
		nil, types.ErrMessageFailed, types.ErrAlreadyVoted, types.ErrProposalExecuted, types.ErrProposalClosed, types.ErrProposalExpired,
		types.ErrProposalSuperseded, types.ErrNotMember, types.ErrUnauthorized, types.ErrWrongSigner, types.ErrInvalidWeight, types.ErrZeroThreshold,
	} {
		require.Positive(t, w.outcome[fmt.Sprint(seen)], "no step ended in %v", seen)
	}
	t.Logf("%d steps agree in %d kinds of outcome", steps, len(w.outcome))
}

// agree tells whether both refuse alike, or neither does. Of a proposal that is over by time and by a change of the
// council, one may say this and the other that: the module keeps what it found when it cleared it away.
func agree(want, got error) bool {
	over := func(err error) bool {
		return errors.Is(err, types.ErrProposalExpired) || errors.Is(err, types.ErrProposalSuperseded)
	}
	return want == nil && got == nil || want != nil && errors.Is(got, want) || over(want) && over(got)
}

func setting(t *testing.T, name string, standard int) int {
	t.Helper()
	text, set := os.LookupEnv(name)
	if !set {
		return standard
	}
	value, err := strconv.Atoi(text)
	require.NoError(t, err, name)
	return value
}
