package app_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workloadtypes "github.com/daonetes/daonetes/chain/x/workload/types"
)

// holdersOf are the devices that hold a deployment and do not let go.
func (n *network) holdersOf(id uint64) map[string]bool {
	n.t.Helper()
	response, err := n.loads().Holders(n.ctx(), &workloadv1.QueryHoldersRequest{DeploymentId: id})
	require.NoError(n.t, err)
	held := map[string]bool{}
	for _, holder := range response.Holders {
		if !holder.Removing {
			held[holder.Device] = true
		}
	}
	return held
}

func TestTooFewDevicesAreAcceptedAndFilledLater(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	n.members(group, 1, "site=lab")
	created := n.deploy(group, "app", n.spec(group, "app", "v1"), onTag("site=lab", 3))
	require.Equal(t, uint32(1), created.Placed)
	require.Equal(t, uint32(3), created.Wanted)
	more := n.members(group, 1, "site=lab")
	require.Len(t, n.holdersOf(created.DeploymentId), 2, "an approved device fills an open place in the same block")
	require.Equal(t, []uint64{1}, n.revisions(created.DeploymentId, more...))
	other := n.members(group, 1, "site=other")
	require.Len(t, n.holdersOf(created.DeploymentId), 2)
	n.ok(n.alice, &workgroupv1.MsgUpdateDevice{Authority: n.alice.String(), Device: other[0].String(), Tags: []string{"site=lab"}})
	require.Len(t, n.holdersOf(created.DeploymentId), 3, "a retagged one too")
	n.members(group, 1, "site=lab")
	require.Len(t, n.holdersOf(created.DeploymentId), 3, "not more than wanted")
}

func TestEveryTakesAllThatMatchNowAndLater(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	devices := n.members(group, 2, "site=lab")
	id := n.deploy(group, "app", n.spec(group, "app", "v1"), onTag("site=lab", 0)).DeploymentId
	n.healthy(id, devices...)
	more := n.members(group, 1, "site=lab")
	require.Len(t, n.holdersOf(id), 3)
	require.Equal(t, uint32(3), n.deployment(id).Wanted)
	require.Equal(t, workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_COMPLETE, n.deployment(id).Phase)
	n.report(more[0], id, failedState)
	require.Equal(t, uint64(1), n.deployment(id).Revision, "a failure after completion rolls back nothing")
	n.ok(n.alice, &workgroupv1.MsgUpdateDevice{Authority: n.alice.String(), Device: devices[0].String()})
	require.Len(t, n.holdersOf(id), 2, "a device that lost the tag lets go")
	assignment, _ := n.assignment(devices[0], id)
	require.Equal(t, workloadv1.Intent_INTENT_REMOVE, assignment.Intent)
}

func TestCordonedDevicesGetNothingNew(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.members(group, 2, "site=lab")
	hash := n.spec(group, "app", "v1")
	first := n.deploy(group, "first", hash, onTag("site=lab", 2)).DeploymentId
	n.ok(n.alice, &workgroupv1.MsgCordonDevice{Authority: n.alice.String(), Device: d[0].String()})
	require.Equal(t, workgroupv1.DeviceStatus_DEVICE_STATUS_CORDONED, n.manifest(d[0]).Status)
	second := n.deploy(group, "second", hash, onTag("site=lab", 2))
	require.Equal(t, uint32(1), second.Placed)
	n.update(first, hash, func(msg *workloadv1.MsgUpdateDeployment) { msg.Restart = true })
	require.Len(t, n.holdersOf(first), 2, "what it holds stays, and is updated")
	n.refused(workloadtypes.ErrDeviceUnfit, n.alice, &workloadv1.MsgCreateDeployment{
		Authority: n.alice.String(), GroupId: group, Name: "third", SpecHash: hash, Placement: onDevices(d[0]),
	})
	n.ok(n.alice, &workgroupv1.MsgUncordonDevice{Authority: n.alice.String(), Device: d[0].String()})
	require.Len(t, n.holdersOf(second.DeploymentId), 2)
}

func TestPlacementPrefersTheLeastLoadedAndIsPreviewed(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.members(group, 3, "site=lab")
	hash := n.spec(group, "app", "v1")
	n.deploy(group, "busy", hash, onDevices(d[0], d[1]))
	preview, err := n.loads().PlacementPreview(n.ctx(), &workloadv1.QueryPlacementPreviewRequest{GroupId: group, SpecHash: hash, Placement: onTag("site=lab", 1)})
	require.NoError(t, err)
	require.Equal(t, []string{d[2].String()}, preview.Devices)
	id := n.deploy(group, "app", hash, onTag("site=lab", 1)).DeploymentId
	require.Equal(t, map[string]bool{d[2].String(): true}, n.holdersOf(id))
	n.ok(n.alice, &workgroupv1.MsgRevokeDevice{Authority: n.alice.String(), Device: d[2].String(), Mode: workgroupv1.RevokeMode_REVOKE_MODE_WIPE})
	require.Len(t, n.holdersOf(id), 1, "another device takes the place of a revoked one in the same block")
	manifest := n.manifest(d[2])
	require.Empty(t, manifest.Assignments)
	require.Equal(t, workgroupv1.DeviceStatus_DEVICE_STATUS_REVOKED, manifest.Status)
	require.Equal(t, workgroupv1.RevokeMode_REVOKE_MODE_WIPE, manifest.RevokeMode)
}

func TestPlatformsLimitPlacement(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.members(group, 1, "site=lab")
	arm := n.spec(group, "app", "arm", workloadv1.SpecDeclaration{Platforms: []string{"linux/arm64"}})
	require.Zero(t, n.deploy(group, "tagged", arm, onTag("site=lab", 1)).Placed)
	n.refused(workloadtypes.ErrDeviceUnfit, n.alice, &workloadv1.MsgCreateDeployment{
		Authority: n.alice.String(), GroupId: group, Name: "named", SpecHash: arm, Placement: onDevices(d[0]),
	})
	both := n.spec(group, "app", "both", workloadv1.SpecDeclaration{Platforms: []string{"linux/amd64", "linux/arm64"}})
	require.Equal(t, uint32(1), n.deploy(group, "both", both, onTag("site=lab", 1)).Placed)
}

func TestUnreachablePlacementsMoveAfterTheirStopTime(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.members(group, 2, "site=lab")
	hash := n.spec(group, "app", "v1")
	volumes := n.spec(group, "db", "v2", workloadv1.SpecDeclaration{HasVolumes: true})
	stopAfter := func(msg *workloadv1.MsgCreateDeployment) { msg.OfflinePolicy.StopAfter = 10 * time.Minute }
	moves := n.deploy(group, "moves", hash, onTag("site=lab", 1), stopAfter).DeploymentId
	keeps := n.deploy(group, "keeps", hash, onTag("site=lab", 1)).DeploymentId
	stays := n.deploy(group, "stays", volumes, onTag("site=lab", 1), stopAfter).DeploymentId
	told := n.deploy(group, "told", volumes, onTag("site=lab", 1), stopAfter, func(msg *workloadv1.MsgCreateDeployment) { msg.MoveWhenUnreachable = true }).DeploymentId
	before := map[uint64]map[string]bool{}
	for _, id := range []uint64{moves, keeps, stays, told} {
		before[id] = n.holdersOf(id)
	}
	lost := d[0]
	if before[moves][d[1].String()] {
		lost = d[1]
	}
	alive := d[0]
	if lost == d[0] {
		alive = d[1]
	}
	n.advance(59 * time.Minute)
	n.ok(alive, n.renewMsg(alive))
	n.advance(2 * time.Minute)
	require.True(t, n.lease(lost).Unreachable)
	require.Equal(t, before[moves], n.holdersOf(moves), "not before the device itself has stopped it")
	n.advance(11 * time.Minute)
	require.Equal(t, map[string]bool{alive.String(): true}, n.holdersOf(moves))
	require.Equal(t, before[keeps], n.holdersOf(keeps))
	require.Equal(t, before[stays], n.holdersOf(stays))
	require.Equal(t, map[string]bool{alive.String(): true}, n.holdersOf(told))
	assignment, _ := n.assignment(lost, moves)
	require.Equal(t, workloadv1.Intent_INTENT_REMOVE, assignment.Intent, "back again, the device lets go")
	limit := n.reportMsg(lost, moves, stoppedState)
	limit.Reports[0].Reason = "OfflineLimit"
	n.ok(lost, limit)
	_, found := n.assignment(lost, moves)
	require.True(t, found, "stopped by the offline limit is not removed")
	require.False(t, n.lease(lost).Unreachable)
	n.report(lost, moves, stoppedState)
	_, found = n.assignment(lost, moves)
	require.False(t, found)
}

func TestStrandedPlaceGoesToTheNextDeviceThatComes(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.members(group, 1, "site=lab")
	id := n.deploy(group, "app", n.spec(group, "app", "v1"), onTag("site=lab", 1), func(msg *workloadv1.MsgCreateDeployment) {
		msg.OfflinePolicy.StopAfter = time.Minute
	}).DeploymentId
	n.advance(70 * time.Minute)
	n.advance(time.Minute)
	require.Equal(t, map[string]bool{d[0].String(): true}, n.holdersOf(id), "without another device it keeps its place")
	next := n.members(group, 1, "site=lab")
	require.Equal(t, map[string]bool{next[0].String(): true}, n.holdersOf(id))
}

func TestLargePlacementGoesThroughTheQueue(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	ticket := n.ticket(group, 120, true, "site=lab")
	var devices []actor
	var txs [][]byte
	for i := range 120 {
		device := machine(string(rune('A'+i/26)) + string(rune('a'+i%26)))
		devices = append(devices, device)
		msg := n.joinMsg(group, ticket, device, workgroupv1.DeviceInfo{})
		txs = append(txs, n.tx(n.form(ticket, msg), ticket, msg))
	}
	for start := 0; start < len(txs); start += 15 {
		for _, result := range n.block(txs[start:min(start+15, len(txs))]...) {
			require.Zero(t, result.Code, result.Log)
		}
	}
	n.block()
	written := func() int {
		count := 0
		for _, device := range devices {
			count += len(n.manifest(device).Assignments)
		}
		return count
	}
	hash := n.spec(group, "app", "v1")
	msg := &workloadv1.MsgCreateDeployment{Authority: n.alice.String(), GroupId: group, Name: "app", SpecHash: hash, Placement: onTag("site=lab", 0)}
	created := must(n, &workloadv1.MsgCreateDeploymentResponse{}, n.alice, msg)
	require.Equal(t, uint32(120), created.Placed, "the message decides the whole list")
	require.Equal(t, 100, written(), "50 in the message, 50 in its block's end")
	n.block()
	require.Equal(t, 120, written())
	require.Equal(t, uint32(120), n.deployment(created.DeploymentId).Progress.Assigned)
	n.ok(n.alice, &workloadv1.MsgRemoveDeployment{Authority: n.alice.String(), DeploymentId: created.DeploymentId, ExpectedRevision: 1})
	n.block()
	n.block()
	for _, device := range devices {
		assignment, _ := n.assignment(device, created.DeploymentId)
		require.Equal(t, workloadv1.Intent_INTENT_REMOVE, assignment.Intent)
	}
	n.block()
	before := n.app.LastCommitID().Hash
	n.block()
	require.Equal(t, before, n.app.LastCommitID().Hash, "nothing is due any more")
}

func TestStagedContentExpiresUnlessReferred(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.members(group, 1)
	blob := must(n, &workloadv1.MsgPublishBlobResponse{}, n.alice, &workloadv1.MsgPublishBlob{Publisher: n.alice.String(), GroupId: group, Content: []byte("conf")}).Hash
	loose := must(n, &workloadv1.MsgPublishBlobResponse{}, n.alice, &workloadv1.MsgPublishBlob{Publisher: n.alice.String(), GroupId: group, Content: []byte("loose")}).Hash
	used := n.spec(group, "used", "used", workloadv1.SpecDeclaration{Blobs: []string{blob}})
	unused := n.spec(group, "unused", "unused")
	id := n.deploy(group, "app", used, onDevices(d...)).DeploymentId
	n.advance(15 * 24 * time.Hour)
	for hash, want := range map[string]bool{blob: true, loose: false} {
		_, err := n.loads().BlobContent(n.ctx(), &workloadv1.QueryBlobContentRequest{GroupId: group, Hash: hash})
		require.Equal(t, want, err == nil)
	}
	for hash, want := range map[string]bool{used: true, unused: false} {
		_, err := n.loads().SpecContent(n.ctx(), &workloadv1.QuerySpecContentRequest{GroupId: group, Hash: hash})
		require.Equal(t, want, err == nil)
	}
	n.refused(workloadtypes.ErrSpecInUse, n.alice, &workloadv1.MsgRetireSpec{Authority: n.alice.String(), GroupId: group, Hash: used})
	n.ok(n.alice, &workloadv1.MsgRemoveDeployment{Authority: n.alice.String(), DeploymentId: id, ExpectedRevision: 1})
	n.report(d[0], id, stoppedState)
	n.advance(15 * 24 * time.Hour)
	n.advance(15 * 24 * time.Hour)
	_, err := n.loads().Spec(n.ctx(), &workloadv1.QuerySpecRequest{GroupId: group, Hash: used})
	require.Error(t, err)
	_, err = n.loads().Blob(n.ctx(), &workloadv1.QueryBlobRequest{GroupId: group, Hash: blob})
	require.Error(t, err, "the blob follows the spec")
	require.Equal(t, uint64(2), must(n, &workloadv1.MsgPublishSpecResponse{}, n.alice, &workloadv1.MsgPublishSpec{
		Publisher: n.alice.String(), GroupId: group, Name: "used", Content: []byte("newer"),
	}).Version, "versions of a name go on")
}
