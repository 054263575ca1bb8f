package keeper

import (
	"context"

	admissionv1 "github.com/daonetes/daonetes/chain/gen/daonetes/admission/v1"
	"github.com/daonetes/daonetes/chain/x/admission/types"
)

// InitGenesis stores a state.
func (k *Keeper) InitGenesis(ctx context.Context, state *admissionv1.GenesisState) error {
	if err := types.ValidateGenesis(state); err != nil {
		return err
	}
	for _, typeURL := range state.Paused {
		if err := k.paused.Set(ctx, typeURL); err != nil {
			return err
		}
	}
	return k.params.Set(ctx, state.Params)
}

// ExportGenesis reads the state. Buckets and nonces stay behind: a new network has another chain id, under which no
// former transaction runs, and everybody begins with a full bucket.
func (k *Keeper) ExportGenesis(ctx context.Context) (*admissionv1.GenesisState, error) {
	params, err := k.Params(ctx)
	if err != nil {
		return nil, err
	}
	paused, err := k.Paused(ctx)
	return &admissionv1.GenesisState{Params: params, Paused: paused}, err
}
