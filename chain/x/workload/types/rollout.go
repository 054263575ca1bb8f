package types

import (
	"time"

	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
)

// Verdict is what a rollout does next.
type Verdict int

const (
	// VerdictWait: nothing to do until a device reports, or a deadline passes.
	VerdictWait Verdict = iota
	// VerdictContinue: assign the newest revision to more devices, as slots allow.
	VerdictContinue
	// VerdictComplete: every device passed, or failed within what is tolerated.
	VerdictComplete
	// VerdictRollBack: too many failed: go back to the newest revision that passed.
	VerdictRollBack
	// VerdictPause: too many failed: stop and wait for the authority.
	VerdictPause
	// VerdictFail: too many failed and there is nothing to go back to, or going back failed too.
	VerdictFail
)

// JudgeRollout decides from the progress of a deployment. hasFormer tells whether an earlier revision passed.
func JudgeRollout(deployment workloadv1.Deployment, hasFormer bool) Verdict {
	progress := deployment.Progress
	switch deployment.Phase {
	case workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_PROGRESSING, workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_ROLLING_BACK:
	case workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_FAILED:
		// Devices retry; should all come up after all, the revision passed.
		if progress.Total > 0 && progress.Passed == progress.Total {
			return VerdictComplete
		}
		return VerdictWait
	default:
		return VerdictWait
	}
	if progress.Failed > deployment.Rollout.MaxFailures {
		switch {
		case deployment.Rollout.OnFailure == workloadv1.FailureAction_FAILURE_ACTION_PAUSE:
			return VerdictPause
		case hasFormer && deployment.Phase == workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_PROGRESSING:
			return VerdictRollBack
		default:
			return VerdictFail
		}
	}
	if progress.Total > 0 && progress.Passed > 0 && progress.Passed+progress.Failed >= progress.Total {
		return VerdictComplete
	}
	if progress.Assigned < progress.Total {
		return VerdictContinue
	}
	return VerdictWait
}

// Slots is how many more devices may change now, with this many of them under way.
func Slots(rollout workloadv1.Rollout, underWay int) int {
	return max(int(rollout.MaxParallel)-underWay, 0)
}

// Outcome is what a report says of the gate of a revision.
type Outcome int

const (
	// OutcomeOpen: neither passed nor failed; the deadline runs.
	OutcomeOpen Outcome = iota
	// OutcomePassed: HEALTHY or COMPLETED.
	OutcomePassed
	// OutcomeFailed: FAILED or REFUSED.
	OutcomeFailed
	// OutcomeDegraded: came up and does not hold. Open before the device passed, a failure while it must stay healthy.
	OutcomeDegraded
	// OutcomeWaits: the device waits for a person: HELD, or a secret that nobody handed on. No deadline runs.
	OutcomeWaits
)

// JudgeReport reads the outcome of a report.
func JudgeReport(state workloadv1.ReportState, reason string) Outcome {
	if state == workloadv1.ReportState_REPORT_STATE_HELD || reason == "SecretNotSealed" {
		return OutcomeWaits
	}
	switch state {
	case workloadv1.ReportState_REPORT_STATE_HEALTHY, workloadv1.ReportState_REPORT_STATE_COMPLETED:
		return OutcomePassed
	case workloadv1.ReportState_REPORT_STATE_FAILED, workloadv1.ReportState_REPORT_STATE_REFUSED:
		return OutcomeFailed
	case workloadv1.ReportState_REPORT_STATE_DEGRADED:
		return OutcomeDegraded
	default:
		return OutcomeOpen
	}
}

// BreaksGate tells whether an outcome takes back that a device passed: it fails before it was healthy for long enough,
// in a rollout that still goes on.
func BreaksGate(deployment workloadv1.Deployment, passedAt *time.Time, outcome Outcome, now time.Time) bool {
	switch deployment.Phase {
	case workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_PROGRESSING, workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_ROLLING_BACK:
	default:
		return false
	}
	if outcome != OutcomeFailed && outcome != OutcomeDegraded {
		return false
	}
	return passedAt != nil && now.Before(passedAt.Add(deployment.Rollout.HealthyFor))
}

// LetGo tells whether a report ends a removal: the device stopped, at the removal's revision, and not only because
// it was offline for too long.
func LetGo(state workloadv1.ReportState, reason string, reported, removal uint64) bool {
	return state == workloadv1.ReportState_REPORT_STATE_STOPPED && reason != "OfflineLimit" && reported >= removal
}

// IsRemoval tells whether an intent takes the deployment away from the device.
func IsRemoval(intent workloadv1.Intent) bool {
	return intent == workloadv1.Intent_INTENT_REMOVE || intent == workloadv1.Intent_INTENT_REMOVE_WITH_VOLUMES
}

// MoveDelay is how long after its lease ran out a deployment leaves an unreachable device, and whether it ever does:
// a selector placement for a number of devices does, once the device itself has stopped it; one with volumes, or that
// the device keeps running, only if the deployment says so.
func MoveDelay(deployment workloadv1.Deployment, hasVolumes bool) (time.Duration, bool) {
	if len(deployment.Placement.Selector) == 0 || deployment.Placement.Replicas == 0 || IsRemoval(deployment.Intent) {
		return 0, false
	}
	stopAfter := deployment.OfflinePolicy.StopAfter
	if deployment.MoveWhenUnreachable {
		return stopAfter, true
	}
	return stopAfter, stopAfter > 0 && !hasVolumes
}
