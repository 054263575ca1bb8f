package keeper

import (
	"bytes"
	"context"
	"slices"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	"github.com/daonetes/daonetes/chain/x/workgroup/types"
)

func (s msgServer) ApproveDevice(ctx context.Context, msg *workgroupv1.MsgApproveDevice) (*workgroupv1.MsgApproveDeviceResponse, error) {
	if err := types.ValidateApproveDevice(msg); err != nil {
		return nil, err
	}
	before, address, err := s.authorisedDevice(ctx, msg.Device, msg.Authority)
	if err != nil {
		return nil, err
	}
	if before.Status != workgroupv1.DeviceStatus_DEVICE_STATUS_PENDING {
		return nil, errorsmod.Wrapf(types.ErrDeviceStatus, "got %s, want a device that waits", before.Status)
	}
	device := before
	device.Status, device.WaitingUntil = workgroupv1.DeviceStatus_DEVICE_STATUS_APPROVED, nil
	device.Tags = types.SortedTags(append(slices.Clone(before.Tags), msg.Tags...)...)
	if err := types.ValidateTags(device.Tags); err != nil {
		return nil, err
	}
	if device.Name, err = s.newName(ctx, before, msg.Name); err != nil {
		return nil, err
	}
	s.createAccount(ctx, address)
	if err := s.saveDevice(ctx, before, device); err != nil {
		return nil, err
	}
	if err := s.raiseMesh(ctx, device.GroupId); err != nil {
		return nil, err
	}
	if err := s.hooks.AfterDeviceApproved(ctx, device); err != nil {
		return nil, err
	}
	return &workgroupv1.MsgApproveDeviceResponse{}, emit(ctx, &workgroupv1.EventDeviceApproved{GroupId: device.GroupId, Device: device.Address})
}

func (s msgServer) RejectDevice(ctx context.Context, msg *workgroupv1.MsgRejectDevice) (*workgroupv1.MsgRejectDeviceResponse, error) {
	if err := types.ValidateOnDevice(msg.Authority, msg.Device); err != nil {
		return nil, err
	}
	device, _, err := s.authorisedDevice(ctx, msg.Device, msg.Authority)
	if err != nil {
		return nil, err
	}
	if device.Status != workgroupv1.DeviceStatus_DEVICE_STATUS_PENDING {
		return nil, errorsmod.Wrapf(types.ErrDeviceStatus, "got %s, want a device that waits", device.Status)
	}
	if err := s.deleteDevice(ctx, device); err != nil {
		return nil, err
	}
	return &workgroupv1.MsgRejectDeviceResponse{}, emit(ctx, &workgroupv1.EventDeviceRejected{GroupId: device.GroupId, Device: device.Address})
}

func (s msgServer) UpdateDevice(ctx context.Context, msg *workgroupv1.MsgUpdateDevice) (*workgroupv1.MsgUpdateDeviceResponse, error) {
	if err := types.ValidateUpdateDevice(msg); err != nil {
		return nil, err
	}
	before, _, err := s.authorisedDevice(ctx, msg.Device, msg.Authority)
	if err != nil {
		return nil, err
	}
	if before.Status == workgroupv1.DeviceStatus_DEVICE_STATUS_REVOKED {
		return nil, errorsmod.Wrapf(types.ErrDeviceRevoked, "device %s", before.Address)
	}
	device := before
	device.Tags = types.SortedTags(msg.Tags...)
	device.Profile = msg.Profile
	if device.Profile == workgroupv1.DeviceProfile_DEVICE_PROFILE_UNSPECIFIED {
		device.Profile = workgroupv1.DeviceProfile_DEVICE_PROFILE_BASELINE
	}
	if device.Name, err = s.newName(ctx, before, msg.Name); err != nil {
		return nil, err
	}
	if err := s.saveDevice(ctx, before, device); err != nil {
		return nil, err
	}
	if types.IsMember(device.Status) {
		if err := s.hooks.AfterDeviceUpdated(ctx, before, device); err != nil {
			return nil, err
		}
	}
	return &workgroupv1.MsgUpdateDeviceResponse{}, emit(ctx, &workgroupv1.EventDeviceUpdated{GroupId: device.GroupId, Device: device.Address})
}

func (s msgServer) CordonDevice(ctx context.Context, msg *workgroupv1.MsgCordonDevice) (*workgroupv1.MsgCordonDeviceResponse, error) {
	if err := types.ValidateOnDevice(msg.Authority, msg.Device); err != nil {
		return nil, err
	}
	device, err := s.changeStatus(ctx, msg.Device, msg.Authority, workgroupv1.DeviceStatus_DEVICE_STATUS_CORDONED)
	if err != nil {
		return nil, err
	}
	if err := s.hooks.AfterDeviceCordoned(ctx, device); err != nil {
		return nil, err
	}
	return &workgroupv1.MsgCordonDeviceResponse{}, emit(ctx, &workgroupv1.EventDeviceCordoned{GroupId: device.GroupId, Device: device.Address})
}

func (s msgServer) UncordonDevice(ctx context.Context, msg *workgroupv1.MsgUncordonDevice) (*workgroupv1.MsgUncordonDeviceResponse, error) {
	if err := types.ValidateOnDevice(msg.Authority, msg.Device); err != nil {
		return nil, err
	}
	present, _, err := s.authorisedDevice(ctx, msg.Device, msg.Authority)
	if err != nil {
		return nil, err
	}
	if present.Status == workgroupv1.DeviceStatus_DEVICE_STATUS_PENDING {
		return nil, errorsmod.Wrapf(types.ErrDeviceStatus, "got %s, want a device that is cordoned", present.Status)
	}
	device, err := s.changeStatus(ctx, msg.Device, msg.Authority, workgroupv1.DeviceStatus_DEVICE_STATUS_APPROVED)
	if err != nil {
		return nil, err
	}
	if err := s.hooks.AfterDeviceUncordoned(ctx, device); err != nil {
		return nil, err
	}
	return &workgroupv1.MsgUncordonDeviceResponse{}, emit(ctx, &workgroupv1.EventDeviceUncordoned{GroupId: device.GroupId, Device: device.Address})
}

func (s msgServer) RevokeDevice(ctx context.Context, msg *workgroupv1.MsgRevokeDevice) (*workgroupv1.MsgRevokeDeviceResponse, error) {
	if err := types.ValidateRevokeDevice(msg); err != nil {
		return nil, err
	}
	before, _, err := s.authorisedDevice(ctx, msg.Device, msg.Authority)
	if err != nil {
		return nil, err
	}
	if err := types.CheckTransition(before.Status, workgroupv1.DeviceStatus_DEVICE_STATUS_REVOKED); err != nil {
		return nil, err
	}
	device := before
	device.Status, device.WaitingUntil, device.OverlayIp = workgroupv1.DeviceStatus_DEVICE_STATUS_REVOKED, nil, ""
	device.RevokeMode = msg.Mode
	if device.RevokeMode == workgroupv1.RevokeMode_REVOKE_MODE_UNSPECIFIED {
		device.RevokeMode = workgroupv1.RevokeMode_REVOKE_MODE_STOP
	}
	if err := s.saveDevice(ctx, before, device); err != nil {
		return nil, err
	}
	if types.IsMember(before.Status) {
		if err := s.raiseMesh(ctx, device.GroupId); err != nil {
			return nil, err
		}
	}
	if err := s.hooks.AfterDeviceRevoked(ctx, device); err != nil {
		return nil, err
	}
	return &workgroupv1.MsgRevokeDeviceResponse{}, emit(ctx, &workgroupv1.EventDeviceRevoked{GroupId: device.GroupId, Device: device.Address})
}

func (s msgServer) AnnounceDevice(ctx context.Context, msg *workgroupv1.MsgAnnounceDevice) (*workgroupv1.MsgAnnounceDeviceResponse, error) {
	if err := types.ValidateAnnounceDevice(msg); err != nil {
		return nil, err
	}
	address, err := types.ParseAddress(msg.Device)
	if err != nil {
		return nil, err
	}
	device, err := s.Device(ctx, address)
	if err != nil {
		return nil, err
	}
	if err := types.CheckMember(device); err != nil {
		return nil, err
	}
	if device.Info.Equal(msg.Info) {
		return nil, errorsmod.Wrapf(types.ErrNothingChanges, "device %s said the same before", device.Address)
	}
	before := device
	device.Info = msg.Info
	// Nothing derived hangs on what a device says of itself.
	if err := s.devices.Set(ctx, address, device); err != nil {
		return nil, err
	}
	if !bytes.Equal(before.Info.WireguardKey, msg.Info.WireguardKey) || before.Info.AgeRecipient != msg.Info.AgeRecipient ||
		!slices.Equal(before.Info.Endpoints, msg.Info.Endpoints) {
		if err := s.raiseMesh(ctx, device.GroupId); err != nil {
			return nil, err
		}
	}
	return &workgroupv1.MsgAnnounceDeviceResponse{}, emit(ctx, &workgroupv1.EventDeviceAnnounced{GroupId: device.GroupId, Device: device.Address})
}

// authorisedDevice loads a device and refuses a signer that is not the authority of its open group.
func (k *Keeper) authorisedDevice(ctx context.Context, text, signer string) (workgroupv1.Device, sdk.AccAddress, error) {
	address, err := types.ParseAddress(text)
	if err != nil {
		return workgroupv1.Device{}, nil, err
	}
	device, err := k.Device(ctx, address)
	if err != nil {
		return device, nil, err
	}
	_, err = k.authorisedGroup(ctx, device.GroupId, signer)
	return device, address, err
}

// changeStatus moves a device to another status and stores it.
func (k *Keeper) changeStatus(ctx context.Context, text, signer string, status workgroupv1.DeviceStatus) (workgroupv1.Device, error) {
	before, _, err := k.authorisedDevice(ctx, text, signer)
	if err != nil {
		return before, err
	}
	if err := types.CheckTransition(before.Status, status); err != nil {
		return before, err
	}
	device := before
	device.Status = status
	return device, k.saveDevice(ctx, before, device)
}

// newName is the name a device gets: the one asked for if it is free, else the one it has.
func (k *Keeper) newName(ctx context.Context, device workgroupv1.Device, asked string) (string, error) {
	if asked == "" || asked == device.Name {
		return device.Name, nil
	}
	return asked, k.checkDeviceName(ctx, device.GroupId, asked)
}
