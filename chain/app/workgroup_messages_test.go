package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	workloadtypes "github.com/daonetes/daonetes/chain/x/workload/types"
)

// refusal is a message that is refused with an error.
type refusal struct {
	name   string
	want   coded
	signer actor
	msg    sdk.Msg
}

// refuseAll sends each and expects that nothing of the state changes but the senders' sequences.
func (n *network) refuseAll(rows []refusal) {
	n.t.Helper()
	for _, row := range rows {
		n.t.Run(row.name, func(t *testing.T) {
			outer := n.t
			n.t = t
			defer func() { n.t = outer }()
			before := n.exported()
			n.refused(row.want, row.signer, row.msg)
			after := n.exported()
			for _, module := range []string{workgrouptypes.ModuleName, workloadtypes.ModuleName} {
				require.Equal(t, string(before[module]), string(after[module]), module)
			}
		})
	}
}

func TestGroupMessagesRefuse(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	n.members(group, 1)
	alice := n.alice.String()
	bob := person("bob")
	n.ok(n.root, &workgroupv1.MsgAddCreator{Authority: n.root.String(), Creator: bob.String()})
	module := authtypes.NewModuleAddress(authtypes.FeeCollectorName)
	moduleText, err := workgrouptypes.AddressText(module)
	require.NoError(t, err)
	ticket := n.ticket(group, 1, false)
	params := workgrouptypes.DefaultParams()
	params.WaitingTtl = time.Second
	noCaps := workgrouptypes.DefaultParams()
	noCaps.DefaultCaps.MaxDevices = 0
	policy := func(edit func(*workgroupv1.GroupPolicy)) workgroupv1.GroupPolicy {
		var policy workgroupv1.GroupPolicy
		edit(&policy)
		return policy
	}
	create := func(edit func(*workgroupv1.MsgCreateGroup)) *workgroupv1.MsgCreateGroup {
		msg := &workgroupv1.MsgCreateGroup{Creator: alice, Name: "new"}
		edit(msg)
		return msg
	}
	update := func(edit func(*workgroupv1.MsgUpdateGroup)) *workgroupv1.MsgUpdateGroup {
		msg := &workgroupv1.MsgUpdateGroup{Authority: alice, GroupId: group}
		edit(msg)
		return msg
	}
	n.refuseAll([]refusal{
		{"params out of range", workgrouptypes.ErrInvalidParams, n.root, &workgroupv1.MsgUpdateParams{Authority: n.root.String(), Params: params}},
		{"params without caps", workgrouptypes.ErrInvalidParams, n.root, &workgroupv1.MsgUpdateParams{Authority: n.root.String(), Params: noCaps}},
		{"creator that is no address", workgrouptypes.ErrInvalidAddress, n.root, &workgroupv1.MsgAddCreator{Authority: n.root.String(), Creator: "daonet1x"}},
		{"creator twice", workgrouptypes.ErrNothingChanges, n.root, &workgroupv1.MsgAddCreator{Authority: n.root.String(), Creator: alice}},
		{"creator that is a ticket", workgrouptypes.ErrAddressHasRole, n.root, &workgroupv1.MsgAddCreator{Authority: n.root.String(), Creator: ticket.String()}},
		{"creator that is none", workgrouptypes.ErrNotCreator, n.root, &workgroupv1.MsgRemoveCreator{Authority: n.root.String(), Creator: person("x").String()}},
		{"no name", workgrouptypes.ErrInvalidName, n.alice, create(func(m *workgroupv1.MsgCreateGroup) { m.Name = "" })},
		{"name in capitals", workgrouptypes.ErrInvalidName, n.alice, create(func(m *workgroupv1.MsgCreateGroup) { m.Name = "Lab" })},
		{"name with an outer dash", workgrouptypes.ErrInvalidName, n.alice, create(func(m *workgroupv1.MsgCreateGroup) { m.Name = "lab-" })},
		{"name too long", workgrouptypes.ErrInvalidName, n.alice, create(func(m *workgroupv1.MsgCreateGroup) { m.Name = strings.Repeat("x", 41) })},
		{"name with bad UTF-8", workgrouptypes.ErrInvalidName, n.alice, create(func(m *workgroupv1.MsgCreateGroup) { m.Name = "lab\u00e9" })},
		{"name taken", workgrouptypes.ErrGroupNameTaken, n.alice, create(func(m *workgroupv1.MsgCreateGroup) { m.Name = "lab" })},
		{"metadata too long", workgrouptypes.ErrInvalidMetadata, n.alice, create(func(m *workgroupv1.MsgCreateGroup) { m.Metadata = strings.Repeat("x", 1025) })},
		{"lease too short", workgrouptypes.ErrInvalidPolicy, n.alice, create(func(m *workgroupv1.MsgCreateGroup) {
			m.Policy = policy(func(p *workgroupv1.GroupPolicy) { p.Lease = time.Second })
		})},
		{"offline policy negative", workgrouptypes.ErrInvalidPolicy, n.alice, create(func(m *workgroupv1.MsgCreateGroup) {
			m.Policy = policy(func(p *workgroupv1.GroupPolicy) { p.OfflineDefault.StopAfter = -1 })
		})},
		{"profile unknown", workgrouptypes.ErrInvalidChoice, n.alice, create(func(m *workgroupv1.MsgCreateGroup) {
			m.Policy = policy(func(p *workgroupv1.GroupPolicy) { p.MinimumProfile = 9 })
		})},
		{"cap above the network's", workgrouptypes.ErrInvalidPolicy, n.alice, create(func(m *workgroupv1.MsgCreateGroup) {
			m.Policy = policy(func(p *workgroupv1.GroupPolicy) { p.Caps.MaxSpecs = 1001 })
		})},
		{"group unknown", workgrouptypes.ErrGroupNotFound, n.alice, update(func(m *workgroupv1.MsgUpdateGroup) { m.GroupId = 99 })},
		{"publisher twice", workgrouptypes.ErrInvalidHelpers, n.alice, update(func(m *workgroupv1.MsgUpdateGroup) { m.Publishers = []string{alice, alice} })},
		{"publisher that is no address", workgrouptypes.ErrInvalidAddress, n.alice, update(func(m *workgroupv1.MsgUpdateGroup) { m.Publishers = []string{strings.ToUpper(alice)} })},
		{"operator that is a module", workgrouptypes.ErrAddressHasRole, n.alice, update(func(m *workgroupv1.MsgUpdateGroup) { m.Operators = []string{ticket.String()} })},
		{"too many operators", workgrouptypes.ErrInvalidHelpers, n.alice, update(func(m *workgroupv1.MsgUpdateGroup) { m.Operators = make([]string, 33) })},
		{"offer to nobody", workgrouptypes.ErrNothingChanges, n.alice, &workgroupv1.MsgProposeAuthority{Authority: alice, GroupId: group}},
		{"offer to oneself", workgrouptypes.ErrNothingChanges, n.alice, &workgroupv1.MsgProposeAuthority{Authority: alice, GroupId: group, NewAuthority: alice}},
		{"offer to a ticket", workgrouptypes.ErrAddressHasRole, n.alice, &workgroupv1.MsgProposeAuthority{Authority: alice, GroupId: group, NewAuthority: ticket.String()}},
		{"close with devices", workgrouptypes.ErrGroupNotEmpty, n.alice, &workgroupv1.MsgCloseGroup{Authority: alice, GroupId: group}},
		{"recipient too long", workgrouptypes.ErrInvalidRecipient, n.alice, &workgroupv1.MsgSetRecipient{Address: alice, AgeRecipient: strings.Repeat("x", 2049)}},
		{"recipient with a space", workgrouptypes.ErrInvalidRecipient, n.alice, &workgroupv1.MsgSetRecipient{Address: alice, AgeRecipient: "a b"}},
	})
	_ = moduleText
}

func TestAuthorityChangesInTwoSteps(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	bob, carol := person("bob"), person("carol")
	propose := func(to string) {
		n.ok(n.alice, &workgroupv1.MsgProposeAuthority{Authority: n.alice.String(), GroupId: group, NewAuthority: to})
	}
	propose(bob.String())
	propose(carol.String())
	accept := &workgroupv1.MsgAcceptAuthority{Authority: bob.String(), GroupId: group}
	require.NotZero(t, n.send(bob, accept).Code, "an offer that was replaced is worth nothing")
	propose("")
	accept.Authority = carol.String()
	require.NotZero(t, n.send(carol, accept).Code, "nor one that was taken back")
	propose(carol.String())
	n.ok(carol, accept)
	n.refused(workgrouptypes.ErrUnauthorized, n.alice, withGroup(n, "other", &workgroupv1.MsgUpdateGroup{Authority: n.alice.String(), GroupId: group}))
	n.ok(carol, &workgroupv1.MsgUpdateGroup{Authority: carol.String(), GroupId: group, Metadata: "mine"})
	groups, err := n.groups().Groups(n.ctx(), &workgroupv1.QueryGroupsRequest{Authority: carol.String()})
	require.NoError(t, err)
	require.Len(t, groups.Groups, 1)
	n.ok(carol, &workgroupv1.MsgCloseGroup{Authority: carol.String(), GroupId: group})
	require.NotZero(t, n.send(carol, &workgroupv1.MsgUpdateGroup{Authority: carol.String(), GroupId: group}).Code, "nothing in a closed group changes")
}

// withGroup gives alice another group, so that the role lets her in and the message server decides.
func withGroup(n *network, name string, msg sdk.Msg) sdk.Msg {
	n.group(name)
	return msg
}

func TestTicketAndDeviceMessagesRefuse(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	other := n.group("other")
	alice := n.alice.String()
	member := n.members(group, 1, "site=lab")[0]
	used := n.ticket(group, 9, false, "a=b")
	waiting := machine("waiting")
	n.ok(used, n.joinMsg(group, used, waiting, workgroupv1.DeviceInfo{}))
	cordoned := n.members(group, 1)[0]
	n.ok(n.alice, &workgroupv1.MsgCordonDevice{Authority: alice, Device: cordoned.String()})
	revoked := n.members(group, 1)[0]
	n.ok(n.alice, &workgroupv1.MsgRevokeDevice{Authority: alice, Device: revoked.String()})
	memberRecord, err := n.app.WorkgroupKeeper.Device(n.ctx(), member.raw())
	require.NoError(t, err)

	newTicket := func(edit func(*workgroupv1.MsgCreateTicket)) *workgroupv1.MsgCreateTicket {
		msg := n.ticketMsg(group, machine("fresh"), 1, false)
		edit(msg)
		return msg
	}
	join := func(device actor, edit func(*workgroupv1.MsgJoin)) *workgroupv1.MsgJoin {
		msg := n.joinMsg(group, used, device, workgroupv1.DeviceInfo{})
		edit(msg)
		return msg
	}
	joinWith := func(info workgroupv1.DeviceInfo) *workgroupv1.MsgJoin {
		return n.joinMsg(group, used, machine("fresh"), info)
	}
	admit := func(device actor, edit func(*workgroupv1.MsgAdmitDevice)) *workgroupv1.MsgAdmitDevice {
		msg := &workgroupv1.MsgAdmitDevice{Authority: alice, GroupId: group, PubKey: device.pubKey()}
		msg.Proof = device.sign(t, workgrouptypes.AdmitProofText(testChainID, group, device.pubKey()))
		edit(msg)
		return msg
	}
	tags := make([]string, 33)
	for i := range tags {
		tags[i] = "k=" + strings.Repeat("v", i+1)
	}
	n.refuseAll([]refusal{
		{"ticket key too short", workgrouptypes.ErrInvalidKey, n.alice, newTicket(func(m *workgroupv1.MsgCreateTicket) { m.PubKey = m.PubKey[:31] })},
		{"ticket without proof", workgrouptypes.ErrInvalidProof, n.alice, newTicket(func(m *workgroupv1.MsgCreateTicket) { m.Proof = nil })},
		{"ticket proof of another group", workgrouptypes.ErrInvalidProof, n.alice, newTicket(func(m *workgroupv1.MsgCreateTicket) { m.GroupId = other })},
		{"ticket without uses", workgrouptypes.ErrInvalidTicket, n.alice, newTicket(func(m *workgroupv1.MsgCreateTicket) { m.MaxUses = 0 })},
		{"ticket with too many uses", workgrouptypes.ErrInvalidTicket, n.alice, newTicket(func(m *workgroupv1.MsgCreateTicket) { m.MaxUses = 10_001 })},
		{"ticket that lives too long", workgrouptypes.ErrInvalidTicket, n.alice, newTicket(func(m *workgroupv1.MsgCreateTicket) { m.Ttl = 91 * 24 * time.Hour })},
		{"ticket that lives too short", workgrouptypes.ErrInvalidTicket, n.alice, newTicket(func(m *workgroupv1.MsgCreateTicket) { m.Ttl = 0 })},
		{"ticket with too many tags", workgrouptypes.ErrInvalidTags, n.alice, newTicket(func(m *workgroupv1.MsgCreateTicket) { m.Tags = tags })},
		{"ticket with a bad tag", workgrouptypes.ErrInvalidTags, n.alice, newTicket(func(m *workgroupv1.MsgCreateTicket) { m.Tags = []string{"site"} })},
		{"ticket with a tag twice", workgrouptypes.ErrInvalidTags, n.alice, newTicket(func(m *workgroupv1.MsgCreateTicket) { m.Tags = []string{"a=b", "a=b"} })},
		{"ticket of a known ticket's key", workgrouptypes.ErrKeyInUse, n.alice, n.ticketMsg(group, used, 1, false)},
		{"ticket of a device's key", workgrouptypes.ErrKeyInUse, n.alice, n.ticketMsg(group, member, 1, false)},
		{"unknown ticket", workgrouptypes.ErrTicketNotFound, n.alice, &workgroupv1.MsgRevokeTicket{Authority: alice, TicketId: 99}},
		{"join with a device's key", workgrouptypes.ErrKeyInUse, used, join(member, func(*workgroupv1.MsgJoin) {})},
		{"join with a waiting device's key", workgrouptypes.ErrKeyInUse, used, join(waiting, func(*workgroupv1.MsgJoin) {})},
		{"join with a revoked device's key", workgrouptypes.ErrKeyInUse, used, join(revoked, func(*workgroupv1.MsgJoin) {})},
		{"join with a ticket's key", workgrouptypes.ErrKeyInUse, used, join(used, func(*workgroupv1.MsgJoin) {})},
		{"join with another's proof", workgrouptypes.ErrInvalidProof, used, join(machine("fresh"), func(m *workgroupv1.MsgJoin) { m.Proof = waiting.sign(t, []byte("x")) })},
		{"join with another info than signed", workgrouptypes.ErrInvalidProof, used, join(machine("fresh"), func(m *workgroupv1.MsgJoin) { m.Info.Platform = "linux/amd64" })},
		{"join with a key too long", workgrouptypes.ErrInvalidKey, used, join(machine("fresh"), func(m *workgroupv1.MsgJoin) { m.PubKey = append(m.PubKey, 1) })},
		{"join with a bad hint", workgrouptypes.ErrInvalidName, used, joinWith(workgroupv1.DeviceInfo{NameHint: "Rack 1"})},
		{"join with a bad platform", workgrouptypes.ErrInvalidDeviceInfo, used, joinWith(workgroupv1.DeviceInfo{Platform: "linux"})},
		{"join with a long version", workgrouptypes.ErrInvalidDeviceInfo, used, joinWith(workgroupv1.DeviceInfo{EngineVersion: strings.Repeat("1", 65)})},
		{"join with a control character", workgrouptypes.ErrInvalidDeviceInfo, used, joinWith(workgroupv1.DeviceInfo{AgentVersion: "1\x1b[31m"})},
		{"join with a bad WireGuard key", workgrouptypes.ErrInvalidDeviceInfo, used, joinWith(workgroupv1.DeviceInfo{WireguardKey: []byte{1}})},
		{"join with a bad endpoint", workgrouptypes.ErrInvalidDeviceInfo, used, joinWith(workgroupv1.DeviceInfo{Endpoints: []string{"host"}})},
		{"join with too many endpoints", workgrouptypes.ErrInvalidDeviceInfo, used, joinWith(workgroupv1.DeviceInfo{Endpoints: []string{"a:1", "a:2", "a:3", "a:4", "a:5", "a:6", "a:7", "a:8", "a:9"}})},
		{"admit without proof", workgrouptypes.ErrInvalidProof, n.alice, admit(machine("fresh"), func(m *workgroupv1.MsgAdmitDevice) { m.Proof = nil })},
		{"admit a known key", workgrouptypes.ErrKeyInUse, n.alice, admit(waiting, func(*workgroupv1.MsgAdmitDevice) {})},
		{"admit under a taken name", workgrouptypes.ErrDeviceNameTaken, n.alice, admit(machine("fresh"), func(m *workgroupv1.MsgAdmitDevice) { m.Name = memberRecord.Name })},
		{"approve a member", workgrouptypes.ErrDeviceStatus, n.alice, &workgroupv1.MsgApproveDevice{Authority: alice, Device: member.String()}},
		{"approve an unknown one", workgrouptypes.ErrDeviceNotFound, n.alice, &workgroupv1.MsgApproveDevice{Authority: alice, Device: machine("x").String()}},
		{"approve under a taken name", workgrouptypes.ErrDeviceNameTaken, n.alice, &workgroupv1.MsgApproveDevice{Authority: alice, Device: waiting.String(), Name: memberRecord.Name}},
		{"approve with too many tags together", workgrouptypes.ErrInvalidTags, n.alice, &workgroupv1.MsgApproveDevice{Authority: alice, Device: waiting.String(), Tags: tags[:32]}},
		{"reject a member", workgrouptypes.ErrDeviceStatus, n.alice, &workgroupv1.MsgRejectDevice{Authority: alice, Device: member.String()}},
		{"update a revoked one", workgrouptypes.ErrDeviceRevoked, n.alice, &workgroupv1.MsgUpdateDevice{Authority: alice, Device: revoked.String()}},
		{"update to an unknown profile", workgrouptypes.ErrInvalidChoice, n.alice, &workgroupv1.MsgUpdateDevice{Authority: alice, Device: member.String(), Profile: 7}},
		{"cordon a waiting one", workgrouptypes.ErrDeviceStatus, n.alice, &workgroupv1.MsgCordonDevice{Authority: alice, Device: waiting.String()}},
		{"cordon twice", workgrouptypes.ErrDeviceStatus, n.alice, &workgroupv1.MsgCordonDevice{Authority: alice, Device: cordoned.String()}},
		{"cordon a revoked one", workgrouptypes.ErrDeviceRevoked, n.alice, &workgroupv1.MsgCordonDevice{Authority: alice, Device: revoked.String()}},
		{"uncordon a waiting one", workgrouptypes.ErrDeviceStatus, n.alice, &workgroupv1.MsgUncordonDevice{Authority: alice, Device: waiting.String()}},
		{"uncordon an approved one", workgrouptypes.ErrDeviceStatus, n.alice, &workgroupv1.MsgUncordonDevice{Authority: alice, Device: member.String()}},
		{"revoke twice", workgrouptypes.ErrDeviceRevoked, n.alice, &workgroupv1.MsgRevokeDevice{Authority: alice, Device: revoked.String()}},
		{"revoke in an unknown mode", workgrouptypes.ErrInvalidChoice, n.alice, &workgroupv1.MsgRevokeDevice{Authority: alice, Device: member.String(), Mode: 8}},
		{"announce nothing new", workgrouptypes.ErrNothingChanges, member, &workgroupv1.MsgAnnounceDevice{Device: member.String(), Info: memberRecord.Info}},
		{"announce a bad platform", workgrouptypes.ErrInvalidDeviceInfo, member, &workgroupv1.MsgAnnounceDevice{Device: member.String(), Info: workgroupv1.DeviceInfo{Platform: "x"}}},
	})
}

func TestCapsBoundAGroup(t *testing.T) {
	n := newNetwork(t)
	group := must(n, &workgroupv1.MsgCreateGroupResponse{}, n.alice, &workgroupv1.MsgCreateGroup{
		Creator: n.alice.String(), Name: "small",
		Policy: workgroupv1.GroupPolicy{Caps: workgroupv1.Caps{MaxDevices: 3, MaxPending: 1, MaxTickets: 2}},
	}).GroupId
	waiting, auto := n.ticket(group, 5, false), n.ticket(group, 5, true)
	n.refused(workgrouptypes.ErrCapReached, n.alice, n.ticketMsg(group, machine("third"), 1, false))
	n.ok(waiting, n.joinMsg(group, waiting, machine("w1"), workgroupv1.DeviceInfo{}))
	n.refused(workgrouptypes.ErrCapReached, waiting, n.joinMsg(group, waiting, machine("w2"), workgroupv1.DeviceInfo{}))
	n.ok(auto, n.joinMsg(group, auto, machine("d1"), workgroupv1.DeviceInfo{}))
	n.ok(auto, n.joinMsg(group, auto, machine("d2"), workgroupv1.DeviceInfo{}))
	n.refused(workgrouptypes.ErrCapReached, auto, n.joinMsg(group, auto, machine("d3"), workgroupv1.DeviceInfo{}))
	n.ok(n.alice, &workgroupv1.MsgRevokeDevice{Authority: n.alice.String(), Device: machine("d1").String()})
	n.ok(auto, n.joinMsg(group, auto, machine("d3"), workgroupv1.DeviceInfo{}))
	n.ok(n.alice, &workgroupv1.MsgRevokeTicket{Authority: n.alice.String(), TicketId: 1})
	n.ok(n.alice, n.ticketMsg(group, machine("third"), 1, false))
}

func TestWaitingEntriesEnd(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	ticket := n.ticket(group, 5, false)
	join := func(name string) {
		n.ok(ticket, n.joinMsg(group, ticket, machine(name), workgroupv1.DeviceInfo{NameHint: "rack"}))
	}
	join("a")
	n.ok(n.alice, &workgroupv1.MsgRejectDevice{Authority: n.alice.String(), Device: machine("a").String()})
	join("a")
	device, err := n.groups().DeviceByName(n.ctx(), &workgroupv1.QueryDeviceByNameRequest{GroupId: group, Name: "rack"})
	require.NoError(t, err, "a rejected key may come again, and its name is free")
	require.Equal(t, machine("a").String(), device.Device.Address)
	n.advance(24*time.Hour + time.Second)
	_, err = n.groups().Device(n.ctx(), &workgroupv1.QueryDeviceRequest{Address: machine("a").String()})
	require.Error(t, err)
	before := n.app.LastCommitID().Hash
	n.block()
	require.Equal(t, before, n.app.LastCommitID().Hash)
}

func TestEveryAccountMayCreateGroupsWhereTheNetworkSaysSo(t *testing.T) {
	n := newNetwork(t)
	params := workgrouptypes.DefaultParams()
	params.GroupCreation = workgroupv1.CreationRule_CREATION_RULE_REGISTERED
	n.ok(n.root, &workgroupv1.MsgUpdateParams{Authority: n.root.String(), Params: params})
	n.ok(n.root, &workgroupv1.MsgCreateGroup{Creator: n.root.String(), Name: "roots"})
	stranger := person("stranger")
	require.NotZero(t, n.send(stranger, &workgroupv1.MsgCreateGroup{Creator: stranger.String(), Name: "x"}).Code, "who has no account is refused")
}

func TestMeshRevisionFollowsMembersAndTheirKeys(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	mesh := func() uint64 {
		record, err := n.app.WorkgroupKeeper.Group(n.ctx(), group)
		require.NoError(t, err)
		return record.MeshRevision
	}
	device := n.members(group, 1)[0]
	require.Equal(t, uint64(1), mesh())
	n.ok(device, &workgroupv1.MsgAnnounceDevice{Device: device.String(), Info: workgroupv1.DeviceInfo{EngineVersion: "28"}})
	require.Equal(t, uint64(1), mesh())
	n.ok(device, &workgroupv1.MsgAnnounceDevice{Device: device.String(), Info: workgroupv1.DeviceInfo{EngineVersion: "28", Endpoints: []string{"a:1"}}})
	require.Equal(t, uint64(2), mesh())
	n.ok(n.alice, &workgroupv1.MsgRevokeDevice{Authority: n.alice.String(), Device: device.String()})
	require.Equal(t, uint64(3), mesh())
}
