package keeper_test

import (
	"fmt"
	"maps"
	"slices"
	"time"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/x/authz"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	"github.com/daonetes/daonetes/chain/x/council/types"
)

// model is the module said once more, in the plainest way: maps, no indexes, no stored tallies. A vote is looked up
// and counted when it is asked for.
type model struct {
	now       time.Time
	councils  map[uint64]modelCouncil
	proposals map[uint64]modelProposal
	nextID    uint64
}

type modelCouncil struct {
	version   int
	weights   map[string]uint64
	threshold uint64
	rules     map[string]uint64
}

type modelProposal struct {
	council  uint64
	version  int
	proposer string
	msgs     []sdk.Msg
	needed   uint64
	votes    map[string]bool
	ends     time.Time
	closed   error // nil while open
}

func (m *model) clone() model {
	return model{m.now, maps.Clone(m.councils), maps.Clone(m.proposals), m.nextID}
}

func sum(weights map[string]uint64, of func(string) bool) (total uint64) {
	for name, weight := range weights {
		if of(name) {
			total += weight
		}
	}
	return total
}

func everybody(string) bool { return true }

// why says why a proposal takes no votes; nil if it does.
func (m *model) why(p modelProposal) error {
	switch {
	case p.closed != nil:
		return p.closed
	case p.version != m.councils[p.council].version:
		return types.ErrProposalSuperseded
	case !m.now.Before(p.ends):
		return types.ErrProposalExpired
	}
	return nil
}

func (m *model) byAddress(text string) (uint64, bool) {
	for id := range m.councils {
		if _, address, _ := types.CouncilAddress(id); address == text {
			return id, true
		}
	}
	return 0, false
}

// needs is the threshold of a type.
func (c modelCouncil) needs(typeURL string) uint64 {
	needed := c.threshold
	if rule, ruled := c.rules[typeURL]; ruled {
		needed = rule
	}
	if slices.Contains([]string{typeGrant, "/daonetes.council.v1.MsgUpdateMembers", "/daonetes.council.v1.MsgUpdateRules"}, typeURL) {
		needed = max(needed, c.threshold)
		for _, rule := range c.rules {
			needed = max(needed, rule)
		}
	}
	return needed
}

func (c modelCouncil) stranded(total uint64) error {
	for _, threshold := range append(slices.Collect(maps.Values(c.rules)), c.threshold) {
		if threshold > total {
			return types.ErrThresholdAboveTotal
		}
	}
	return nil
}

// apply is what a message does; on an error the caller forgets the state.
func (m *model) apply(msg sdk.Msg, depth int) error {
	switch msg := msg.(type) {
	case *authz.MsgRevoke:
		if msg.MsgTypeUrl == "fail" {
			return authz.ErrNoAuthorizationFound
		}
	case *authz.MsgGrant:
	case *councilv1.MsgUpdateMembers:
		weights := map[string]uint64{}
		for _, member := range msg.Members {
			switch _, twice := weights[member.Address]; {
			case member.Weight == 0 || member.Weight > 1_000_000:
				return types.ErrInvalidWeight
			case member.Address == msg.Council:
				return types.ErrOwnMember
			case twice:
				return types.ErrDuplicateMember
			}
			weights[member.Address] = member.Weight
		}
		id, found := m.byAddress(msg.Council)
		if !found {
			return types.ErrUnauthorized
		}
		c := m.councils[id]
		if err := c.stranded(sum(weights, everybody)); err != nil {
			return err
		}
		c.version, c.weights = c.version+1, weights
		m.councils[id] = c
	case *councilv1.MsgUpdateRules:
		id, found := m.byAddress(msg.Council)
		if !found {
			return types.ErrUnauthorized
		}
		c := m.councils[id]
		if msg.DefaultThreshold == 0 {
			return types.ErrZeroThreshold
		}
		c.version, c.threshold, c.rules = c.version+1, msg.DefaultThreshold, map[string]uint64{}
		for _, rule := range msg.Rules {
			c.rules[rule.TypeUrl] = rule.Threshold
		}
		if err := c.stranded(sum(c.weights, everybody)); err != nil {
			return err
		}
		m.councils[id] = c
	case *councilv1.MsgSubmit:
		return m.submit(msg, depth)
	case *councilv1.MsgApprove:
		return m.vote(msg.ProposalId, msg.Member, true, depth)
	case *councilv1.MsgReject:
		return m.vote(msg.ProposalId, msg.Member, false, depth)
	case *councilv1.MsgWithdraw:
		p, found := m.proposals[msg.ProposalId]
		if !found {
			return types.ErrProposalNotFound
		}
		if _, own, _ := types.CouncilAddress(p.council); msg.Sender != p.proposer && msg.Sender != own {
			return types.ErrUnauthorized
		}
		if err := m.why(p); err != nil {
			return err
		}
		p.closed = types.ErrProposalClosed
		m.proposals[msg.ProposalId] = p
	}
	return nil
}

func (m *model) submit(msg *councilv1.MsgSubmit, depth int) error {
	c := m.councils[msg.CouncilId]
	if c.weights[msg.Proposer] == 0 {
		return types.ErrNotMember
	}
	p := modelProposal{council: msg.CouncilId, version: c.version, proposer: msg.Proposer, votes: map[string]bool{}, ends: m.now.Add(72 * time.Hour)}
	reform, ordinary, reforms := true, 0, 0
	_, own, _ := types.CouncilAddress(msg.CouncilId)
	for _, packed := range msg.Messages {
		inner := packed.GetCachedValue().(sdk.Msg)
		if signerOf(inner) != own {
			return types.ErrWrongSigner
		}
		p.msgs, p.needed = append(p.msgs, inner), max(p.needed, c.needs(packed.TypeUrl))
		reform = reform && isReform(inner)
	}
	for _, other := range m.proposals {
		if other.proposer == msg.Proposer && other.council == p.council && m.why(other) == nil {
			if slices.IndexFunc(other.msgs, func(inner sdk.Msg) bool { return !isReform(inner) }) < 0 {
				reforms++
			} else {
				ordinary++
			}
		}
	}
	if room := 100/len(c.weights) - ordinary - max(0, reforms-1); room <= 0 && !(reform && reforms == 0) {
		return types.ErrTooManyOpen
	}
	id := m.nextID
	m.nextID++
	m.proposals[id] = p
	return m.vote(id, msg.Proposer, true, depth)
}

func (m *model) vote(id uint64, member string, yes bool, depth int) error {
	p, found := m.proposals[id]
	if !found {
		return types.ErrProposalNotFound
	}
	c := m.councils[p.council]
	if c.weights[member] == 0 {
		return types.ErrNotMember
	}
	if err := m.why(p); err != nil {
		return err
	}
	if before, voted := p.votes[member]; voted && before == yes {
		return types.ErrAlreadyVoted
	}
	p.votes = maps.Clone(p.votes)
	p.votes[member] = yes
	m.proposals[id] = p
	against := sum(c.weights, func(name string) bool { said, voted := p.votes[name]; return voted && !said })
	switch {
	case sum(c.weights, func(name string) bool { return p.votes[name] }) >= p.needed:
		if depth == 4 {
			return types.ErrNestedTooDeeply
		}
		p.closed = types.ErrProposalExecuted
		m.proposals[id] = p
		for _, msg := range p.msgs {
			if m.apply(msg, depth+1) != nil {
				return types.ErrMessageFailed
			}
		}
	case sum(c.weights, everybody)-against < p.needed:
		p.closed = types.ErrProposalClosed
		m.proposals[id] = p
	}
	return nil
}

func isReform(msg sdk.Msg) bool {
	switch msg.(type) {
	case *councilv1.MsgUpdateMembers, *councilv1.MsgUpdateRules:
		return true
	}
	return false
}

func signerOf(msg sdk.Msg) string {
	switch msg := msg.(type) {
	case *authz.MsgRevoke:
		return msg.Granter
	case *authz.MsgGrant:
		return msg.Granter
	case *councilv1.MsgUpdateMembers:
		return msg.Council
	case *councilv1.MsgUpdateRules:
		return msg.Council
	case *councilv1.MsgSubmit:
		return msg.Proposer
	case *councilv1.MsgApprove:
		return msg.Member
	case *councilv1.MsgReject:
		return msg.Member
	case *councilv1.MsgWithdraw:
		return msg.Sender
	}
	panic(fmt.Sprintf("no signer of %T", msg))
}

// forget drops what no step names any more.
func (m *model) forget() {
	for id, p := range m.proposals {
		if id+200 < m.nextID && m.why(p) != nil {
			delete(m.proposals, id)
		}
	}
}
