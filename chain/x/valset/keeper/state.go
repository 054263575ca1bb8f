package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
	"github.com/daonetes/daonetes/chain/x/valset/types"
)

// Validator is the seat of an id, or ErrValidatorNotFound.
func (k *Keeper) Validator(ctx context.Context, id uint64) (valsetv1.Validator, error) {
	validator, err := k.validators.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return validator, errorsmod.Wrapf(types.ErrValidatorNotFound, "got id %d", id)
	}
	return validator, err
}

// Validators are all seats by id; those that were removed too.
func (k *Keeper) Validators(ctx context.Context) ([]valsetv1.Validator, error) {
	var all []valsetv1.Validator
	err := k.validators.Walk(ctx, nil, func(_ uint64, validator valsetv1.Validator) (bool, error) {
		all = append(all, validator)
		return false, nil
	})
	return all, err
}

// seats counts the seats with a target power.
func (k *Keeper) seats(ctx context.Context) (uint32, error) {
	all, err := k.Validators(ctx)
	seats := uint32(0)
	for _, validator := range all {
		if validator.TargetPower > 0 {
			seats++
		}
	}
	return seats, err
}
