package keeper

import (
	"context"
	"encoding/binary"
	"errors"
	"time"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	"github.com/daonetes/daonetes/chain/x/workload/types"
)

// Params are the parameters of the module.
func (k *Keeper) Params(ctx context.Context) (workloadv1.Params, error) {
	return k.params.Get(ctx)
}

// Deployment is the deployment of an id, or ErrDeploymentNotFound.
func (k *Keeper) Deployment(ctx context.Context, id uint64) (workloadv1.Deployment, error) {
	deployment, err := k.deployments.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return deployment, errorsmod.Wrapf(types.ErrDeploymentNotFound, "got id %d", id)
	}
	return deployment, err
}

// Manifest is the desired state of a device, or ErrManifestNotFound.
func (k *Keeper) Manifest(ctx context.Context, device sdk.AccAddress) (workloadv1.Manifest, error) {
	manifest, err := k.manifests.Get(ctx, device)
	if errors.Is(err, collections.ErrNotFound) {
		return manifest, errorsmod.Wrapf(types.ErrManifestNotFound, "device %s", device)
	}
	return manifest, err
}

// Lease is the lease of a device, or ErrLeaseNotFound.
func (k *Keeper) Lease(ctx context.Context, device sdk.AccAddress) (workloadv1.Lease, error) {
	lease, err := k.leases.Get(ctx, device)
	if errors.Is(err, collections.ErrNotFound) {
		return lease, errorsmod.Wrapf(types.ErrLeaseNotFound, "device %s", device)
	}
	return lease, err
}

// Spec is the spec of a hash, or ErrSpecNotFound.
func (k *Keeper) Spec(ctx context.Context, groupID uint64, hash []byte) (workloadv1.Spec, error) {
	spec, err := k.specs.Get(ctx, collections.Join(groupID, hash))
	if errors.Is(err, collections.ErrNotFound) {
		return spec, errorsmod.Wrapf(types.ErrSpecNotFound, "got %s in group %d", types.HashText(hash), groupID)
	}
	return spec, err
}

// specOf is the spec of a deployment's newest revision.
func (k *Keeper) specOf(ctx context.Context, deployment workloadv1.Deployment) (workloadv1.Spec, error) {
	hash, err := types.ParseHash(deployment.SpecHash)
	if err != nil {
		return workloadv1.Spec{}, err
	}
	return k.Spec(ctx, deployment.GroupId, hash)
}

// holdingsOf are the ids of the deployments that a device holds; at most types.MaxAssignments.
func (k *Keeper) holdingsOf(ctx context.Context, device sdk.AccAddress) ([]uint64, error) {
	var ids []uint64
	scope := collections.NewPrefixedPairRange[sdk.AccAddress, uint64](device)
	err := k.holdings.Walk(ctx, scope, func(key collections.Pair[sdk.AccAddress, uint64]) (bool, error) {
		ids = append(ids, key.K2())
		return false, nil
	})
	return ids, err
}

// holdersOf are the holders of a deployment after an address, by address; with a limit, at most so many.
func (k *Keeper) holdersOf(ctx context.Context, id uint64, after []byte, limit int) ([]workloadv1.Holder, error) {
	scope := collections.NewPrefixedPairRange[uint64, sdk.AccAddress](id)
	if len(after) > 0 {
		scope = scope.StartExclusive(after)
	}
	var list []workloadv1.Holder
	err := k.holders.Walk(ctx, scope, func(_ holderKey, holder workloadv1.Holder) (bool, error) {
		list = append(list, holder)
		return limit > 0 && len(list) == limit, nil
	})
	return list, err
}

// isUnreachable tells whether the lease of a member ran out.
func (k *Keeper) isUnreachable(ctx context.Context, groupID uint64, device sdk.AccAddress) (bool, error) {
	return k.unreachable.Has(ctx, collections.Join(groupID, device))
}

// getOr is a stored value, or the fallback where there is none.
func getOr[K, V any](ctx context.Context, values collections.Map[K, V], key K, fallback V) (V, error) {
	value, err := values.Get(ctx, key)
	if errors.Is(err, collections.ErrNotFound) {
		return fallback, nil
	}
	return value, err
}

// addCount changes a counter of a group; it never falls below 0.
func (k *Keeper) addCount(ctx context.Context, groupID, kind uint64, change int64) error {
	key := collections.Join(groupID, kind)
	count, err := getOr(ctx, k.counters, key, 0)
	if err != nil {
		return err
	}
	return k.counters.Set(ctx, key, uint64(max(int64(count)+change, 0)))
}

// checkCap refuses more of something than the group may have.
func (k *Keeper) checkCap(ctx context.Context, groupID, kind, more, limit uint64, what string) error {
	count, err := getOr(ctx, k.counters, collections.Join(groupID, kind), 0)
	if err != nil {
		return err
	}
	if count+more > limit {
		return errorsmod.Wrapf(types.ErrCapReached, "%s: got %d, want at most %d in group %d", what, count+more, limit, groupID)
	}
	return nil
}

// enqueue puts an entry into the due-queue; the same entry again changes nothing.
func (k *Keeper) enqueue(ctx context.Context, at time.Time, kind workloadv1.DueKind, id []byte) error {
	return k.dueQueue.Set(ctx, collections.Join3(uint64(at.UnixNano()), uint64(kind), id))
}

// enqueueNow makes an entry due in this block's end.
func (k *Keeper) enqueueNow(ctx context.Context, kind workloadv1.DueKind, id []byte) error {
	return k.enqueue(ctx, blockTime(ctx), kind, id)
}

// dequeue takes an entry out of the due-queue if it is there.
func (k *Keeper) dequeue(ctx context.Context, at time.Time, kind workloadv1.DueKind, id []byte) error {
	return k.dueQueue.Remove(ctx, collections.Join3(uint64(at.UnixNano()), uint64(kind), id))
}

func blockTime(ctx context.Context) time.Time {
	return sdk.UnwrapSDKContext(ctx).BlockTime()
}

// idBytes is an id as 8 bytes, big-endian.
func idBytes(id uint64) []byte {
	return binary.BigEndian.AppendUint64(nil, id)
}

// emit sends a typed event; its failure fails the message.
func emit(ctx context.Context, event interface {
	Reset()
	String() string
	ProtoMessage()
}) error {
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}
