package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	"github.com/daonetes/daonetes/chain/x/workload/types"
)

func (s msgServer) CreateDeployment(ctx context.Context, msg *workloadv1.MsgCreateDeployment) (*workloadv1.MsgCreateDeploymentResponse, error) {
	if err := types.ValidateCreateDeployment(msg); err != nil {
		return nil, err
	}
	group, err := s.authorisedGroup(ctx, msg.GroupId, msg.Authority)
	if err != nil {
		return nil, err
	}
	name := collections.Join(group.Id, msg.Name)
	taken, err := s.deploymentsByName.Has(ctx, name)
	if err != nil {
		return nil, err
	}
	if taken {
		return nil, errorsmod.Wrapf(types.ErrNameTaken, "got %s in group %d", msg.Name, group.Id)
	}
	spec, err := s.deployableSpec(ctx, group.Id, msg.SpecHash, msg.Secrets)
	if err != nil {
		return nil, err
	}
	policy, err := s.workgroup.EffectivePolicy(ctx, group)
	if err != nil {
		return nil, err
	}
	if err := s.checkCap(ctx, group.Id, types.CountDeployments, 1, uint64(policy.Caps.MaxDeployments), "deployments"); err != nil {
		return nil, err
	}
	revision, err := getOr(ctx, s.nameRevisions, name, 0)
	if err != nil {
		return nil, err
	}
	id, err := s.nextID(ctx)
	if err != nil {
		return nil, err
	}
	now := blockTime(ctx)
	deployment := workloadv1.Deployment{
		Id:                  id,
		GroupId:             group.Id,
		Name:                msg.Name,
		Revision:            revision + 1,
		SpecHash:            spec.Hash,
		Placement:           types.CanonicalPlacement(msg.Placement),
		Rollout:             types.CanonicalRollout(msg.Rollout),
		OfflinePolicy:       offlinePolicy(msg.OfflinePolicy, msg.InheritOfflinePolicy, policy),
		MoveWhenUnreachable: msg.MoveWhenUnreachable,
		Intent:              workloadv1.Intent_INTENT_RUN,
		Phase:               workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_PROGRESSING,
		Secrets:             msg.Secrets,
		CreatedAt:           now,
		UpdatedAt:           now,
	}
	if err := s.deploymentsByName.Set(ctx, name, id); err != nil {
		return nil, err
	}
	if err := s.deploymentsByGroup.Set(ctx, collections.Join(group.Id, id)); err != nil {
		return nil, err
	}
	if err := s.nameRevisions.Remove(ctx, name); err != nil {
		return nil, err
	}
	if err := s.addCount(ctx, group.Id, types.CountDeployments, 1); err != nil {
		return nil, err
	}
	if err := s.addRevision(ctx, deployment, causeCreate, msg.Authority); err != nil {
		return nil, err
	}
	if err := s.place(ctx, &deployment, spec.Declaration.Platforms); err != nil {
		return nil, err
	}
	if err := s.beginSync(ctx, &deployment); err != nil {
		return nil, err
	}
	if err := s.settle(ctx, &deployment); err != nil {
		return nil, err
	}
	response := &workloadv1.MsgCreateDeploymentResponse{
		DeploymentId: id, Revision: deployment.Revision, Placed: deployment.Progress.Total, Wanted: deployment.Wanted,
	}
	return response, emit(ctx, &workloadv1.EventDeploymentCreated{GroupId: group.Id, DeploymentId: id, Revision: deployment.Revision})
}

func (s msgServer) UpdateDeployment(ctx context.Context, msg *workloadv1.MsgUpdateDeployment) (*workloadv1.MsgUpdateDeploymentResponse, error) {
	if err := types.ValidateUpdateDeployment(msg); err != nil {
		return nil, err
	}
	deployment, err := s.changeableDeployment(ctx, msg.DeploymentId, msg.ExpectedRevision, msg.Authority)
	if err != nil {
		return nil, err
	}
	group, err := s.workgroup.Group(ctx, deployment.GroupId)
	if err != nil {
		return nil, err
	}
	policy, err := s.workgroup.EffectivePolicy(ctx, group)
	if err != nil {
		return nil, err
	}
	spec, err := s.deployableSpec(ctx, group.Id, msg.SpecHash, msg.Secrets)
	if err != nil {
		return nil, err
	}
	before := deployment
	deployment.SpecHash, deployment.Secrets = spec.Hash, msg.Secrets
	deployment.Placement = types.CanonicalPlacement(msg.Placement)
	deployment.Rollout = types.CanonicalRollout(msg.Rollout)
	deployment.OfflinePolicy = offlinePolicy(msg.OfflinePolicy, msg.InheritOfflinePolicy, policy)
	deployment.MoveWhenUnreachable = msg.MoveWhenUnreachable
	deployment.Intent = workloadv1.Intent_INTENT_RUN
	if !msg.Restart && sameDesign(before, deployment) {
		return nil, errorsmod.Wrapf(types.ErrNothingChanges, "deployment %d at revision %d", deployment.Id, deployment.Revision)
	}
	cause := causeUpdate
	if msg.Restart {
		deployment.RestartGeneration++
		if sameDesign(before, deployment) {
			cause = causeRestart
		}
	}
	deployment.Revision++
	deployment.Phase = workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_PROGRESSING
	deployment.UpdatedAt = blockTime(ctx)
	if err := s.addRevision(ctx, deployment, cause, msg.Authority); err != nil {
		return nil, err
	}
	if err := s.beginRollout(ctx, &deployment); err != nil {
		return nil, err
	}
	if err := s.place(ctx, &deployment, spec.Declaration.Platforms); err != nil {
		return nil, err
	}
	if err := s.startChange(ctx, &deployment); err != nil {
		return nil, err
	}
	response := &workloadv1.MsgUpdateDeploymentResponse{Revision: deployment.Revision, Placed: deployment.Progress.Total, Wanted: deployment.Wanted}
	return response, emit(ctx, &workloadv1.EventDeploymentUpdated{GroupId: deployment.GroupId, DeploymentId: deployment.Id, Revision: deployment.Revision})
}

func (s msgServer) RollbackDeployment(ctx context.Context, msg *workloadv1.MsgRollbackDeployment) (*workloadv1.MsgRollbackDeploymentResponse, error) {
	if err := validateAuthority(msg.Authority); err != nil {
		return nil, err
	}
	deployment, err := s.changeableDeployment(ctx, msg.DeploymentId, msg.ExpectedRevision, msg.Authority)
	if err != nil {
		return nil, err
	}
	kept, err := s.keptRevision(ctx, deployment.Id, msg.ToRevision)
	if err != nil {
		return nil, err
	}
	if kept.Revision == deployment.Revision {
		return nil, errorsmod.Wrapf(types.ErrNothingChanges, "deployment %d is at revision %d", deployment.Id, kept.Revision)
	}
	deployment.Rollout = kept.Rollout
	deployment.Intent = workloadv1.Intent_INTENT_RUN
	deployment.Phase = workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_PROGRESSING
	if err := s.adopt(ctx, &deployment, kept, causeRollback, msg.Authority); err != nil {
		return nil, err
	}
	return &workloadv1.MsgRollbackDeploymentResponse{Revision: deployment.Revision}, s.startChange(ctx, &deployment)
}

// startChange writes what a change of a deployment asks for at once: tombstones, new holders, intents, the first
// batch. It stores the deployment.
func (k *Keeper) startChange(ctx context.Context, deployment *workloadv1.Deployment) error {
	if err := k.beginSync(ctx, deployment); err != nil {
		return err
	}
	if _, err := k.assignBatch(ctx, deployment); err != nil {
		return err
	}
	return k.settle(ctx, deployment)
}

// changeableDeployment loads a deployment for its authority unless it is being removed.
func (k *Keeper) changeableDeployment(ctx context.Context, id, expectedRevision uint64, signer string) (workloadv1.Deployment, error) {
	deployment, err := k.authorisedDeployment(ctx, id, expectedRevision, signer)
	if err == nil && types.IsRemoval(deployment.Intent) {
		return deployment, errorsmod.Wrapf(types.ErrDeploymentRemoving, "deployment %d", id)
	}
	return deployment, err
}

// deployableSpec loads a spec that a deployment may use with these secrets.
func (k *Keeper) deployableSpec(ctx context.Context, groupID uint64, hashText string, secrets []workloadv1.SecretVersion) (workloadv1.Spec, error) {
	hash, err := types.ParseHash(hashText)
	if err != nil {
		return workloadv1.Spec{}, err
	}
	spec, err := k.Spec(ctx, groupID, hash)
	if err != nil {
		return spec, err
	}
	if spec.Retired {
		return spec, errorsmod.Wrapf(types.ErrSpecRetired, "got %s", hashText)
	}
	if err := types.ValidateSecrets(secrets, spec.Declaration.Secrets); err != nil {
		return spec, err
	}
	if err := k.checkPins(ctx, groupID, secrets); err != nil {
		return spec, err
	}
	return spec, k.checkBlobs(ctx, groupID, spec.Declaration.Blobs)
}

// nextID takes the next id of a deployment.
func (k *Keeper) nextID(ctx context.Context) (uint64, error) {
	id, err := k.peekID(ctx)
	if err != nil {
		return 0, err
	}
	return id, k.nextDeploymentID.Set(ctx, id+1)
}

func (k *Keeper) peekID(ctx context.Context) (uint64, error) {
	id, err := k.nextDeploymentID.Get(ctx)
	if errors.Is(err, collections.ErrNotFound) {
		return 1, nil
	}
	return id, err
}

func offlinePolicy(asked workgroupv1.OfflinePolicy, inherit bool, group workgroupv1.GroupPolicy) workgroupv1.OfflinePolicy {
	if inherit {
		return group.OfflineDefault
	}
	return asked
}

// sameDesign tells whether two states of a deployment ask the same of devices and rollout.
func sameDesign(left, right workloadv1.Deployment) bool {
	if left.SpecHash != right.SpecHash || left.MoveWhenUnreachable != right.MoveWhenUnreachable || left.Intent != right.Intent ||
		!left.Placement.Equal(right.Placement) || !left.Rollout.Equal(right.Rollout) || !left.OfflinePolicy.Equal(right.OfflinePolicy) ||
		len(left.Secrets) != len(right.Secrets) {
		return false
	}
	for i := range left.Secrets {
		if !left.Secrets[i].Equal(right.Secrets[i]) {
			return false
		}
	}
	return true
}
