package keeper

import (
	"context"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	"github.com/daonetes/daonetes/chain/x/workgroup/types"
)

// IsActor tells whether any group names the address in this way (types.Actor...).
func (k *Keeper) IsActor(ctx context.Context, address sdk.AccAddress, kind uint64) (bool, error) {
	found := false
	scope := collections.NewSuperPrefixedTripleRange[sdk.AccAddress, uint64, uint64](address, kind)
	err := k.actors.Walk(ctx, scope, func(collections.Triple[sdk.AccAddress, uint64, uint64]) (bool, error) {
		found = true
		return true, nil
	})
	return found, err
}

// MayCreate tells whether the address may create groups.
func (k *Keeper) MayCreate(ctx context.Context, address sdk.AccAddress) error {
	return k.requireCreator(ctx, address)
}

// CheckTicketRole explains why the address may not sign MsgJoin now, if it may not.
func (k *Keeper) CheckTicketRole(ctx context.Context, address sdk.AccAddress) error {
	ticket, err := k.TicketByKey(ctx, address)
	if err != nil {
		return err
	}
	return types.CheckTicket(ticket, sdk.UnwrapSDKContext(ctx).BlockTime())
}

// CheckDeviceRole explains why the address may not act as a device now, if it may not.
func (k *Keeper) CheckDeviceRole(ctx context.Context, address sdk.AccAddress) error {
	device, err := k.Device(ctx, address)
	if err != nil {
		return err
	}
	return types.CheckMember(device)
}

// indexGroup brings the index of actors from what a group named to what it names now.
func (k *Keeper) indexGroup(ctx context.Context, before, after workgroupv1.Group) error {
	old, now := actorKeys(before), actorKeys(after)
	for _, key := range old {
		if err := k.actors.Remove(ctx, key); err != nil {
			return err
		}
	}
	for _, key := range now {
		if err := k.actors.Set(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

type actorKey = collections.Triple[sdk.AccAddress, uint64, uint64]

// actorKeys are the index entries of an open group; a closed one names nobody.
func actorKeys(group workgroupv1.Group) []actorKey {
	if group.Id == 0 || group.Closed {
		return nil
	}
	var keys []actorKey
	add := func(kind uint64, addresses ...string) {
		for _, text := range addresses {
			if address, err := types.ParseAddress(text); err == nil {
				keys = append(keys, collections.Join3(address, kind, group.Id))
			}
		}
	}
	add(types.ActorAuthority, group.Authority)
	add(types.ActorPending, group.PendingAuthority)
	add(types.ActorPublisher, group.Publishers...)
	add(types.ActorOperator, group.Operators...)
	return keys
}

// saveGroup stores a group and its index.
func (k *Keeper) saveGroup(ctx context.Context, before, after workgroupv1.Group) error {
	if err := k.indexGroup(ctx, before, after); err != nil {
		return err
	}
	return k.groups.Set(ctx, after.Id, after)
}
