package app_test

import (
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// C-15: two walks of one seed have one app hash in every block, on one processor and on all; C-17: what a walk leaves is
// exported, imported and exported again the same, and the new network goes on. SIM_SEEDS (2), SIM_BLOCKS (120) and
// SIM_FIRST (1) are settings; a failure names its seed.
func TestSimulation(t *testing.T) {
	seeds, blocks, first := setting(t, "SIM_SEEDS", 2), setting(t, "SIM_BLOCKS", 120), setting(t, "SIM_FIRST", 1)
	done := map[string]int{}
	count := func(w *walk) {
		for name, times := range w.done {
			done[name] += times
		}
	}
	for seed := first; seed < first+seeds; seed++ {
		one, other := newWalk(t, uint64(seed)), newWalk(t, uint64(seed))
		for range blocks {
			one.step()
			before := runtime.GOMAXPROCS(1)
			other.step()
			runtime.GOMAXPROCS(before)
			require.Equal(t, one.app.LastCommitID().Hash, other.app.LastCommitID().Hash, "seed %d, height %d", seed, one.height)
		}
		one.goesOn()
		count(one)
	}
	t.Logf("%d seeds of %d blocks: %v", seeds, blocks, done)
	// What these few seeds did not come to, another walk has to within a bound.
	more := newWalk(t, uint64(first+seeds))
	names := newStage(t, "key").messages()
	for range 1_500 {
		if !slices.ContainsFunc(names, func(name string) bool { return done[name]+more.done[name] == 0 }) {
			break
		}
		more.step()
	}
	count(more)
	for _, name := range names {
		require.Contains(t, operations, name, "a message without an operation")
		require.Positive(t, done[name], "%s was never taken: %v", name, done)
	}
}
