package types

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// AccountKeeper creates the accounts of whom a message names: without transfers nothing else would.
type AccountKeeper interface {
	NewAccountWithAddress(ctx context.Context, address sdk.AccAddress) sdk.AccountI
	GetAccount(ctx context.Context, address sdk.AccAddress) sdk.AccountI
	HasAccount(ctx context.Context, address sdk.AccAddress) bool
	SetAccount(ctx context.Context, account sdk.AccountI)
}

// Councils knows who is a member of councils.
type Councils interface {
	IsMember(ctx context.Context, address sdk.AccAddress) (bool, error)
}

// NetworkAuthority knows the address that governs the network.
type NetworkAuthority interface {
	// NetworkAuthority is the address, or an empty text if genesis named none.
	NetworkAuthority(ctx context.Context) (string, error)
}
