package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/daonetes/daonetes/chain/x/workgroup/types"
)

// createAccount gives an address that a message names the account without which it could not sign.
func (k *Keeper) createAccount(ctx context.Context, address sdk.AccAddress) {
	if !k.accounts.HasAccount(ctx, address) {
		k.accounts.SetAccount(ctx, k.accounts.NewAccountWithAddress(ctx, address))
	}
}

// nameActor creates the account of a person, multisig or council that a message names.
// It refuses addresses of tickets, devices and modules: these never get a second role.
func (k *Keeper) nameActor(ctx context.Context, text string) error {
	address, err := k.CheckActor(ctx, text)
	if err != nil {
		return err
	}
	k.createAccount(ctx, address)
	return nil
}

// CheckActor reads an address and refuses one that allows no second role; nameActor without its write.
func (k *Keeper) CheckActor(ctx context.Context, text string) (sdk.AccAddress, error) {
	address, err := types.ParseAddress(text)
	if err != nil {
		return nil, err
	}
	isTicket, err := k.ticketsByKey.Has(ctx, address)
	if err != nil {
		return nil, err
	}
	isDevice, err := k.devices.Has(ctx, address)
	if err != nil {
		return nil, err
	}
	_, isModule := k.accounts.GetAccount(ctx, address).(sdk.ModuleAccountI)
	if isTicket || isDevice || isModule {
		return nil, errorsmod.Wrapf(types.ErrAddressHasRole, "got %s", text)
	}
	return address, nil
}

// checkNewKey refuses the key of a ticket or device that the chain knows in any role.
func (k *Keeper) checkNewKey(ctx context.Context, pubKey []byte) (sdk.AccAddress, string, error) {
	address := types.KeyAddress(pubKey)
	text, err := types.AddressText(address)
	if err != nil {
		return nil, "", err
	}
	isTicket, err := k.ticketsByKey.Has(ctx, address)
	if err != nil {
		return nil, "", err
	}
	isDevice, err := k.devices.Has(ctx, address)
	if err != nil {
		return nil, "", err
	}
	isCreator, err := k.creators.Has(ctx, address)
	if err != nil {
		return nil, "", err
	}
	isAuthority, err := k.IsActor(ctx, address, types.ActorAuthority)
	if err != nil {
		return nil, "", err
	}
	// A key that signed before had a role; an account that others merely named hinders nobody.
	hasSigned := false
	if account := k.accounts.GetAccount(ctx, address); account != nil {
		_, isModule := account.(sdk.ModuleAccountI)
		hasSigned = isModule || account.GetPubKey() != nil
	}
	if isTicket || isDevice || isCreator || isAuthority || hasSigned {
		return nil, "", errorsmod.Wrapf(types.ErrKeyInUse, "got the key of %s", text)
	}
	return address, text, nil
}
