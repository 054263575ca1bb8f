package keeper

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	"github.com/daonetes/daonetes/chain/x/workgroup/types"
)

// saveDevice stores a device with everything that is derived from it: indexes, counters and expiry.
// before is what was stored, or an empty Device.
func (k *Keeper) saveDevice(ctx context.Context, before, after workgroupv1.Device) error {
	if before.Address != "" {
		if err := k.unindexDevice(ctx, before); err != nil {
			return err
		}
	}
	address, err := types.ParseAddress(after.Address)
	if err != nil {
		return err
	}
	if err := k.indexDevice(ctx, address, after); err != nil {
		return err
	}
	return k.devices.Set(ctx, address, after)
}

// deleteDevice removes a waiting entry and everything derived from it.
func (k *Keeper) deleteDevice(ctx context.Context, device workgroupv1.Device) error {
	address, err := types.ParseAddress(device.Address)
	if err != nil {
		return err
	}
	if err := k.unindexDevice(ctx, device); err != nil {
		return err
	}
	return k.devices.Remove(ctx, address)
}

func (k *Keeper) indexDevice(ctx context.Context, address sdk.AccAddress, device workgroupv1.Device) error {
	if err := k.devicesByGroup.Set(ctx, collections.Join(device.GroupId, address)); err != nil {
		return err
	}
	if device.Status == workgroupv1.DeviceStatus_DEVICE_STATUS_REVOKED {
		return nil
	}
	if err := k.devicesByName.Set(ctx, collections.Join(device.GroupId, device.Name), address); err != nil {
		return err
	}
	if err := k.addCount(ctx, device.GroupId, types.CountDevices, true); err != nil {
		return err
	}
	if device.Status == workgroupv1.DeviceStatus_DEVICE_STATUS_PENDING {
		if device.WaitingUntil != nil {
			if err := k.expiryQueue.Set(ctx, expiryKey(*device.WaitingUntil, types.ExpireWaiting, address)); err != nil {
				return err
			}
		}
		return k.addCount(ctx, device.GroupId, types.CountPending, true)
	}
	approved := device.Status == workgroupv1.DeviceStatus_DEVICE_STATUS_APPROVED
	for _, tag := range device.Tags {
		if err := k.membersByTag.Set(ctx, collections.Join3(device.GroupId, tag, address), approved); err != nil {
			return err
		}
	}
	return nil
}

func (k *Keeper) unindexDevice(ctx context.Context, device workgroupv1.Device) error {
	address, err := types.ParseAddress(device.Address)
	if err != nil {
		return err
	}
	if err := k.devicesByGroup.Remove(ctx, collections.Join(device.GroupId, address)); err != nil {
		return err
	}
	if device.Status == workgroupv1.DeviceStatus_DEVICE_STATUS_REVOKED {
		return nil
	}
	if err := k.devicesByName.Remove(ctx, collections.Join(device.GroupId, device.Name)); err != nil {
		return err
	}
	if err := k.addCount(ctx, device.GroupId, types.CountDevices, false); err != nil {
		return err
	}
	if device.Status == workgroupv1.DeviceStatus_DEVICE_STATUS_PENDING {
		if device.WaitingUntil != nil {
			if err := k.expiryQueue.Remove(ctx, expiryKey(*device.WaitingUntil, types.ExpireWaiting, address)); err != nil {
				return err
			}
		}
		return k.addCount(ctx, device.GroupId, types.CountPending, false)
	}
	for _, tag := range device.Tags {
		if err := k.membersByTag.Remove(ctx, collections.Join3(device.GroupId, tag, address)); err != nil {
			return err
		}
	}
	return nil
}

// chooseName makes a name unique in the group: the hint, the hint with a number, at last the device's address in hex.
func (k *Keeper) chooseName(ctx context.Context, groupID uint64, hint string, address sdk.AccAddress) (string, error) {
	id := hex.EncodeToString(address)
	if hint == "" {
		hint = "device-" + id[:6]
	}
	base := hint
	if len(base) > 37 {
		base = base[:37]
	}
	candidates := []string{hint}
	for n := 2; n <= 9; n++ {
		candidates = append(candidates, fmt.Sprintf("%s-%d", base, n))
	}
	candidates = append(candidates, id)
	for _, name := range candidates {
		taken, err := k.devicesByName.Has(ctx, collections.Join(groupID, name))
		if err != nil {
			return "", err
		}
		if !taken && types.ValidateName(name) == nil {
			return name, nil
		}
	}
	return "", errorsmod.Wrapf(types.ErrDeviceNameTaken, "got %s", hint)
}

// checkDeviceName refuses a name that another device of the group has.
func (k *Keeper) checkDeviceName(ctx context.Context, groupID uint64, name string) error {
	taken, err := k.devicesByName.Has(ctx, collections.Join(groupID, name))
	if err != nil {
		return err
	}
	if taken {
		return errorsmod.Wrapf(types.ErrDeviceNameTaken, "got %s in group %d", name, groupID)
	}
	return nil
}

// raiseMesh raises the group's mesh revision: who belongs to it, or how they are reached, changed.
func (k *Keeper) raiseMesh(ctx context.Context, groupID uint64) error {
	group, err := k.Group(ctx, groupID)
	if err != nil {
		return err
	}
	group.MeshRevision++
	return k.groups.Set(ctx, group.Id, group)
}

// idBytes is an id as 8 bytes, big-endian.
func idBytes(id uint64) []byte {
	return binary.BigEndian.AppendUint64(nil, id)
}
