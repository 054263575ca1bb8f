// Package keeper holds the state of x/workgroup and the messages that change it.
package keeper

import (
	"cosmossdk.io/collections"
	"cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	"github.com/daonetes/daonetes/chain/x/workgroup/types"
)

// Keeper reads and writes groups, tickets and devices.
type Keeper struct {
	accounts types.AccountKeeper
	network  types.NetworkAuthority
	hooks    types.Hooks
	councils types.Councils

	schema collections.Schema
	// 0x01 -> Params
	params collections.Item[workgroupv1.Params]
	// 0x02 -> id of the next group
	nextGroupID collections.Item[uint64]
	// 0x03 -> id of the next ticket
	nextTicketID collections.Item[uint64]
	// 0x04 | group -> Group
	groups collections.Map[uint64, workgroupv1.Group]
	// 0x05 | name -> group
	groupsByName collections.Map[string, uint64]
	// 0x06 | length | address | kind of actor | group: who is named by which group
	actors collections.KeySet[collections.Triple[sdk.AccAddress, uint64, uint64]]
	// 0x07 | ticket -> Ticket
	tickets collections.Map[uint64, workgroupv1.Ticket]
	// 0x08 | address -> ticket
	ticketsByKey collections.Map[sdk.AccAddress, uint64]
	// 0x09 | group | ticket
	ticketsByGroup collections.KeySet[collections.Pair[uint64, uint64]]
	// 0x0a | address -> Device
	devices collections.Map[sdk.AccAddress, workgroupv1.Device]
	// 0x0b | group | address
	devicesByGroup collections.KeySet[collections.Pair[uint64, sdk.AccAddress]]
	// 0x0c | group | name 0x00 | -> address; a revoked device frees its name
	devicesByName collections.Map[collections.Pair[uint64, string], sdk.AccAddress]
	// 0x0d | group | tag 0x00 | address -> true if APPROVED, false if CORDONED
	membersByTag collections.Map[collections.Triple[uint64, string, sdk.AccAddress], bool]
	// 0x0e | address -> Creator
	creators collections.Map[sdk.AccAddress, workgroupv1.Creator]
	// 0x0f | address -> Recipient
	recipients collections.Map[sdk.AccAddress, workgroupv1.Recipient]
	// 0x10 | unix nanoseconds | kind | ticket or address: what ends when; derived from tickets and devices
	expiryQueue collections.KeySet[collections.Triple[uint64, uint64, []byte]]
	// 0x11 | group | kind of counter -> count; derived
	counters collections.Map[collections.Pair[uint64, uint64], uint64]
}

// NewKeeper builds the keeper; a bad schema panics here, at start.
func NewKeeper(cdc codec.BinaryCodec, stores store.KVStoreService, accounts types.AccountKeeper, network types.NetworkAuthority) *Keeper {
	sb := collections.NewSchemaBuilder(stores)
	u64, addr := collections.Uint64Key, sdk.AccAddressKey
	keeper := &Keeper{
		accounts:       accounts,
		network:        network,
		params:         collections.NewItem(sb, types.ParamsPrefix, "params", codec.CollValue[workgroupv1.Params](cdc)),
		nextGroupID:    collections.NewItem(sb, types.NextGroupIDPrefix, "next_group_id", collections.Uint64Value),
		nextTicketID:   collections.NewItem(sb, types.NextTicketIDPrefix, "next_ticket_id", collections.Uint64Value),
		groups:         collections.NewMap(sb, types.GroupsPrefix, "groups", u64, codec.CollValue[workgroupv1.Group](cdc)),
		groupsByName:   collections.NewMap(sb, types.GroupsByNamePrefix, "groups_by_name", collections.StringKey, collections.Uint64Value),
		actors:         collections.NewKeySet(sb, types.ActorsPrefix, "actors", collections.TripleKeyCodec(addr, u64, u64)),
		tickets:        collections.NewMap(sb, types.TicketsPrefix, "tickets", u64, codec.CollValue[workgroupv1.Ticket](cdc)),
		ticketsByKey:   collections.NewMap(sb, types.TicketsByKeyPrefix, "tickets_by_key", addr, collections.Uint64Value),
		ticketsByGroup: collections.NewKeySet(sb, types.TicketsByGroupPrefix, "tickets_by_group", collections.PairKeyCodec(u64, u64)),
		devices:        collections.NewMap(sb, types.DevicesPrefix, "devices", addr, codec.CollValue[workgroupv1.Device](cdc)),
		devicesByGroup: collections.NewKeySet(sb, types.DevicesByGroupPrefix, "devices_by_group", collections.PairKeyCodec(u64, addr)),
		devicesByName:  collections.NewMap(sb, types.DevicesByNamePrefix, "devices_by_name", collections.PairKeyCodec(u64, collections.StringKey), collcodecAddress),
		membersByTag:   collections.NewMap(sb, types.MembersByTagPrefix, "members_by_tag", collections.TripleKeyCodec(u64, collections.StringKey, addr), collections.BoolValue),
		creators:       collections.NewMap(sb, types.CreatorsPrefix, "creators", addr, codec.CollValue[workgroupv1.Creator](cdc)),
		recipients:     collections.NewMap(sb, types.RecipientsPrefix, "recipients", addr, codec.CollValue[workgroupv1.Recipient](cdc)),
		expiryQueue:    collections.NewKeySet(sb, types.ExpiryQueuePrefix, "expiry_queue", collections.TripleKeyCodec(u64, u64, collections.BytesKey)),
		counters:       collections.NewMap(sb, types.GroupCountersPrefix, "group_counters", collections.PairKeyCodec(u64, u64), collections.Uint64Value),
	}
	schema, err := sb.Build()
	if err != nil {
		panic(err)
	}
	keeper.schema = schema
	return keeper
}

// SetCouncils connects the module of councils; called once, before the first block.
func (k *Keeper) SetCouncils(councils types.Councils) {
	if k.councils != nil {
		panic("workgroup councils are set twice")
	}
	k.councils = councils
}

// SetHooks connects the modules that follow devices; called once, before the first block.
func (k *Keeper) SetHooks(hooks types.Hooks) {
	if k.hooks != nil {
		panic("workgroup hooks are set twice")
	}
	k.hooks = hooks
}
