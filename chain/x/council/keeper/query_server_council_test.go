package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	"github.com/daonetes/daonetes/chain/x/council/types"
)

func TestQueriesOfCouncils(t *testing.T) {
	f := newFixture(t)
	for _, name := range []string{"a", "b", "c"} {
		f.council(name, 1, nil, "alice", name)
	}
	byName, err := f.queries.CouncilByName(f.ctx, &councilv1.QueryCouncilByNameRequest{Name: "b"})
	require.NoError(t, err)
	byAddress, err := f.queries.CouncilByAddress(f.ctx, &councilv1.QueryCouncilByAddressRequest{Address: byName.Council.Address})
	require.NoError(t, err)
	byID, err := f.queries.Council(f.ctx, &councilv1.QueryCouncilRequest{CouncilId: 2})
	require.NoError(t, err)
	require.Equal(t, byID.Council, byName.Council)
	require.Equal(t, byID.Council, byAddress.Council)

	all, err := f.queries.Councils(f.ctx, &councilv1.QueryCouncilsRequest{})
	require.NoError(t, err)
	require.Len(t, all.Councils, 3)
	mine, err := f.queries.Councils(f.ctx, &councilv1.QueryCouncilsRequest{Member: person("c")})
	require.NoError(t, err)
	require.Len(t, mine.Councils, 1)
	require.Equal(t, "c", mine.Councils[0].Name)

	_, err = f.queries.CouncilByName(f.ctx, &councilv1.QueryCouncilByNameRequest{Name: "x"})
	require.ErrorContains(t, err, "NotFound")
	_, err = f.queries.CouncilByAddress(f.ctx, &councilv1.QueryCouncilByAddressRequest{Address: "x"})
	require.ErrorContains(t, err, "InvalidArgument")
	_, err = f.queries.Council(f.ctx, &councilv1.QueryCouncilRequest{CouncilId: 9})
	require.ErrorContains(t, err, "NotFound")

	address, err := types.ParseAddress(byName.Council.Address)
	require.NoError(t, err)
	alice, err := types.ParseAddress(person("alice"))
	require.NoError(t, err)
	for _, row := range []struct {
		got  func() (bool, error)
		want bool
	}{
		{func() (bool, error) { return f.keeper.IsCouncil(f.ctx, address) }, true},
		{func() (bool, error) { return f.keeper.IsCouncil(f.ctx, alice) }, false},
		{func() (bool, error) { return f.keeper.IsMember(f.ctx, alice) }, true},
		{func() (bool, error) { return f.keeper.IsMember(f.ctx, address) }, false},
		{func() (bool, error) { return f.keeper.SpeaksFor(f.ctx, alice, address) }, true},
		{func() (bool, error) { return f.keeper.SpeaksFor(f.ctx, alice, alice) }, false},
		{func() (bool, error) { return f.keeper.SpeaksFor(f.ctx, address, address) }, false},
	} {
		got, err := row.got()
		require.NoError(t, err)
		require.Equal(t, row.want, got)
	}
}
