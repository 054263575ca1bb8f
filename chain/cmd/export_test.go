package cmd

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	abci "github.com/cometbft/cometbft/abci/types"
	cmttypes "github.com/cometbft/cometbft/types"
	dbm "github.com/cosmos/cosmos-db"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/baseapp"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/daonetes/daonetes/chain/app"
)

// A network that starts from an export is governed by whom the old one was.
func TestAnExportKeepsTheConsensusParameters(t *testing.T) {
	home := t.TempDir()
	command := func(args ...string) string {
		output, err := run(t, home, append(args, "--home", home)...)
		require.NoError(t, err, output)
		return output
	}
	command("init", "north", "--chain-id", "daonetes-1")
	command("genesis", "add-account", council)
	command("genesis", "set-authority", council)
	command("genesis", "add-validator", "--moniker", "north", "--operator", council)
	first, err := genutiltypes.AppGenesisFromFile(filepath.Join(home, "config", "genesis.json"))
	require.NoError(t, err)

	db, err := dbm.NewDB("application", dbm.GoLevelDBBackend, filepath.Join(home, "data"))
	require.NoError(t, err)
	node := app.New(log.NewNopLogger(), db, true, noOptions{}, baseapp.SetChainID(first.ChainID))
	params := first.Consensus.Params.ToProto()
	_, err = node.InitChain(&abci.RequestInitChain{ChainId: first.ChainID, Time: time.Unix(1_700_000_000, 0), InitialHeight: 1, ConsensusParams: &params, AppStateBytes: first.AppState})
	require.NoError(t, err)
	_, err = node.FinalizeBlock(&abci.RequestFinalizeBlock{Height: 1, Time: time.Unix(1_700_000_001, 0)})
	require.NoError(t, err)
	_, err = node.Commit()
	require.NoError(t, err)
	require.NoError(t, db.Close())

	file := filepath.Join(home, "exported.json")
	command("export", "--for-zero-height", "--output-document", file)
	command("genesis", "validate", file)
	written, err := genutiltypes.AppGenesisFromFile(file)
	require.NoError(t, err)
	want := cmttypes.ConsensusParamsFromProto(params)
	require.Equal(t, want.Authority, written.Consensus.Params.Authority)
	require.Equal(t, want.Block, written.Consensus.Params.Block)
	require.Equal(t, want.Evidence, written.Consensus.Params.Evidence)
}
