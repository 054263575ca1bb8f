package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	"github.com/daonetes/daonetes/chain/x/workload/types"
)

// Causes of revisions; stored.
const (
	causeCreate       = "create"
	causeUpdate       = "update"
	causeRestart      = "restart"
	causeRollback     = "rollback"
	causeAutoRollback = "auto-rollback"
)

// addRevision records what the deployment is at its newest revision, and forgets the oldest beyond the newest 10.
func (k *Keeper) addRevision(ctx context.Context, deployment workloadv1.Deployment, cause, author string) error {
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	revision := workloadv1.DeploymentRevision{
		DeploymentId:      deployment.Id,
		Revision:          deployment.Revision,
		SpecHash:          deployment.SpecHash,
		Placement:         deployment.Placement,
		Rollout:           deployment.Rollout,
		OfflinePolicy:     deployment.OfflinePolicy,
		Secrets:           deployment.Secrets,
		RestartGeneration: deployment.RestartGeneration,
		Cause:             cause,
		Author:            author,
		CreatedAt:         sdkCtx.BlockTime(),
		Height:            sdkCtx.BlockHeight(),
	}
	if err := k.revisions.Set(ctx, collections.Join(deployment.Id, deployment.Revision), revision); err != nil {
		return err
	}
	if err := k.addReference(ctx, deployment.GroupId, deployment.SpecHash, true); err != nil {
		return err
	}
	if err := k.addSecretReferences(ctx, deployment.GroupId, deployment.Secrets, true); err != nil {
		return err
	}
	kept, err := k.revisionsOf(ctx, deployment.Id)
	if err != nil || len(kept) <= types.MaxRevisions {
		return err
	}
	return k.dropRevision(ctx, deployment.GroupId, kept[0])
}

// revisionsOf are the kept revisions, oldest first.
func (k *Keeper) revisionsOf(ctx context.Context, id uint64) ([]workloadv1.DeploymentRevision, error) {
	var list []workloadv1.DeploymentRevision
	err := k.revisions.Walk(ctx, collections.NewPrefixedPairRange[uint64, uint64](id), func(_ idPair, revision workloadv1.DeploymentRevision) (bool, error) {
		list = append(list, revision)
		return false, nil
	})
	return list, err
}

func (k *Keeper) dropRevision(ctx context.Context, groupID uint64, revision workloadv1.DeploymentRevision) error {
	if err := k.revisions.Remove(ctx, collections.Join(revision.DeploymentId, revision.Revision)); err != nil {
		return err
	}
	if err := k.addSecretReferences(ctx, groupID, revision.Secrets, false); err != nil {
		return err
	}
	return k.addReference(ctx, groupID, revision.SpecHash, false)
}

// formerRevision is the newest kept revision before the present one that passed its gate everywhere.
func (k *Keeper) formerRevision(ctx context.Context, deployment workloadv1.Deployment) (workloadv1.DeploymentRevision, bool, error) {
	kept, err := k.revisionsOf(ctx, deployment.Id)
	if err != nil {
		return workloadv1.DeploymentRevision{}, false, err
	}
	for i := len(kept) - 1; i >= 0; i-- {
		if kept[i].Passed && kept[i].Revision < deployment.Revision {
			return kept[i], true, nil
		}
	}
	return workloadv1.DeploymentRevision{}, false, nil
}

// keptRevision is a kept revision, or ErrRevisionNotKept.
func (k *Keeper) keptRevision(ctx context.Context, id, number uint64) (workloadv1.DeploymentRevision, error) {
	revision, err := getOr(ctx, k.revisions, collections.Join(id, number), workloadv1.DeploymentRevision{})
	if err == nil && revision.DeploymentId == 0 {
		return revision, errorsmod.Wrapf(types.ErrRevisionNotKept, "got revision %d of deployment %d", number, id)
	}
	return revision, err
}

// completeRollout marks the newest revision as one that passed.
func (k *Keeper) completeRollout(ctx context.Context, deployment *workloadv1.Deployment) error {
	deployment.Phase = workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_COMPLETE
	if err := k.clearDeadline(ctx, deployment); err != nil {
		return err
	}
	if err := k.releaseBatch(ctx, deployment); err != nil {
		return err
	}
	if err := k.rolloutCursors.Remove(ctx, deployment.Id); err != nil {
		return err
	}
	revision, err := k.keptRevision(ctx, deployment.Id, deployment.Revision)
	if err != nil || revision.Passed {
		return err
	}
	revision.Passed = true
	return k.revisions.Set(ctx, collections.Join(deployment.Id, deployment.Revision), revision)
}

// adopt makes a new revision with spec, secrets and restart generation of a kept one.
func (k *Keeper) adopt(ctx context.Context, deployment *workloadv1.Deployment, kept workloadv1.DeploymentRevision, cause, author string) error {
	deployment.Revision++
	deployment.SpecHash, deployment.Secrets = kept.SpecHash, kept.Secrets
	deployment.RestartGeneration = kept.RestartGeneration
	deployment.UpdatedAt = blockTime(ctx)
	if err := k.addRevision(ctx, *deployment, cause, author); err != nil {
		return err
	}
	if err := k.beginRollout(ctx, deployment); err != nil {
		return err
	}
	return emit(ctx, &workloadv1.EventDeploymentRolledBack{GroupId: deployment.GroupId, DeploymentId: deployment.Id, Revision: deployment.Revision})
}

// rollBack goes back to a former revision because too many devices failed, under the limits of the present rollout.
func (k *Keeper) rollBack(ctx context.Context, deployment *workloadv1.Deployment, former workloadv1.DeploymentRevision) error {
	deployment.Phase = workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_ROLLING_BACK
	if err := k.adopt(ctx, deployment, former, causeAutoRollback, ""); err != nil {
		return err
	}
	return k.enqueueNow(ctx, workloadv1.DueKind_DUE_KIND_ROLLOUT, idBytes(deployment.Id))
}

// deleteIfEmpty deletes a deployment that is being removed once nobody holds it any more.
func (k *Keeper) deleteIfEmpty(ctx context.Context, deployment workloadv1.Deployment) (bool, error) {
	if !types.IsRemoval(deployment.Intent) {
		return false, nil
	}
	left, err := k.holdersOf(ctx, deployment.Id, nil, 1)
	if err != nil || len(left) > 0 {
		return false, err
	}
	kept, err := k.revisionsOf(ctx, deployment.Id)
	if err != nil {
		return false, err
	}
	for _, revision := range kept {
		if err := k.dropRevision(ctx, deployment.GroupId, revision); err != nil {
			return false, err
		}
	}
	if err := k.clearDeadline(ctx, &deployment); err != nil {
		return false, err
	}
	if err := k.releaseBatch(ctx, &deployment); err != nil {
		return false, err
	}
	name := collections.Join(deployment.GroupId, deployment.Name)
	for _, remove := range []func() error{
		func() error { return k.syncCursors.Remove(ctx, deployment.Id) },
		func() error { return k.rolloutCursors.Remove(ctx, deployment.Id) },
		func() error {
			return k.openPlacements.Remove(ctx, collections.Join(deployment.GroupId, deployment.Id))
		},
		func() error { return k.deploymentsByName.Remove(ctx, name) },
		func() error {
			return k.deploymentsByGroup.Remove(ctx, collections.Join(deployment.GroupId, deployment.Id))
		},
		func() error { return k.deployments.Remove(ctx, deployment.Id) },
		func() error { return k.nameRevisions.Set(ctx, name, deployment.Revision) },
		func() error { return k.addCount(ctx, deployment.GroupId, types.CountDeployments, -1) },
	} {
		if err := remove(); err != nil {
			return false, err
		}
	}
	return true, emit(ctx, &workloadv1.EventDeploymentDeleted{GroupId: deployment.GroupId, DeploymentId: deployment.Id})
}
