package keeper

import (
	"context"
	"errors"
	"time"

	"cosmossdk.io/collections"

	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	"github.com/daonetes/daonetes/chain/x/workload/types"
)

// beginRollout starts the rollout of a new revision: nobody has it yet. Devices that held nothing of the deployment
// get it at once, the others in batches.
func (k *Keeper) beginRollout(ctx context.Context, deployment *workloadv1.Deployment) error {
	former := deployment.Progress
	deployment.Progress = workloadv1.RolloutProgress{Total: former.Total, Deadline: former.Deadline, NextBatchAt: former.NextBatchAt}
	if err := k.clearDeadline(ctx, deployment); err != nil {
		return err
	}
	if err := k.releaseBatch(ctx, deployment); err != nil {
		return err
	}
	if err := k.rolloutCursors.Remove(ctx, deployment.Id); err != nil {
		return err
	}
	return k.unpassed.Clear(ctx, collections.NewPrefixedPairRange[uint64, addressKey](deployment.Id))
}

// settle judges the rollout of a deployment, does what follows at once, and stores the deployment.
func (k *Keeper) settle(ctx context.Context, deployment *workloadv1.Deployment) error {
	former, hasFormer, err := k.formerRevision(ctx, *deployment)
	if err != nil {
		return err
	}
	phase := deployment.Phase
	switch types.JudgeRollout(*deployment, hasFormer) {
	case types.VerdictComplete:
		err = k.completeRollout(ctx, deployment)
	case types.VerdictRollBack:
		err = k.rollBack(ctx, deployment, former)
	case types.VerdictPause:
		deployment.Phase = workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_PAUSED
		err = k.clearDeadline(ctx, deployment)
	case types.VerdictFail:
		deployment.Phase = workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_FAILED
		err = k.clearDeadline(ctx, deployment)
	case types.VerdictContinue:
		err = k.enqueueBatch(ctx, *deployment)
	}
	if err != nil {
		return err
	}
	gone, err := k.deleteIfEmpty(ctx, *deployment)
	if err != nil || gone {
		return err
	}
	if err := k.armDeadline(ctx, deployment); err != nil {
		return err
	}
	if err := k.deployments.Set(ctx, deployment.Id, *deployment); err != nil {
		return err
	}
	if phase == deployment.Phase {
		return nil
	}
	return k.emitProgress(ctx, *deployment)
}

func (k *Keeper) emitProgress(ctx context.Context, deployment workloadv1.Deployment) error {
	return emit(ctx, &workloadv1.EventDeploymentProgressed{
		GroupId: deployment.GroupId, DeploymentId: deployment.Id, Revision: deployment.Revision,
	})
}

// nextBatch is the work of a ROLLOUT entry: as many devices as there are free slots get the newest revision, in
// address order. Unreachable devices take no slot and are passed over; they catch up when they come back.
func (k *Keeper) nextBatch(ctx context.Context, id uint64) (int, error) {
	deployment, err := k.deployments.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	work, err := k.assignBatch(ctx, &deployment)
	if err != nil {
		return work, err
	}
	return work, k.deployments.Set(ctx, id, deployment)
}

func (k *Keeper) assignBatch(ctx context.Context, deployment *workloadv1.Deployment) (int, error) {
	if at := deployment.Progress.NextBatchAt; at != nil && blockTime(ctx).Before(*at) {
		return 0, nil
	}
	deployment.Progress.NextBatchAt = nil
	if types.JudgeRollout(*deployment, false) != types.VerdictContinue {
		return 0, nil
	}
	underWay, work, err := k.underWay(ctx, *deployment)
	if err != nil {
		return work, err
	}
	slots := types.Slots(deployment.Rollout, underWay)
	if slots == 0 {
		return work, nil
	}
	cursor, err := getOr(ctx, k.rolloutCursors, deployment.Id, nil)
	if err != nil {
		return work, err
	}
	list, err := k.holdersOf(ctx, deployment.Id, cursor, types.MaxHolderVisits)
	if err != nil {
		return work, err
	}
	started := 0
	for i, holder := range list {
		address, err := workgrouptypes.ParseAddress(holder.Device)
		if err != nil {
			return work, err
		}
		cursor = address
		work++
		if holder.Removing || holder.Revision == 0 || holder.Revision == deployment.Revision {
			continue
		}
		lost, err := k.isUnreachable(ctx, deployment.GroupId, address)
		if err != nil {
			return work, err
		}
		if lost {
			continue
		}
		if err := k.assign(ctx, deployment, holder); err != nil {
			return work, err
		}
		started++
		if started == slots {
			break
		}
		if i == types.MaxHolderVisits-1 {
			break
		}
	}
	if len(list) > 0 {
		if err := k.rolloutCursors.Set(ctx, deployment.Id, cursor); err != nil {
			return work, err
		}
	}
	// A full page without enough to do: the next step looks further.
	if started < slots && len(list) == types.MaxHolderVisits {
		if err := k.enqueueNow(ctx, workloadv1.DueKind_DUE_KIND_ROLLOUT, idBytes(deployment.Id)); err != nil {
			return work, err
		}
	}
	if started > 0 {
		if err := k.clearDeadline(ctx, deployment); err != nil {
			return work, err
		}
		if err := k.armDeadline(ctx, deployment); err != nil {
			return work, err
		}
		return work, k.emitProgress(ctx, *deployment)
	}
	return work, nil
}

// underWay counts the reachable devices that work on the newest revision, up to one more than there are slots.
func (k *Keeper) underWay(ctx context.Context, deployment workloadv1.Deployment) (count, visits int, err error) {
	scope := collections.NewPrefixedPairRange[uint64, addressKey](deployment.Id)
	var devices []addressKey
	err = k.unpassed.Walk(ctx, scope, func(key holderKey) (bool, error) {
		devices = append(devices, key.K2())
		return len(devices) == types.MaxHolderVisits, nil
	})
	if err != nil {
		return 0, 0, err
	}
	for _, address := range devices {
		visits++
		holder, err := k.holders.Get(ctx, collections.Join(deployment.Id, address))
		if err != nil {
			return count, visits, err
		}
		lost, err := k.isUnreachable(ctx, deployment.GroupId, address)
		if err != nil {
			return count, visits, err
		}
		if !lost && holder.FailedRevision != deployment.Revision {
			count++
		}
		if count > int(deployment.Rollout.MaxParallel) {
			break
		}
	}
	return count, visits, nil
}

// reconsider makes the rollout look again at a device that it may have passed over.
func (k *Keeper) reconsider(ctx context.Context, id uint64, address addressKey) error {
	cursor, err := getOr(ctx, k.rolloutCursors, id, nil)
	if err != nil {
		return err
	}
	if len(cursor) > 0 && string(cursor) >= string(address) {
		if err := k.rolloutCursors.Remove(ctx, id); err != nil {
			return err
		}
	}
	deployment, err := k.Deployment(ctx, id)
	if err != nil {
		return err
	}
	return k.enqueueBatch(ctx, deployment)
}

// enqueueBatch queues the next batch: now, or when the devices that passed were healthy for long enough.
func (k *Keeper) enqueueBatch(ctx context.Context, deployment workloadv1.Deployment) error {
	at := blockTime(ctx)
	if next := deployment.Progress.NextBatchAt; next != nil && next.After(at) {
		at = *next
	}
	return k.enqueue(ctx, at, workloadv1.DueKind_DUE_KIND_ROLLOUT, idBytes(deployment.Id))
}

// holdBatch lets the next batch wait until the device that just passed was healthy for long enough. Nothing waits
// where every device has the newest revision.
func (k *Keeper) holdBatch(ctx context.Context, deployment *workloadv1.Deployment) error {
	if err := k.releaseBatch(ctx, deployment); err != nil {
		return err
	}
	if deployment.Progress.Assigned >= deployment.Progress.Total {
		return nil
	}
	at := blockTime(ctx).Add(deployment.Rollout.HealthyFor)
	deployment.Progress.NextBatchAt = &at
	return nil
}

// releaseBatch ends that wait and takes its entry out of the due-queue.
func (k *Keeper) releaseBatch(ctx context.Context, deployment *workloadv1.Deployment) error {
	at := deployment.Progress.NextBatchAt
	if at == nil {
		return nil
	}
	deployment.Progress.NextBatchAt = nil
	return k.dequeue(ctx, *at, workloadv1.DueKind_DUE_KIND_ROLLOUT, idBytes(deployment.Id))
}

// armDeadline starts the clock of the batch under way, if it does not run and something is under way.
func (k *Keeper) armDeadline(ctx context.Context, deployment *workloadv1.Deployment) error {
	running := deployment.Phase == workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_PROGRESSING ||
		deployment.Phase == workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_ROLLING_BACK
	progress := &deployment.Progress
	if !running || progress.Deadline != nil || progress.Assigned <= progress.Passed+progress.Failed {
		return nil
	}
	at := blockTime(ctx).Add(deployment.Rollout.ProgressDeadline)
	progress.Deadline = &at
	return k.enqueue(ctx, at, workloadv1.DueKind_DUE_KIND_DEADLINE, idBytes(deployment.Id))
}

// clearDeadline stops that clock.
func (k *Keeper) clearDeadline(ctx context.Context, deployment *workloadv1.Deployment) error {
	if deployment.Progress.Deadline == nil {
		return nil
	}
	at := *deployment.Progress.Deadline
	deployment.Progress.Deadline = nil
	return k.dequeue(ctx, at, workloadv1.DueKind_DUE_KIND_DEADLINE, idBytes(deployment.Id))
}

// missDeadline is the work of a DEADLINE entry: reachable devices that neither passed nor wait for a person failed.
func (k *Keeper) missDeadline(ctx context.Context, id uint64, due time.Time) (int, error) {
	deployment, err := k.deployments.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	if deployment.Progress.Deadline == nil || !deployment.Progress.Deadline.Equal(due) {
		return 0, nil
	}
	deployment.Progress.Deadline = nil
	scope := collections.NewPrefixedPairRange[uint64, addressKey](id)
	var devices []addressKey
	err = k.unpassed.Walk(ctx, scope, func(key holderKey) (bool, error) {
		devices = append(devices, key.K2())
		return len(devices) == types.MaxHolderVisits, nil
	})
	if err != nil {
		return 0, err
	}
	for i, address := range devices {
		if err := k.missHolder(ctx, &deployment, address); err != nil {
			return i, err
		}
	}
	// The clock does not start again by itself: who is left waits for a person, or is out of reach.
	phase := deployment.Phase
	if err := k.settleWithoutDeadline(ctx, &deployment); err != nil {
		return len(devices), err
	}
	if phase == deployment.Phase {
		return len(devices), k.emitProgress(ctx, deployment)
	}
	return len(devices), nil
}

func (k *Keeper) missHolder(ctx context.Context, deployment *workloadv1.Deployment, address addressKey) error {
	key := collections.Join(deployment.Id, address)
	holder, err := k.holders.Get(ctx, key)
	if err != nil || holder.FailedRevision == deployment.Revision {
		return err
	}
	lost, err := k.isUnreachable(ctx, deployment.GroupId, address)
	if err != nil || lost {
		return err
	}
	report, err := getOr(ctx, k.reports, key, workloadv1.Report{})
	if err != nil {
		return err
	}
	if report.Revision == deployment.Revision && types.JudgeReport(report.State, report.Reason) == types.OutcomeWaits {
		return nil
	}
	holder.FailedRevision = deployment.Revision
	deployment.Progress.Failed++
	return k.holders.Set(ctx, key, holder)
}

// settleWithoutDeadline settles and leaves the clock stopped unless settling began something new.
func (k *Keeper) settleWithoutDeadline(ctx context.Context, deployment *workloadv1.Deployment) error {
	revision := deployment.Revision
	if err := k.settle(ctx, deployment); err != nil {
		return err
	}
	stored, err := k.deployments.Has(ctx, deployment.Id)
	if err != nil || !stored || deployment.Revision != revision {
		return err
	}
	if err := k.clearDeadline(ctx, deployment); err != nil {
		return err
	}
	return k.deployments.Set(ctx, deployment.Id, *deployment)
}
