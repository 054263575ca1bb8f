package types

import (
	"time"

	errorsmod "cosmossdk.io/errors"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
)

const day = 24 * time.Hour

// ValidateParams refuses parameters outside their ranges.
func ValidateParams(params workgroupv1.Params) error {
	switch params.GroupCreation {
	case workgroupv1.CreationRule_CREATION_RULE_LISTED, workgroupv1.CreationRule_CREATION_RULE_REGISTERED:
	default:
		return errorsmod.Wrapf(ErrInvalidParams, "group_creation: got %s, want LISTED or REGISTERED", params.GroupCreation)
	}
	if err := within("waiting_ttl", params.WaitingTtl, time.Minute, 30*day); err != nil {
		return err
	}
	if err := within("max_ticket_ttl", params.MaxTicketTtl, time.Minute, 365*day); err != nil {
		return err
	}
	if err := within("default_lease", params.DefaultLease, time.Minute, 90*day); err != nil {
		return err
	}
	if err := validateCaps(params.DefaultCaps, maxCaps, ErrInvalidParams); err != nil {
		return err
	}
	caps := params.DefaultCaps
	if caps.MaxDevices == 0 || caps.MaxPending == 0 || caps.MaxTickets == 0 ||
		caps.MaxDeployments == 0 || caps.MaxSpecs == 0 || caps.MaxContentBytes == 0 {
		return errorsmod.Wrap(ErrInvalidParams, "default_caps: got a 0, want every cap above it")
	}
	return nil
}

func within(field string, got, low, high time.Duration) error {
	if got < low || got > high {
		return errorsmod.Wrapf(ErrInvalidParams, "%s: got %s, want %s to %s", field, got, low, high)
	}
	return nil
}

// maxCaps bounds the caps themselves.
var maxCaps = workgroupv1.Caps{
	MaxDevices:      100_000,
	MaxPending:      10_000,
	MaxTickets:      1_000,
	MaxDeployments:  10_000,
	MaxSpecs:        10_000,
	MaxContentBytes: 268_435_456,
}

// validateCaps refuses a cap above its limit.
func validateCaps(caps, limit workgroupv1.Caps, sentinel error) error {
	for _, row := range []struct {
		field      string
		got, limit uint64
	}{
		{"max_devices", uint64(caps.MaxDevices), uint64(limit.MaxDevices)},
		{"max_pending", uint64(caps.MaxPending), uint64(limit.MaxPending)},
		{"max_tickets", uint64(caps.MaxTickets), uint64(limit.MaxTickets)},
		{"max_deployments", uint64(caps.MaxDeployments), uint64(limit.MaxDeployments)},
		{"max_specs", uint64(caps.MaxSpecs), uint64(limit.MaxSpecs)},
		{"max_content_bytes", caps.MaxContentBytes, limit.MaxContentBytes},
	} {
		if row.got > row.limit {
			return errorsmod.Wrapf(sentinel, "%s: got %d, want at most %d", row.field, row.got, row.limit)
		}
	}
	return nil
}
