package keeper

import (
	"context"

	"cosmossdk.io/collections"

	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	"github.com/daonetes/daonetes/chain/x/workload/types"
)

// InitGenesis stores a state and derives indexes and counters from it.
func (k *Keeper) InitGenesis(ctx context.Context, state *workloadv1.GenesisState) error {
	if err := types.ValidateGenesis(state); err != nil {
		return err
	}
	if err := k.params.Set(ctx, state.Params); err != nil {
		return err
	}
	if err := k.nextDeploymentID.Set(ctx, max(state.NextDeploymentId, 1)); err != nil {
		return err
	}
	for _, load := range []func(context.Context, *workloadv1.GenesisState) error{
		k.initContent, k.initSecrets, k.initMembers, k.initDeployments, k.initHolders, k.initQueue,
	} {
		if err := load(ctx, state); err != nil {
			return err
		}
	}
	return nil
}

func (k *Keeper) initContent(ctx context.Context, state *workloadv1.GenesisState) error {
	for _, spec := range state.Specs {
		hash, err := types.ParseHash(spec.Hash)
		if err != nil {
			return err
		}
		if err := k.specs.Set(ctx, collections.Join(spec.GroupId, hash), spec); err != nil {
			return err
		}
		if err := k.specsByName.Set(ctx, collections.Join3(spec.GroupId, spec.Name, spec.Version), hash); err != nil {
			return err
		}
		name := collections.Join(spec.GroupId, spec.Name)
		newest, err := getOr(ctx, k.specVersions, name, 0)
		if err != nil {
			return err
		}
		if err := k.specVersions.Set(ctx, name, max(newest, spec.Version)); err != nil {
			return err
		}
		if !spec.Retired {
			if err := k.addCount(ctx, spec.GroupId, types.CountSpecs, 1); err != nil {
				return err
			}
		}
		if err := k.addCount(ctx, spec.GroupId, types.CountContentBytes, int64(spec.Size_)); err != nil {
			return err
		}
	}
	for _, blob := range state.Blobs {
		hash, err := types.ParseHash(blob.Hash)
		if err != nil {
			return err
		}
		if err := k.blobs.Set(ctx, collections.Join(blob.GroupId, hash), blob); err != nil {
			return err
		}
		if err := k.addCount(ctx, blob.GroupId, types.CountContentBytes, int64(blob.Size_)); err != nil {
			return err
		}
	}
	for _, content := range state.Contents {
		hash, err := types.ParseHash(content.Hash)
		if err != nil {
			return err
		}
		if err := k.contents.Set(ctx, collections.Join(content.GroupId, hash), content.Content); err != nil {
			return err
		}
	}
	return nil
}

func (k *Keeper) initMembers(ctx context.Context, state *workloadv1.GenesisState) error {
	for _, manifest := range state.Manifests {
		address, err := workgrouptypes.ParseAddress(manifest.Device)
		if err != nil {
			return err
		}
		if err := k.manifests.Set(ctx, address, manifest); err != nil {
			return err
		}
	}
	for _, lease := range state.Leases {
		address, err := workgrouptypes.ParseAddress(lease.Device)
		if err != nil {
			return err
		}
		if err := k.leases.Set(ctx, address, lease); err != nil {
			return err
		}
		device, err := k.workgroup.Device(ctx, address)
		if err != nil {
			return err
		}
		key := collections.Join(device.GroupId, address)
		if err := k.loads.Set(ctx, key, 0); err != nil {
			return err
		}
		if lease.Unreachable {
			if err := k.unreachable.Set(ctx, key); err != nil {
				return err
			}
		}
	}
	return nil
}

func (k *Keeper) initDeployments(ctx context.Context, state *workloadv1.GenesisState) error {
	for _, deployment := range state.Deployments {
		if err := k.deployments.Set(ctx, deployment.Id, deployment); err != nil {
			return err
		}
		if err := k.deploymentsByName.Set(ctx, collections.Join(deployment.GroupId, deployment.Name), deployment.Id); err != nil {
			return err
		}
		if err := k.deploymentsByGroup.Set(ctx, collections.Join(deployment.GroupId, deployment.Id)); err != nil {
			return err
		}
		if err := k.addCount(ctx, deployment.GroupId, types.CountDeployments, 1); err != nil {
			return err
		}
		if err := k.noteOpen(ctx, deployment); err != nil {
			return err
		}
	}
	for _, revision := range state.Revisions {
		if err := k.revisions.Set(ctx, collections.Join(revision.DeploymentId, revision.Revision), revision); err != nil {
			return err
		}
	}
	for _, name := range state.NameRevisions {
		if err := k.nameRevisions.Set(ctx, collections.Join(name.GroupId, name.Name), name.Revision); err != nil {
			return err
		}
	}
	return nil
}

func (k *Keeper) initHolders(ctx context.Context, state *workloadv1.GenesisState) error {
	for _, holder := range state.Holders {
		address, err := workgrouptypes.ParseAddress(holder.Device)
		if err != nil {
			return err
		}
		deployment, err := k.Deployment(ctx, holder.DeploymentId)
		if err != nil {
			return err
		}
		key := collections.Join(holder.DeploymentId, address)
		if err := k.holders.Set(ctx, key, holder); err != nil {
			return err
		}
		if err := k.holdings.Set(ctx, collections.Join(address, holder.DeploymentId)); err != nil {
			return err
		}
		if err := k.addLoad(ctx, deployment.GroupId, address, 1); err != nil {
			return err
		}
		if !holder.Removing && holder.Revision == deployment.Revision && holder.PassedRevision != deployment.Revision {
			if err := k.unpassed.Set(ctx, key); err != nil {
				return err
			}
		}
		lost, err := k.isUnreachable(ctx, deployment.GroupId, address)
		if err != nil {
			return err
		}
		// A place that is stranded counts as open; whoever offers a device finds out.
		if lost && !holder.Removing && deployment.Placement.Replicas > 0 && !types.IsRemoval(deployment.Intent) {
			if err := k.openPlacements.Set(ctx, collections.Join(deployment.GroupId, deployment.Id)); err != nil {
				return err
			}
		}
	}
	for _, report := range state.Reports {
		address, err := workgrouptypes.ParseAddress(report.Device)
		if err != nil {
			return err
		}
		if err := k.reports.Set(ctx, collections.Join(report.DeploymentId, address), report); err != nil {
			return err
		}
	}
	return nil
}

func (k *Keeper) initQueue(ctx context.Context, state *workloadv1.GenesisState) error {
	for _, item := range state.Due {
		if err := k.enqueue(ctx, item.DueAt, item.Kind, item.Id); err != nil {
			return err
		}
	}
	return nil
}
