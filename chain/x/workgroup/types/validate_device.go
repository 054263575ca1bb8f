package types

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	errorsmod "cosmossdk.io/errors"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
)

const (
	maxTags          = 32
	maxTagKeyBytes   = 63
	maxTagValueBytes = 63
	maxEndpoints     = 8
	maxEndpointBytes = 256
)

// ValidateTags refuses more than 32 tags, duplicates, and texts that are not key=value.
func ValidateTags(tags []string) error {
	if len(tags) > maxTags {
		return errorsmod.Wrapf(ErrInvalidTags, "got %d, want at most %d", len(tags), maxTags)
	}
	for i, tag := range tags {
		if err := ValidateTag(tag); err != nil {
			return err
		}
		if slices.Contains(tags[:i], tag) {
			return errorsmod.Wrapf(ErrInvalidTags, "%q is there twice", tag)
		}
	}
	return nil
}

// ValidateTag refuses a text that is not key=value, each 1 to 63 of letters, digits, dot, dash and underscore;
// the key is lower case.
func ValidateTag(tag string) error {
	key, value, found := strings.Cut(tag, "=")
	if !found || !isTagPart(key, maxTagKeyBytes) || key != strings.ToLower(key) || !isTagPart(value, maxTagValueBytes) {
		return errorsmod.Wrapf(ErrInvalidTags, "got %q, want key=value", clip(tag))
	}
	return nil
}

func isTagPart(part string, limit int) bool {
	if len(part) == 0 || len(part) > limit {
		return false
	}
	for _, char := range []byte(part) {
		isLetter := (char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z')
		if !isLetter && (char < '0' || char > '9') && char != '.' && char != '-' && char != '_' {
			return false
		}
	}
	return true
}

// SortedTags is a sorted copy without duplicates.
func SortedTags(tags ...string) []string {
	sorted := slices.Clone(tags)
	slices.Sort(sorted)
	return slices.Compact(sorted)
}

// ValidateDeviceInfo refuses what a device may not say of itself.
func ValidateDeviceInfo(info workgroupv1.DeviceInfo) error {
	if info.NameHint != "" {
		if err := ValidateName(info.NameHint); err != nil {
			return errorsmod.Wrap(err, "name_hint")
		}
	}
	for _, row := range []struct {
		field, got string
		limit      int
	}{
		{"platform", info.Platform, 32},
		{"engine_version", info.EngineVersion, 64},
		{"engine_api_version", info.EngineApiVersion, 16},
		{"agent_version", info.AgentVersion, 64},
	} {
		if len(row.got) > row.limit || !IsPrintable(row.got) {
			return errorsmod.Wrapf(ErrInvalidDeviceInfo, "%s: got %d bytes, want at most %d printable ones", row.field, len(row.got), row.limit)
		}
	}
	if info.Platform != "" && !isPlatform(info.Platform) {
		return errorsmod.Wrapf(ErrInvalidDeviceInfo, "platform: got %q, want os/architecture[/variant]", clip(info.Platform))
	}
	if err := validateRecipient(info.AgeRecipient, ErrInvalidDeviceInfo); err != nil {
		return err
	}
	if len(info.WireguardKey) != 0 && len(info.WireguardKey) != 32 {
		return errorsmod.Wrapf(ErrInvalidDeviceInfo, "wireguard_key: got %d bytes, want 0 or 32", len(info.WireguardKey))
	}
	return validateEndpoints(info.Endpoints)
}

func validateEndpoints(endpoints []string) error {
	if len(endpoints) > maxEndpoints {
		return errorsmod.Wrapf(ErrInvalidDeviceInfo, "endpoints: got %d, want at most %d", len(endpoints), maxEndpoints)
	}
	for i, endpoint := range endpoints {
		if !isEndpoint(endpoint) || slices.Contains(endpoints[:i], endpoint) {
			return errorsmod.Wrapf(ErrInvalidDeviceInfo, "endpoints: got %q, want a different host:port of at most %d bytes", clip(endpoint), maxEndpointBytes)
		}
	}
	return nil
}

func isEndpoint(endpoint string) bool {
	colon := strings.LastIndexByte(endpoint, ':')
	if colon < 1 || len(endpoint) > maxEndpointBytes || !IsPrintable(endpoint) || strings.ContainsRune(endpoint, ' ') {
		return false
	}
	port, err := strconv.ParseUint(endpoint[colon+1:], 10, 16)
	return err == nil && port > 0
}

// isPlatform tells whether a text is os/architecture[/variant].
func isPlatform(platform string) bool {
	parts := strings.Split(platform, "/")
	if len(parts) < 2 || len(parts) > 3 {
		return false
	}
	for _, part := range parts {
		if !isTagPart(part, maxTagKeyBytes) {
			return false
		}
	}
	return true
}

// IsPrintable tells whether a text is UTF-8 without control characters.
func IsPrintable(text string) bool {
	if !utf8.ValidString(text) {
		return false
	}
	for _, char := range text {
		if !unicode.IsPrint(char) {
			return false
		}
	}
	return true
}

// ValidateJoin is the stateless check of MsgJoin.
func ValidateJoin(msg *workgroupv1.MsgJoin) error {
	if _, err := ParseAddress(msg.Ticket); err != nil {
		return err
	}
	if err := ValidateKey(msg.PubKey); err != nil {
		return err
	}
	return ValidateDeviceInfo(msg.Info)
}

// ValidateAdmitDevice is the stateless check of MsgAdmitDevice.
func ValidateAdmitDevice(msg *workgroupv1.MsgAdmitDevice) error {
	if _, err := ParseAddress(msg.Authority); err != nil {
		return err
	}
	if err := ValidateKey(msg.PubKey); err != nil {
		return err
	}
	return validateNameAndTags(msg.Name, msg.Tags)
}

// ValidateApproveDevice is the stateless check of MsgApproveDevice.
func ValidateApproveDevice(msg *workgroupv1.MsgApproveDevice) error {
	if err := ValidateOnDevice(msg.Authority, msg.Device); err != nil {
		return err
	}
	return validateNameAndTags(msg.Name, msg.Tags)
}

// ValidateUpdateDevice is the stateless check of MsgUpdateDevice.
func ValidateUpdateDevice(msg *workgroupv1.MsgUpdateDevice) error {
	if err := ValidateOnDevice(msg.Authority, msg.Device); err != nil {
		return err
	}
	if err := validateNameAndTags(msg.Name, msg.Tags); err != nil {
		return err
	}
	return validateProfile(msg.Profile)
}

// ValidateRevokeDevice is the stateless check of MsgRevokeDevice.
func ValidateRevokeDevice(msg *workgroupv1.MsgRevokeDevice) error {
	if err := ValidateOnDevice(msg.Authority, msg.Device); err != nil {
		return err
	}
	if _, known := workgroupv1.RevokeMode_name[int32(msg.Mode)]; !known {
		return errorsmod.Wrapf(ErrInvalidChoice, "mode: got %d", msg.Mode)
	}
	return nil
}

// ValidateAnnounceDevice is the stateless check of MsgAnnounceDevice.
func ValidateAnnounceDevice(msg *workgroupv1.MsgAnnounceDevice) error {
	if _, err := ParseAddress(msg.Device); err != nil {
		return err
	}
	return ValidateDeviceInfo(msg.Info)
}

// ValidateOnDevice is the stateless check of messages that only name an authority and a device.
func ValidateOnDevice(authority, device string) error {
	if _, err := ParseAddress(authority); err != nil {
		return err
	}
	_, err := ParseAddress(device)
	return err
}

func validateNameAndTags(name string, tags []string) error {
	if name != "" {
		if err := ValidateName(name); err != nil {
			return err
		}
	}
	return ValidateTags(tags)
}
