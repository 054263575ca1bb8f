package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	"github.com/daonetes/daonetes/chain/x/admission/types"
)

// This is the only file of the module that compares signers.

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
