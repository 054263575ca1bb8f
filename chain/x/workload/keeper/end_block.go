package keeper

import (
	"context"
	"fmt"
	"time"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
)

// EndBlock works off what is due, within one budget for this module and for the group module's expiries. With nothing
// due it writes nothing. An entry that fails is set aside with an event; nothing of it is written, and the block goes
// on.
func (k *Keeper) EndBlock(ctx context.Context) error {
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	budget := int(params.DueBudget)
	expired, err := k.workgroup.ExpireDue(ctx, max(budget/2, 1))
	if err != nil {
		return err
	}
	budget -= expired
	due, err := k.dueItems(ctx, budget)
	if err != nil {
		return err
	}
	for _, key := range due {
		if budget <= 0 {
			break
		}
		if err := k.dueQueue.Remove(ctx, key); err != nil {
			return err
		}
		work, err := k.workOff(ctx, key)
		if err != nil {
			sdk.UnwrapSDKContext(ctx).Logger().Error("an entry of the due-queue was set aside", "kind", key.K2(), "err", err.Error())
			if err := emit(ctx, &workloadv1.EventDueItemSetAside{Kind: uint32(key.K2()), Id: key.K3()}); err != nil {
				return err
			}
		}
		budget -= max(work, 1)
	}
	return nil
}

// dueItems are the entries due at this block time, in order, at most limit of them.
func (k *Keeper) dueItems(ctx context.Context, limit int) ([]dueKey, error) {
	end := collections.TriplePrefix[uint64, uint64, []byte](uint64(blockTime(ctx).UnixNano()) + 1)
	var due []dueKey
	err := k.dueQueue.Walk(ctx, new(collections.Range[dueKey]).EndExclusive(end), func(key dueKey) (bool, error) {
		if len(due) >= limit {
			return true, nil
		}
		due = append(due, key)
		return false, nil
	})
	return due, err
}

// workOff does the work of one entry on a branch of the state, which is kept only if it succeeds.
func (k *Keeper) workOff(ctx context.Context, key dueKey) (work int, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			work, err = 1, fmt.Errorf("panic: %v", reason)
		}
	}()
	branch, write := sdk.UnwrapSDKContext(ctx).CacheContext()
	work, err = k.dispatch(branch, key)
	if err != nil {
		return work, err
	}
	write()
	return work, nil
}

func (k *Keeper) dispatch(ctx context.Context, key dueKey) (int, error) {
	id := key.K3()
	switch workloadv1.DueKind(key.K2()) {
	case workloadv1.DueKind_DUE_KIND_LEASE:
		return k.lapseLease(ctx, id)
	case workloadv1.DueKind_DUE_KIND_PLACEMENT:
		return k.fillPlacement(ctx, sdk.BigEndianToUint64(id))
	case workloadv1.DueKind_DUE_KIND_ROLLOUT:
		return k.nextBatch(ctx, sdk.BigEndianToUint64(id))
	case workloadv1.DueKind_DUE_KIND_DEADLINE:
		return k.missDeadline(ctx, sdk.BigEndianToUint64(id), time.Unix(0, int64(key.K1())))
	case workloadv1.DueKind_DUE_KIND_MOVE:
		return k.moveUnreachable(ctx, id)
	case workloadv1.DueKind_DUE_KIND_STAGED:
		return k.expireStaged(ctx, id)
	case workloadv1.DueKind_DUE_KIND_FILL:
		return k.fillDevice(ctx, id)
	case workloadv1.DueKind_DUE_KIND_SECRET:
		return k.expireSecret(ctx, id)
	case workloadv1.DueKind_DUE_KIND_GRANTS:
		return k.dropGrants(ctx, id)
	default:
		return 0, fmt.Errorf("kind %d is unknown", key.K2())
	}
}
