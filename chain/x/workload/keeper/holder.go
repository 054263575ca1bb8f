package keeper

import (
	"context"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	"github.com/daonetes/daonetes/chain/x/workload/types"
)

// The functions of this file keep four things in step: the holder, the deployment's progress (which the caller
// stores), the holders that have not passed, and the device's manifest.

// addHolder makes a device hold a deployment; its manifest is written by assign.
func (k *Keeper) addHolder(ctx context.Context, deployment *workloadv1.Deployment, address sdk.AccAddress) (workloadv1.Holder, error) {
	key := collections.Join(deployment.Id, address)
	known, err := k.holders.Has(ctx, key)
	if err != nil {
		return workloadv1.Holder{}, err
	}
	text, err := workgrouptypes.AddressText(address)
	if err != nil {
		return workloadv1.Holder{}, err
	}
	holder := workloadv1.Holder{DeploymentId: deployment.Id, Device: text}
	if err := k.holders.Set(ctx, key, holder); err != nil {
		return holder, err
	}
	deployment.Progress.Total++
	// A device that was still letting go holds it again.
	if known {
		return holder, nil
	}
	if err := k.holdings.Set(ctx, collections.Join(address, deployment.Id)); err != nil {
		return holder, err
	}
	return holder, k.addLoad(ctx, deployment.GroupId, address, 1)
}

// assign writes the newest revision into the manifest of a holder.
func (k *Keeper) assign(ctx context.Context, deployment *workloadv1.Deployment, holder workloadv1.Holder) error {
	address, err := workgrouptypes.ParseAddress(holder.Device)
	if err != nil {
		return err
	}
	if err := k.putAssignment(ctx, address, *deployment); err != nil {
		return err
	}
	if holder.Revision == deployment.Revision {
		return nil
	}
	holder.Revision = deployment.Revision
	deployment.Progress.Assigned++
	if err := k.holders.Set(ctx, collections.Join(deployment.Id, address), holder); err != nil {
		return err
	}
	return k.unpassed.Set(ctx, collections.Join(deployment.Id, address))
}

// uncount takes a holder out of the progress of the newest revision.
func (k *Keeper) uncount(ctx context.Context, deployment *workloadv1.Deployment, holder workloadv1.Holder) error {
	address, err := workgrouptypes.ParseAddress(holder.Device)
	if err != nil {
		return err
	}
	progress := &deployment.Progress
	progress.Total = less(progress.Total)
	if holder.Revision == deployment.Revision {
		progress.Assigned = less(progress.Assigned)
		if holder.PassedRevision == deployment.Revision {
			progress.Passed = less(progress.Passed)
		}
		if holder.FailedRevision == deployment.Revision {
			progress.Failed = less(progress.Failed)
		}
	}
	return k.unpassed.Remove(ctx, collections.Join(deployment.Id, address))
}

func less(count uint32) uint32 {
	if count == 0 {
		return 0
	}
	return count - 1
}

// release makes a holder let go. With write its manifest says so at once; without, the next sync does.
func (k *Keeper) release(ctx context.Context, deployment *workloadv1.Deployment, holder workloadv1.Holder, write bool) error {
	if !holder.Removing {
		if err := k.uncount(ctx, deployment, holder); err != nil {
			return err
		}
		holder.Removing = true
		address, err := workgrouptypes.ParseAddress(holder.Device)
		if err != nil {
			return err
		}
		if err := k.holders.Set(ctx, collections.Join(deployment.Id, address), holder); err != nil {
			return err
		}
	}
	if !write {
		return nil
	}
	_, err := k.writeTombstone(ctx, deployment, holder)
	return err
}

// writeTombstone turns the assignment of a holder that lets go into a removal; a device that never got it is free
// at once. It tells whether it wrote.
func (k *Keeper) writeTombstone(ctx context.Context, deployment *workloadv1.Deployment, holder workloadv1.Holder) (bool, error) {
	address, err := workgrouptypes.ParseAddress(holder.Device)
	if err != nil {
		return false, err
	}
	assignment, found, err := k.assignmentOf(ctx, address, deployment.Id)
	if err != nil {
		return false, err
	}
	if !found {
		return true, k.deleteHolder(ctx, *deployment, address)
	}
	intent := workloadv1.Intent_INTENT_REMOVE
	if types.IsRemoval(deployment.Intent) {
		intent = deployment.Intent
	}
	if assignment.Intent == intent {
		return false, nil
	}
	return true, k.changeAssignment(ctx, address, deployment.Id, func(assignment *workloadv1.Assignment) {
		assignment.Intent, assignment.Revision = intent, deployment.Revision
	})
}

// deleteHolder forgets that a device held a deployment, and what it reported on it.
func (k *Keeper) deleteHolder(ctx context.Context, deployment workloadv1.Deployment, address sdk.AccAddress) error {
	key := collections.Join(deployment.Id, address)
	if err := k.holders.Remove(ctx, key); err != nil {
		return err
	}
	if err := k.holdings.Remove(ctx, collections.Join(address, deployment.Id)); err != nil {
		return err
	}
	if err := k.reports.Remove(ctx, key); err != nil {
		return err
	}
	if err := k.unpassed.Remove(ctx, key); err != nil {
		return err
	}
	return k.addLoad(ctx, deployment.GroupId, address, -1)
}

// addLoad changes the number of deployments that a member holds.
func (k *Keeper) addLoad(ctx context.Context, groupID uint64, address sdk.AccAddress, change int64) error {
	key := collections.Join(groupID, address)
	load, err := getOr(ctx, k.loads, key, 0)
	if err != nil {
		return err
	}
	return k.loads.Set(ctx, key, uint64(max(int64(load)+change, 0)))
}

// syncHolders brings the manifests of holders in line with the deployment, from the stored cursor on, within the
// bounds of one step. It tells how much it did, and leaves the cursor where the next step goes on.
func (k *Keeper) syncHolders(ctx context.Context, deployment *workloadv1.Deployment) (work int, done bool, err error) {
	cursor, err := getOr(ctx, k.syncCursors, deployment.Id, nil)
	if err != nil {
		return 0, false, err
	}
	list, err := k.holdersOf(ctx, deployment.Id, cursor, types.MaxHolderVisits)
	if err != nil {
		return 0, false, err
	}
	writes := 0
	for i, holder := range list {
		wrote, err := k.syncHolder(ctx, deployment, holder)
		if err != nil {
			return i, false, err
		}
		if wrote {
			writes++
		}
		if writes == types.MaxManifestWrites && i < len(list)-1 {
			address, err := workgrouptypes.ParseAddress(holder.Device)
			if err != nil {
				return i, false, err
			}
			return i + 1, false, k.syncCursors.Set(ctx, deployment.Id, address)
		}
	}
	if len(list) < types.MaxHolderVisits {
		return len(list), true, k.syncCursors.Remove(ctx, deployment.Id)
	}
	last, err := workgrouptypes.ParseAddress(list[len(list)-1].Device)
	if err != nil {
		return len(list), false, err
	}
	return len(list), false, k.syncCursors.Set(ctx, deployment.Id, last)
}

// syncHolder brings one manifest in line and tells whether it wrote.
func (k *Keeper) syncHolder(ctx context.Context, deployment *workloadv1.Deployment, holder workloadv1.Holder) (bool, error) {
	if types.IsRemoval(deployment.Intent) && !holder.Removing {
		return true, k.release(ctx, deployment, holder, true)
	}
	if holder.Removing {
		return k.writeTombstone(ctx, deployment, holder)
	}
	if holder.Revision == 0 {
		return true, k.assign(ctx, deployment, holder)
	}
	address, err := workgrouptypes.ParseAddress(holder.Device)
	if err != nil {
		return false, err
	}
	assignment, found, err := k.assignmentOf(ctx, address, deployment.Id)
	if err != nil || !found || assignment.Intent == deployment.Intent {
		return false, err
	}
	return true, k.changeAssignment(ctx, address, deployment.Id, func(assignment *workloadv1.Assignment) {
		assignment.Intent = deployment.Intent
	})
}

// beginSync starts to bring all manifests in line: the first in this message, the rest through the due-queue.
func (k *Keeper) beginSync(ctx context.Context, deployment *workloadv1.Deployment) error {
	if err := k.syncCursors.Remove(ctx, deployment.Id); err != nil {
		return err
	}
	_, done, err := k.syncHolders(ctx, deployment)
	if err != nil || done {
		return err
	}
	return k.enqueueNow(ctx, workloadv1.DueKind_DUE_KIND_PLACEMENT, idBytes(deployment.Id))
}
