package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/x/authz"

	"github.com/daonetes/daonetes/chain/app"
	admissionv1 "github.com/daonetes/daonetes/chain/gen/daonetes/admission/v1"
	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	admissiontypes "github.com/daonetes/daonetes/chain/x/admission/types"
	counciltypes "github.com/daonetes/daonetes/chain/x/council/types"
	valsettypes "github.com/daonetes/daonetes/chain/x/valset/types"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	workloadtypes "github.com/daonetes/daonetes/chain/x/workload/types"
)

// kinds are the kinds of authority: what governs the network and what governs a group may each be any of them.
var kinds = []string{"key", "multisig", "council"}

// authorityOf makes an authority of a kind; councilID is the id that a council gets in genesis.
func authorityOf(kind, name string, councilID uint64) authority {
	switch kind {
	case "key":
		return person(name)
	case "multisig":
		return twoOfThree(name)
	default:
		return newBoard(councilID, name, 3)
	}
}

// pausedInStage is a type of message that the stage begins with paused.
const pausedInStage = "/cosmos.bank.v1beta1.MsgSetSendEnabled"

// stage is a network in which every role has somebody, and every message something to act on.
type stage struct {
	*network
	kind string
	// governor governs the network, lead the group lab.
	governor, lead  authority
	group, closable uint64
	hash, retirable string
	id, pausedID    uint64
	spare, waiting  actor
	cordoned        actor
	// second uses the secrets of shop and does not have their key yet.
	second    actor
	newTicket actor
	newDevice actor
	side      board
	// toVote and toWithdraw are open proposals of the council side.
	toVote, toWithdraw uint64
	roles              []role
}

// role is somebody who might send a message.
type role struct {
	name string
	authority
}

func newStage(t *testing.T, kind string) *stage {
	s := &stage{kind: kind, governor: authorityOf(kind, "governor", 1), lead: authorityOf(kind, "lead", 2), side: newBoard(3, "side", 3)}
	named := map[string]actor{}
	for _, name := range []string{"pending authority", "publisher", "operator", "other authority", "former creator", "seat operator", "network successor"} {
		named[name] = person(name)
	}
	s.network = newNetworkUnder(t, s.governor, func(chain *app.App, state app.GenesisState) {
		councils := counciltypes.DefaultGenesis()
		for _, one := range []authority{s.governor, s.lead, s.side} {
			if council, is := one.(board); is {
				councils.Councils = append(councils.Councils, council.record(fmt.Sprintf("council-%d", council.id), 2))
			}
		}
		councils.NextCouncilId = 4
		groups := &workgroupv1.GenesisState{Params: workgrouptypes.DefaultParams()}
		for _, creator := range []string{person("alice").String(), s.lead.String(), named["other authority"].String()} {
			groups.Creators = append(groups.Creators, workgroupv1.Creator{Address: creator})
		}
		for module, part := range map[string]proto.Message{counciltypes.ModuleName: councils, workgrouptypes.ModuleName: groups} {
			raw, err := chain.Codec().MarshalJSON(part)
			require.NoError(t, err)
			state[module] = raw
		}
	})
	s.acts(s.governor, &admissionv1.MsgPause{Authority: s.governor.String(), TypeUrls: []string{pausedInStage}})
	for _, name := range []string{"second", "third", "fourth"} {
		s.acts(s.governor, &valsetv1.MsgAddValidator{
			Authority: s.governor.String(), ConsPubKey: machine("seat " + name).pubKey(), Operator: named["seat operator"].String(), Power: 1000,
		})
	}
	for range 12 {
		s.block()
	}
	s.acts(s.governor, &valsetv1.MsgProposeNetworkAuthority{Authority: s.governor.String(), NewAuthority: named["network successor"].String()})
	s.acts(s.governor, addCreator(s.governor, named["former creator"]))
	s.acts(s.governor, &workgroupv1.MsgRemoveCreator{Authority: s.governor.String(), Creator: named["former creator"].String()})
	s.ok(named["other authority"], &workgroupv1.MsgCreateGroup{Creator: named["other authority"].String(), Name: "other"})
	s.acts(s.governor, &workgroupv1.MsgRemoveCreator{Authority: s.governor.String(), Creator: named["other authority"].String()})

	s.group = s.network.group("lab")
	s.ok(s.alice, &workgroupv1.MsgUpdateGroup{
		Authority: s.alice.String(), GroupId: s.group,
		Publishers: []string{named["publisher"].String()}, Operators: []string{named["operator"].String()},
	})
	s.closable = s.network.group("closable")
	devices := s.members(s.group, 3, "site=lab")
	s.spare, s.cordoned, s.second = devices[0], devices[1], s.readers(s.group, 1)[0]
	s.announce(s.spare, s.cordoned)
	revoked := devices[2]
	s.hash = s.spec(s.group, "app", "v1")
	s.retirable = s.spec(s.group, "app", "v2")
	s.id = s.deploy(s.group, "app", s.hash, onDevices(s.spare)).DeploymentId
	s.pausedID = s.deploy(s.group, "paused", s.hash, onDevices(s.spare)).DeploymentId
	s.ok(s.alice, &workloadv1.MsgPauseDeployment{Authority: s.alice.String(), DeploymentId: s.pausedID, ExpectedRevision: 1})
	s.seal(s.group, "alone", 1, 1)
	s.seal(s.group, "shop/DB", 1, 1)
	s.deployWith(s.group, "shop", onDevices(s.spare, s.cordoned, s.second), pin("shop/DB", 1))
	s.ok(s.alice, s.grantMsg(s.group, "shop", 1, s.spare, s.cordoned))
	deployment := s.deployment(s.id)
	s.ok(s.alice, &workloadv1.MsgUpdateDeployment{
		Authority: s.alice.String(), DeploymentId: s.id, ExpectedRevision: 1, SpecHash: s.hash, Placement: deployment.Placement, Restart: true,
	})
	s.ok(s.alice, &workgroupv1.MsgCordonDevice{Authority: s.alice.String(), Device: s.cordoned.String()})
	s.ok(s.alice, &workgroupv1.MsgRevokeDevice{Authority: s.alice.String(), Device: revoked.String()})
	s.waiting = machine("waiting")
	room := s.ticket(s.group, 1, false)
	s.ok(room, s.joinMsg(s.group, room, s.waiting, workgroupv1.DeviceInfo{}))
	ticket := s.ticket(s.group, 5, false)
	s.newTicket, s.newDevice = machine("new ticket"), machine("new device")

	// What alice built goes to the authority of this kind.
	for _, group := range []uint64{s.group, s.closable} {
		s.handOver(group, s.alice, s.lead)
	}
	s.acts(s.governor, &workgroupv1.MsgRemoveCreator{Authority: s.governor.String(), Creator: s.alice.String()})
	s.acts(s.lead, &workgroupv1.MsgProposeAuthority{Authority: s.lead.String(), GroupId: s.group, NewAuthority: named["pending authority"].String()})
	open := &councilv1.MsgUpdateRules{Council: s.side.String(), DefaultThreshold: 1}
	s.toVote, _ = s.side.submit(s.network, s.side.members[1], open)
	s.toWithdraw, _ = s.side.submit(s.network, s.side.members[0], open)
	require.Positive(t, s.toVote*s.toWithdraw)

	s.roles = []role{
		{"network authority", s.governor}, {"creator and authority", s.lead}, {"former authority", s.alice},
		{"pending authority", named["pending authority"]}, {"publisher", named["publisher"]}, {"operator", named["operator"]},
		{"other authority", named["other authority"]}, {"former creator", named["former creator"]},
		{"member of another council", s.side.members[0]}, {"another council", s.side},
		{"approved device", s.spare}, {"cordoned device", s.cordoned}, {"pending device", s.waiting}, {"revoked device", revoked},
		{"seat operator", named["seat operator"]}, {"network successor", named["network successor"]},
		{"live ticket", ticket}, {"spent ticket", room}, {"stranger", person("stranger")},
	}
	switch lead := s.lead.(type) {
	case sharedKey:
		s.roles = append(s.roles, role{"part of the authority", lead.parts[0]})
	case board:
		s.roles = append(s.roles, role{"member of the authority", lead.members[0]})
	}
	return s
}

// handOver gives a group from one authority to another.
func (n *network) handOver(group uint64, from, to authority) {
	n.t.Helper()
	n.acts(from, &workgroupv1.MsgProposeAuthority{Authority: from.String(), GroupId: group, NewAuthority: to.String()})
	n.acts(to, &workgroupv1.MsgAcceptAuthority{Authority: to.String(), GroupId: group})
}

func addCreator(governor authority, creator fmt.Stringer) *workgroupv1.MsgAddCreator {
	return &workgroupv1.MsgAddCreator{Authority: governor.String(), Creator: creator.String()}
}

// row says who may send a message, whatever the kind of authority unless it is named, and builds a valid one for a
// sender.
type row struct {
	allowed []string
	build   func(s *stage, sender string) sdk.Msg
}

var (
	onlyNetwork   = []string{"network authority"}
	onlyAuthority = []string{"creator and authority"}
	stagers       = []string{"creator and authority", "publisher", "operator", "council: member of the authority"}
	granters      = []string{"creator and authority", "operator", "approved device", "council: member of the authority"}
	memberDevices = []string{"approved device", "cordoned device"}
	recipients    = []string{"creator and authority", "operator", "other authority", "council: member of the authority", "member of another council"}
	onlyCouncils  = []string{"council: network authority", "council: creator and authority", "another council"}
)

var onePerson = []councilv1.Member{{Address: person("new").String(), Weight: 1}}

var matrix = map[string]row{
	"admission.v1.MsgUpdateParams": {onlyNetwork, func(_ *stage, sender string) sdk.Msg {
		return &admissionv1.MsgUpdateParams{Authority: sender, Params: admissiontypes.DefaultParams()}
	}},
	"admission.v1.MsgPause": {onlyNetwork, func(_ *stage, sender string) sdk.Msg {
		return &admissionv1.MsgPause{Authority: sender, TypeUrls: []string{"/daonetes.workgroup.v1.MsgCreateGroup"}}
	}},
	"admission.v1.MsgResume": {onlyNetwork, func(_ *stage, sender string) sdk.Msg {
		return &admissionv1.MsgResume{Authority: sender, TypeUrls: []string{pausedInStage}}
	}},
	"workgroup.v1.MsgUpdateParams": {onlyNetwork, func(_ *stage, sender string) sdk.Msg {
		return &workgroupv1.MsgUpdateParams{Authority: sender, Params: workgrouptypes.DefaultParams()}
	}},
	"workgroup.v1.MsgAddCreator": {onlyNetwork, func(_ *stage, sender string) sdk.Msg {
		return &workgroupv1.MsgAddCreator{Authority: sender, Creator: person("new").String()}
	}},
	"workgroup.v1.MsgRemoveCreator": {onlyNetwork, func(s *stage, sender string) sdk.Msg {
		return &workgroupv1.MsgRemoveCreator{Authority: sender, Creator: s.lead.String()}
	}},
	"workgroup.v1.MsgCreateGroup": {onlyAuthority, func(_ *stage, sender string) sdk.Msg {
		return &workgroupv1.MsgCreateGroup{Creator: sender, Name: "new"}
	}},
	"workgroup.v1.MsgUpdateGroup": {onlyAuthority, func(s *stage, sender string) sdk.Msg {
		return &workgroupv1.MsgUpdateGroup{Authority: sender, GroupId: s.group}
	}},
	"workgroup.v1.MsgProposeAuthority": {onlyAuthority, func(s *stage, sender string) sdk.Msg {
		return &workgroupv1.MsgProposeAuthority{Authority: sender, GroupId: s.group, NewAuthority: person("next").String()}
	}},
	"workgroup.v1.MsgAcceptAuthority": {[]string{"pending authority"}, func(s *stage, sender string) sdk.Msg {
		return &workgroupv1.MsgAcceptAuthority{Authority: sender, GroupId: s.group}
	}},
	"workgroup.v1.MsgCloseGroup": {onlyAuthority, func(s *stage, sender string) sdk.Msg {
		return &workgroupv1.MsgCloseGroup{Authority: sender, GroupId: s.closable}
	}},
	"workgroup.v1.MsgCreateTicket": {onlyAuthority, func(s *stage, sender string) sdk.Msg {
		msg := s.ticketMsg(s.group, s.newTicket, 1, false)
		msg.Authority = sender
		return msg
	}},
	"workgroup.v1.MsgRevokeTicket": {onlyAuthority, func(_ *stage, sender string) sdk.Msg {
		return &workgroupv1.MsgRevokeTicket{Authority: sender, TicketId: 1}
	}},
	"workgroup.v1.MsgJoin": {[]string{"live ticket"}, func(s *stage, sender string) sdk.Msg {
		ticket, err := workgrouptypes.ParseAddress(sender)
		require.NoError(s.t, err)
		text, err := workgrouptypes.JoinProofText(testChainID, s.group, ticket, s.newDevice.pubKey(), workgroupv1.DeviceInfo{})
		require.NoError(s.t, err)
		return &workgroupv1.MsgJoin{Ticket: sender, PubKey: s.newDevice.pubKey(), Proof: s.newDevice.sign(s.t, text)}
	}},
	"workgroup.v1.MsgAdmitDevice": {onlyAuthority, func(s *stage, sender string) sdk.Msg {
		return &workgroupv1.MsgAdmitDevice{
			Authority: sender, GroupId: s.group, PubKey: s.newDevice.pubKey(),
			Proof: s.newDevice.sign(s.t, workgrouptypes.AdmitProofText(testChainID, s.group, s.newDevice.pubKey())),
		}
	}},
	"workgroup.v1.MsgApproveDevice": {onlyAuthority, func(s *stage, sender string) sdk.Msg {
		return &workgroupv1.MsgApproveDevice{Authority: sender, Device: s.waiting.String()}
	}},
	"workgroup.v1.MsgRejectDevice": {onlyAuthority, func(s *stage, sender string) sdk.Msg {
		return &workgroupv1.MsgRejectDevice{Authority: sender, Device: s.waiting.String()}
	}},
	"workgroup.v1.MsgUpdateDevice": {onlyAuthority, func(s *stage, sender string) sdk.Msg {
		return &workgroupv1.MsgUpdateDevice{Authority: sender, Device: s.spare.String(), Name: "renamed"}
	}},
	"workgroup.v1.MsgCordonDevice": {onlyAuthority, func(s *stage, sender string) sdk.Msg {
		return &workgroupv1.MsgCordonDevice{Authority: sender, Device: s.spare.String()}
	}},
	"workgroup.v1.MsgUncordonDevice": {onlyAuthority, func(s *stage, sender string) sdk.Msg {
		return &workgroupv1.MsgUncordonDevice{Authority: sender, Device: s.cordoned.String()}
	}},
	"workgroup.v1.MsgRevokeDevice": {onlyAuthority, func(s *stage, sender string) sdk.Msg {
		return &workgroupv1.MsgRevokeDevice{Authority: sender, Device: s.spare.String()}
	}},
	"workgroup.v1.MsgAnnounceDevice": {memberDevices, func(_ *stage, sender string) sdk.Msg {
		return &workgroupv1.MsgAnnounceDevice{Device: sender, Info: workgroupv1.DeviceInfo{Platform: "linux/riscv64"}}
	}},
	"workgroup.v1.MsgSetRecipient": {recipients, func(_ *stage, sender string) sdk.Msg {
		return &workgroupv1.MsgSetRecipient{Address: sender, AgeRecipient: "age1x"}
	}},
	"workload.v1.MsgUpdateParams": {onlyNetwork, func(_ *stage, sender string) sdk.Msg {
		return &workloadv1.MsgUpdateParams{Authority: sender, Params: workloadtypes.DefaultParams()}
	}},
	"workload.v1.MsgPublishBlob": {stagers, func(s *stage, sender string) sdk.Msg {
		return &workloadv1.MsgPublishBlob{Publisher: sender, GroupId: s.group, Content: []byte("blob")}
	}},
	"workload.v1.MsgPublishSpec": {stagers, func(s *stage, sender string) sdk.Msg {
		return &workloadv1.MsgPublishSpec{Publisher: sender, GroupId: s.group, Name: "new", Content: []byte("spec")}
	}},
	"workload.v1.MsgRetireSpec": {onlyAuthority, func(s *stage, sender string) sdk.Msg {
		return &workloadv1.MsgRetireSpec{Authority: sender, GroupId: s.group, Hash: s.retirable}
	}},
	"workload.v1.MsgPutSecret": {stagers, func(s *stage, sender string) sdk.Msg {
		msg := s.putMsg(s.group, "shop/DB", 2, 1)
		msg.Publisher = sender
		return msg
	}},
	// The approved device was given the key itself; the cordoned one too, and may not give it on.
	"workload.v1.MsgGrantSecret": {granters, func(s *stage, sender string) sdk.Msg {
		msg := s.grantMsg(s.group, "shop", 1, s.second)
		msg.Sender = sender
		return msg
	}},
	"workload.v1.MsgRemoveSecret": {onlyAuthority, func(s *stage, sender string) sdk.Msg {
		return &workloadv1.MsgRemoveSecret{Authority: sender, GroupId: s.group, Name: "alone"}
	}},
	"workload.v1.MsgCreateDeployment": {onlyAuthority, func(s *stage, sender string) sdk.Msg {
		return &workloadv1.MsgCreateDeployment{Authority: sender, GroupId: s.group, Name: "new", SpecHash: s.hash, Placement: onDevices(s.spare)}
	}},
	"workload.v1.MsgUpdateDeployment": {onlyAuthority, func(s *stage, sender string) sdk.Msg {
		return &workloadv1.MsgUpdateDeployment{
			Authority: sender, DeploymentId: s.id, ExpectedRevision: 2, SpecHash: s.retirable, Placement: onDevices(s.spare),
		}
	}},
	"workload.v1.MsgPauseDeployment": {onlyAuthority, func(s *stage, sender string) sdk.Msg {
		return &workloadv1.MsgPauseDeployment{Authority: sender, DeploymentId: s.id, ExpectedRevision: 2}
	}},
	"workload.v1.MsgResumeDeployment": {onlyAuthority, func(s *stage, sender string) sdk.Msg {
		return &workloadv1.MsgResumeDeployment{Authority: sender, DeploymentId: s.pausedID, ExpectedRevision: 1}
	}},
	"workload.v1.MsgRollbackDeployment": {onlyAuthority, func(s *stage, sender string) sdk.Msg {
		return &workloadv1.MsgRollbackDeployment{Authority: sender, DeploymentId: s.id, ExpectedRevision: 2, ToRevision: 1}
	}},
	"workload.v1.MsgRemoveDeployment": {onlyAuthority, func(s *stage, sender string) sdk.Msg {
		return &workloadv1.MsgRemoveDeployment{Authority: sender, DeploymentId: s.id, ExpectedRevision: 2}
	}},
	"workload.v1.MsgClaimEpoch": {memberDevices, func(_ *stage, sender string) sdk.Msg {
		return &workloadv1.MsgClaimEpoch{Device: sender, Epoch: 2, Instance: "x"}
	}},
	// The cordoned device holds nothing: it has nothing to report on.
	"workload.v1.MsgReport": {[]string{"approved device"}, func(s *stage, sender string) sdk.Msg {
		return &workloadv1.MsgReport{Device: sender, Epoch: 1, Sequence: 9, Reports: []workloadv1.DeploymentReport{{
			DeploymentId: s.id, Revision: 2, State: workloadv1.ReportState_REPORT_STATE_HEALTHY,
		}}}
	}},
	"workload.v1.MsgRenewLease": {memberDevices, func(_ *stage, sender string) sdk.Msg {
		return &workloadv1.MsgRenewLease{Device: sender, Epoch: 1, Sequence: 9}
	}},
	"council.v1.MsgUpdateParams": {onlyNetwork, func(_ *stage, sender string) sdk.Msg {
		return &councilv1.MsgUpdateParams{Authority: sender, Params: counciltypes.DefaultParams()}
	}},
	"council.v1.MsgCreateCouncil": {onlyAuthority, func(_ *stage, sender string) sdk.Msg {
		return &councilv1.MsgCreateCouncil{Creator: sender, Name: "new", Members: onePerson, DefaultThreshold: 1}
	}},
	"council.v1.MsgUpdateMembers": {onlyCouncils, func(_ *stage, sender string) sdk.Msg {
		return &councilv1.MsgUpdateMembers{Council: sender, Members: []councilv1.Member{{Address: person("new").String(), Weight: 2}}}
	}},
	"council.v1.MsgUpdateRules": {onlyCouncils, func(_ *stage, sender string) sdk.Msg {
		return &councilv1.MsgUpdateRules{Council: sender, DefaultThreshold: 1}
	}},
	"council.v1.MsgSubmit": {[]string{"member of another council"}, func(s *stage, sender string) sdk.Msg {
		msg := s.side.submitMsg(person(""), &workgroupv1.MsgCordonDevice{Authority: s.side.String(), Device: s.spare.String()})
		msg.Proposer = sender
		return msg
	}},
	"council.v1.MsgApprove": {[]string{"member of another council"}, func(s *stage, sender string) sdk.Msg {
		return &councilv1.MsgApprove{Member: sender, ProposalId: s.toVote}
	}},
	"council.v1.MsgReject": {[]string{"member of another council"}, func(s *stage, sender string) sdk.Msg {
		return &councilv1.MsgReject{Member: sender, ProposalId: s.toVote}
	}},
	// The council itself may withdraw too.
	"council.v1.MsgWithdraw": {[]string{"member of another council", "another council"}, func(s *stage, sender string) sdk.Msg {
		return &councilv1.MsgWithdraw{Sender: sender, ProposalId: s.toWithdraw}
	}},
	"valset.v1.MsgUpdateParams": {onlyNetwork, func(_ *stage, sender string) sdk.Msg {
		return &valsetv1.MsgUpdateParams{Authority: sender, Params: valsettypes.DefaultGenesis().Params}
	}},
	"valset.v1.MsgAddValidator": {onlyNetwork, func(_ *stage, sender string) sdk.Msg {
		return &valsetv1.MsgAddValidator{Authority: sender, ConsPubKey: machine("new seat").pubKey(), Operator: person("new").String(), Power: 1000}
	}},
	"valset.v1.MsgRemoveValidator": {onlyNetwork, func(_ *stage, sender string) sdk.Msg {
		return &valsetv1.MsgRemoveValidator{Authority: sender, ValidatorId: 2}
	}},
	"valset.v1.MsgSetPower": {onlyNetwork, func(_ *stage, sender string) sdk.Msg {
		return &valsetv1.MsgSetPower{Authority: sender, ValidatorId: 2, Power: 500}
	}},
	"valset.v1.MsgRotateKey": {[]string{"network authority", "seat operator"}, func(_ *stage, sender string) sdk.Msg {
		return &valsetv1.MsgRotateKey{Sender: sender, ValidatorId: 2, ConsPubKey: machine("new seat").pubKey()}
	}},
	"valset.v1.MsgProposeNetworkAuthority": {onlyNetwork, func(_ *stage, sender string) sdk.Msg {
		return &valsetv1.MsgProposeNetworkAuthority{Authority: sender, NewAuthority: person("new").String()}
	}},
	"valset.v1.MsgAcceptNetworkAuthority": {[]string{"network successor"}, func(_ *stage, sender string) sdk.Msg {
		return &valsetv1.MsgAcceptNetworkAuthority{Authority: sender}
	}},
}

// messages are the names of all messages of our own modules.
func (s *stage) messages() []string {
	var names []string
	for _, url := range s.app.InterfaceRegistry().ListImplementations(sdk.MsgInterfaceProtoName) {
		if name, ours := strings.CutPrefix(url, "/daonetes."); ours && strings.Contains(name, ".Msg") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// M-01: only the expected cells of message x kind of authority x caller pass, and each other cell is refused by the error
// that testdata/vectors/authorisation-KIND.json says.
func TestAuthorisationMatrix(t *testing.T) {
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			s := newStage(t, kind)
			cells, passed := 0, 0
			table := map[string]map[string][]string{}
			for _, name := range s.messages() {
				row, listed := matrix[name]
				require.True(t, listed, "%s has no row in the authorisation matrix", name)
				table[name] = map[string][]string{}
				for _, role := range s.roles {
					err := role.probe(s.network, row.build(s, role.String()))
					cells++
					outcome := outcomeOf(err)
					table[name][outcome] = append(table[name][outcome], role.name)
					if s.allows(row, role) {
						passed++
						require.NoError(t, err, "%s must be allowed to send %s", role.name, name)
						continue
					}
					require.Error(t, err, "%s must not be allowed to send %s", role.name, name)
					space, code, _ := errorsmod.ABCIInfo(err, false)
					require.NotEqual(t, errorsmod.UndefinedCodespace, space, "%s, %s: %v", role.name, name, err)
					require.Greater(t, code, uint32(1), "%s, %s: %v", role.name, name, err)
				}
			}
			require.Len(t, matrix, len(s.messages()), "a row of the matrix is of no message")
			golden(t, "authorisation-"+kind+".json", table)
			t.Logf("%d messages x %d callers = %d cells, %d pass", len(matrix), len(s.roles), cells, passed)
		})
	}
}

// outcomeOf is a cell of the matrix: passes, or by which error it is refused.
func outcomeOf(err error) string {
	if err == nil {
		return "passes"
	}
	space, code, _ := errorsmod.ABCIInfo(err, false)
	return fmt.Sprintf("%s/%d", space, code)
}

// allows tells whether the matrix lets a role send a message while authorities are of the stage's kind.
func (s *stage) allows(row row, role role) bool {
	return slices.Contains(row.allowed, role.name) || slices.Contains(row.allowed, s.kind+": "+role.name)
}

// Through authz a message is judged by its own signer: a grant lets the grantee do what the granter may, and no more.
func TestAuthorisationMatrixThroughExec(t *testing.T) {
	for _, kind := range []string{"key", "multisig"} {
		s := newStage(t, kind)
		grantee, err := workgrouptypes.ParseAddress(s.lead.String())
		require.NoError(t, err)
		for _, name := range s.messages() {
			for _, role := range s.roles {
				exec := authz.NewMsgExec(grantee, []sdk.Msg{matrix[name].build(s, role.String())})
				err := s.lead.probe(s.network, &exec)
				// Without a grant only one's own messages pass.
				want := role.name == "creator and authority" && s.allows(matrix[name], role)
				require.Equal(t, want, err == nil, "%s inside MsgExec for %s: %v", name, role.name, err)
			}
		}
	}
	for _, kind := range kinds {
		s := newStage(t, kind)
		granter, err := workgrouptypes.ParseAddress(s.lead.String())
		require.NoError(t, err)
		helper := s.side.members[0]
		expires := s.now.Add(time.Hour)
		grant, err := authz.NewMsgGrant(granter, helper.raw(), authz.NewGenericAuthorization("/daonetes.workgroup.v1.MsgCordonDevice"), &expires)
		require.NoError(t, err)
		s.acts(s.lead, grant)
		exec := authz.NewMsgExec(helper.raw(), []sdk.Msg{matrix["workgroup.v1.MsgCordonDevice"].build(s, s.lead.String())})
		s.ok(helper, &exec)
		exec = authz.NewMsgExec(helper.raw(), []sdk.Msg{matrix["workgroup.v1.MsgUncordonDevice"].build(s, s.lead.String())})
		require.Error(t, helper.probe(s.network, &exec))
	}
}

// M-02: each message has exactly one acting field, and it is its first.
func TestEachMessageHasOneSigner(t *testing.T) {
	s := newStage(t, "key")
	for _, name := range s.messages() {
		msg := matrix[name].build(s, s.alice.String())
		signers, _, err := s.app.Codec().GetMsgV1Signers(msg.(proto.Message))
		require.NoError(t, err)
		require.Equal(t, [][]byte{s.alice.raw()}, signers, name)
	}
}
