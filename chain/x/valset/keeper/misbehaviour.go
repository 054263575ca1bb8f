package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
)

// BeginBlock takes the seats of those who signed twice at one height. CometBFT reports the same evidence again and
// again: a repeat writes nothing. Keys that no seat ever had are ignored.
func (k *Keeper) BeginBlock(ctx context.Context) error {
	evidence := sdk.UnwrapSDKContext(ctx).CometInfo().GetEvidence()
	if evidence == nil {
		return nil
	}
	for i := range evidence.Len() {
		if err := k.doubleSigned(ctx, evidence.Get(i).Validator().Address()); err != nil {
			return err
		}
	}
	return nil
}

// doubleSigned notes that the holder of a key signed twice, also if the seat has another key by now.
func (k *Keeper) doubleSigned(ctx context.Context, address sdk.ConsAddress) error {
	id, err := k.consAddresses.Get(ctx, address)
	if errors.Is(err, collections.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	validator, err := k.validators.Get(ctx, id)
	if err != nil || validator.DoubleSigned {
		return err
	}
	validator.DoubleSigned = true
	if validator.Status == valsetv1.ValidatorStatus_VALIDATOR_STATUS_REMOVED {
		validator.Status = valsetv1.ValidatorStatus_VALIDATOR_STATUS_TOMBSTONED
	}
	if err := k.setValidator(ctx, validator); err != nil {
		return err
	}
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	tombstoned := false
	if validator.Status == valsetv1.ValidatorStatus_VALIDATOR_STATUS_ACTIVE {
		if tombstoned, err = k.dropDoubleSigner(ctx, validator, params); err != nil {
			return err
		}
	}
	if tombstoned {
		return nil
	}
	return emit(ctx, &valsetv1.EventDoubleSigned{
		ValidatorId: id, Tombstoned: validator.Status == valsetv1.ValidatorStatus_VALIDATOR_STATUS_TOMBSTONED,
	})
}

// dropDoubleSigners takes the seats that were kept only because the network needed them, as far as it does no more.
func (k *Keeper) dropDoubleSigners(ctx context.Context, params valsetv1.Params) error {
	members, _, err := k.membersOfSet(ctx)
	if err != nil {
		return err
	}
	for _, member := range members {
		if !member.DoubleSigned || member.Status != valsetv1.ValidatorStatus_VALIDATOR_STATUS_ACTIVE {
			continue
		}
		if _, err := k.dropDoubleSigner(ctx, member, params); err != nil {
			return err
		}
	}
	return nil
}

// dropDoubleSigner takes a seat unless the network would fall below its floor, and tells whether it did.
func (k *Keeper) dropDoubleSigner(ctx context.Context, validator valsetv1.Validator, params valsetv1.Params) (bool, error) {
	_, seats, err := k.membersOfSet(ctx)
	if err != nil || seats <= params.MinValidators {
		return false, err
	}
	validator.TargetPower, validator.Status = 0, valsetv1.ValidatorStatus_VALIDATOR_STATUS_TOMBSTONED
	if err := k.setValidator(ctx, validator); err != nil {
		return false, err
	}
	return true, emit(ctx, &valsetv1.EventDoubleSigned{ValidatorId: validator.Id, Tombstoned: true})
}
