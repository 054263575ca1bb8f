package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	"github.com/daonetes/daonetes/chain/x/workload/types"
)

func (s msgServer) Report(ctx context.Context, msg *workloadv1.MsgReport) (*workloadv1.MsgReportResponse, error) {
	if err := types.ValidateReport(msg); err != nil {
		return nil, err
	}
	device, address, lease, err := s.fencedMember(ctx, msg.Device, msg.Epoch, msg.Sequence)
	if err != nil {
		return nil, err
	}
	manifest, err := s.Manifest(ctx, address)
	if err != nil {
		return nil, err
	}
	for _, report := range msg.Reports {
		at, found := findAssignment(manifest, report.DeploymentId)
		if !found {
			return nil, errorsmod.Wrapf(types.ErrNotAssigned, "deployment %d", report.DeploymentId)
		}
		if newest := manifest.Assignments[at].Revision; report.Revision > newest || report.RunningRevision > newest {
			return nil, errorsmod.Wrapf(types.ErrReportRevision, "deployment %d: got revisions %d and %d, want at most %d",
				report.DeploymentId, report.Revision, report.RunningRevision, newest)
		}
	}
	lease.Sequence = msg.Sequence
	if err := s.renewLease(ctx, device, address, lease); err != nil {
		return nil, err
	}
	for _, report := range msg.Reports {
		if err := s.takeReport(ctx, device, address, msg, report); err != nil {
			return nil, err
		}
	}
	return &workloadv1.MsgReportResponse{}, nil
}

// takeReport stores a report and draws what follows from it: a device that let go is free, one that passed or failed
// moves the rollout.
func (k *Keeper) takeReport(ctx context.Context, device workgroupv1.Device, address addressKey, msg *workloadv1.MsgReport, report workloadv1.DeploymentReport) error {
	key := collections.Join(report.DeploymentId, address)
	event := &workloadv1.EventReported{GroupId: device.GroupId, Device: device.Address, DeploymentId: report.DeploymentId}
	if err := emit(ctx, event); err != nil {
		return err
	}
	holder, err := k.holders.Get(ctx, key)
	if err != nil {
		return err
	}
	deployment, err := k.Deployment(ctx, report.DeploymentId)
	if err != nil {
		return err
	}
	if holder.Removing {
		assignment, _, err := k.assignmentOf(ctx, address, deployment.Id)
		if err != nil {
			return err
		}
		if types.LetGo(report.State, report.Reason, report.Revision, assignment.Revision) {
			return k.finishRelease(ctx, &deployment, address)
		}
	}
	stored := workloadv1.Report{
		Device:          device.Address,
		DeploymentId:    report.DeploymentId,
		Revision:        report.Revision,
		RunningRevision: report.RunningRevision,
		State:           report.State,
		Reason:          report.Reason,
		Text:            report.Text,
		Services:        report.Services,
		Epoch:           msg.Epoch,
		Sequence:        msg.Sequence,
		ReportedAt:      blockTime(ctx),
	}
	if err := k.reports.Set(ctx, key, stored); err != nil {
		return err
	}
	if holder.Removing || report.Revision != deployment.Revision || holder.Revision != deployment.Revision {
		return nil
	}
	return k.judge(ctx, &deployment, holder, address, types.JudgeReport(report.State, report.Reason))
}

// judge counts the outcome of a report on the newest revision. Whoever was healthy for long enough stays passed.
func (k *Keeper) judge(ctx context.Context, deployment *workloadv1.Deployment, holder workloadv1.Holder, address addressKey, outcome types.Outcome) error {
	key := collections.Join(deployment.Id, address)
	progress, now := &deployment.Progress, blockTime(ctx)
	if holder.PassedRevision == deployment.Revision {
		if !types.BreaksGate(*deployment, holder.PassedAt, outcome, now) {
			return nil
		}
		progress.Passed = less(progress.Passed)
		holder.PassedRevision, holder.PassedAt = 0, nil
		if err := k.unpassed.Set(ctx, key); err != nil {
			return err
		}
		outcome = types.OutcomeFailed
	}
	switch outcome {
	case types.OutcomePassed:
		if holder.FailedRevision == deployment.Revision {
			progress.Failed = less(progress.Failed)
			holder.FailedRevision = 0
		}
		holder.PassedRevision, holder.PassedAt = deployment.Revision, &now
		progress.Passed++
		if err := k.unpassed.Remove(ctx, key); err != nil {
			return err
		}
		if err := k.holdBatch(ctx, deployment); err != nil {
			return err
		}
	case types.OutcomeFailed:
		if holder.FailedRevision == deployment.Revision {
			return nil
		}
		holder.FailedRevision = deployment.Revision
		progress.Failed++
	case types.OutcomeWaits:
		return nil
	default:
		if progress.Deadline != nil || holder.FailedRevision == deployment.Revision {
			return nil
		}
		return k.settle(ctx, deployment)
	}
	if err := k.holders.Set(ctx, key, holder); err != nil {
		return err
	}
	phase := deployment.Phase
	if err := k.settle(ctx, deployment); err != nil {
		return err
	}
	if phase != deployment.Phase {
		return nil
	}
	return k.emitProgress(ctx, *deployment)
}

// finishRelease frees a device that let go. If the deployment wants more devices, this one may take it again; if the
// device was full, others may have waited for its room.
func (k *Keeper) finishRelease(ctx context.Context, deployment *workloadv1.Deployment, address addressKey) error {
	if err := k.dropAssignment(ctx, address, deployment.Id); err != nil {
		return err
	}
	load, err := getOr(ctx, k.loads, collections.Join(deployment.GroupId, address), 0)
	if err != nil {
		return err
	}
	if err := k.deleteHolder(ctx, *deployment, address); err != nil {
		return err
	}
	open, err := k.openPlacements.Has(ctx, collections.Join(deployment.GroupId, deployment.Id))
	if err != nil {
		return err
	}
	if open || load >= types.MaxAssignments {
		if err := k.enqueueNow(ctx, workloadv1.DueKind_DUE_KIND_FILL, address); err != nil {
			return err
		}
	}
	return k.settle(ctx, deployment)
}

// fencedMember loads a member whose agent may act: it is of the claimed epoch, and its message is newer than the last.
func (k *Keeper) fencedMember(ctx context.Context, text string, epoch, sequence uint64) (workgroupv1.Device, addressKey, workloadv1.Lease, error) {
	address, err := workgrouptypes.ParseAddress(text)
	if err != nil {
		return workgroupv1.Device{}, nil, workloadv1.Lease{}, err
	}
	device, err := k.authorisedMember(ctx, address)
	if err != nil {
		return device, nil, workloadv1.Lease{}, err
	}
	lease, err := k.Lease(ctx, address)
	if err != nil {
		return device, nil, lease, err
	}
	if epoch == 0 || epoch != lease.Epoch {
		return device, nil, lease, errorsmod.Wrapf(types.ErrStaleEpoch, "got epoch %d, the claimed one is %d", epoch, lease.Epoch)
	}
	if sequence <= lease.Sequence {
		return device, nil, lease, errorsmod.Wrapf(types.ErrStaleSequence, "got %d, want more than %d", sequence, lease.Sequence)
	}
	return device, address, lease, nil
}
