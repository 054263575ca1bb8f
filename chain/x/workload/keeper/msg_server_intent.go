package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	"github.com/daonetes/daonetes/chain/x/workload/types"
)

func (s msgServer) PauseDeployment(ctx context.Context, msg *workloadv1.MsgPauseDeployment) (*workloadv1.MsgPauseDeploymentResponse, error) {
	if err := validateAuthority(msg.Authority); err != nil {
		return nil, err
	}
	deployment, err := s.changeableDeployment(ctx, msg.DeploymentId, msg.ExpectedRevision, msg.Authority)
	if err != nil {
		return nil, err
	}
	intent := workloadv1.Intent_INTENT_PAUSED
	if msg.Stop {
		intent = workloadv1.Intent_INTENT_STOPPED
	}
	if deployment.Intent == intent {
		return nil, errorsmod.Wrapf(types.ErrNothingChanges, "the intent of deployment %d is %s", deployment.Id, intent)
	}
	deployment.Intent, deployment.Phase = intent, workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_PAUSED
	deployment.UpdatedAt = blockTime(ctx)
	if err := s.clearDeadline(ctx, &deployment); err != nil {
		return nil, err
	}
	if err := s.beginSync(ctx, &deployment); err != nil {
		return nil, err
	}
	if err := s.settle(ctx, &deployment); err != nil {
		return nil, err
	}
	return &workloadv1.MsgPauseDeploymentResponse{}, emit(ctx, &workloadv1.EventDeploymentPaused{
		GroupId: deployment.GroupId, DeploymentId: deployment.Id, Revision: deployment.Revision,
	})
}

func (s msgServer) ResumeDeployment(ctx context.Context, msg *workloadv1.MsgResumeDeployment) (*workloadv1.MsgResumeDeploymentResponse, error) {
	if err := validateAuthority(msg.Authority); err != nil {
		return nil, err
	}
	deployment, err := s.changeableDeployment(ctx, msg.DeploymentId, msg.ExpectedRevision, msg.Authority)
	if err != nil {
		return nil, err
	}
	if deployment.Phase != workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_PAUSED {
		return nil, errorsmod.Wrapf(types.ErrDeploymentPhase, "deployment %d: got %s, want it paused", deployment.Id, deployment.Phase)
	}
	deployment.Intent, deployment.Phase = workloadv1.Intent_INTENT_RUN, workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_PROGRESSING
	deployment.UpdatedAt = blockTime(ctx)
	// Whoever resumes has seen the failures: they are forgiven, and the next one counts from 0.
	deployment.Progress.Failed = 0
	if err := s.startChange(ctx, &deployment); err != nil {
		return nil, err
	}
	return &workloadv1.MsgResumeDeploymentResponse{}, emit(ctx, &workloadv1.EventDeploymentResumed{
		GroupId: deployment.GroupId, DeploymentId: deployment.Id, Revision: deployment.Revision,
	})
}

func (s msgServer) RemoveDeployment(ctx context.Context, msg *workloadv1.MsgRemoveDeployment) (*workloadv1.MsgRemoveDeploymentResponse, error) {
	if err := validateAuthority(msg.Authority); err != nil {
		return nil, err
	}
	deployment, err := s.authorisedDeployment(ctx, msg.DeploymentId, msg.ExpectedRevision, msg.Authority)
	if err != nil {
		return nil, err
	}
	intent := workloadv1.Intent_INTENT_REMOVE
	if msg.Volumes {
		intent = workloadv1.Intent_INTENT_REMOVE_WITH_VOLUMES
	}
	// A removal may still be told to take the volumes too; it is never taken back.
	if types.IsRemoval(deployment.Intent) && (deployment.Intent == intent || !msg.Volumes) {
		return nil, errorsmod.Wrapf(types.ErrDeploymentRemoving, "deployment %d", deployment.Id)
	}
	deployment.Intent, deployment.Phase = intent, workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_REMOVING
	// The new revision tells the report that ends the removal from one that was under way before.
	deployment.Revision++
	deployment.UpdatedAt = blockTime(ctx)
	if err := s.clearDeadline(ctx, &deployment); err != nil {
		return nil, err
	}
	if err := s.noteOpen(ctx, deployment); err != nil {
		return nil, err
	}
	if err := s.beginSync(ctx, &deployment); err != nil {
		return nil, err
	}
	if err := s.settle(ctx, &deployment); err != nil {
		return nil, err
	}
	return &workloadv1.MsgRemoveDeploymentResponse{}, emit(ctx, &workloadv1.EventDeploymentRemoving{
		GroupId: deployment.GroupId, DeploymentId: deployment.Id, Revision: deployment.Revision,
	})
}

func validateAuthority(authority string) error {
	_, err := workgrouptypes.ParseAddress(authority)
	return err
}
