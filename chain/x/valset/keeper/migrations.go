package keeper

import (
	sdk "github.com/cosmos/cosmos-sdk/types"
)

// Migrator rewrites the stored state of former versions of the module. A migration stays for ever.
type Migrator struct {
	keeper *Keeper
}

// NewMigrator returns the migrations of a keeper's state.
func NewMigrator(keeper *Keeper) Migrator {
	return Migrator{keeper}
}

// From1To2 keeps a running network open to any peer, as it was before there was a list of nodes: its parameters did
// not say so, and closed it would let no node back in.
func (m Migrator) From1To2(ctx sdk.Context) error {
	params, err := m.keeper.params.Get(ctx)
	if err != nil {
		return err
	}
	params.OpenPeers = true
	return m.keeper.params.Set(ctx, params)
}
