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
	actors   types.Actors
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
	// 0x05 | id -> key that CometBFT knows, empty if it is the seat's; seats whose power or key CometBFT was not told
	pending collections.Map[uint64, []byte]
	// 0x06 | id: seats with a target or an applied power; derived
	inSet collections.KeySet[uint64]
	// 0x07 | length | operator | id: seats with a target; derived
	operators collections.KeySet[collections.Pair[sdk.AccAddress, uint64]]
	// 0x08 -> address to which the network's authority is offered
	offer collections.Item[string]
}

// NewKeeper builds the keeper; a bad schema panics here, at start.
func NewKeeper(cdc codec.BinaryCodec, stores store.KVStoreService, accounts types.AccountKeeper, actors types.Actors, network types.NetworkAuthority) *Keeper {
	sb := collections.NewSchemaBuilder(stores)
	keeper := &Keeper{
		accounts:        accounts,
		actors:          actors,
		network:         network,
		params:          collections.NewItem(sb, types.ParamsPrefix, "params", codec.CollValue[valsetv1.Params](cdc)),
		nextValidatorID: collections.NewItem(sb, types.NextValidatorIDPrefix, "next_validator_id", collections.Uint64Value),
		validators:      collections.NewMap(sb, types.ValidatorsPrefix, "validators", collections.Uint64Key, codec.CollValue[valsetv1.Validator](cdc)),
		consAddresses:   collections.NewMap(sb, types.ConsAddressesPrefix, "cons_addresses", sdk.ConsAddressKey, collections.Uint64Value),
		pending:         collections.NewMap(sb, types.PendingPrefix, "pending", collections.Uint64Key, collections.BytesValue),
		inSet:           collections.NewKeySet(sb, types.InSetPrefix, "in_set", collections.Uint64Key),
		operators:       collections.NewKeySet(sb, types.OperatorsPrefix, "operators", collections.PairKeyCodec(sdk.AccAddressKey, collections.Uint64Key)),
		offer:           collections.NewItem(sb, types.OfferPrefix, "offer", collections.StringValue),
	}
	schema, err := sb.Build()
	if err != nil {
		panic(err)
	}
	keeper.schema = schema
	return keeper
}
