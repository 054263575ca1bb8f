package types

import (
	"slices"
	"time"

	errorsmod "cosmossdk.io/errors"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
)

const (
	maxPlacementDevices = 1_000
	maxSelectorTags     = 8
	maxReplicas         = 10_000
	maxParallel         = 50
	maxFailures         = 10_000
)

// ValidatePlacement refuses a placement that names both or neither of devices and selector.
func ValidatePlacement(placement workloadv1.Placement) error {
	if (len(placement.Devices) > 0) == (len(placement.Selector) > 0) {
		return errorsmod.Wrapf(ErrInvalidPlacement, "got %d devices and %d tags, want one of them", len(placement.Devices), len(placement.Selector))
	}
	if len(placement.Devices) > maxPlacementDevices {
		return errorsmod.Wrapf(ErrInvalidPlacement, "devices: got %d, want at most %d", len(placement.Devices), maxPlacementDevices)
	}
	seen := make(map[string]bool, len(placement.Devices))
	for _, device := range placement.Devices {
		if _, err := workgrouptypes.ParseAddress(device); err != nil {
			return err
		}
		if seen[device] {
			return errorsmod.Wrapf(ErrInvalidPlacement, "devices: %s is there twice", device)
		}
		seen[device] = true
	}
	if len(placement.Selector) > maxSelectorTags {
		return errorsmod.Wrapf(ErrInvalidPlacement, "selector: got %d tags, want at most %d", len(placement.Selector), maxSelectorTags)
	}
	if err := workgrouptypes.ValidateTags(placement.Selector); err != nil {
		return err
	}
	if placement.Replicas > maxReplicas || (len(placement.Devices) > 0 && placement.Replicas != 0) {
		return errorsmod.Wrapf(ErrInvalidPlacement, "replicas: got %d, want at most %d, and only with a selector", placement.Replicas, maxReplicas)
	}
	return nil
}

// CanonicalPlacement is the placement as it is stored: sorted.
func CanonicalPlacement(placement workloadv1.Placement) workloadv1.Placement {
	placement.Devices = slices.Sorted(slices.Values(placement.Devices))
	placement.Selector = slices.Sorted(slices.Values(placement.Selector))
	return placement
}

// ValidateRollout refuses fields outside their ranges.
func ValidateRollout(rollout workloadv1.Rollout) error {
	if rollout.MaxParallel > maxParallel {
		return errorsmod.Wrapf(ErrInvalidRollout, "max_parallel: got %d, want at most %d", rollout.MaxParallel, maxParallel)
	}
	if rollout.HealthyFor < 0 || rollout.HealthyFor > time.Hour {
		return errorsmod.Wrapf(ErrInvalidRollout, "healthy_for: got %s, want 0 to 1h", rollout.HealthyFor)
	}
	if rollout.ProgressDeadline != 0 && (rollout.ProgressDeadline < 10*time.Second || rollout.ProgressDeadline > 24*time.Hour) {
		return errorsmod.Wrapf(ErrInvalidRollout, "progress_deadline: got %s, want 0, or 10s to 24h", rollout.ProgressDeadline)
	}
	if rollout.MaxFailures > maxFailures {
		return errorsmod.Wrapf(ErrInvalidRollout, "max_failures: got %d, want at most %d", rollout.MaxFailures, maxFailures)
	}
	if _, known := workloadv1.FailureAction_name[int32(rollout.OnFailure)]; !known {
		return errorsmod.Wrapf(ErrInvalidRollout, "on_failure: got %d", rollout.OnFailure)
	}
	return nil
}

// CanonicalRollout is the rollout as it is stored: defaults in the fields that are zero.
func CanonicalRollout(rollout workloadv1.Rollout) workloadv1.Rollout {
	if rollout.MaxParallel == 0 {
		rollout.MaxParallel = 1
	}
	if rollout.HealthyFor == 0 {
		rollout.HealthyFor = 10 * time.Second
	}
	if rollout.ProgressDeadline == 0 {
		rollout.ProgressDeadline = 10 * time.Minute
	}
	if rollout.OnFailure == workloadv1.FailureAction_FAILURE_ACTION_UNSPECIFIED {
		rollout.OnFailure = workloadv1.FailureAction_FAILURE_ACTION_ROLLBACK
	}
	return rollout
}

// ValidateCreateDeployment is the stateless check of MsgCreateDeployment.
func ValidateCreateDeployment(msg *workloadv1.MsgCreateDeployment) error {
	if _, err := workgrouptypes.ParseAddress(msg.Authority); err != nil {
		return err
	}
	if err := workgrouptypes.ValidateName(msg.Name); err != nil {
		return err
	}
	return validateDesign(msg.SpecHash, msg.Placement, msg.Rollout, msg.OfflinePolicy)
}

// ValidateUpdateDeployment is the stateless check of MsgUpdateDeployment.
func ValidateUpdateDeployment(msg *workloadv1.MsgUpdateDeployment) error {
	if _, err := workgrouptypes.ParseAddress(msg.Authority); err != nil {
		return err
	}
	return validateDesign(msg.SpecHash, msg.Placement, msg.Rollout, msg.OfflinePolicy)
}

func validateDesign(specHash string, placement workloadv1.Placement, rollout workloadv1.Rollout, offline workgroupv1.OfflinePolicy) error {
	if _, err := ParseHash(specHash); err != nil {
		return err
	}
	if err := ValidatePlacement(placement); err != nil {
		return err
	}
	if err := ValidateRollout(rollout); err != nil {
		return err
	}
	return workgrouptypes.ValidateOfflinePolicy(offline)
}
