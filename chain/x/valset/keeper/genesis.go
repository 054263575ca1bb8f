package keeper

import (
	"context"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto/ed25519"

	sdk "github.com/cosmos/cosmos-sdk/types"

	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
	"github.com/daonetes/daonetes/chain/x/valset/types"
)

// InitGenesis stores the seats, creates the accounts of their operators and returns the first validator set.
func (k *Keeper) InitGenesis(ctx context.Context, state *valsetv1.GenesisState) ([]abci.ValidatorUpdate, error) {
	if err := types.ValidateGenesis(state); err != nil {
		return nil, err
	}
	if err := k.params.Set(ctx, state.Params); err != nil {
		return nil, err
	}
	next := max(state.NextValidatorId, 1)
	seats := uint32(0)
	var updates []abci.ValidatorUpdate
	for _, validator := range state.Validators {
		next = max(next, validator.Id+1)
		if validator.Operator != "" {
			operator, err := sdk.AccAddressFromBech32(validator.Operator)
			if err != nil {
				return nil, err
			}
			if !k.accounts.HasAccount(ctx, operator) {
				k.accounts.SetAccount(ctx, k.accounts.NewAccountWithAddress(ctx, operator))
			}
		}
		if validator.TargetPower > 0 {
			seats++
			updates = append(updates, abci.Ed25519ValidatorUpdate(validator.ConsPubKey, validator.TargetPower))
		}
		// CometBFT starts with exactly this set.
		validator.AppliedPower = validator.TargetPower
		if err := k.validators.Set(ctx, validator.Id, validator); err != nil {
			return nil, err
		}
		if err := k.consAddresses.Set(ctx, consAddress(validator.ConsPubKey), validator.Id); err != nil {
			return nil, err
		}
	}
	if err := types.CheckSeats(seats, state.Params); err != nil {
		return nil, err
	}
	return updates, k.nextValidatorID.Set(ctx, next)
}

// ExportGenesis reads the whole state.
func (k *Keeper) ExportGenesis(ctx context.Context) (*valsetv1.GenesisState, error) {
	params, err := k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	next, err := k.nextValidatorID.Get(ctx)
	if err != nil {
		return nil, err
	}
	validators, err := k.Validators(ctx)
	return &valsetv1.GenesisState{Params: params, Validators: validators, NextValidatorId: next}, err
}

func consAddress(pubKey []byte) sdk.ConsAddress {
	return sdk.ConsAddress(ed25519.PubKey(pubKey).Address())
}
