package keeper

import (
	"context"

	abci "github.com/cometbft/cometbft/abci/types"

	sdk "github.com/cosmos/cosmos-sdk/types"

	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
	"github.com/daonetes/daonetes/chain/x/valset/types"
)

// InitGenesis stores the seats, creates the accounts of their operators and returns the first validator set: every
// seat has its target power at once, so nothing is pending.
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
			k.createAccount(ctx, operator)
		}
		if validator.TargetPower > 0 {
			seats++
			updates = append(updates, abci.Ed25519ValidatorUpdate(validator.ConsPubKey, validator.TargetPower))
		}
		validator.AppliedPower = validator.TargetPower
		if err := k.setValidator(ctx, validator); err != nil {
			return nil, err
		}
		if err := k.takeKey(ctx, validator.ConsPubKey, validator.Id); err != nil {
			return nil, err
		}
	}
	for _, former := range state.FormerKeys {
		if err := k.consAddresses.Set(ctx, former.ConsAddress, former.ValidatorId); err != nil {
			return nil, err
		}
	}
	if state.PendingAuthority != "" {
		address, err := sdk.AccAddressFromBech32(state.PendingAuthority)
		if err != nil {
			return nil, err
		}
		k.createAccount(ctx, address)
		if err := k.offer.Set(ctx, state.PendingAuthority); err != nil {
			return nil, err
		}
	}
	if err := types.CheckSeats(seats, state.Params); err != nil {
		return nil, err
	}
	return updates, k.nextValidatorID.Set(ctx, next)
}

// ExportGenesis reads the whole state. What is pending is the difference of target and applied powers: a network that
// starts from it has the target powers at once.
func (k *Keeper) ExportGenesis(ctx context.Context) (*valsetv1.GenesisState, error) {
	state := &valsetv1.GenesisState{}
	var err error
	if state.Params, err = k.params.Get(ctx); err != nil {
		return nil, err
	}
	if state.NextValidatorId, err = k.nextValidatorID.Get(ctx); err != nil {
		return nil, err
	}
	if state.Validators, err = k.Validators(ctx); err != nil {
		return nil, err
	}
	if state.PendingAuthority, err = k.PendingAuthority(ctx); err != nil {
		return nil, err
	}
	current := map[string]bool{}
	for _, validator := range state.Validators {
		current[string(consAddress(validator.ConsPubKey))] = true
	}
	err = k.consAddresses.Walk(ctx, nil, func(address sdk.ConsAddress, id uint64) (bool, error) {
		if !current[string(address)] {
			state.FormerKeys = append(state.FormerKeys, valsetv1.KeyUse{ConsAddress: address, ValidatorId: id})
		}
		return false, nil
	})
	return state, err
}
