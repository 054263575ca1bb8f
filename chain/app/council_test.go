package app_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/x/authz"

	"github.com/daonetes/daonetes/chain/app/ante"
	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	counciltypes "github.com/daonetes/daonetes/chain/x/council/types"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	workloadtypes "github.com/daonetes/daonetes/chain/x/workload/types"
)

const (
	proposalOpen     = councilv1.ProposalStatus_PROPOSAL_STATUS_OPEN
	proposalExpired  = councilv1.ProposalStatus_PROPOSAL_STATUS_EXPIRED
	proposalExecuted = councilv1.ProposalStatus_PROPOSAL_STATUS_EXECUTED
)

// council creates a council by alice, with members of weight 1.
func (n *network) council(name string, threshold uint64, rules []councilv1.Rule, members ...fmt.Stringer) board {
	n.t.Helper()
	msg := &councilv1.MsgCreateCouncil{Creator: n.alice.String(), Name: name, DefaultThreshold: threshold, Rules: rules}
	b := board{}
	for _, member := range members {
		msg.Members = append(msg.Members, councilv1.Member{Address: member.String(), Weight: 1})
		if person, is := member.(actor); is {
			b.members = append(b.members, person)
		}
	}
	b.id = must(n, &councilv1.MsgCreateCouncilResponse{}, n.alice, msg).CouncilId
	return b
}

func approval(member fmt.Stringer, id uint64) *councilv1.MsgApprove {
	return &councilv1.MsgApprove{Member: member.String(), ProposalId: id}
}

// K-11: key, multisig, council, another council and back to a key: each former authority is refused at once, and no
// device is touched.
func TestAuthorityPassesFromKindToKindWithoutTouchingADevice(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.members(group, 2, "site=lab")
	id := n.running(group, d, workloadv1.Rollout{})
	before := []workloadv1.Manifest{n.manifest(d[0]), n.manifest(d[1])}
	people := []actor{person("bob"), person("carol"), person("dave")}
	first := n.council("first", 2, nil, people[0], people[1], people[2])
	second := n.council("second", 2, nil, people[2], people[0])
	line := []authority{n.alice, twoOfThree("shared"), first, second, person("erin")}
	for i, next := range line[1:] {
		former := line[i]
		n.handOver(group, former, next)
		stale := &workgroupv1.MsgCordonDevice{Authority: former.String(), Device: d[0].String()}
		require.Error(t, former.probe(n, stale), "%T is the authority no more", former)
		require.NoError(t, next.probe(n, &workgroupv1.MsgCordonDevice{Authority: next.String(), Device: d[0].String()}))
		require.Equal(t, before, []workloadv1.Manifest{n.manifest(d[0]), n.manifest(d[1])}, "no device sees it")
	}
	last := line[len(line)-1]
	n.acts(last, &workloadv1.MsgPauseDeployment{Authority: last.String(), DeploymentId: id, ExpectedRevision: 1})
	assignment, _ := n.assignment(d[0], id)
	require.Equal(t, workloadv1.Intent_INTENT_PAUSED, assignment.Intent)
}

// The network's authority passes from a key to a council and on, in two steps like a group's; the former one is refused.
func TestNetworkAuthorityPassesToACouncilAndBack(t *testing.T) {
	n := newNetwork(t)
	b := n.council("governors", 2, nil, person("bob"), person("carol"))
	line := []authority{n.root, b, twoOfThree("shared"), n.root}
	for i, next := range line[1:] {
		former := line[i]
		n.acts(former, &valsetv1.MsgProposeNetworkAuthority{Authority: former.String(), NewAuthority: next.String()})
		n.acts(next, &valsetv1.MsgAcceptNetworkAuthority{Authority: next.String()})
		require.Error(t, former.probe(n, addCreator(former, person("new"))), "%T governs no more", former)
		require.NoError(t, next.probe(n, addCreator(next, person("new"))))
	}
}

// Settled: deploying is one proposal. Any member stages content; the approval that is enough deploys.
func TestCouncilDeploysInOneProposal(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.members(group, 2, "site=lab")
	alice, bob, carol := n.alice, person("bob"), person("carol")
	b := n.council("board", 2, []councilv1.Rule{{TypeUrl: "/daonetes.workload.v1.MsgPauseDeployment", Threshold: 1}}, alice, bob, carol)
	n.handOver(group, alice, b)

	publish := &workloadv1.MsgPublishSpec{Publisher: carol.String(), GroupId: group, Name: "web", Content: []byte("v1")}
	hash := must(n, &workloadv1.MsgPublishSpecResponse{}, carol, publish).Hash
	stranger := person("stranger")
	n.ok(n.root, addCreator(n.root, stranger))
	other := n.council("other", 1, nil, stranger)
	n.refused(workloadtypes.ErrUnauthorized, stranger, &workloadv1.MsgPublishSpec{Publisher: stranger.String(), GroupId: group, Name: "x", Content: []byte("x")})
	n.refused(workloadtypes.ErrUnauthorized, stranger, &workloadv1.MsgPublishBlob{Publisher: stranger.String(), GroupId: group, Content: []byte("x")})

	deploy := &workloadv1.MsgCreateDeployment{Authority: b.String(), GroupId: group, Name: "web", SpecHash: hash, Placement: onTag("site=lab", 2)}
	id, _ := b.submit(n, carol, deploy)
	n.refused(ante.ErrNoRole, carol, &workloadv1.MsgCreateDeployment{Authority: carol.String(), GroupId: group, Name: "web", SpecHash: hash, Placement: onTag("site=lab", 2)})
	require.Equal(t, proposalOpen, n.proposal(id).Status)
	outcome := must(n, &councilv1.MsgApproveResponse{}, bob, approval(bob, id)).Outcome
	require.Equal(t, proposalExecuted, outcome.Status)
	created := &workloadv1.MsgCreateDeploymentResponse{}
	require.NoError(t, created.Unmarshal(outcome.Responses[0].Value), "the outcome stands in the response")
	require.Equal(t, []uint64{1, 1}, n.revisions(created.DeploymentId, d...))
	require.Contains(t, eventTypes(n.results[0]), "daonetes.workload.v1.EventDeploymentCreated", "inner events are there")

	// Any one may pause, at once.
	_, result := b.submit(n, bob, &workloadv1.MsgPauseDeployment{Authority: b.String(), DeploymentId: created.DeploymentId, ExpectedRevision: 1})
	require.Zero(t, result.Code, result.Log)
	assignment, _ := n.assignment(d[0], created.DeploymentId)
	require.Equal(t, workloadv1.Intent_INTENT_PAUSED, assignment.Intent)

	// A plan that went stale fails the approval, says why, and leaves everything as it was.
	stale, _ := b.submit(n, alice, &workloadv1.MsgResumeDeployment{Authority: b.String(), DeploymentId: created.DeploymentId, ExpectedRevision: 7})
	result = n.send(bob, approval(bob, stale))
	n.requireCode(counciltypes.ErrMessageFailed, result.Codespace, result.Code, result.Log)
	require.Contains(t, result.Log, "workload/18")
	require.Equal(t, uint64(1), n.proposal(stale).Yes)

	// Members register recipients; a stranger does not, and neither does anybody for another's council.
	n.ok(carol, &workgroupv1.MsgSetRecipient{Address: carol.String(), AgeRecipient: "age1carol"})
	_, result = other.submit(n, stranger, deploy)
	n.requireCode(counciltypes.ErrWrongSigner, result.Codespace, result.Code, result.Log)
}

func eventTypes(result *abci.ExecTxResult) []string {
	var list []string
	for _, event := range result.Events {
		list = append(list, event.Type)
	}
	return list
}

// Two people approve at the same moment: one executes, the other hears that it is done, and nothing runs twice.
// RACES is a setting.
func TestRacesOfApprovals(t *testing.T) {
	races := 1_000
	if text, set := os.LookupEnv("RACES"); set {
		var err error
		races, err = strconv.Atoi(text)
		require.NoError(t, err)
	}
	n := newNetwork(t)
	group := n.group("lab")
	people := []actor{person("a"), person("b"), person("c"), person("d")}
	b := n.council("board", 2, nil, people[0], people[1], people[2], people[3])
	n.handOver(group, n.alice, b)
	random := rand.New(rand.NewPCG(1, 1))
	endings := map[string]int{}
	for race := range races {
		random.Shuffle(len(people), func(i, j int) { people[i], people[j] = people[j], people[i] })
		text := fmt.Sprintf("race %d", race)
		id, _ := b.submit(n, people[0], &workgroupv1.MsgUpdateGroup{Authority: b.String(), GroupId: group, Metadata: text})
		var txs [][]byte
		withdraw := random.IntN(4) == 0
		runners := []actor{people[1], people[2], people[3]}[:2+random.IntN(2)]
		for _, runner := range runners {
			txs = append(txs, n.tx(n.form(runner, approval(runner, id)), runner, approval(runner, id)))
		}
		if withdraw {
			msg := &councilv1.MsgWithdraw{Sender: people[0].String(), ProposalId: id}
			txs = append(txs, n.tx(n.form(people[0], msg), people[0], msg))
		}
		random.Shuffle(len(txs), func(i, j int) { txs[i], txs[j] = txs[j], txs[i] })
		ran, won := 0, 0
		for _, result := range n.block(txs...) {
			for _, event := range eventTypes(result) {
				if event == "daonetes.workgroup.v1.EventGroupUpdated" {
					ran++
				}
			}
			if result.Code == 0 {
				won++
				continue
			}
			ending := fmt.Sprintf("%s/%d", result.Codespace, result.Code)
			require.Contains(t, []string{"council/27", "council/28"}, ending, result.Log)
			endings[ending]++
		}
		require.Equal(t, 1, won, "one decides")
		executed := n.proposal(id).Status == proposalExecuted
		if executed {
			endings["executed"]++
			require.Equal(t, 1, ran, "once")
		} else {
			endings["withdrawn"]++
			require.Zero(t, ran)
		}
		found, err := n.app.WorkgroupKeeper.Group(n.ctx(), group)
		require.NoError(t, err)
		require.Equal(t, executed, found.Metadata == text)
	}
	if races >= 100 {
		require.Len(t, endings, 4, endings)
	}
	t.Logf("%d races: %v", races, endings)
}

// A member may be a multisig, whose parts sign amino JSON with the proposed messages inside.
func TestMultisigIsAMember(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.members(group, 1)
	shared, bob := twoOfThree("shared"), person("bob")
	b := n.council("board", 2, nil, shared, bob)
	n.handOverByMembers(group, b, shared, bob)
	submit := b.submitMsg(bob, &workgroupv1.MsgUpdateDevice{Authority: b.String(), Device: d[0].String(), Name: "renamed", Tags: []string{"k=v"}},
		&workgroupv1.MsgUpdateGroup{Authority: b.String(), GroupId: group, Policy: workgroupv1.GroupPolicy{Lease: time.Hour}})
	submit.Proposer = shared.String()
	n.acts(shared, submit)
	n.ok(bob, approval(bob, 2))
	device, err := n.app.WorkgroupKeeper.Device(n.ctx(), d[0].raw())
	require.NoError(t, err)
	require.Equal(t, "renamed", device.Name)
}

// handOverByMembers gives alice's group to a council of these two.
func (n *network) handOverByMembers(group uint64, b board, first, second authority) {
	n.t.Helper()
	n.ok(n.alice, &workgroupv1.MsgProposeAuthority{Authority: n.alice.String(), GroupId: group, NewAuthority: b.String()})
	submit := b.submitMsg(n.alice, &workgroupv1.MsgAcceptAuthority{Authority: b.String(), GroupId: group})
	submit.Proposer = first.String()
	n.acts(first, submit)
	n.acts(second, approval(second, 1))
}

// A council cannot reach around its rules: what it cannot propose, and what no key can sign.
func TestWhatCouncilsCannotSend(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	ticket := n.ticket(group, 1, false)
	bob := person("bob")
	b := n.council("board", 1, nil, bob)
	n.handOver(group, n.alice, b)
	raw, err := counciltypes.ParseAddress(b.String())
	require.NoError(t, err)
	join := n.joinMsg(group, ticket, machine("new"), workgroupv1.DeviceInfo{})
	join.Ticket = b.String()
	exec := authz.NewMsgExec(raw, []sdk.Msg{&workgroupv1.MsgCloseGroup{Authority: b.String(), GroupId: group}})
	for _, msg := range []sdk.Msg{join, &exec, &workloadv1.MsgRenewLease{Device: b.String()}, &workloadv1.MsgReport{Device: b.String()}} {
		_, result := b.submit(n, bob, msg)
		n.requireCode(counciltypes.ErrMessageNotAllowed, result.Codespace, result.Code, result.Log)
	}
	// Somebody else's key does not sign for the council.
	msg := &councilv1.MsgUpdateRules{Council: b.String(), DefaultThreshold: 1}
	result := n.block(n.tx(n.form(bob, msg), bob, msg))[0]
	require.NotZero(t, result.Code)
	require.Equal(t, uint64(1), n.councilRecord(b.id).Version)
	// A ticket or a device becomes no member.
	device := n.members(n.group("own"), 1)[0]
	for _, member := range []actor{ticket, device} {
		n.refused(workgrouptypes.ErrAddressHasRole, n.alice, &councilv1.MsgCreateCouncil{
			Creator: n.alice.String(), Name: "x", Members: []councilv1.Member{{Address: member.String(), Weight: 1}}, DefaultThreshold: 1,
		})
	}
	// Who may not create groups may not create councils.
	n.refused(workgrouptypes.ErrNotCreator, bob, &councilv1.MsgCreateCouncil{
		Creator: bob.String(), Name: "x", Members: []councilv1.Member{{Address: bob.String(), Weight: 1}}, DefaultThreshold: 1,
	})
	n.refused(ante.ErrNoRole, n.alice, approval(n.alice, 1))
}

func (n *network) councilRecord(id uint64) councilv1.Council {
	n.t.Helper()
	council, err := n.app.CouncilKeeper.Council(n.ctx(), id)
	require.NoError(n.t, err)
	return council
}

// Types that give a council's power away are named by their text: each must be a message that the chain knows.
func TestStrictTypesAreMessagesOfTheChain(t *testing.T) {
	n := newNetwork(t)
	for _, typeURL := range counciltypes.StrictTypes {
		resolved, err := n.app.InterfaceRegistry().Resolve(typeURL)
		require.NoError(t, err)
		require.True(t, ante.MayBeProposed(resolved.(sdk.Msg)), typeURL)
	}
}

// The largest proposal of the largest council: the last approver's gas stays under the cap.
func TestGasOfTheLargestProposals(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	people := make([]fmt.Stringer, 64)
	for i := range people {
		people[i] = person(fmt.Sprintf("member %d", i))
	}
	b := n.council("full", 2, nil, people...)
	n.handOver(group, n.alice, b)
	msgs := make([]sdk.Msg, 16)
	for i := range msgs {
		msgs[i] = &workgroupv1.MsgUpdateGroup{Authority: b.String(), GroupId: group, Metadata: string(make([]byte, 1_000))}
	}
	id, submitted := b.submit(n, b.members[0], msgs...)
	require.Zero(t, submitted.Code, submitted.Log)
	approved := n.send(b.members[1], approval(b.members[1], id))
	require.Zero(t, approved.Code, approved.Log)
	require.Less(t, max(submitted.GasUsed, approved.GasUsed), int64(5_000_000))
	t.Logf("16 messages, 64 members: submit %d gas, approve and execute %d gas", submitted.GasUsed, approved.GasUsed)
}
