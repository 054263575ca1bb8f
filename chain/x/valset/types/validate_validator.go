package types

import (
	"crypto/ed25519"
	"unicode"
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
	return validateNodeIDs(params.NodeIds)
}

// ValidateValidator refuses a seat outside its bounds.
func ValidateValidator(validator valsetv1.Validator) error {
	if err := ValidateConsPubKey(validator.ConsPubKey); err != nil {
		return err
	}
	if validator.Operator != "" {
		if _, err := sdk.AccAddressFromBech32(validator.Operator); err != nil {
			return errorsmod.Wrapf(ErrInvalidValidator, "operator: got %q, want an address", validator.Operator)
		}
	}
	if err := validateMoniker(validator.Moniker); err != nil {
		return err
	}
	if validator.TargetPower != 0 {
		if err := ValidatePower(validator.TargetPower); err != nil {
			return err
		}
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
	if validator.Status == valsetv1.ValidatorStatus_VALIDATOR_STATUS_TOMBSTONED && !validator.DoubleSigned {
		return errorsmod.Wrap(ErrInvalidValidator, "double_signed: want it true on a tombstoned seat")
	}
	return nil
}

// ValidateConsPubKey refuses what is no ed25519 public key.
func ValidateConsPubKey(pubKey []byte) error {
	if len(pubKey) != ed25519.PublicKeySize {
		return errorsmod.Wrapf(ErrInvalidValidator, "cons_pub_key: got %d bytes, want %d", len(pubKey), ed25519.PublicKeySize)
	}
	return nil
}

// ValidatePower refuses a power of a seat outside its range.
func ValidatePower(power int64) error {
	if power < MinPower || power > MaxPower {
		return errorsmod.Wrapf(ErrInvalidValidator, "power: got %d, want %d to %d", power, MinPower, MaxPower)
	}
	return nil
}

func validateMoniker(moniker string) error {
	if len(moniker) > MaxMonikerBytes || !utf8.ValidString(moniker) {
		return errorsmod.Wrapf(ErrInvalidValidator, "moniker: got %d bytes, want at most %d of UTF-8", len(moniker), MaxMonikerBytes)
	}
	for _, letter := range moniker {
		if !unicode.IsPrint(letter) {
			return errorsmod.Wrapf(ErrInvalidValidator, "moniker: got %U, want printable text", letter)
		}
	}
	return nil
}

// ValidateNewValidator refuses a new seat outside its bounds; its addresses are checked by the handler.
func ValidateNewValidator(msg *valsetv1.MsgAddValidator) error {
	if err := ValidateConsPubKey(msg.ConsPubKey); err != nil {
		return err
	}
	if err := validateMoniker(msg.Moniker); err != nil {
		return err
	}
	return ValidatePower(msg.Power)
}
