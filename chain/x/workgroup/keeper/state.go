package keeper

import (
	"context"
	"errors"
	"time"

	"cosmossdk.io/collections"
	collcodec "cosmossdk.io/collections/codec"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	"github.com/daonetes/daonetes/chain/x/workgroup/types"
)

var collcodecAddress = collcodec.KeyToValueCodec(sdk.AccAddressKey)

// Params are the parameters of the module.
func (k *Keeper) Params(ctx context.Context) (workgroupv1.Params, error) {
	return k.params.Get(ctx)
}

// Group is the group of an id, or ErrGroupNotFound.
func (k *Keeper) Group(ctx context.Context, id uint64) (workgroupv1.Group, error) {
	group, err := k.groups.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return group, errorsmod.Wrapf(types.ErrGroupNotFound, "got id %d", id)
	}
	return group, err
}

// OpenGroup is the group of an id if it is not closed.
func (k *Keeper) OpenGroup(ctx context.Context, id uint64) (workgroupv1.Group, error) {
	group, err := k.Group(ctx, id)
	if err != nil {
		return group, err
	}
	if group.Closed {
		return group, errorsmod.Wrapf(types.ErrGroupClosed, "group %d", id)
	}
	return group, nil
}

// EffectivePolicy is a group's policy with the network's defaults in the fields that it leaves open.
func (k *Keeper) EffectivePolicy(ctx context.Context, group workgroupv1.Group) (workgroupv1.GroupPolicy, error) {
	params, err := k.params.Get(ctx)
	if err != nil {
		return workgroupv1.GroupPolicy{}, err
	}
	return types.ResolvePolicy(group.Policy, params), nil
}

// Ticket is the ticket of an id, or ErrTicketNotFound.
func (k *Keeper) Ticket(ctx context.Context, id uint64) (workgroupv1.Ticket, error) {
	ticket, err := k.tickets.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return ticket, errorsmod.Wrapf(types.ErrTicketNotFound, "got id %d", id)
	}
	return ticket, err
}

// TicketByKey is the ticket whose key has the address, or ErrTicketNotFound.
func (k *Keeper) TicketByKey(ctx context.Context, address sdk.AccAddress) (workgroupv1.Ticket, error) {
	id, err := k.ticketsByKey.Get(ctx, address)
	if errors.Is(err, collections.ErrNotFound) {
		return workgroupv1.Ticket{}, errorsmod.Wrapf(types.ErrTicketNotFound, "got key %s", address)
	}
	if err != nil {
		return workgroupv1.Ticket{}, err
	}
	return k.Ticket(ctx, id)
}

// Recipient is the age recipient that a person registered; empty where there is none.
func (k *Keeper) Recipient(ctx context.Context, address sdk.AccAddress) (workgroupv1.Recipient, error) {
	recipient, err := k.recipients.Get(ctx, address)
	if errors.Is(err, collections.ErrNotFound) {
		return workgroupv1.Recipient{}, nil
	}
	return recipient, err
}

// Device is the device of an address, or ErrDeviceNotFound.
func (k *Keeper) Device(ctx context.Context, address sdk.AccAddress) (workgroupv1.Device, error) {
	device, err := k.devices.Get(ctx, address)
	if errors.Is(err, collections.ErrNotFound) {
		return device, errorsmod.Wrapf(types.ErrDeviceNotFound, "got %s", address)
	}
	return device, err
}

// HasDevice tells whether the address is a device's, in any status of any group.
func (k *Keeper) HasDevice(ctx context.Context, address sdk.AccAddress) (bool, error) {
	return k.devices.Has(ctx, address)
}

// HasTicket tells whether the address is a ticket's that did not reach its end.
func (k *Keeper) HasTicket(ctx context.Context, address sdk.AccAddress) (bool, error) {
	return k.ticketsByKey.Has(ctx, address)
}

// MembersByTags are the approved and cordoned devices of a group that have all the tags, by address.
func (k *Keeper) MembersByTags(ctx context.Context, groupID uint64, tags []string) ([]types.TaggedMember, error) {
	var members []types.TaggedMember
	for i, tag := range tags {
		var having []types.TaggedMember
		scope := collections.NewSuperPrefixedTripleRange[uint64, string, sdk.AccAddress](groupID, tag)
		err := k.membersByTag.Walk(ctx, scope, func(key collections.Triple[uint64, string, sdk.AccAddress], approved bool) (bool, error) {
			having = append(having, types.TaggedMember{Address: key.K3(), Approved: approved})
			return false, nil
		})
		if err != nil {
			return nil, err
		}
		if i == 0 {
			members = having
		} else {
			members = types.IntersectMembers(members, having)
		}
	}
	return members, nil
}

// nextID takes the next id of a counter that starts at 1.
func nextID(ctx context.Context, counter collections.Item[uint64]) (uint64, error) {
	id, err := peekID(ctx, counter)
	if err != nil {
		return 0, err
	}
	return id, counter.Set(ctx, id+1)
}

func peekID(ctx context.Context, counter collections.Item[uint64]) (uint64, error) {
	id, err := counter.Get(ctx)
	if errors.Is(err, collections.ErrNotFound) {
		return 1, nil
	}
	return id, err
}

// count is a counter of a group.
func (k *Keeper) count(ctx context.Context, groupID, kind uint64) (uint64, error) {
	count, err := k.counters.Get(ctx, collections.Join(groupID, kind))
	if errors.Is(err, collections.ErrNotFound) {
		return 0, nil
	}
	return count, err
}

// addCount changes a counter of a group by one step up or down.
func (k *Keeper) addCount(ctx context.Context, groupID, kind uint64, up bool) error {
	count, err := k.count(ctx, groupID, kind)
	if err != nil {
		return err
	}
	switch {
	case up:
		count++
	case count > 0:
		count--
	}
	return k.counters.Set(ctx, collections.Join(groupID, kind), count)
}

// checkCap refuses one more of something of which the group has as many as allowed.
func (k *Keeper) checkCap(ctx context.Context, groupID, kind uint64, limit uint32, what string) error {
	count, err := k.count(ctx, groupID, kind)
	if err != nil {
		return err
	}
	if count >= uint64(limit) {
		return errorsmod.Wrapf(types.ErrCapReached, "%s: got %d, want at most %d in group %d", what, count+1, limit, groupID)
	}
	return nil
}

// expiryKey is the key of an entry of the expiry queue.
func expiryKey(at time.Time, kind uint64, id []byte) collections.Triple[uint64, uint64, []byte] {
	return collections.Join3(uint64(at.UnixNano()), kind, id)
}
