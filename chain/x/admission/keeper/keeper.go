// Package keeper holds what enters: limits, rates, prices and paused types of messages.
package keeper

import (
	"cosmossdk.io/collections"
	"cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	admissionv1 "github.com/daonetes/daonetes/chain/gen/daonetes/admission/v1"
	"github.com/daonetes/daonetes/chain/x/admission/types"
)

// Keeper reads and writes what enters.
type Keeper struct {
	network  types.NetworkAuthority
	messages types.MessageTypes

	schema collections.Schema
	// 0x01 -> Params
	params collections.Item[admissionv1.Params]
	// 0x02 | type URL: types of messages that are paused
	paused collections.KeySet[string]
	// 0x03 | address -> Bucket
	buckets collections.Map[sdk.AccAddress, admissionv1.Bucket]
	// 0x04 | second -> how many unordered transactions that are remembered have their timeout in it
	nonces collections.Map[uint64, uint64]
}

// NewKeeper builds the keeper; a bad schema panics here, at start.
func NewKeeper(cdc codec.BinaryCodec, stores store.KVStoreService, network types.NetworkAuthority, messages types.MessageTypes) *Keeper {
	sb := collections.NewSchemaBuilder(stores)
	keeper := &Keeper{
		network:  network,
		messages: messages,
		params:   collections.NewItem(sb, types.ParamsPrefix, "params", codec.CollValue[admissionv1.Params](cdc)),
		paused:   collections.NewKeySet(sb, types.PausedPrefix, "paused", collections.StringKey),
		buckets:  collections.NewMap(sb, types.BucketsPrefix, "buckets", sdk.AccAddressKey, codec.CollValue[admissionv1.Bucket](cdc)),
		nonces:   collections.NewMap(sb, types.NoncesPrefix, "nonces", collections.Uint64Key, collections.Uint64Value),
	}
	schema, err := sb.Build()
	if err != nil {
		panic(err)
	}
	keeper.schema = schema
	return keeper
}
