package types

import (
	errorsmod "cosmossdk.io/errors"

	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
)

// CheckSeats refuses a number of seats with power outside the bounds of the parameters.
func CheckSeats(seats uint32, params valsetv1.Params) error {
	if seats < params.MinValidators {
		return errorsmod.Wrapf(ErrTooFewValidators, "got %d, want at least %d", seats, params.MinValidators)
	}
	if seats > params.MaxValidators {
		return errorsmod.Wrapf(ErrTooManyValidators, "got %d, want at most %d", seats, params.MaxValidators)
	}
	return nil
}
