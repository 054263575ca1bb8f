package types

import (
	"context"

	"github.com/cosmos/cosmos-sdk/baseapp"
	sdk "github.com/cosmos/cosmos-sdk/types"
)

// AccountKeeper creates the accounts of whom a message names: without transfers nothing else would.
type AccountKeeper interface {
	NewAccountWithAddress(ctx context.Context, address sdk.AccAddress) sdk.AccountI
	HasAccount(ctx context.Context, address sdk.AccAddress) bool
	SetAccount(ctx context.Context, account sdk.AccountI)
}

// NetworkAuthority knows the address that governs the network.
type NetworkAuthority interface {
	// NetworkAuthority is the address, or an empty text if genesis named none.
	NetworkAuthority(ctx context.Context) (string, error)
}

// Directory knows what other modules say about addresses.
type Directory interface {
	// MayCreate refuses an address that may not create councils.
	MayCreate(ctx context.Context, address sdk.AccAddress) error
	// CheckActor refuses an address that has a role which allows no other: a ticket, a device, a module.
	CheckActor(ctx context.Context, text string) (sdk.AccAddress, error)
}

// MessageTypes knows which messages a council may send.
type MessageTypes interface {
	// MayPropose tells whether messages of this type may be proposed; false for a type that the chain does not know.
	MayPropose(typeURL string) bool
}

// Router carries messages out.
type Router interface {
	Handler(msg sdk.Msg) baseapp.MsgServiceHandler
}
