package app_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
)

func TestWholeStoryFromGroupToRemoval(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	ticket := n.ticket(group, 1, false, "site=lab")

	device := machine("device")
	joined := must(n, &workgroupv1.MsgJoinResponse{}, ticket, n.joinMsg(group, ticket, device, workgroupv1.DeviceInfo{
		NameHint: "rack-1", Platform: "linux/amd64", EngineVersion: "27.0",
	}))
	require.Equal(t, &workgroupv1.MsgJoinResponse{
		Device: device.String(), GroupId: group, Name: "rack-1", Status: workgroupv1.DeviceStatus_DEVICE_STATUS_PENDING,
	}, joined)
	require.False(t, n.app.AccountKeeper.HasAccount(n.ctx(), device.raw()), "a waiting device has no account")

	n.ok(n.alice, &workgroupv1.MsgApproveDevice{Authority: n.alice.String(), Device: device.String(), Tags: []string{"arch=x"}})
	require.True(t, n.app.AccountKeeper.HasAccount(n.ctx(), device.raw()))
	manifest := n.manifest(device)
	require.Equal(t, "lab", manifest.GroupName)
	require.Empty(t, manifest.Assignments)
	n.claim(device, 1)

	hash := n.spec(group, "hello", `{"format":"daonetes.spec.v1"}`)
	created := n.deploy(group, "hello", hash, onTag("site=lab", 1))
	require.Equal(t, &workloadv1.MsgCreateDeploymentResponse{DeploymentId: 1, Revision: 1, Placed: 1, Wanted: 1}, created)
	assignment, found := n.assignment(device, 1)
	require.True(t, found)
	require.Equal(t, hash, assignment.SpecHash)
	require.Equal(t, workloadv1.Intent_INTENT_RUN, assignment.Intent)

	n.healthy(1, device)
	require.Equal(t, workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_COMPLETE, n.deployment(1).Phase)

	n.ok(n.alice, &workloadv1.MsgRemoveDeployment{Authority: n.alice.String(), DeploymentId: 1, ExpectedRevision: 1, Volumes: true})
	assignment, _ = n.assignment(device, 1)
	require.Equal(t, workloadv1.Intent_INTENT_REMOVE_WITH_VOLUMES, assignment.Intent)
	n.report(device, 1, workloadv1.ReportState_REPORT_STATE_STOPPED)
	require.Empty(t, n.manifest(device).Assignments)
	_, err := n.loads().Deployment(n.ctx(), &workloadv1.QueryDeploymentRequest{DeploymentId: 1})
	require.ErrorContains(t, err, "no such deployment")

	again := n.deploy(group, "hello", hash, onTag("site=lab", 1))
	require.Equal(t, uint64(2), again.DeploymentId, "ids are never used again")
	require.Equal(t, uint64(3), again.Revision, "revisions of a name go on")
}

func TestEmptyBlocksLeaveOneAppHash(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	devices := n.members(group, 2, "site=lab")
	hash := n.spec(group, "hello", "x")
	n.deploy(group, "hello", hash, onTag("site=lab", 2))
	n.healthy(1, devices...)
	n.block()
	before := n.app.LastCommitID().Hash
	for range 5 {
		n.block()
		require.Equal(t, before, n.app.LastCommitID().Hash)
	}
}
