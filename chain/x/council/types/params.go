package types

import (
	"time"

	errorsmod "cosmossdk.io/errors"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
)

const day = 24 * time.Hour

// DefaultParams are the parameters of a new network.
func DefaultParams() councilv1.Params {
	return councilv1.Params{DefaultVotingPeriod: 3 * day, MaxVotingPeriod: 30 * day}
}

// ValidateParams refuses parameters outside their ranges.
func ValidateParams(params councilv1.Params) error {
	if params.MaxVotingPeriod < time.Minute || params.MaxVotingPeriod > 365*day {
		return errorsmod.Wrapf(ErrInvalidParams, "max_voting_period: got %s, want 1m to 8760h", params.MaxVotingPeriod)
	}
	if params.DefaultVotingPeriod < time.Minute || params.DefaultVotingPeriod > params.MaxVotingPeriod {
		return errorsmod.Wrapf(ErrInvalidParams, "default_voting_period: got %s, want 1m to %s", params.DefaultVotingPeriod, params.MaxVotingPeriod)
	}
	return nil
}

// VotingPeriod is the period asked for, or the network's default.
func VotingPeriod(asked time.Duration, params councilv1.Params) time.Duration {
	if asked == 0 {
		return params.DefaultVotingPeriod
	}
	return asked
}
