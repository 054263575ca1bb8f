package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
	"github.com/daonetes/daonetes/chain/x/valset/types"
)

// This is the only file of the module that compares signers. Each function compares the signer with stored
// addresses and never asks what kind of account it is.

func (k *Keeper) requireNetworkAuthority(ctx context.Context, signer string) error {
	authority, err := k.network.NetworkAuthority(ctx)
	if err != nil {
		return err
	}
	if authority == "" || signer != authority {
		return errorsmod.Wrapf(types.ErrUnauthorized, "got %s, want the network's authority %s", signer, authority)
	}
	return nil
}

// requireOperator takes the operator of a seat, and the network's authority.
func (k *Keeper) requireOperator(ctx context.Context, validator valsetv1.Validator, signer string) error {
	if validator.Operator != "" && signer == validator.Operator {
		return nil
	}
	if err := k.requireNetworkAuthority(ctx, signer); err != nil {
		return errorsmod.Wrapf(err, "or the operator %s of seat %d", validator.Operator, validator.Id)
	}
	return nil
}

// requireOffered takes the address to which the authority over the network is offered.
func (k *Keeper) requireOffered(ctx context.Context, signer string) error {
	offered, err := k.PendingAuthority(ctx)
	if err != nil {
		return err
	}
	if offered == "" || signer != offered {
		return errorsmod.Wrapf(types.ErrNoAuthorityOffer, "got %s, it is offered to %q", signer, offered)
	}
	return nil
}
