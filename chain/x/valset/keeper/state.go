package keeper

import (
	"context"
	"errors"

	"github.com/cometbft/cometbft/crypto/ed25519"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
	"github.com/daonetes/daonetes/chain/x/valset/types"
)

// Params are the parameters.
func (k *Keeper) Params(ctx context.Context) (valsetv1.Params, error) {
	return k.params.Get(ctx)
}

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

// IsOperator tells whether an address runs a seat.
func (k *Keeper) IsOperator(ctx context.Context, address sdk.AccAddress) (bool, error) {
	found := false
	err := k.operators.Walk(ctx, collections.NewPrefixedPairRange[sdk.AccAddress, uint64](address),
		func(collections.Pair[sdk.AccAddress, uint64]) (bool, error) {
			found = true
			return true, nil
		})
	return found, err
}

// PendingAuthority is the address to which the authority over the network is offered; empty if it is not.
func (k *Keeper) PendingAuthority(ctx context.Context) (string, error) {
	offered, err := k.offer.Get(ctx)
	if errors.Is(err, collections.ErrNotFound) {
		return "", nil
	}
	return offered, err
}

// membersOfSet are the seats with a target or an applied power, by id, and how many have a target.
func (k *Keeper) membersOfSet(ctx context.Context) (members []valsetv1.Validator, seats uint32, err error) {
	var ids []uint64
	err = k.inSet.Walk(ctx, nil, func(id uint64) (bool, error) {
		ids = append(ids, id)
		return false, nil
	})
	if err != nil {
		return nil, 0, err
	}
	for _, id := range ids {
		validator, err := k.validators.Get(ctx, id)
		if err != nil {
			return nil, 0, err
		}
		if validator.TargetPower > 0 {
			seats++
		}
		members = append(members, validator)
	}
	return members, seats, nil
}

// activeValidator is a seat that has a target power, or ErrSeatGone.
func (k *Keeper) activeValidator(ctx context.Context, id uint64) (valsetv1.Validator, error) {
	validator, err := k.Validator(ctx, id)
	if err == nil && validator.Status != valsetv1.ValidatorStatus_VALIDATOR_STATUS_ACTIVE {
		return validator, errorsmod.Wrapf(types.ErrSeatGone, "seat %d: got %s", id, validator.Status)
	}
	return validator, err
}

// setValidator stores a seat with what is derived from it, and notes it for the end of the block if CometBFT must be
// told of it.
func (k *Keeper) setValidator(ctx context.Context, validator valsetv1.Validator) error {
	if err := k.validators.Set(ctx, validator.Id, validator); err != nil {
		return err
	}
	change := k.inSet.Remove
	if validator.TargetPower > 0 || validator.AppliedPower > 0 {
		change = k.inSet.Set
	}
	if err := change(ctx, validator.Id); err != nil {
		return err
	}
	if validator.Operator != "" {
		operator, err := sdk.AccAddressFromBech32(validator.Operator)
		if err != nil {
			return err
		}
		change := k.operators.Remove
		if validator.TargetPower > 0 {
			change = k.operators.Set
		}
		if err := change(ctx, collections.Join(operator, validator.Id)); err != nil {
			return err
		}
	}
	waiting, err := k.pending.Has(ctx, validator.Id)
	if err != nil || waiting || validator.TargetPower == validator.AppliedPower {
		return err
	}
	return k.pending.Set(ctx, validator.Id, []byte{})
}

// takeKey makes a key that was never used before that of a seat.
func (k *Keeper) takeKey(ctx context.Context, pubKey []byte, id uint64) error {
	return k.consAddresses.Set(ctx, consAddress(pubKey), id)
}

func (k *Keeper) requireNewKey(ctx context.Context, pubKey []byte) error {
	used, err := k.consAddresses.Has(ctx, consAddress(pubKey))
	if err == nil && used {
		return errorsmod.Wrapf(types.ErrKeyUsed, "got the key of %s", consAddress(pubKey))
	}
	return err
}

// createAccount gives an address that a message names the account without which it could not sign.
func (k *Keeper) createAccount(ctx context.Context, address sdk.AccAddress) {
	if !k.accounts.HasAccount(ctx, address) {
		k.accounts.SetAccount(ctx, k.accounts.NewAccountWithAddress(ctx, address))
	}
}

func consAddress(pubKey []byte) sdk.ConsAddress {
	return sdk.ConsAddress(ed25519.PubKey(pubKey).Address())
}
