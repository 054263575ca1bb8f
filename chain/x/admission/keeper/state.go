package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"

	admissionv1 "github.com/daonetes/daonetes/chain/gen/daonetes/admission/v1"
)

// Params are the parameters.
func (k *Keeper) Params(ctx context.Context) (admissionv1.Params, error) {
	return k.params.Get(ctx)
}

// IsPaused tells whether messages of a type are not taken.
func (k *Keeper) IsPaused(ctx context.Context, typeURL string) (bool, error) {
	return k.paused.Has(ctx, typeURL)
}

// Paused are the types of messages that are not taken, in order.
func (k *Keeper) Paused(ctx context.Context) ([]string, error) {
	var list []string
	err := k.paused.Walk(ctx, nil, func(typeURL string) (bool, error) {
		list = append(list, typeURL)
		return false, nil
	})
	return list, err
}

// orZero takes an absent value for the zero value.
func orZero[V any](value V, err error) (V, error) {
	if errors.Is(err, collections.ErrNotFound) {
		return value, nil
	}
	return value, err
}
