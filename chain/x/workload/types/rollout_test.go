package types_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	"github.com/daonetes/daonetes/chain/x/workload/types"
)

const (
	progressing = workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_PROGRESSING
	rollingBack = workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_ROLLING_BACK
	complete    = workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_COMPLETE
	failed      = workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_FAILED
	paused      = workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_PAUSED
	rollback    = workloadv1.FailureAction_FAILURE_ACTION_ROLLBACK
	pause       = workloadv1.FailureAction_FAILURE_ACTION_PAUSE
)

func TestJudgeRollout(t *testing.T) {
	for _, row := range []struct {
		name      string
		phase     workloadv1.DeploymentPhase
		progress  workloadv1.RolloutProgress
		tolerated uint32
		action    workloadv1.FailureAction
		former    bool
		want      types.Verdict
	}{
		{"nobody holds it", progressing, workloadv1.RolloutProgress{}, 0, rollback, false, types.VerdictWait},
		{"some have not got it", progressing, workloadv1.RolloutProgress{Total: 3, Assigned: 1}, 0, rollback, false, types.VerdictContinue},
		{"all have got it", progressing, workloadv1.RolloutProgress{Total: 3, Assigned: 3, Passed: 2}, 0, rollback, false, types.VerdictWait},
		{"all passed", progressing, workloadv1.RolloutProgress{Total: 3, Assigned: 3, Passed: 3}, 0, rollback, false, types.VerdictComplete},
		{"one failed", progressing, workloadv1.RolloutProgress{Total: 3, Assigned: 2, Failed: 1}, 0, rollback, true, types.VerdictRollBack},
		{"one failed, nothing to go back to", progressing, workloadv1.RolloutProgress{Total: 3, Assigned: 2, Failed: 1}, 0, rollback, false, types.VerdictFail},
		{"one failed, to be paused", progressing, workloadv1.RolloutProgress{Total: 3, Assigned: 2, Failed: 1}, 0, pause, true, types.VerdictPause},
		{"one failed, tolerated", progressing, workloadv1.RolloutProgress{Total: 3, Assigned: 2, Failed: 1}, 1, rollback, true, types.VerdictContinue},
		{"the rest passed", progressing, workloadv1.RolloutProgress{Total: 3, Assigned: 3, Passed: 2, Failed: 1}, 1, rollback, true, types.VerdictComplete},
		{"none passed, all tolerated", progressing, workloadv1.RolloutProgress{Total: 1, Assigned: 1, Failed: 1}, 1, rollback, true, types.VerdictWait},
		{"the way back failed", rollingBack, workloadv1.RolloutProgress{Total: 3, Assigned: 1, Failed: 1}, 0, rollback, true, types.VerdictFail},
		{"the way back passed", rollingBack, workloadv1.RolloutProgress{Total: 1, Assigned: 1, Passed: 1}, 0, rollback, true, types.VerdictComplete},
		{"failure after completion", complete, workloadv1.RolloutProgress{Total: 3, Assigned: 3, Passed: 2, Failed: 1}, 0, rollback, true, types.VerdictWait},
		{"paused", paused, workloadv1.RolloutProgress{Total: 3, Assigned: 1, Failed: 1}, 0, rollback, true, types.VerdictWait},
		{"came up after all", failed, workloadv1.RolloutProgress{Total: 1, Assigned: 1, Passed: 1}, 0, rollback, true, types.VerdictComplete},
		{"still down", failed, workloadv1.RolloutProgress{Total: 2, Assigned: 2, Passed: 1, Failed: 1}, 0, rollback, true, types.VerdictWait},
	} {
		deployment := workloadv1.Deployment{
			Phase: row.phase, Progress: row.progress, Rollout: workloadv1.Rollout{MaxParallel: 1, MaxFailures: row.tolerated, OnFailure: row.action},
		}
		require.Equal(t, row.want, types.JudgeRollout(deployment, row.former), row.name)
	}
}

func TestJudgeReportCoversEveryState(t *testing.T) {
	want := map[workloadv1.ReportState]types.Outcome{
		workloadv1.ReportState_REPORT_STATE_HEALTHY:   types.OutcomePassed,
		workloadv1.ReportState_REPORT_STATE_COMPLETED: types.OutcomePassed,
		workloadv1.ReportState_REPORT_STATE_FAILED:    types.OutcomeFailed,
		workloadv1.ReportState_REPORT_STATE_REFUSED:   types.OutcomeFailed,
		workloadv1.ReportState_REPORT_STATE_HELD:      types.OutcomeWaits,
		workloadv1.ReportState_REPORT_STATE_DEGRADED:  types.OutcomeDegraded,
	}
	for number := range workloadv1.ReportState_name {
		state := workloadv1.ReportState(number)
		require.Equal(t, want[state], types.JudgeReport(state, ""), state)
		require.Equal(t, types.OutcomeWaits, types.JudgeReport(state, "SecretNotSealed"), state)
	}
}

func TestMoveDelay(t *testing.T) {
	selector := workloadv1.Placement{Selector: []string{"a=b"}, Replicas: 1}
	for _, row := range []struct {
		name      string
		placement workloadv1.Placement
		stopAfter time.Duration
		told      bool
		volumes   bool
		delay     time.Duration
		moves     bool
	}{
		{"stops by itself", selector, time.Hour, false, false, time.Hour, true},
		{"with volumes", selector, time.Hour, false, true, time.Hour, false},
		{"with volumes, told so", selector, time.Hour, true, true, time.Hour, true},
		{"keeps running", selector, 0, false, false, 0, false},
		{"keeps running, told so", selector, 0, true, false, 0, true},
		{"named devices", workloadv1.Placement{Devices: []string{"x"}}, time.Hour, true, false, 0, false},
		{"every", workloadv1.Placement{Selector: []string{"a=b"}}, time.Hour, true, false, 0, false},
	} {
		deployment := workloadv1.Deployment{
			Placement: row.placement, OfflinePolicy: workgroupv1.OfflinePolicy{StopAfter: row.stopAfter}, MoveWhenUnreachable: row.told,
			Intent: workloadv1.Intent_INTENT_RUN,
		}
		delay, moves := types.MoveDelay(deployment, row.volumes)
		require.Equal(t, row.moves, moves, row.name)
		require.Equal(t, row.delay, delay, row.name)
		deployment.Intent = workloadv1.Intent_INTENT_REMOVE
		_, moves = types.MoveDelay(deployment, row.volumes)
		require.False(t, moves, "%s, removing", row.name)
	}
}
