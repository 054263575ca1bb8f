// Package keeper holds the seats of the validator set.
package keeper

import (
	"cosmossdk.io/collections"
	"cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
	"github.com/daonetes/daonetes/chain/x/valset/types"
)

// Keeper reads and writes the seats.
type Keeper struct {
	accounts types.AccountKeeper
	network  types.NetworkAuthority

	schema collections.Schema
	// 0x01 -> Params
	params collections.Item[valsetv1.Params]
	// 0x02 -> id of the next seat
	nextValidatorID collections.Item[uint64]
	// 0x03 | id -> Validator
	validators collections.Map[uint64, valsetv1.Validator]
	// 0x04 | consensus address -> id, of every key ever used
	consAddresses collections.Map[sdk.ConsAddress, uint64]
}

// NewKeeper builds the keeper; a bad schema panics here, at start.
func NewKeeper(cdc codec.BinaryCodec, stores store.KVStoreService, accounts types.AccountKeeper, network types.NetworkAuthority) *Keeper {
	sb := collections.NewSchemaBuilder(stores)
	keeper := &Keeper{
		accounts:        accounts,
		network:         network,
		params:          collections.NewItem(sb, types.ParamsPrefix, "params", codec.CollValue[valsetv1.Params](cdc)),
		nextValidatorID: collections.NewItem(sb, types.NextValidatorIDPrefix, "next_validator_id", collections.Uint64Value),
		validators:      collections.NewMap(sb, types.ValidatorsPrefix, "validators", collections.Uint64Key, codec.CollValue[valsetv1.Validator](cdc)),
		consAddresses:   collections.NewMap(sb, types.ConsAddressesPrefix, "cons_addresses", sdk.ConsAddressKey, collections.Uint64Value),
	}
	schema, err := sb.Build()
	if err != nil {
		panic(err)
	}
	keeper.schema = schema
	return keeper
}
