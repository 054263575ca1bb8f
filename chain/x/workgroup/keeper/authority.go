package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	"github.com/daonetes/daonetes/chain/x/workgroup/types"
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

func requireGroupAuthority(group workgroupv1.Group, signer string) error {
	if signer != group.Authority {
		return errorsmod.Wrapf(types.ErrUnauthorized, "got %s, want the authority of group %d, %s", signer, group.Id, group.Authority)
	}
	return nil
}

func requirePendingAuthority(group workgroupv1.Group, signer string) error {
	if group.PendingAuthority == "" {
		return errorsmod.Wrapf(types.ErrNoPendingAuthority, "group %d", group.Id)
	}
	if signer != group.PendingAuthority {
		return errorsmod.Wrapf(types.ErrUnauthorized, "got %s, want the pending authority of group %d, %s", signer, group.Id, group.PendingAuthority)
	}
	return nil
}

// requireCreator lets creators create groups, or everybody where the network says so.
func (k *Keeper) requireCreator(ctx context.Context, signer sdk.AccAddress) error {
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	if params.GroupCreation == workgroupv1.CreationRule_CREATION_RULE_REGISTERED {
		return nil
	}
	listed, err := k.creators.Has(ctx, signer)
	if err != nil {
		return err
	}
	if !listed {
		return errorsmod.Wrapf(types.ErrNotCreator, "got %s", signer)
	}
	return nil
}

// requireMember lets authorities and operators of any open group, and members of councils, register a recipient.
func (k *Keeper) requireMember(ctx context.Context, signer sdk.AccAddress) error {
	for _, kind := range []uint64{types.ActorAuthority, types.ActorOperator} {
		named, err := k.IsActor(ctx, signer, kind)
		if err != nil || named {
			return err
		}
	}
	member, err := k.councils.IsMember(ctx, signer)
	if err != nil || member {
		return err
	}
	return errorsmod.Wrapf(types.ErrUnauthorized, "got %s, want the authority or an operator of a group, or a member of a council", signer)
}
