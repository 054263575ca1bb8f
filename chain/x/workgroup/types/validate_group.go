package types

import (
	"time"
	"unicode/utf8"

	errorsmod "cosmossdk.io/errors"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
)

const (
	maxMetadataBytes  = 1_024
	maxHelpers        = 32
	maxRecipientBytes = 2_048
)

// ValidateName refuses anything but 1 to 40 of a-z, 0-9 and inner dashes.
func ValidateName(name string) error {
	if len(name) == 0 || len(name) > 40 || name[0] == '-' || name[len(name)-1] == '-' {
		return errorsmod.Wrapf(ErrInvalidName, "got %q", clip(name))
	}
	for _, char := range []byte(name) {
		if (char < 'a' || char > 'z') && (char < '0' || char > '9') && char != '-' {
			return errorsmod.Wrapf(ErrInvalidName, "got %q", clip(name))
		}
	}
	return nil
}

// ValidateOfflinePolicy refuses a time outside 0, or 1 minute to 365 days.
func ValidateOfflinePolicy(policy workgroupv1.OfflinePolicy) error {
	if policy.StopAfter != 0 && (policy.StopAfter < time.Minute || policy.StopAfter > 365*day) {
		return errorsmod.Wrapf(ErrInvalidPolicy, "stop_after: got %s, want 0, or 1m to 8760h", policy.StopAfter)
	}
	return nil
}

// ValidatePolicy refuses fields outside their ranges, and caps above the network's.
func ValidatePolicy(policy workgroupv1.GroupPolicy, network workgroupv1.Caps) error {
	if policy.Lease != 0 && (policy.Lease < time.Minute || policy.Lease > 90*day) {
		return errorsmod.Wrapf(ErrInvalidPolicy, "lease: got %s, want 0, or 1m to 2160h", policy.Lease)
	}
	if err := ValidateOfflinePolicy(policy.OfflineDefault); err != nil {
		return err
	}
	if err := validateProfile(policy.MinimumProfile); err != nil {
		return err
	}
	return validateCaps(policy.Caps, network, ErrInvalidPolicy)
}

func validateProfile(profile workgroupv1.DeviceProfile) error {
	if _, known := workgroupv1.DeviceProfile_name[int32(profile)]; !known {
		return errorsmod.Wrapf(ErrInvalidChoice, "profile: got %d", profile)
	}
	return nil
}

func validateMetadata(metadata string) error {
	if len(metadata) > maxMetadataBytes || !utf8.ValidString(metadata) {
		return errorsmod.Wrapf(ErrInvalidMetadata, "got %d bytes", len(metadata))
	}
	return nil
}

func validateHelpers(field string, addresses []string) error {
	if len(addresses) > maxHelpers {
		return errorsmod.Wrapf(ErrInvalidHelpers, "%s: got %d, want at most %d", field, len(addresses), maxHelpers)
	}
	for i, address := range addresses {
		if _, err := ParseAddress(address); err != nil {
			return errorsmod.Wrapf(err, "%s %d", field, i+1)
		}
		for _, other := range addresses[:i] {
			if other == address {
				return errorsmod.Wrapf(ErrInvalidHelpers, "%s: %s is named twice", field, address)
			}
		}
	}
	return nil
}

// ValidateCreateGroup is the stateless check of MsgCreateGroup; the policy is checked against the network's caps.
func ValidateCreateGroup(msg *workgroupv1.MsgCreateGroup, network workgroupv1.Caps) error {
	if _, err := ParseAddress(msg.Creator); err != nil {
		return err
	}
	if err := ValidateName(msg.Name); err != nil {
		return err
	}
	if err := validateMetadata(msg.Metadata); err != nil {
		return err
	}
	return ValidatePolicy(msg.Policy, network)
}

// ValidateUpdateGroup is the stateless check of MsgUpdateGroup.
func ValidateUpdateGroup(msg *workgroupv1.MsgUpdateGroup, network workgroupv1.Caps) error {
	if _, err := ParseAddress(msg.Authority); err != nil {
		return err
	}
	if err := validateMetadata(msg.Metadata); err != nil {
		return err
	}
	if err := validateHelpers("publishers", msg.Publishers); err != nil {
		return err
	}
	if err := validateHelpers("operators", msg.Operators); err != nil {
		return err
	}
	return ValidatePolicy(msg.Policy, network)
}

// ValidateProposeAuthority is the stateless check of MsgProposeAuthority.
func ValidateProposeAuthority(msg *workgroupv1.MsgProposeAuthority) error {
	if _, err := ParseAddress(msg.Authority); err != nil {
		return err
	}
	if msg.NewAuthority == "" {
		return nil
	}
	_, err := ParseAddress(msg.NewAuthority)
	return err
}

// ValidateSetRecipient is the stateless check of MsgSetRecipient.
func ValidateSetRecipient(msg *workgroupv1.MsgSetRecipient) error {
	if _, err := ParseAddress(msg.Address); err != nil {
		return err
	}
	return validateRecipient(msg.AgeRecipient, ErrInvalidRecipient)
}

func validateRecipient(recipient string, sentinel error) error {
	if len(recipient) > maxRecipientBytes {
		return errorsmod.Wrapf(sentinel, "age_recipient: got %d bytes, want at most %d", len(recipient), maxRecipientBytes)
	}
	for _, char := range []byte(recipient) {
		if char <= ' ' || char > '~' {
			return errorsmod.Wrap(sentinel, "age_recipient: got a character that is not printable ASCII")
		}
	}
	return nil
}
