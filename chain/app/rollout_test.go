package app_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workloadtypes "github.com/daonetes/daonetes/chain/x/workload/types"
)

const (
	healthyState = workloadv1.ReportState_REPORT_STATE_HEALTHY
	failedState  = workloadv1.ReportState_REPORT_STATE_FAILED
	stoppedState = workloadv1.ReportState_REPORT_STATE_STOPPED
)

// sortedDevices joins devices and returns them in address order, the order of rollouts.
func (n *network) sortedMembers(group uint64, count int, tags ...string) []actor {
	devices := n.members(group, count, tags...)
	for i := range devices {
		for j := i; j > 0 && string(devices[j].raw()) < string(devices[j-1].raw()); j-- {
			devices[j], devices[j-1] = devices[j-1], devices[j]
		}
	}
	return devices
}

func (n *network) update(id uint64, spec string, change ...func(*workloadv1.MsgUpdateDeployment)) uint64 {
	n.t.Helper()
	deployment := n.deployment(id)
	msg := &workloadv1.MsgUpdateDeployment{
		Authority: n.alice.String(), DeploymentId: id, ExpectedRevision: deployment.Revision, SpecHash: spec,
		Placement: deployment.Placement, Rollout: deployment.Rollout, OfflinePolicy: deployment.OfflinePolicy,
		MoveWhenUnreachable: deployment.MoveWhenUnreachable,
	}
	for _, edit := range change {
		edit(msg)
	}
	return must(n, &workloadv1.MsgUpdateDeploymentResponse{}, n.alice, msg).Revision
}

// running starts a deployment that is complete on all devices.
func (n *network) running(group uint64, devices []actor, rollout workloadv1.Rollout) uint64 {
	n.t.Helper()
	hash := n.spec(group, "app", "v1")
	id := n.deploy(group, "app", hash, onDevices(devices...), func(msg *workloadv1.MsgCreateDeployment) { msg.Rollout = rollout }).DeploymentId
	n.healthy(id, devices...)
	require.Equal(n.t, workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_COMPLETE, n.deployment(id).Phase)
	return id
}

func TestUpdateGoesInBatchesInAddressOrder(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.sortedMembers(group, 5)
	id := n.running(group, d, workloadv1.Rollout{MaxParallel: 2})

	n.update(id, n.spec(group, "app", "v2"))
	require.Equal(t, []uint64{2, 2, 1, 1, 1}, n.revisions(id, d...))
	n.report(d[0], id, workloadv1.ReportState_REPORT_STATE_PULLING)
	require.Equal(t, []uint64{2, 2, 1, 1, 1}, n.revisions(id, d...), "only HEALTHY or COMPLETED frees a slot")
	n.passed(id, d[0])
	require.Equal(t, []uint64{2, 2, 2, 1, 1}, n.revisions(id, d...), "a free slot is used")
	n.report(d[1], id, workloadv1.ReportState_REPORT_STATE_COMPLETED)
	n.passed(id, d[2])
	require.Equal(t, []uint64{2, 2, 2, 2, 2}, n.revisions(id, d...))
	n.healthy(id, d[3])
	require.Equal(t, workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_PROGRESSING, n.deployment(id).Phase)
	n.healthy(id, d[4])
	deployment := n.deployment(id)
	require.Equal(t, workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_COMPLETE, deployment.Phase)
	require.Equal(t, workloadv1.RolloutProgress{Total: 5, Assigned: 5, Passed: 5}, deployment.Progress)
}

func TestFailureRollsBackUnderTheSameLimits(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.sortedMembers(group, 4)
	id := n.running(group, d, workloadv1.Rollout{MaxParallel: 2})
	first := n.deployment(id).SpecHash

	n.update(id, n.spec(group, "app", "v2"))
	n.passed(id, d[0])
	n.report(d[1], id, failedState)
	deployment := n.deployment(id)
	require.Equal(t, workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_ROLLING_BACK, deployment.Phase)
	require.Equal(t, uint64(3), deployment.Revision)
	require.Equal(t, first, deployment.SpecHash)
	require.Equal(t, []uint64{3, 3, 2, 1}, n.revisions(id, d...), "two at once, in address order")
	n.passed(id, d[0], d[1], d[2], d[3])
	require.Equal(t, workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_COMPLETE, n.deployment(id).Phase)

	revisions, err := n.loads().Revisions(n.ctx(), &workloadv1.QueryRevisionsRequest{DeploymentId: id})
	require.NoError(t, err)
	require.Len(t, revisions.Revisions, 3)
	require.Equal(t, "auto-rollback", revisions.Revisions[2].Cause)
	require.Equal(t, []bool{true, false, true}, []bool{revisions.Revisions[0].Passed, revisions.Revisions[1].Passed, revisions.Revisions[2].Passed})
}

func TestFailureOfARollbackEndsInFailed(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.sortedMembers(group, 2)
	id := n.running(group, d, workloadv1.Rollout{})
	n.update(id, n.spec(group, "app", "v2"))
	n.report(d[0], id, failedState)
	n.report(d[0], id, failedState)
	require.Equal(t, workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_FAILED, n.deployment(id).Phase)
	require.Equal(t, uint64(3), n.deployment(id).Revision, "no second way back")
	require.Nil(t, n.deployment(id).Progress.Deadline)
}

func TestFirstDeploymentThatFailsHasNothingToGoBackTo(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.sortedMembers(group, 2)
	id := n.deploy(group, "app", n.spec(group, "app", "v1"), onDevices(d...)).DeploymentId
	require.Equal(t, []uint64{1, 1}, n.revisions(id, d...), "a first deployment assigns all at once")
	n.report(d[0], id, failedState)
	require.Equal(t, workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_FAILED, n.deployment(id).Phase)
	n.healthy(id, d...)
	require.Equal(t, workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_COMPLETE, n.deployment(id).Phase, "who comes up after all passed")
}

func TestToleratedFailuresDoNotStopARollout(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.sortedMembers(group, 3)
	id := n.running(group, d, workloadv1.Rollout{MaxFailures: 1})
	n.update(id, n.spec(group, "app", "v2"))
	n.report(d[0], id, failedState)
	require.Equal(t, []uint64{2, 2, 1}, n.revisions(id, d...))
	n.passed(id, d[1], d[2])
	deployment := n.deployment(id)
	require.Equal(t, workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_COMPLETE, deployment.Phase)
	require.Equal(t, uint32(1), deployment.Progress.Failed)
}

func TestOnFailurePauseWaitsForTheAuthority(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.sortedMembers(group, 3)
	id := n.running(group, d, workloadv1.Rollout{OnFailure: workloadv1.FailureAction_FAILURE_ACTION_PAUSE})
	n.update(id, n.spec(group, "app", "v2"))
	n.report(d[0], id, failedState)
	require.Equal(t, workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_PAUSED, n.deployment(id).Phase)
	require.Equal(t, []uint64{2, 1, 1}, n.revisions(id, d...))
	n.ok(n.alice, &workloadv1.MsgResumeDeployment{Authority: n.alice.String(), DeploymentId: id, ExpectedRevision: 2})
	require.Equal(t, []uint64{2, 2, 1}, n.revisions(id, d...), "resume forgives")
	n.passed(id, d[1], d[2], d[0])
	require.Equal(t, workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_COMPLETE, n.deployment(id).Phase)
}

// Settled: healthy_for delays the next batch, by block time, and never what a device reports.
func TestTheNextBatchWaitsUntilTheFormerOneStayedHealthy(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.sortedMembers(group, 4)
	id := n.running(group, d, workloadv1.Rollout{MaxParallel: 2, HealthyFor: 40 * time.Second})
	n.update(id, n.spec(group, "app", "v2"))
	n.healthy(id, d[0])
	require.Equal(t, uint32(1), n.deployment(id).Progress.Passed, "the report counts at once")
	n.advance(20 * time.Second)
	n.healthy(id, d[1])
	n.advance(37 * time.Second)
	require.Equal(t, []uint64{2, 2, 1, 1}, n.revisions(id, d...), "the newest pass counts")
	n.advance(2 * time.Second)
	require.Equal(t, []uint64{2, 2, 2, 2}, n.revisions(id, d...), "due, the whole batch starts")
	require.Nil(t, n.deployment(id).Progress.NextBatchAt)
	n.healthy(id, d[2], d[3])
	require.Equal(t, workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_COMPLETE, n.deployment(id).Phase, "after the last batch nothing waits")
}

func TestFirstDeploymentsWaitForNothing(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.sortedMembers(group, 3)
	id := n.running(group, d, workloadv1.Rollout{HealthyFor: time.Hour})
	require.Equal(t, []uint64{1, 1, 1}, n.revisions(id, d...))
	require.Nil(t, n.deployment(id).Progress.NextBatchAt)
}

func TestDeviceThatDoesNotStayHealthyCountsAsFailed(t *testing.T) {
	for _, state := range []workloadv1.ReportState{failedState, workloadv1.ReportState_REPORT_STATE_DEGRADED, workloadv1.ReportState_REPORT_STATE_REFUSED} {
		n := newNetwork(t)
		group := n.group("lab")
		d := n.sortedMembers(group, 3)
		id := n.running(group, d, workloadv1.Rollout{HealthyFor: time.Minute})
		n.update(id, n.spec(group, "app", "v2"))
		n.healthy(id, d[0])
		n.advance(30 * time.Second)
		n.report(d[0], id, state)
		deployment := n.deployment(id)
		require.Equal(t, workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_ROLLING_BACK, deployment.Phase, state)
		require.Equal(t, []uint64{3, 1, 1}, n.revisions(id, d...), "nobody else got it")
		n.advance(time.Minute)
		require.Equal(t, []uint64{3, 1, 1}, n.revisions(id, d...), "the wait of the failed revision is over with it")
	}
}

func TestToleratedFailureWhileStayingHealthyIsTakenBackByHealth(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.sortedMembers(group, 3)
	id := n.running(group, d, workloadv1.Rollout{HealthyFor: time.Minute, MaxFailures: 1})
	n.update(id, n.spec(group, "app", "v2"))
	n.healthy(id, d[0])
	n.report(d[0], id, workloadv1.ReportState_REPORT_STATE_DEGRADED)
	require.Equal(t, workloadv1.RolloutProgress{Total: 3, Assigned: 1, Failed: 1}, progressWithoutTimes(n.deployment(id)))
	n.healthy(id, d[0])
	require.Equal(t, workloadv1.RolloutProgress{Total: 3, Assigned: 1, Passed: 1}, progressWithoutTimes(n.deployment(id)))
	n.advance(2 * time.Minute)
	require.Equal(t, []uint64{2, 2, 1}, n.revisions(id, d...))
	n.report(d[0], id, workloadv1.ReportState_REPORT_STATE_DEGRADED)
	require.Equal(t, workloadv1.RolloutProgress{Total: 3, Assigned: 2, Passed: 1}, progressWithoutTimes(n.deployment(id)), "it was healthy for long enough")
}

func progressWithoutTimes(deployment workloadv1.Deployment) workloadv1.RolloutProgress {
	deployment.Progress.Deadline, deployment.Progress.NextBatchAt = nil, nil
	return deployment.Progress
}

func TestMissedDeadlineCountsAsFailure(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.sortedMembers(group, 2)
	id := n.running(group, d, workloadv1.Rollout{ProgressDeadline: time.Minute})
	n.update(id, n.spec(group, "app", "v2"))
	n.advance(30 * time.Second)
	require.Equal(t, workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_PROGRESSING, n.deployment(id).Phase)
	n.advance(31 * time.Second)
	require.Equal(t, workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_ROLLING_BACK, n.deployment(id).Phase)
	n.block()
	require.Equal(t, []uint64{3, 1}, n.revisions(id, d...))
}

func TestHeldDevicesWaitWithoutDeadline(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.sortedMembers(group, 2)
	id := n.running(group, d, workloadv1.Rollout{ProgressDeadline: time.Minute})
	n.update(id, n.spec(group, "app", "v2"))
	n.report(d[0], id, workloadv1.ReportState_REPORT_STATE_HELD)
	n.advance(2 * time.Minute)
	deployment := n.deployment(id)
	require.Equal(t, workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_PROGRESSING, deployment.Phase)
	require.Nil(t, deployment.Progress.Deadline)
	require.Zero(t, deployment.Progress.Failed)
	n.report(d[0], id, workloadv1.ReportState_REPORT_STATE_STARTING)
	require.NotNil(t, n.deployment(id).Progress.Deadline, "released, the clock runs again")
}

func TestUnreachableDeviceTakesNoSlotAndCatchesUp(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.sortedMembers(group, 3)
	id := n.running(group, d, workloadv1.Rollout{ProgressDeadline: 24 * time.Hour})
	n.advance(50 * time.Minute)
	n.ok(d[1], n.renewMsg(d[1]))
	n.ok(d[2], n.renewMsg(d[2]))
	n.advance(20 * time.Minute)
	require.True(t, n.lease(d[0]).Unreachable)
	n.update(id, n.spec(group, "app", "v2"))
	require.Equal(t, []uint64{1, 2, 1}, n.revisions(id, d...), "the first is passed over")
	n.passed(id, d[1], d[2])
	require.Equal(t, []uint64{1, 2, 2}, n.revisions(id, d...))
	require.Equal(t, workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_PROGRESSING, n.deployment(id).Phase)
	n.ok(d[0], n.renewMsg(d[0]))
	require.Equal(t, []uint64{2, 2, 2}, n.revisions(id, d...))
	n.passed(id, d[0])
	require.Equal(t, workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_COMPLETE, n.deployment(id).Phase)
}

func (n *network) lease(device actor) workloadv1.Lease {
	n.t.Helper()
	lease, err := n.app.WorkloadKeeper.Lease(n.ctx(), device.raw())
	require.NoError(n.t, err)
	return lease
}

func (n *network) renewMsg(device actor) *workloadv1.MsgRenewLease {
	lease := n.lease(device)
	return &workloadv1.MsgRenewLease{Device: device.String(), Epoch: lease.Epoch, Sequence: lease.Sequence + 1}
}

func TestPauseStopResumeKeepRevisions(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.sortedMembers(group, 3)
	id := n.running(group, d, workloadv1.Rollout{})
	n.update(id, n.spec(group, "app", "v2"))
	pause := &workloadv1.MsgPauseDeployment{Authority: n.alice.String(), DeploymentId: id, ExpectedRevision: 2}
	n.ok(n.alice, pause)
	n.passed(id, d[0])
	require.Equal(t, []uint64{2, 1, 1}, n.revisions(id, d...), "no rollout goes on")
	assignment, _ := n.assignment(d[1], id)
	require.Equal(t, workloadv1.Intent_INTENT_PAUSED, assignment.Intent)
	n.refused(workloadtypes.ErrNothingChanges, n.alice, pause)
	pause.Stop = true
	n.ok(n.alice, pause)
	assignment, _ = n.assignment(d[1], id)
	require.Equal(t, workloadv1.Intent_INTENT_STOPPED, assignment.Intent)
	n.report(d[1], id, stoppedState)
	require.Equal(t, uint32(3), n.deployment(id).Progress.Total, "stopped is not let go")
	resume := &workloadv1.MsgResumeDeployment{Authority: n.alice.String(), DeploymentId: id, ExpectedRevision: 2}
	n.ok(n.alice, resume)
	require.Equal(t, []uint64{2, 2, 1}, n.revisions(id, d...))
	n.refused(workloadtypes.ErrDeploymentPhase, n.alice, resume)
	n.passed(id, d[1], d[2])
	require.Equal(t, workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_COMPLETE, n.deployment(id).Phase)
}

func TestRollbackToAKeptRevision(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.sortedMembers(group, 1)
	id := n.running(group, d, workloadv1.Rollout{})
	for i := range 11 {
		n.update(id, n.spec(group, "app", string(rune('a'+i))))
		n.healthy(id, d...)
	}
	rollback := &workloadv1.MsgRollbackDeployment{Authority: n.alice.String(), DeploymentId: id, ExpectedRevision: 12, ToRevision: 1}
	n.refused(workloadtypes.ErrRevisionNotKept, n.alice, rollback)
	rollback.ToRevision = 12
	n.refused(workloadtypes.ErrNothingChanges, n.alice, rollback)
	rollback.ToRevision = 3
	require.Equal(t, uint64(13), must(n, &workloadv1.MsgRollbackDeploymentResponse{}, n.alice, rollback).Revision)
	_, third := hashOf("b")
	require.Equal(t, third, n.deployment(id).SpecHash)
	assignment, _ := n.assignment(d[0], id)
	require.Equal(t, third, assignment.SpecHash)
	revisions, err := n.loads().Revisions(n.ctx(), &workloadv1.QueryRevisionsRequest{DeploymentId: id})
	require.NoError(t, err)
	require.Len(t, revisions.Revisions, 10)
	require.Equal(t, uint64(4), revisions.Revisions[0].Revision)
}

func hashOf(content string) ([]byte, string) { return workloadtypes.ContentHash([]byte(content)) }

func TestRestartRaisesItsGenerationOnly(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.sortedMembers(group, 1)
	id := n.running(group, d, workloadv1.Rollout{})
	spec := n.deployment(id).SpecHash
	n.update(id, spec, func(msg *workloadv1.MsgUpdateDeployment) { msg.Restart = true })
	assignment, _ := n.assignment(d[0], id)
	require.Equal(t, uint64(1), assignment.RestartGeneration)
	require.Equal(t, spec, assignment.SpecHash)
	deployment := n.deployment(id)
	n.refused(workloadtypes.ErrNothingChanges, n.alice, &workloadv1.MsgUpdateDeployment{
		Authority: n.alice.String(), DeploymentId: id, ExpectedRevision: 2, SpecHash: spec, Placement: deployment.Placement, Rollout: deployment.Rollout,
	})
}

func TestChangeOfPlacementMovesAndLeavesTombstones(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.sortedMembers(group, 3)
	id := n.running(group, d[:2], workloadv1.Rollout{})
	spec := n.deployment(id).SpecHash
	n.update(id, spec, func(msg *workloadv1.MsgUpdateDeployment) { msg.Placement = onDevices(d[1], d[2]) })
	left, _ := n.assignment(d[0], id)
	require.Equal(t, workloadv1.Intent_INTENT_REMOVE, left.Intent)
	require.Equal(t, []uint64{2, 1, 2}, n.revisions(id, d...), "the new device is under way and takes the slot")
	n.passed(id, d[2])
	require.Equal(t, []uint64{2, 2, 2}, n.revisions(id, d...))
	msg := n.reportMsg(d[0], id, stoppedState)
	msg.Reports[0].Revision = 1
	n.ok(d[0], msg)
	_, found := n.assignment(d[0], id)
	require.True(t, found, "a report of the former revision does not end the removal")
	n.report(d[0], id, stoppedState)
	_, found = n.assignment(d[0], id)
	require.False(t, found)
	holders, err := n.loads().Holders(n.ctx(), &workloadv1.QueryHoldersRequest{DeploymentId: id})
	require.NoError(t, err)
	require.Len(t, holders.Holders, 2)
}

func TestRemovalIsOverWhenEveryDeviceLetGo(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.sortedMembers(group, 2)
	id := n.running(group, d, workloadv1.Rollout{})
	remove := &workloadv1.MsgRemoveDeployment{Authority: n.alice.String(), DeploymentId: id, ExpectedRevision: 1}
	n.ok(n.alice, remove)
	n.report(d[0], id, stoppedState)
	require.Equal(t, workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_REMOVING, n.deployment(id).Phase)
	remove.ExpectedRevision = 2
	n.refused(workloadtypes.ErrDeploymentRemoving, n.alice, remove)
	remove.Volumes = true
	n.ok(n.alice, remove)
	assignment, _ := n.assignment(d[1], id)
	require.Equal(t, workloadv1.Intent_INTENT_REMOVE_WITH_VOLUMES, assignment.Intent)
	// The last device is revoked instead: its holding goes at once, and with it the deployment.
	n.ok(n.alice, &workgroupv1.MsgRevokeDevice{Authority: n.alice.String(), Device: d[1].String()})
	_, err := n.app.WorkloadKeeper.Deployment(n.ctx(), id)
	require.ErrorIs(t, err, workloadtypes.ErrDeploymentNotFound)
	n.ok(n.alice, &workgroupv1.MsgRevokeDevice{Authority: n.alice.String(), Device: d[0].String()})
	n.ok(n.alice, &workgroupv1.MsgCloseGroup{Authority: n.alice.String(), GroupId: group})
}
