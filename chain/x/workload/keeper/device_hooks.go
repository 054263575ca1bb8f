package keeper

import (
	"context"
	"slices"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	"github.com/daonetes/daonetes/chain/x/workload/types"
)

// DeviceHooks follow the fate of devices.
type DeviceHooks struct {
	keeper *Keeper
}

var _ workgrouptypes.Hooks = DeviceHooks{}

// NewDeviceHooks returns the hooks of the module.
func NewDeviceHooks(keeper *Keeper) DeviceHooks {
	return DeviceHooks{keeper}
}

// AfterTicketCreated does nothing: a ticket runs nothing.
func (DeviceHooks) AfterTicketCreated(context.Context, workgroupv1.Ticket) error { return nil }

// AfterDeviceApproved writes the first manifest and the first lease, and offers open placements.
func (h DeviceHooks) AfterDeviceApproved(ctx context.Context, device workgroupv1.Device) error {
	k := h.keeper
	address, err := workgrouptypes.ParseAddress(device.Address)
	if err != nil {
		return err
	}
	if err := k.createManifest(ctx, address, device); err != nil {
		return err
	}
	life, err := k.leaseTime(ctx, device.GroupId)
	if err != nil {
		return err
	}
	lease := workloadv1.Lease{Device: device.Address, Until: blockTime(ctx).Add(life)}
	if err := k.leases.Set(ctx, address, lease); err != nil {
		return err
	}
	if err := k.enqueue(ctx, lease.Until, workloadv1.DueKind_DUE_KIND_LEASE, address); err != nil {
		return err
	}
	if err := k.loads.Set(ctx, collections.Join(device.GroupId, address), 0); err != nil {
		return err
	}
	return k.offerDevice(ctx, device, address)
}

// AfterDeviceUpdated lets go of placements whose tags the device lost, offers open ones, and writes a new profile.
func (h DeviceHooks) AfterDeviceUpdated(ctx context.Context, before, after workgroupv1.Device) error {
	k := h.keeper
	address, err := workgrouptypes.ParseAddress(after.Address)
	if err != nil {
		return err
	}
	if before.Profile != after.Profile {
		if err := k.setManifestProfile(ctx, address, after); err != nil {
			return err
		}
	}
	if slices.Equal(before.Tags, after.Tags) {
		return nil
	}
	held, err := k.holdingsOf(ctx, address)
	if err != nil {
		return err
	}
	for _, id := range held {
		deployment, err := k.Deployment(ctx, id)
		if err != nil {
			return err
		}
		holder, err := k.holders.Get(ctx, collections.Join(id, address))
		if err != nil {
			return err
		}
		if holder.Removing || hasAll(after.Tags, deployment.Placement.Selector) {
			continue
		}
		if err := k.release(ctx, &deployment, holder, true); err != nil {
			return err
		}
		if err := k.noteOpen(ctx, deployment); err != nil {
			return err
		}
		if err := k.enqueueNow(ctx, workloadv1.DueKind_DUE_KIND_PLACEMENT, idBytes(id)); err != nil {
			return err
		}
		if err := k.settle(ctx, &deployment); err != nil {
			return err
		}
	}
	return k.offerDevice(ctx, after, address)
}

// AfterDeviceCordoned writes the standing; what runs goes on.
func (h DeviceHooks) AfterDeviceCordoned(ctx context.Context, device workgroupv1.Device) error {
	address, err := workgrouptypes.ParseAddress(device.Address)
	if err != nil {
		return err
	}
	return h.keeper.setManifestStatus(ctx, address, device.Status)
}

// AfterDeviceUncordoned writes the standing and offers open placements.
func (h DeviceHooks) AfterDeviceUncordoned(ctx context.Context, device workgroupv1.Device) error {
	address, err := workgrouptypes.ParseAddress(device.Address)
	if err != nil {
		return err
	}
	if err := h.keeper.setManifestStatus(ctx, address, device.Status); err != nil {
		return err
	}
	return h.keeper.offerDevice(ctx, device, address)
}

// AfterDeviceRevoked empties the manifest, frees all that the device held at once, and lets others take its places.
func (h DeviceHooks) AfterDeviceRevoked(ctx context.Context, device workgroupv1.Device) error {
	k := h.keeper
	address, err := workgrouptypes.ParseAddress(device.Address)
	if err != nil {
		return err
	}
	if err := k.revokeManifest(ctx, address, device); err != nil {
		return err
	}
	held, err := k.holdingsOf(ctx, address)
	if err != nil {
		return err
	}
	for _, id := range held {
		deployment, err := k.Deployment(ctx, id)
		if err != nil {
			return err
		}
		holder, err := k.holders.Get(ctx, collections.Join(id, address))
		if err != nil {
			return err
		}
		if !holder.Removing {
			if err := k.uncount(ctx, &deployment, holder); err != nil {
				return err
			}
		}
		if err := k.deleteHolder(ctx, deployment, address); err != nil {
			return err
		}
		if err := k.noteOpen(ctx, deployment); err != nil {
			return err
		}
		if len(deployment.Placement.Selector) > 0 && !types.IsRemoval(deployment.Intent) {
			if err := k.enqueueNow(ctx, workloadv1.DueKind_DUE_KIND_PLACEMENT, idBytes(id)); err != nil {
				return err
			}
		}
		if err := k.settle(ctx, &deployment); err != nil {
			return err
		}
	}
	lease, err := getOr(ctx, k.leases, address, workloadv1.Lease{})
	if err != nil {
		return err
	}
	if lease.Device != "" && !lease.Unreachable {
		// The entry may be at an older end of the lease: then it finds no lease and does nothing.
		if err := k.dequeue(ctx, lease.Until, workloadv1.DueKind_DUE_KIND_LEASE, address); err != nil {
			return err
		}
	}
	if err := k.leases.Remove(ctx, address); err != nil {
		return err
	}
	key := collections.Join(device.GroupId, address)
	if err := k.unreachable.Remove(ctx, key); err != nil {
		return err
	}
	return k.loads.Remove(ctx, key)
}

// BeforeGroupClosed refuses to close a group with deployments.
func (h DeviceHooks) BeforeGroupClosed(ctx context.Context, groupID uint64) error {
	count, err := getOr(ctx, h.keeper.counters, collections.Join(groupID, types.CountDeployments), 0)
	if err != nil {
		return err
	}
	if count > 0 {
		return errorsmod.Wrapf(types.ErrGroupInUse, "group %d has %d", groupID, count)
	}
	return nil
}

// offerDevice lets the block's end give a device its share of open placements, if it can take any.
func (k *Keeper) offerDevice(ctx context.Context, device workgroupv1.Device, address addressKey) error {
	if device.Status != workgroupv1.DeviceStatus_DEVICE_STATUS_APPROVED {
		return nil
	}
	return k.enqueueNow(ctx, workloadv1.DueKind_DUE_KIND_FILL, address)
}

func hasAll(tags, wanted []string) bool {
	for _, tag := range wanted {
		if !slices.Contains(tags, tag) {
			return false
		}
	}
	return true
}
