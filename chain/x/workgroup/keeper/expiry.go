package keeper

import (
	"context"
	"encoding/binary"
	"errors"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	"github.com/daonetes/daonetes/chain/x/workgroup/types"
)

// ExpireDue deletes tickets and waiting entries that reached their end, at most limit of them, and tells how many
// entries of the queue it worked off. The module with the due-queue calls it, so that both share one budget.
func (k *Keeper) ExpireDue(ctx context.Context, limit int) (int, error) {
	now := uint64(sdk.UnwrapSDKContext(ctx).BlockTime().UnixNano())
	var due []collections.Triple[uint64, uint64, []byte]
	scope := new(collections.Range[collections.Triple[uint64, uint64, []byte]]).
		EndExclusive(collections.TriplePrefix[uint64, uint64, []byte](now + 1))
	err := k.expiryQueue.Walk(ctx, scope, func(key collections.Triple[uint64, uint64, []byte]) (bool, error) {
		if len(due) == limit {
			return true, nil
		}
		due = append(due, key)
		return false, nil
	})
	if err != nil {
		return 0, err
	}
	for _, key := range due {
		if err := k.expiryQueue.Remove(ctx, key); err != nil {
			return 0, err
		}
		if key.K2() == types.ExpireTicket {
			err = k.expireTicket(ctx, binary.BigEndian.Uint64(key.K3()))
		} else {
			err = k.expireWaiting(ctx, key.K3())
		}
		if err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

func (k *Keeper) expireTicket(ctx context.Context, id uint64) error {
	ticket, err := k.tickets.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := k.deleteTicket(ctx, ticket); err != nil {
		return err
	}
	return emit(ctx, &workgroupv1.EventTicketExpired{GroupId: ticket.GroupId, TicketId: id})
}

func (k *Keeper) expireWaiting(ctx context.Context, address sdk.AccAddress) error {
	device, err := k.devices.Get(ctx, address)
	if errors.Is(err, collections.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if device.Status != workgroupv1.DeviceStatus_DEVICE_STATUS_PENDING {
		return nil
	}
	if err := k.deleteDevice(ctx, device); err != nil {
		return err
	}
	return emit(ctx, &workgroupv1.EventWaitingExpired{GroupId: device.GroupId, Device: device.Address})
}
