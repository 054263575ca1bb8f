package app_test

import (
	"fmt"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"

	"github.com/daonetes/daonetes/chain/app"
	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	workloadtypes "github.com/daonetes/daonetes/chain/x/workload/types"
)

func queryOf(path string, data []byte) *abci.RequestQuery {
	return &abci.RequestQuery{Path: path, Data: data}
}

// M-09 in small: a block's end works off at most its budget, and the queue drains.
func TestLeasesThatRunOutTogetherKeepTheBudget(t *testing.T) {
	const devices, budget = 2_000, 100
	n := networkWithDevices(t, devices, budget)
	n.now = n.now.Add(2 * time.Hour)
	lapsed := 0
	for lapsed < devices {
		n.block()
		now := 0
		for _, event := range n.events {
			if event.Type == "daonetes.workload.v1.EventDeviceUnreachable" {
				now++
			}
		}
		require.Positive(t, now)
		require.LessOrEqual(t, now, budget)
		lapsed += now
	}
	n.block()
	before := n.app.LastCommitID().Hash
	n.block()
	require.Equal(t, before, n.app.LastCommitID().Hash)
}

func massDevice(number int) actor { return machine(fmt.Sprintf("mass %d", number)) }

// networkWithDevices starts from a genesis with a group of approved devices, whose leases end in an hour; with a number
// behind, only so many do.
func networkWithDevices(t *testing.T, count int, budget uint32, due ...int) *network {
	t.Helper()
	leases := count
	if len(due) > 0 {
		leases = due[0]
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	return newNetwork(t, func(chain *app.App, state app.GenesisState) {
		alice := person("alice").String()
		groups := &workgroupv1.GenesisState{
			Params: workgrouptypes.DefaultParams(), NextGroupId: 2, NextTicketId: 1,
			Creators: []workgroupv1.Creator{{Address: alice}},
			Groups:   []workgroupv1.Group{{Id: 1, Name: "lab", Authority: alice, CreatedAt: now}},
		}
		loads := &workloadv1.GenesisState{Params: workloadtypes.DefaultParams()}
		loads.Params.DueBudget = budget
		for i := range count {
			device := massDevice(i)
			text := device.String()
			groups.Devices = append(groups.Devices, workgroupv1.Device{
				Address: text, GroupId: 1, PubKey: device.pubKey(), Name: fmt.Sprintf("d%d", i), Tags: []string{"site=lab"},
				Status: workgroupv1.DeviceStatus_DEVICE_STATUS_APPROVED, JoinedAt: now, Info: workgroupv1.DeviceInfo{AgeRecipient: "age1pq1mass"},
			})
			loads.Manifests = append(loads.Manifests, workloadv1.Manifest{
				Device: text, GroupId: 1, GroupName: "lab", Status: workgroupv1.DeviceStatus_DEVICE_STATUS_APPROVED, Sequence: 1,
			})
			until := now.Add(time.Hour)
			if i >= leases {
				until = now.Add(48 * time.Hour)
			}
			loads.Leases = append(loads.Leases, workloadv1.Lease{Device: text, Until: until})
			loads.Due = append(loads.Due, workloadv1.DueItem{DueAt: until, Kind: workloadv1.DueKind_DUE_KIND_LEASE, Id: device.raw()})
		}
		for module, part := range map[string]interface {
			Reset()
			String() string
			ProtoMessage()
		}{workgrouptypes.ModuleName: groups, workloadtypes.ModuleName: loads} {
			raw, err := chain.Codec().MarshalJSON(part)
			require.NoError(t, err)
			state[module] = raw
		}
	})
}

// M-10: an entry that cannot be worked off is set aside with an event; the block commits and the others are done.
func TestAnEntryThatFailsIsSetAside(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	n := newNetwork(t, func(chain *app.App, state app.GenesisState) {
		loads := &workloadv1.GenesisState{Params: workloadtypes.DefaultParams()}
		// FILL of a device that does not exist fails.
		loads.Due = []workloadv1.DueItem{{DueAt: now.Add(3 * time.Second), Kind: workloadv1.DueKind_DUE_KIND_FILL, Id: machine("nobody").raw()}}
		raw, err := chain.Codec().MarshalJSON(loads)
		require.NoError(t, err)
		state[workloadtypes.ModuleName] = raw
	})
	n.block()
	n.block()
	found := false
	for _, event := range n.events {
		found = found || event.Type == "daonetes.workload.v1.EventDueItemSetAside"
	}
	require.True(t, found)
	n.block()
	before := n.app.LastCommitID().Hash
	n.block()
	require.Equal(t, before, n.app.LastCommitID().Hash)
}

// A selector placement over a large group fits into one transaction.
func TestPlacementOverALargeGroupFitsTheGasCap(t *testing.T) {
	n := networkWithDevices(t, 3_000, 500)
	hash := n.spec(1, "app", "v1")
	msg := &workloadv1.MsgCreateDeployment{Authority: n.alice.String(), GroupId: 1, Name: "app", SpecHash: hash, Placement: onTag("site=lab", 1_000)}
	form := n.form(n.alice, msg)
	form.gas = 10_000_000
	result := n.block(n.tx(form, n.alice, msg))[0]
	require.Zero(t, result.Code, result.Log)
	t.Logf("1,000 of 3,000 devices: %d gas", result.GasUsed)
	require.Equal(t, uint32(1_000), n.deployment(1).Progress.Total)
	for range 20 {
		n.block()
	}
	require.Equal(t, uint32(1_000), n.deployment(1).Progress.Assigned)
}
