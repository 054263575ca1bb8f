package keeper

import (
	"context"
	"errors"
	"time"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	"github.com/daonetes/daonetes/chain/x/workload/types"
)

// A reachable member has exactly one LEASE entry in the due-queue. A renewal writes the lease only; the entry follows
// when it falls due.

// leaseTime is how long a device of the group counts as reachable.
func (k *Keeper) leaseTime(ctx context.Context, groupID uint64) (time.Duration, error) {
	group, err := k.workgroup.Group(ctx, groupID)
	if err != nil {
		return 0, err
	}
	policy, err := k.workgroup.EffectivePolicy(ctx, group)
	return policy.Lease, err
}

// renewLease stores a lease that starts again now, and welcomes the device back if it was unreachable.
func (k *Keeper) renewLease(ctx context.Context, device workgroupv1.Device, address sdk.AccAddress, lease workloadv1.Lease) error {
	life, err := k.leaseTime(ctx, device.GroupId)
	if err != nil {
		return err
	}
	back := lease.Unreachable
	lease.Unreachable = false
	lease.Until = blockTime(ctx).Add(life)
	if err := k.leases.Set(ctx, address, lease); err != nil {
		return err
	}
	if !back {
		return nil
	}
	if err := k.unreachable.Remove(ctx, collections.Join(device.GroupId, address)); err != nil {
		return err
	}
	if err := k.enqueue(ctx, lease.Until, workloadv1.DueKind_DUE_KIND_LEASE, address); err != nil {
		return err
	}
	if err := k.enqueueNow(ctx, workloadv1.DueKind_DUE_KIND_FILL, address); err != nil {
		return err
	}
	held, err := k.holdingsOf(ctx, address)
	if err != nil {
		return err
	}
	for _, id := range held {
		holder, err := k.holders.Get(ctx, collections.Join(id, address))
		if err != nil {
			return err
		}
		deployment, err := k.Deployment(ctx, id)
		if err != nil {
			return err
		}
		if !holder.Removing && holder.Revision < deployment.Revision {
			if err := k.reconsider(ctx, id, address); err != nil {
				return err
			}
		}
	}
	return emit(ctx, &workloadv1.EventDeviceReachable{GroupId: device.GroupId, Device: device.Address})
}

// lapseLease is the work of a LEASE entry.
func (k *Keeper) lapseLease(ctx context.Context, address sdk.AccAddress) (int, error) {
	lease, err := k.leases.Get(ctx, address)
	if errors.Is(err, collections.ErrNotFound) {
		return 1, nil
	}
	if err != nil {
		return 1, err
	}
	if lease.Unreachable {
		return 1, nil
	}
	if lease.Until.After(blockTime(ctx)) {
		return 1, k.enqueue(ctx, lease.Until, workloadv1.DueKind_DUE_KIND_LEASE, address)
	}
	device, err := k.workgroup.Device(ctx, address)
	if err != nil {
		return 1, err
	}
	lease.Unreachable = true
	if err := k.leases.Set(ctx, address, lease); err != nil {
		return 1, err
	}
	if err := k.unreachable.Set(ctx, collections.Join(device.GroupId, address)); err != nil {
		return 1, err
	}
	if _, err := k.moveAway(ctx, address, lease); err != nil {
		return 1, err
	}
	return 1, emit(ctx, &workloadv1.EventDeviceUnreachable{GroupId: device.GroupId, Device: device.Address})
}

// moveAway is the work of a MOVE entry, and of a lease that just ran out: placements whose time has come leave the
// unreachable device if another one takes them. It makes an entry for the next one whose time will come.
func (k *Keeper) moveAway(ctx context.Context, address sdk.AccAddress, lease workloadv1.Lease) (int, error) {
	held, err := k.holdingsOf(ctx, address)
	if err != nil {
		return 0, err
	}
	now, next := blockTime(ctx), time.Time{}
	work := 0
	for _, id := range held {
		work++
		deployment, err := k.Deployment(ctx, id)
		if err != nil {
			return work, err
		}
		holder, err := k.holders.Get(ctx, collections.Join(id, address))
		if err != nil {
			return work, err
		}
		delay, movable, err := k.moveDelay(ctx, deployment)
		if err != nil {
			return work, err
		}
		if !movable || holder.Removing {
			continue
		}
		at := lease.Until.Add(delay)
		if at.After(now) {
			if next.IsZero() || at.Before(next) {
				next = at
			}
			continue
		}
		if err := k.replace(ctx, deployment, holder); err != nil {
			return work, err
		}
	}
	if next.IsZero() {
		return work, nil
	}
	return work, k.enqueue(ctx, next, workloadv1.DueKind_DUE_KIND_MOVE, address)
}

// moveUnreachable is the work of a MOVE entry.
func (k *Keeper) moveUnreachable(ctx context.Context, address sdk.AccAddress) (int, error) {
	lease, err := k.leases.Get(ctx, address)
	if errors.Is(err, collections.ErrNotFound) {
		return 1, nil
	}
	if err != nil || !lease.Unreachable {
		return 1, err
	}
	return k.moveAway(ctx, address, lease)
}

// replace gives the place of a holder to the best other device; without one the placement stays open and the holder
// keeps its place until one comes.
func (k *Keeper) replace(ctx context.Context, deployment workloadv1.Deployment, holder workloadv1.Holder) error {
	platforms, err := k.platformsOf(ctx, deployment)
	if err != nil {
		return err
	}
	present, err := k.activeHolders(ctx, deployment.Id)
	if err != nil {
		return err
	}
	wider := deployment.Placement
	wider.Replicas++
	selected, err := k.selectDevices(ctx, deployment.GroupId, deployment.Id, wider, platforms, present)
	if err != nil {
		return err
	}
	holding := make(map[string]bool, len(present))
	for _, other := range present {
		holding[other.Device] = true
	}
	for _, address := range selected.chosen {
		text, err := workgrouptypes.AddressText(address)
		if err != nil {
			return err
		}
		if holding[text] {
			continue
		}
		if err := k.release(ctx, &deployment, holder, true); err != nil {
			return err
		}
		added, err := k.addHolder(ctx, &deployment, address)
		if err != nil {
			return err
		}
		if err := k.assign(ctx, &deployment, added); err != nil {
			return err
		}
		if err := k.noteOpen(ctx, deployment); err != nil {
			return err
		}
		return k.settle(ctx, &deployment)
	}
	return k.openPlacements.Set(ctx, collections.Join(deployment.GroupId, deployment.Id))
}

// strandedHolder is a holder on an unreachable device whose place may go to another one now.
func (k *Keeper) strandedHolder(ctx context.Context, deployment workloadv1.Deployment) (workloadv1.Holder, bool, error) {
	delay, movable, err := k.moveDelay(ctx, deployment)
	if err != nil || !movable {
		return workloadv1.Holder{}, false, err
	}
	var lost []addressKey
	scope := collections.NewPrefixedPairRange[uint64, addressKey](deployment.GroupId)
	err = k.unreachable.Walk(ctx, scope, func(key holderKey) (bool, error) {
		lost = append(lost, key.K2())
		return len(lost) == types.MaxHolderVisits, nil
	})
	if err != nil {
		return workloadv1.Holder{}, false, err
	}
	for _, address := range lost {
		holder, err := getOr(ctx, k.holders, collections.Join(deployment.Id, address), workloadv1.Holder{})
		if err != nil {
			return holder, false, err
		}
		if holder.Device == "" || holder.Removing {
			continue
		}
		lease, err := k.leases.Get(ctx, address)
		if err != nil {
			return holder, false, err
		}
		if !lease.Until.Add(delay).After(blockTime(ctx)) {
			return holder, true, nil
		}
	}
	return workloadv1.Holder{}, false, nil
}

func (k *Keeper) moveDelay(ctx context.Context, deployment workloadv1.Deployment) (time.Duration, bool, error) {
	spec, err := k.specOf(ctx, deployment)
	if err != nil {
		return 0, false, err
	}
	delay, movable := types.MoveDelay(deployment, spec.Declaration.HasVolumes)
	return delay, movable, nil
}
