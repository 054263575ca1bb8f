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

// Seat is what the next update of the validator set is computed from.
type Seat struct {
	ID uint64
	// Key is the key that the seat signs with from now on.
	Key []byte
	// FormerKey is the key that CometBFT knows, if it is another one.
	FormerKey []byte
	// Target and Applied are the power that it shall have and the one that CometBFT was told.
	Target, Applied int64
}

// KeyPower is one entry of an update: power 0 takes the key out of the set.
type KeyPower struct {
	Key   []byte
	Power int64
}

// TotalApplied is the power of the set that CometBFT was told.
func TotalApplied(seats []Seat) int64 {
	total := int64(0)
	for _, seat := range seats {
		total += seat.Applied
	}
	return total
}

// LessThanAThird tells whether a change of the set by this much is safe in one block: light clients follow, and those
// who stay hold more than two thirds.
func LessThanAThird(power, total int64) bool {
	return 3*power < total
}

// mostBelowAThird is the largest power that is less than a third of the total.
func mostBelowAThird(total int64) int64 {
	return max((total-1)/3, 0)
}

// PlanUpdates computes the update of the validator set at the end of a block, and the power of each seat after it, in
// the order of the seats. The update holds a key at most once, takes out only keys that are in the set, and leaves a
// set that is not empty; anything else would stop every node. Added power, and removed power, is less than a third of
// the former total: the keys of rotated seats go first and as a whole (see CheckRotation), then the seats in their
// order get as much of what is left as they want. No seat goes while fewer than least would stay.
func PlanUpdates(seats []Seat, least int) (powers []int64, updates []KeyPower) {
	total := TotalApplied(seats)
	grow, shrink := mostBelowAThird(total), mostBelowAThird(total)
	inSet := 0
	for _, seat := range seats {
		if seat.Applied > 0 {
			inSet++
		}
		if seat.Applied > 0 && len(seat.FormerKey) > 0 {
			grow, shrink = grow-seat.Applied, shrink-seat.Applied
		}
	}
	powers = make([]int64, len(seats))
	for i, seat := range seats {
		powers[i] = seat.Applied
		switch {
		case seat.Target > seat.Applied:
			step := min(seat.Target-seat.Applied, max(grow, 0))
			grow -= step
			powers[i] += step
		case seat.Target < seat.Applied:
			step := min(seat.Applied-seat.Target, max(shrink, 0))
			if step == seat.Applied && inSet <= max(least, 1) {
				step--
			}
			shrink -= step
			powers[i] -= step
		}
		if seat.Applied > 0 && powers[i] == 0 {
			inSet--
		}
	}
	for i, seat := range seats {
		rotated := seat.Applied > 0 && len(seat.FormerKey) > 0
		if rotated {
			updates = append(updates, KeyPower{Key: seat.FormerKey})
		}
		if powers[i] != seat.Applied || (rotated && powers[i] > 0) {
			if rotated && powers[i] == 0 {
				continue
			}
			updates = append(updates, KeyPower{Key: seat.Key, Power: powers[i]})
		}
	}
	return powers, updates
}

// CheckRotation refuses another key for a seat where that would change a third of the power or more in this block,
// with the keys that are changed in it already.
func CheckRotation(seats []Seat, applied int64) error {
	moved := applied
	for _, seat := range seats {
		if len(seat.FormerKey) > 0 {
			moved += seat.Applied
		}
	}
	if total := TotalApplied(seats); applied > 0 && !LessThanAThird(moved, total) {
		return errorsmod.Wrapf(ErrRotationTooLarge, "got %d of %d in one block, want less than a third", moved, total)
	}
	return nil
}
