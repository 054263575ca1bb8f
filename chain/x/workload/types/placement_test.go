package types_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/daonetes/daonetes/chain/x/workload/types"
)

func candidate(last byte, load uint64, holds bool) types.Candidate {
	address := make(sdk.AccAddress, 20)
	address[19] = last
	return types.Candidate{Address: address, Load: load, Holds: holds}
}

func order(candidates []types.Candidate) []byte {
	var last []byte
	for _, one := range candidates {
		last = append(last, one.Address[19])
	}
	return last
}

func TestHoldersComeFirstThenTheLeastLoaded(t *testing.T) {
	list := []types.Candidate{candidate(1, 5, false), candidate(2, 0, false), candidate(3, 60, true), candidate(4, 1, false)}
	require.Equal(t, []byte{3, 2, 4, 1}, order(types.RankCandidates(7, list)))
	require.Equal(t, []byte{1, 2, 3, 4}, order(list), "the argument stays as it is")
}

func TestTiesDifferFromDeploymentToDeployment(t *testing.T) {
	var list []types.Candidate
	for i := range byte(20) {
		list = append(list, candidate(i, 0, false))
	}
	first := order(types.RankCandidates(1, list))
	slices.Reverse(list)
	require.Equal(t, first, order(types.RankCandidates(1, list)), "the order of the argument does not matter")
	require.NotEqual(t, first, order(types.RankCandidates(2, list)))
}

func TestPlatformsFit(t *testing.T) {
	for _, row := range []struct {
		platforms []string
		device    string
		want      bool
	}{
		{nil, "", true},
		{nil, "linux/amd64", true},
		{[]string{"linux/amd64"}, "linux/amd64", true},
		{[]string{"linux/amd64"}, "", false},
		{[]string{"linux/arm"}, "linux/arm64", false},
		{[]string{"linux/arm"}, "linux/arm/v7", true},
		{[]string{"linux/arm/v7"}, "linux/arm", false},
		{[]string{"linux/amd64", "linux/arm64"}, "linux/arm64/v8", true},
	} {
		require.Equal(t, row.want, types.FitsPlatform(row.platforms, row.device), "%v on %q", row.platforms, row.device)
	}
}
