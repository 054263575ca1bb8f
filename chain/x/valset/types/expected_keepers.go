package types

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// AccountKeeper creates the accounts of operators.
type AccountKeeper interface {
	NewAccountWithAddress(ctx context.Context, address sdk.AccAddress) sdk.AccountI
	HasAccount(ctx context.Context, address sdk.AccAddress) bool
	SetAccount(ctx context.Context, account sdk.AccountI)
}

// Actors knows which addresses allow another role.
type Actors interface {
	// CheckActor reads an address and refuses that of a ticket, a device or a module.
	CheckActor(ctx context.Context, text string) (sdk.AccAddress, error)
}

// NetworkAuthority keeps the address that governs the network.
type NetworkAuthority interface {
	// NetworkAuthority is the address, or an empty text if genesis named none.
	NetworkAuthority(ctx context.Context) (string, error)
	// SetNetworkAuthority replaces it.
	SetNetworkAuthority(ctx context.Context, address string) error
}
