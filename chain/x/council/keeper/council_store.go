package keeper

import (
	"context"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	"github.com/daonetes/daonetes/chain/x/council/types"
)

// insertCouncil stores a new council, its indexes, and the accounts of its address and members.
func (k *Keeper) insertCouncil(ctx context.Context, council councilv1.Council, address sdk.AccAddress) error {
	k.createAccount(ctx, address)
	if err := k.councilsByName.Set(ctx, council.Name, council.Id); err != nil {
		return err
	}
	if err := k.councilsByAddress.Set(ctx, address, council.Id); err != nil {
		return err
	}
	return k.saveCouncil(ctx, councilv1.Council{}, council)
}

// saveCouncil stores a council, brings the index of members from what it was to what it is, and creates the accounts
// of new members.
func (k *Keeper) saveCouncil(ctx context.Context, before, after councilv1.Council) error {
	for _, member := range before.Members {
		address, err := types.ParseAddress(member.Address)
		if err != nil {
			return err
		}
		if err := k.councilsByMember.Remove(ctx, collections.Join(address, after.Id)); err != nil {
			return err
		}
	}
	for _, member := range after.Members {
		address, err := types.ParseAddress(member.Address)
		if err != nil {
			return err
		}
		k.createAccount(ctx, address)
		if err := k.councilsByMember.Set(ctx, collections.Join(address, after.Id)); err != nil {
			return err
		}
	}
	return k.councils.Set(ctx, after.Id, after)
}

// createAccount gives an address the account without which it could not sign; a council's own never signs, but is
// named like any other.
func (k *Keeper) createAccount(ctx context.Context, address sdk.AccAddress) {
	if !k.accounts.HasAccount(ctx, address) {
		k.accounts.SetAccount(ctx, k.accounts.NewAccountWithAddress(ctx, address))
	}
}
