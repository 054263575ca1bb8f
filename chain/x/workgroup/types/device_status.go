package types

import (
	errorsmod "cosmossdk.io/errors"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
)

// IsMember tells whether a device in this status may act: report, renew, announce.
func IsMember(status workgroupv1.DeviceStatus) bool {
	return status == workgroupv1.DeviceStatus_DEVICE_STATUS_APPROVED || status == workgroupv1.DeviceStatus_DEVICE_STATUS_CORDONED
}

// CheckMember explains why a device in this status may not act.
func CheckMember(device workgroupv1.Device) error {
	switch device.Status {
	case workgroupv1.DeviceStatus_DEVICE_STATUS_APPROVED, workgroupv1.DeviceStatus_DEVICE_STATUS_CORDONED:
		return nil
	case workgroupv1.DeviceStatus_DEVICE_STATUS_PENDING:
		return errorsmod.Wrapf(ErrDevicePending, "device %s", device.Address)
	default:
		return errorsmod.Wrapf(ErrDeviceRevoked, "device %s", device.Address)
	}
}

// CheckTransition refuses a change of status that is not PENDING to APPROVED, APPROVED to or from CORDONED,
// or any of them to REVOKED.
func CheckTransition(from, to workgroupv1.DeviceStatus) error {
	if from == workgroupv1.DeviceStatus_DEVICE_STATUS_REVOKED {
		return errorsmod.Wrapf(ErrDeviceRevoked, "got %s, want a device that is not revoked", from)
	}
	var allowed bool
	switch to {
	case workgroupv1.DeviceStatus_DEVICE_STATUS_APPROVED:
		allowed = from == workgroupv1.DeviceStatus_DEVICE_STATUS_PENDING || from == workgroupv1.DeviceStatus_DEVICE_STATUS_CORDONED
	case workgroupv1.DeviceStatus_DEVICE_STATUS_CORDONED:
		allowed = from == workgroupv1.DeviceStatus_DEVICE_STATUS_APPROVED
	case workgroupv1.DeviceStatus_DEVICE_STATUS_REVOKED:
		allowed = true
	}
	if !allowed {
		return errorsmod.Wrapf(ErrDeviceStatus, "got %s, which cannot become %s", from, to)
	}
	return nil
}

// EffectiveProfile is the stricter of what the authority asks of the device and of the group.
func EffectiveProfile(device, group workgroupv1.DeviceProfile) workgroupv1.DeviceProfile {
	if device == workgroupv1.DeviceProfile_DEVICE_PROFILE_RESTRICTED || group == workgroupv1.DeviceProfile_DEVICE_PROFILE_RESTRICTED {
		return workgroupv1.DeviceProfile_DEVICE_PROFILE_RESTRICTED
	}
	return workgroupv1.DeviceProfile_DEVICE_PROFILE_BASELINE
}
