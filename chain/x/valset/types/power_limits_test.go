package types_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/daonetes/daonetes/chain/x/valset/types"
)

func seat(id uint64, target, applied int64) types.Seat {
	return types.Seat{ID: id, Key: []byte{byte(id)}, Target: target, Applied: applied}
}

func TestPlanUpdates(t *testing.T) {
	rotated := func(one types.Seat) types.Seat {
		one.FormerKey = []byte{one.Key[0] + 100}
		return one
	}
	for _, row := range []struct {
		name    string
		seats   []types.Seat
		least   int
		powers  []int64
		updates string
	}{
		{"nothing to do", []types.Seat{seat(1, 100, 100)}, 1, []int64{100}, ""},
		{"a second seat grows", []types.Seat{seat(1, 1000, 1000), seat(2, 1000, 0)}, 1, []int64{1000, 333}, "2=333"},
		{"exactly a third is too much", []types.Seat{seat(1, 900, 900), seat(2, 300, 0)}, 1, []int64{900, 299}, "2=299"},
		{"the first seats grow first", []types.Seat{seat(1, 900, 900), seat(2, 200, 0), seat(3, 200, 0)}, 1, []int64{900, 200, 99}, "2=200 3=99"},
		{"a seat shrinks, then goes", []types.Seat{seat(1, 1000, 1000), seat(2, 1000, 1000), seat(3, 0, 1000)}, 1, []int64{1000, 1000, 1}, "3=1"},
		{"and goes", []types.Seat{seat(1, 1000, 1000), seat(2, 1000, 1000), seat(3, 0, 1)}, 1, []int64{1000, 1000, 0}, "3=0"},
		{"growing and shrinking have a limit each", []types.Seat{seat(1, 0, 1000), seat(2, 1000, 500)}, 1, []int64{501, 999}, "1=501 2=999"},
		{"nobody goes below the floor", []types.Seat{seat(1, 0, 1), seat(2, 500, 500), seat(3, 500, 0)}, 2, []int64{1, 500, 166}, "3=166"},
		{"the last one never goes", []types.Seat{seat(1, 0, 1)}, 0, []int64{1}, ""},
		{"a new key is not sliced", []types.Seat{seat(1, 1000, 1000), seat(2, 1000, 1000), rotated(seat(3, 900, 900))}, 1, []int64{1000, 1000, 900}, "103=0 3=900"},
		{"a new key takes from the limit", []types.Seat{rotated(seat(1, 800, 800)), seat(2, 2000, 1000), seat(3, 1000, 1000)}, 1, []int64{800, 1133, 1000}, "101=0 1=800 2=1133"},
		{"a seat that goes with a new key", []types.Seat{rotated(seat(1, 0, 100)), seat(2, 1000, 1000)}, 1, []int64{0, 1000}, "101=0"},
		{"a new key before any power", []types.Seat{rotated(seat(1, 100, 0)), seat(2, 1000, 1000)}, 1, []int64{100, 1000}, "1=100"},
	} {
		t.Run(row.name, func(t *testing.T) {
			powers, updates := types.PlanUpdates(row.seats, row.least)
			text := ""
			for i, update := range updates {
				if i > 0 {
					text += " "
				}
				text += fmt.Sprintf("%d=%d", update.Key[0], update.Power)
			}
			require.Equal(t, row.updates, text)
			require.Equal(t, row.powers, powers)
		})
	}
}

// Whatever the seats: the plan keeps its limits and reaches what is wanted.
func TestPlanUpdatesKeepsItsLimitsAndEnds(t *testing.T) {
	for seed := range uint64(2_000) {
		random := rand.New(rand.NewPCG(seed, 1))
		count, least := 1+random.IntN(8), 1
		seats := make([]types.Seat, count)
		wanted := 0
		for i := range seats {
			seats[i] = seat(uint64(i+1), 0, 0)
			if i == 0 || random.IntN(3) > 0 {
				seats[i].Target = types.MinPower + random.Int64N(1+[]int64{10, 1_000, types.MaxPower - types.MinPower}[random.IntN(3)])
				wanted++
			}
			if i == count-1 || random.IntN(3) > 0 {
				seats[i].Applied = types.MinPower + random.Int64N(1_000)
			}
		}
		least = 1 + random.IntN(wanted)
		blocks := 0
		for ; ; blocks++ {
			require.Less(t, blocks, 500, "seed %d does not end: %v", seed, seats)
			total, had := types.TotalApplied(seats), inSet(seats)
			powers, updates := types.PlanUpdates(seats, least)
			if len(updates) == 0 {
				break
			}
			added, removed := int64(0), int64(0)
			for i := range seats {
				added += max(powers[i]-seats[i].Applied, 0)
				removed += max(seats[i].Applied-powers[i], 0)
				seats[i].Applied = powers[i]
			}
			require.True(t, added == 0 || types.LessThanAThird(added, total), "seed %d added %d to %d", seed, added, total)
			require.True(t, removed == 0 || types.LessThanAThird(removed, total), "seed %d removed %d from %d", seed, removed, total)
			require.GreaterOrEqual(t, inSet(seats), min(had, least), "seed %d", seed)
		}
		for _, one := range seats {
			require.Equal(t, one.Target, one.Applied, "seed %d", seed)
		}
	}
}

func inSet(seats []types.Seat) int {
	count := 0
	for _, one := range seats {
		if one.Applied > 0 {
			count++
		}
	}
	return count
}

func TestCheckRotation(t *testing.T) {
	seats := []types.Seat{seat(1, 1000, 1000), seat(2, 1000, 1000), seat(3, 1000, 1000)}
	require.ErrorIs(t, types.CheckRotation(seats, 1000), types.ErrRotationTooLarge, "a third")
	seats = append(seats, seat(4, 1000, 1000))
	require.NoError(t, types.CheckRotation(seats, 1000))
	seats[0].FormerKey = []byte{9}
	require.ErrorIs(t, types.CheckRotation(seats, 1000), types.ErrRotationTooLarge, "two of four in one block")
	require.NoError(t, types.CheckRotation(seats, 0), "a seat that has no power yet")
}
