package keeper

import (
	"context"

	abci "github.com/cometbft/cometbft/abci/types"

	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
	"github.com/daonetes/daonetes/chain/x/valset/types"
)

// planned are the seats with a target or an applied power, by id, as the next update of the set sees them, and their
// records.
func (k *Keeper) planned(ctx context.Context) ([]types.Seat, []valsetv1.Validator, error) {
	members, _, err := k.membersOfSet(ctx)
	if err != nil {
		return nil, nil, err
	}
	former := map[uint64][]byte{}
	err = k.pending.Walk(ctx, nil, func(id uint64, key []byte) (bool, error) {
		former[id] = key
		return false, nil
	})
	if err != nil {
		return nil, nil, err
	}
	seats := make([]types.Seat, len(members))
	for i, member := range members {
		seats[i] = types.Seat{
			ID: member.Id, Key: member.ConsPubKey, FormerKey: former[member.Id], Target: member.TargetPower, Applied: member.AppliedPower,
		}
	}
	return seats, members, nil
}

// EndBlock tells CometBFT the next part of what the seats shall have; it takes effect two blocks later. With nothing
// pending it reads one key and writes nothing.
func (k *Keeper) EndBlock(ctx context.Context) ([]abci.ValidatorUpdate, error) {
	quiet := true
	err := k.pending.Walk(ctx, nil, func(uint64, []byte) (bool, error) {
		quiet = false
		return true, nil
	})
	if err != nil || quiet {
		return nil, err
	}
	params, err := k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	seats, members, err := k.planned(ctx)
	if err != nil {
		return nil, err
	}
	powers, planned := types.PlanUpdates(seats, int(params.MinValidators))
	for i, power := range powers {
		if err := k.apply(ctx, members[i], seats[i], power); err != nil {
			return nil, err
		}
	}
	updates := make([]abci.ValidatorUpdate, len(planned))
	for i, update := range planned {
		updates[i] = abci.Ed25519ValidatorUpdate(update.Key, update.Power)
	}
	return updates, nil
}

// apply stores what CometBFT is told of a seat.
func (k *Keeper) apply(ctx context.Context, member valsetv1.Validator, seat types.Seat, power int64) error {
	changed, rotated := power != seat.Applied, len(seat.FormerKey) > 0
	if changed {
		member.AppliedPower = power
		if err := k.setValidator(ctx, member); err != nil {
			return err
		}
	}
	switch {
	case power == seat.Target && (changed || rotated):
		if err := k.pending.Remove(ctx, seat.ID); err != nil {
			return err
		}
	case rotated:
		if err := k.pending.Set(ctx, seat.ID, []byte{}); err != nil {
			return err
		}
	}
	if !changed && !rotated {
		return nil
	}
	return emit(ctx, &valsetv1.EventPowerApplied{ValidatorId: seat.ID})
}
