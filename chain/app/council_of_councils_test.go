package app_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	counciltypes "github.com/daonetes/daonetes/chain/x/council/types"
)

// Three companies, each its own council of three people of whom two decide, share a group through a council of which
// two companies decide: together they deploy a workload, and no company can do it alone.
func TestACouncilOfCouncilsDeploysAWorkload(t *testing.T) {
	n := newNetwork(t)
	group := n.group("shared")
	devices := n.members(group, 2, "site=shared")
	company := func(name string) board {
		one, two, three := person(name+" 1"), person(name+" 2"), person(name+" 3")
		return n.council(name, 2, nil, one, two, three)
	}
	north, south, west := company("north"), company("south"), company("west")
	consortium := n.council("consortium", 2, nil, north, south, west)

	// The hand-over is accepted like everything else is decided: north proposes, south agrees.
	n.ok(n.alice, &workgroupv1.MsgProposeAuthority{Authority: n.alice.String(), GroupId: group, NewAuthority: consortium.String()})
	accept := &workgroupv1.MsgAcceptAuthority{Authority: consortium.String(), GroupId: group}
	id := n.proposeThrough(north, consortium, accept)
	n.requireAgreement(south, id, proposalExecuted)
	require.Error(t, n.alice.probe(n, &workgroupv1.MsgCordonDevice{Authority: n.alice.String(), Device: devices[0].String()}))

	// A person of a company stages the spec: as a member of a member it is no business of theirs, so the company does it.
	publish := &workloadv1.MsgPublishSpec{Publisher: north.String(), GroupId: group, Name: "web", Content: []byte("v1")}
	n.acts(north, publish)
	_, spec := hashOf("v1")
	deploy := &workloadv1.MsgCreateDeployment{
		Authority: consortium.String(), GroupId: group, Name: "web", SpecHash: spec, Placement: onTag("site=shared", 2),
	}
	id = n.proposeThrough(west, consortium, deploy)
	require.Equal(t, proposalOpen, n.proposal(id).Status, "one company is not enough")
	require.Equal(t, uint64(1), n.proposal(id).Yes)

	// A company's own minority cannot agree for it, and a person who is in no company cannot at all.
	submit := south.submitMsg(south.members[0], &councilv1.MsgApprove{Member: south.String(), ProposalId: id})
	waiting := must(n, &councilv1.MsgSubmitResponse{}, south.members[0], submit).ProposalId
	require.Equal(t, proposalOpen, n.proposal(waiting).Status)
	require.Equal(t, uint64(1), n.proposal(id).Yes)
	n.refused(counciltypes.ErrNotMember, south.members[0], approval(south.members[0], id))
	n.refused(counciltypes.ErrNotMember, west.members[0], approval(west.members[0], waiting))

	// The second person of the second company carries all of it out, in one transaction.
	result := n.send(south.members[1], approval(south.members[1], waiting))
	require.Zero(t, result.Code, result.Log)
	require.Equal(t, proposalExecuted, n.proposal(waiting).Status)
	require.Equal(t, proposalExecuted, n.proposal(id).Status)
	require.Contains(t, eventTypes(result), "daonetes.workload.v1.EventDeploymentCreated")
	deployment, err := n.loads().DeploymentByName(n.ctx(), &workloadv1.QueryDeploymentByNameRequest{GroupId: group, Name: "web"})
	require.NoError(t, err)
	require.Equal(t, []uint64{1, 1}, n.revisions(deployment.Deployment.Id, devices...))
}

// proposeThrough lets a council propose to another one that it is a member of, by two of its people.
func (n *network) proposeThrough(member, council board, msgs ...sdk.Msg) uint64 {
	n.t.Helper()
	submit := council.submitMsg(member.members[0], msgs...)
	submit.Proposer = member.String()
	before := n.openOf(council)
	n.acts(member, submit)
	after := n.openOf(council)
	require.Len(n.t, after, len(before)+1)
	return after[len(after)-1]
}

// requireAgreement lets a council approve a proposal of another one, and expects what becomes of it.
func (n *network) requireAgreement(member board, id uint64, status councilv1.ProposalStatus) {
	n.t.Helper()
	n.acts(member, &councilv1.MsgApprove{Member: member.String(), ProposalId: id})
	require.Equal(n.t, status, n.proposal(id).Status)
}

// openOf are the open proposals of a council.
func (n *network) openOf(council board) []uint64 {
	n.t.Helper()
	answer, err := n.councils().Proposals(n.ctx(), &councilv1.QueryProposalsRequest{CouncilId: council.id, Status: proposalOpen})
	require.NoError(n.t, err)
	var ids []uint64
	for _, proposal := range answer.Proposals {
		ids = append(ids, proposal.Id)
	}
	return ids
}
