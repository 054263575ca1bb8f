package types

import (
	"crypto/ed25519"
	"unicode/utf8"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
)

// Bounds of a seat.
const (
	MinPower        = 100
	MaxPower        = 1_000_000_000
	MaxMonikerBytes = 70
	maxSeats        = 100
)

// ValidateParams refuses parameters outside their ranges.
func ValidateParams(params valsetv1.Params) error {
	if params.MinValidators < 1 || params.MinValidators > maxSeats {
		return errorsmod.Wrapf(ErrInvalidParams, "min_validators: got %d, want 1 to %d", params.MinValidators, maxSeats)
	}
	if params.MaxValidators < params.MinValidators || params.MaxValidators > maxSeats {
		return errorsmod.Wrapf(ErrInvalidParams, "max_validators: got %d, want %d to %d", params.MaxValidators, params.MinValidators, maxSeats)
	}
	return nil
}

// ValidateValidator refuses a seat outside its bounds.
func ValidateValidator(validator valsetv1.Validator) error {
	if len(validator.ConsPubKey) != ed25519.PublicKeySize {
		return errorsmod.Wrapf(ErrInvalidValidator, "cons_pub_key: got %d bytes, want %d", len(validator.ConsPubKey), ed25519.PublicKeySize)
	}
	if validator.Operator != "" {
		if _, err := sdk.AccAddressFromBech32(validator.Operator); err != nil {
			return errorsmod.Wrapf(ErrInvalidValidator, "operator: got %q, want an address", validator.Operator)
		}
	}
	if len(validator.Moniker) > MaxMonikerBytes || !utf8.ValidString(validator.Moniker) {
		return errorsmod.Wrapf(ErrInvalidValidator, "moniker: got %d bytes, want at most %d of UTF-8", len(validator.Moniker), MaxMonikerBytes)
	}
	if validator.TargetPower != 0 && (validator.TargetPower < MinPower || validator.TargetPower > MaxPower) {
		return errorsmod.Wrapf(ErrInvalidValidator, "target_power: got %d, want 0, or %d to %d", validator.TargetPower, MinPower, MaxPower)
	}
	if validator.AppliedPower < 0 || validator.AppliedPower > MaxPower {
		return errorsmod.Wrapf(ErrInvalidValidator, "applied_power: got %d, want 0 to %d", validator.AppliedPower, MaxPower)
	}
	active := validator.Status == valsetv1.ValidatorStatus_VALIDATOR_STATUS_ACTIVE
	gone := validator.Status == valsetv1.ValidatorStatus_VALIDATOR_STATUS_REMOVED ||
		validator.Status == valsetv1.ValidatorStatus_VALIDATOR_STATUS_TOMBSTONED
	if !active && !gone {
		return errorsmod.Wrapf(ErrInvalidValidator, "status: got %s", validator.Status)
	}
	if active != (validator.TargetPower > 0) {
		return errorsmod.Wrapf(ErrInvalidValidator, "an active seat has power and no other: got %s with %d", validator.Status, validator.TargetPower)
	}
	return nil
}
