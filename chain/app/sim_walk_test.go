package app_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/daonetes/daonetes/chain/app"
	admissionv1 "github.com/daonetes/daonetes/chain/gen/daonetes/admission/v1"
	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
)

// walk sends random messages of every kind to a network: ordered and unordered, by people, tickets, devices and councils,
// each signed and through the whole ante handler. What it draws depends on the seed and the state only.
//
// The SDK's simsx does not serve here: it signs everything with secp256k1 keys of people, in order of sequence and with a
// fee, without checking signatures. Tickets and devices have ed25519 keys and send unordered, and who may send what is
// what the ante handler is for.
type walk struct {
	*network
	random *rand.Rand
	names  []string
	actors map[string]actor
	// What messages made: ids, keys and hashes to draw from; some were refused or are gone.
	people           []actor
	groups           []uint64
	tickets, devices []actor
	specs            map[uint64][]string
	deployments      []uint64
	boards           []uint64
	proposals        []uint64
	made             int
	// done and refused count messages by name.
	done, refused map[string]int
}

func newWalk(t *testing.T, seed uint64) *walk {
	w := &walk{
		network: newNetwork(t), random: rand.New(rand.NewPCG(seed, 7)), actors: map[string]actor{}, specs: map[uint64][]string{},
		done: map[string]int{}, refused: map[string]int{},
	}
	for name := range operations {
		w.names = append(w.names, name)
		// Devices say most of what a network hears, and few groups with much in them show more than many empty ones.
		for range often[name] {
			w.names = append(w.names, name)
		}
	}
	slices.Sort(w.names)
	for i := range 8 {
		w.people = append(w.people, w.known(person(fmt.Sprintf("walker %d", i))))
	}
	w.known(w.root)
	for _, one := range w.people {
		w.ok(w.root, addCreator(w.root, one))
	}
	return w
}

var often = map[string]int{
	"workgroup.v1.MsgAdmitDevice": 2, "workgroup.v1.MsgCreateTicket": 1, "workgroup.v1.MsgJoin": 4, "workgroup.v1.MsgApproveDevice": 3, "workgroup.v1.MsgRejectDevice": 2,
	"workload.v1.MsgClaimEpoch": 5, "workload.v1.MsgReport": 12, "workload.v1.MsgRenewLease": 8, "workload.v1.MsgPublishSpec": 2,
	"workload.v1.MsgCreateDeployment": 3, "workload.v1.MsgUpdateDeployment": 3, "workload.v1.MsgGrantSecret": 3, "workload.v1.MsgPutSecret": 1,
	"council.v1.MsgApprove": 3,
}

// step makes a block of up to 12 random messages, each of another signer.
func (w *walk) step() {
	w.t.Helper()
	var txs [][]byte
	var sent []sdk.Msg
	busy := map[string]bool{}
	for range 12 {
		signer, msg := operations[pick(w, w.names)](w)
		if msg == nil || busy[signer.String()] {
			continue
		}
		busy[signer.String()] = true
		txs, sent = append(txs, w.tx(w.form(signer, msg), signer, msg)), append(sent, msg)
	}
	// Mostly seconds, now and then so long that leases, deadlines, tickets and proposals end.
	switch {
	case w.one(40):
		w.now = w.now.Add(w.hours(12, 72))
	case w.one(5):
		w.now = w.now.Add(time.Duration(w.random.Int64N(int64(2 * time.Hour))))
	}
	for i, result := range w.block(txs...) {
		w.note(sent[i], result)
	}
}

func (w *walk) note(msg sdk.Msg, result *abci.ExecTxResult) {
	w.t.Helper()
	name := strings.TrimPrefix(sdk.MsgTypeURL(msg), "/daonetes.")
	if result.Code != 0 {
		w.refused[name]++
		require.NotEqual(w.t, "undefined", result.Codespace, "%s: %s", name, result.Log)
		require.NotEqual(w.t, uint32(111222), result.Code, "%s panics: %s", name, result.Log)
		require.Greater(w.t, result.Code, uint32(1), "%s: %s", name, result.Log)
		return
	}
	w.done[name]++
	var data sdk.TxMsgData
	require.NoError(w.t, proto.Unmarshal(result.Data, &data))
	answer := data.MsgResponses[0].Value
	switch msg := msg.(type) {
	case *workgroupv1.MsgCreateGroup:
		w.groups = append(w.groups, response(w, answer, &workgroupv1.MsgCreateGroupResponse{}).GroupId)
	case *workgroupv1.MsgCloseGroup:
		w.groups = slices.DeleteFunc(w.groups, func(id uint64) bool { return id == msg.GroupId })
	case *workloadv1.MsgCreateDeployment:
		w.deployments = append(w.deployments, response(w, answer, &workloadv1.MsgCreateDeploymentResponse{}).DeploymentId)
	case *councilv1.MsgCreateCouncil:
		w.boards = append(w.boards, response(w, answer, &councilv1.MsgCreateCouncilResponse{}).CouncilId)
	case *councilv1.MsgSubmit:
		id := response(w, answer, &councilv1.MsgSubmitResponse{}).ProposalId
		w.proposals = append(w.proposals, id)
		w.noteExecuted(id)
	case *councilv1.MsgApprove:
		w.noteExecuted(msg.ProposalId)
	}
}

// noteExecuted counts what a proposal did.
func (w *walk) noteExecuted(id uint64) {
	w.t.Helper()
	if proposal := w.proposal(id); proposal.Status == councilv1.ProposalStatus_PROPOSAL_STATUS_EXECUTED {
		for _, url := range proposal.MessageTypes {
			w.done[strings.TrimPrefix(url, "/daonetes.")]++
		}
	}
}

func response[R proto.Message](w *walk, raw []byte, into R) R {
	w.t.Helper()
	require.NoError(w.t, proto.Unmarshal(raw, into))
	return into
}

// How operations draw.

func (w *walk) one(in int) bool { return w.random.IntN(in) == 0 }

func pick[T any](w *walk, list []T) T { return list[w.random.IntN(len(list))] }

func pickFrom[T any](w *walk, list []T) (T, bool) {
	if len(list) == 0 {
		var none T
		return none, false
	}
	return pick(w, list), true
}

func (w *walk) name(prefix string) string {
	w.made++
	return fmt.Sprintf("%s-%d", prefix, w.made)
}

func (w *walk) known(one actor) actor {
	w.actors[one.String()] = one
	return one
}

func (w *walk) machine(prefix string) actor { return w.known(machine(w.name(prefix))) }

func (w *walk) check(err error) {
	w.t.Helper()
	require.NoError(w.t, err)
}

func (w *walk) governor() actor {
	w.t.Helper()
	authority := w.app.GetConsensusParams(sdk.UnwrapSDKContext(w.ctx())).Authority.Authority
	who, known := w.actors[authority]
	require.True(w.t, known, "%s governs", authority)
	return who
}

func (w *walk) admissionParams() admissionv1.Params {
	params, err := w.app.AdmissionKeeper.Params(w.ctx())
	w.check(err)
	return params
}

// leadOf is who signs for a group: its authority, or somebody else if that is a council.
func (w *walk) leadOf(group uint64) actor {
	stored, err := w.app.WorkgroupKeeper.Group(w.ctx(), group)
	w.check(err)
	if who, known := w.actors[stored.Authority]; known {
		return who
	}
	return w.people[0]
}

func (w *walk) inGroup(build func(group uint64, lead actor) sdk.Msg) (actor, sdk.Msg) {
	group, found := pickFrom(w, w.groups)
	if !found {
		return actor{}, nil
	}
	lead := w.leadOf(group)
	return lead, build(group, lead)
}

func (w *walk) withSpec(build func(group uint64, lead, spec string) sdk.Msg) (actor, sdk.Msg) {
	group, found := pickFrom(w, w.groups)
	if !found || len(w.specs[group]) == 0 {
		return actor{}, nil
	}
	lead := w.leadOf(group)
	return lead, build(group, lead.String(), pick(w, w.specs[group]))
}

func (w *walk) ticketRecord() (workgroupv1.Ticket, bool) {
	key, found := pickFrom(w, w.tickets[max(0, len(w.tickets)-20):])
	if !found {
		return workgroupv1.Ticket{}, false
	}
	ticket, err := w.app.WorkgroupKeeper.TicketByKey(w.ctx(), key.raw())
	return ticket, err == nil
}

// deviceIn is a device of a status among a few that are drawn.
func (w *walk) deviceIn(status workgroupv1.DeviceStatus) (workgroupv1.Device, bool) {
	for range 10 {
		key, found := pickFrom(w, w.devices[max(0, len(w.devices)-60):])
		if !found {
			break
		}
		if device, err := w.app.WorkgroupKeeper.Device(w.ctx(), key.raw()); err == nil && device.Status == status {
			return device, true
		}
	}
	return workgroupv1.Device{}, false
}

func (w *walk) onDevice(status workgroupv1.DeviceStatus, build func(device, lead string) sdk.Msg) (actor, sdk.Msg) {
	device, found := w.deviceIn(status)
	if !found {
		return actor{}, nil
	}
	lead := w.leadOf(device.GroupId)
	return lead, build(device.Address, lead.String())
}

func (w *walk) asDevice(build func(device actor) sdk.Msg) (actor, sdk.Msg) {
	device, found := w.deviceIn(workgroupv1.DeviceStatus_DEVICE_STATUS_APPROVED)
	if !found {
		return actor{}, nil
	}
	key := w.actors[device.Address]
	return key, build(key)
}

func (w *walk) leaseOf(device actor) workloadv1.Lease {
	lease, err := w.app.WorkloadKeeper.Lease(w.ctx(), device.raw())
	if err != nil {
		return workloadv1.Lease{}
	}
	return lease
}

func (w *walk) manifestOf(device actor) workloadv1.Manifest {
	manifest, err := w.app.WorkloadKeeper.Manifest(w.ctx(), device.raw())
	if err != nil {
		return workloadv1.Manifest{}
	}
	return manifest
}

func (w *walk) onDeployment(build func(d workloadv1.Deployment, lead string) sdk.Msg) (actor, sdk.Msg) {
	id, found := pickFrom(w, w.deployments[max(0, len(w.deployments)-30):])
	if !found {
		return actor{}, nil
	}
	deployment, err := w.app.WorkloadKeeper.Deployment(w.ctx(), id)
	if err != nil {
		return actor{}, nil
	}
	lead := w.leadOf(deployment.GroupId)
	return lead, build(deployment, lead.String())
}

// placement is on devices of the group, or on a tag.
func (w *walk) placement(group uint64) workloadv1.Placement {
	device, found := w.deviceIn(workgroupv1.DeviceStatus_DEVICE_STATUS_APPROVED)
	if w.one(2) || !found || device.GroupId != group {
		return onTag(pick(w, tags), 1+w.random.Uint32N(4))
	}
	return onDevices(w.actors[device.Address])
}

func (w *walk) rollout() workloadv1.Rollout {
	return workloadv1.Rollout{MaxParallel: w.random.Uint32N(3), ProgressDeadline: w.hours(1, 5), HealthyFor: time.Duration(w.random.IntN(60)) * time.Second}
}

func (w *walk) members() []councilv1.Member {
	var members []councilv1.Member
	first := w.random.IntN(len(w.people))
	for i := range 1 + w.random.IntN(3) {
		members = append(members, councilv1.Member{Address: w.people[(first+i)%len(w.people)].String(), Weight: 1 + w.random.Uint64N(2)})
	}
	return members
}

// proposed is a proposal of a member of a council.
func (w *walk) proposed(build func(council string) sdk.Msg) (actor, sdk.Msg) {
	id, found := pickFrom(w, w.boards)
	if !found {
		return actor{}, nil
	}
	council, err := w.app.CouncilKeeper.Council(w.ctx(), id)
	w.check(err)
	proposer := w.actors[pick(w, council.Members).Address]
	return proposer, wrapped(proposer, id, build(council.Address))
}

func (w *walk) vote(build func(member string, proposal uint64) sdk.Msg) (actor, sdk.Msg) {
	id, found := pickFrom(w, w.proposals[max(0, len(w.proposals)-20):])
	if !found {
		return actor{}, nil
	}
	proposal, err := w.app.CouncilKeeper.Proposal(w.ctx(), id)
	if err != nil {
		return actor{}, nil
	}
	council, err := w.app.CouncilKeeper.Council(w.ctx(), proposal.CouncilId)
	w.check(err)
	member := pick(w, council.Members).Address
	return w.actors[member], build(member, id)
}

func (w *walk) seatID() uint64 { return 1 + w.random.Uint64N(8) }

// setting reads a number from the environment.
func setting(t *testing.T, name string, value int) int {
	t.Helper()
	if text := os.Getenv(name); text != "" {
		_, err := fmt.Sscan(text, &value)
		require.NoError(t, err)
	}
	return value
}

// goesOn makes a new network of an exported state, which has the same state and makes blocks.
func (w *walk) goesOn() {
	w.t.Helper()
	first, err := w.app.Export(true, nil)
	w.check(err)
	state := w.exported()
	// Its first block, one second later, is before what the last block here left for the next.
	other := &network{t: w.t, db: dbm.NewMemDB(), now: w.now.Add(-2 * time.Second), root: w.root, alice: w.alice, nonce: w.nonce}
	other.app = openApp(other.db)
	other.start(state, first.ConsensusParams)
	again := other.exported()
	for _, module := range sortedModules(state) {
		require.JSONEq(w.t, string(state[module]), string(again[module]), module)
	}
	for range 3 {
		other.block()
	}
}

func sortedModules(state app.GenesisState) []string {
	var names []string
	for name := range state {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
