package app_test

import (
	"encoding/json"
	"strings"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/types/module"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"

	"github.com/daonetes/daonetes/chain/app"
	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
	valsettypes "github.com/daonetes/daonetes/chain/x/valset/types"
)

func (n *network) valsetParams() valsetv1.Params {
	n.t.Helper()
	params, err := n.app.ValsetKeeper.Params(n.ctx())
	require.NoError(n.t, err)
	return params
}

// The network of this test has the parameters and the versions of modules that it had before there was a list of nodes.
func TestUpgradeKeepsARunningNetworkOpen(t *testing.T) {
	n := newNetwork(t)
	require.False(t, n.valsetParams().OpenPeers)
	uncommitted := n.app.NewUncachedContext(false, cmtproto.Header{Height: n.height, Time: n.now})
	require.NoError(t, n.app.UpgradeKeeper.SetModuleVersionMap(uncommitted, module.VersionMap{valsettypes.ModuleName: 1}))
	n.ok(n.root, &upgradetypes.MsgSoftwareUpgrade{
		Authority: n.root.String(), Plan: upgradetypes.Plan{Name: "permissioned-peers", Height: n.height + 2},
	})
	require.False(t, n.valsetParams().OpenPeers, "not before its height")
	n.block()
	require.True(t, n.valsetParams().OpenPeers)
	versions, err := n.app.UpgradeKeeper.GetModuleVersionMap(n.ctx())
	require.NoError(t, err)
	require.Equal(t, uint64(2), versions[valsettypes.ModuleName])
	n.block()
}

func TestPeersOfAClosedNetwork(t *testing.T) {
	listed, own, stranger := strings.Repeat("ab", 20), strings.Repeat("cd", 20), strings.Repeat("ef", 20)
	n := newNetwork(t)
	open := options{"p2p.persistent_peers": own + "@10.0.0.2:26656, " + strings.ToUpper(listed[:2]) + listed[2:38] + "00@x:1"}
	n.app = openAppWith(n.db, open)
	lets := func(id string) bool {
		t.Helper()
		response, err := n.app.Query(t.Context(), &abci.RequestQuery{Path: "/p2p/filter/id/" + id})
		require.NoError(t, err)
		if response.Code != 0 {
			require.Contains(t, response.Log, "node_ids")
		}
		return response.Code == 0
	}
	require.False(t, lets(stranger))
	require.True(t, lets(own))

	params := n.valsetParams()
	params.NodeIds = []string{listed}
	n.ok(n.root, &valsetv1.MsgUpdateParams{Authority: n.root.String(), Params: params})
	require.True(t, lets(listed))
	require.False(t, lets(stranger))
	params.OpenPeers = true
	n.ok(n.root, &valsetv1.MsgUpdateParams{Authority: n.root.String(), Params: params})
	require.True(t, lets(stranger))

	for name, ids := range map[string][]string{
		"twice": {listed, listed}, "upper case": {strings.ToUpper(listed)}, "short": {listed[:38]}, "no hex": {strings.Repeat("zz", 20)},
		"many": strings.Split(strings.TrimSuffix(strings.Repeat(listed+",", 301), ","), ","),
	} {
		params.NodeIds = ids
		t.Run(name, func(t *testing.T) {
			n.refused(valsettypes.ErrInvalidParams, n.root, &valsetv1.MsgUpdateParams{Authority: n.root.String(), Params: params})
		})
	}
}

// Before the first block there is no committed state: genesis says who may connect.
func TestPeersBeforeTheFirstBlock(t *testing.T) {
	path := "/p2p/filter/id/" + strings.Repeat("ef", 20)
	for _, open := range []bool{true, false} {
		chain := openApp(dbm.NewMemDB())
		response, err := chain.Query(t.Context(), &abci.RequestQuery{Path: path})
		require.NoError(t, err)
		require.NotZero(t, response.Code, "without a genesis nobody is known")
		state, err := chain.DefaultGenesis()
		require.NoError(t, err)
		equalSeats(1, 1)(chain, state)
		var seats valsetv1.GenesisState
		chain.Codec().MustUnmarshalJSON(state[valsettypes.ModuleName], &seats)
		seats.Params.OpenPeers = open
		state[valsettypes.ModuleName] = chain.Codec().MustMarshalJSON(&seats)
		raw, err := json.Marshal(state)
		require.NoError(t, err)
		params := app.DefaultConsensusParams().ToProto()
		_, err = chain.InitChain(&abci.RequestInitChain{ChainId: testChainID, ConsensusParams: &params, AppStateBytes: raw, InitialHeight: 1})
		require.NoError(t, err)
		response, err = chain.Query(t.Context(), &abci.RequestQuery{Path: path})
		require.NoError(t, err)
		require.Equal(t, open, response.Code == 0)
	}
}
