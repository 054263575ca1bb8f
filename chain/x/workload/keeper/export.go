package keeper

import (
	"context"
	"time"

	"cosmossdk.io/collections"

	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	"github.com/daonetes/daonetes/chain/x/workload/types"
)

// ExportGenesis reads the whole state. Indexes, counters and cursors are derived: without a cursor a step starts at
// the first holder and finds nothing to write where all is in line.
func (k *Keeper) ExportGenesis(ctx context.Context) (*workloadv1.GenesisState, error) {
	state := &workloadv1.GenesisState{}
	var err error
	if state.Params, err = k.params.Get(ctx); err != nil {
		return nil, err
	}
	if state.NextDeploymentId, err = k.peekID(ctx); err != nil {
		return nil, err
	}
	if state.Specs, err = values(ctx, k.specs); err != nil {
		return nil, err
	}
	if state.Blobs, err = values(ctx, k.blobs); err != nil {
		return nil, err
	}
	if state.Deployments, err = values(ctx, k.deployments); err != nil {
		return nil, err
	}
	if state.Revisions, err = values(ctx, k.revisions); err != nil {
		return nil, err
	}
	if state.Holders, err = values(ctx, k.holders); err != nil {
		return nil, err
	}
	if state.Manifests, err = values(ctx, k.manifests); err != nil {
		return nil, err
	}
	if state.Reports, err = values(ctx, k.reports); err != nil {
		return nil, err
	}
	if state.Leases, err = values(ctx, k.leases); err != nil {
		return nil, err
	}
	if err := k.exportSecrets(ctx, state); err != nil {
		return nil, err
	}
	err = k.contents.Walk(ctx, nil, func(key contentKey, content []byte) (bool, error) {
		state.Contents = append(state.Contents, workloadv1.Content{GroupId: key.K1(), Hash: types.HashText(key.K2()), Content: content})
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	err = k.nameRevisions.Walk(ctx, nil, func(key nameKey, revision uint64) (bool, error) {
		state.NameRevisions = append(state.NameRevisions, workloadv1.NameRevision{GroupId: key.K1(), Name: key.K2(), Revision: revision})
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	err = k.dueQueue.Walk(ctx, nil, func(key dueKey) (bool, error) {
		state.Due = append(state.Due, workloadv1.DueItem{
			DueAt: time.Unix(0, int64(key.K1())).UTC(), Kind: workloadv1.DueKind(key.K2()), Id: key.K3(),
		})
		return false, nil
	})
	return state, err
}

// values are all values of a collection, by key.
func values[K, V any](ctx context.Context, all collections.Map[K, V]) ([]V, error) {
	var list []V
	err := all.Walk(ctx, nil, func(_ K, value V) (bool, error) {
		list = append(list, value)
		return false, nil
	})
	return list, err
}
