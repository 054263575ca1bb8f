package cmd

import (
	"encoding/json"
	"os"

	"github.com/spf13/cobra"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmttypes "github.com/cometbft/cometbft/types"
	dbm "github.com/cosmos/cosmos-db"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/client/flags"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/daonetes/daonetes/chain/app"
)

// exporter reads the state of a node for a genesis file, and remembers the consensus parameters of the last one.
type exporter struct {
	params cmtproto.ConsensusParams
}

func (e *exporter) export(logger log.Logger, db dbm.DB, height int64, forZeroHeight bool, _ []string, options servertypes.AppOptions, modules []string) (servertypes.ExportedApp, error) {
	node := app.New(logger, db, height == -1, options)
	if height != -1 {
		if err := node.LoadHeight(height); err != nil {
			return servertypes.ExportedApp{}, err
		}
	}
	exported, err := node.Export(forZeroHeight, modules)
	if err == nil {
		e.params = exported.ConsensusParams
	}
	return exported, err
}

// keepParams lets the export command write all consensus parameters: the server's own leaves the network's authority
// out, and a network that starts from its file would be governed by nobody.
func (e *exporter) keepParams(export *cobra.Command) {
	run := export.RunE
	export.RunE = func(cmd *cobra.Command, args []string) error {
		document, err := cmd.Flags().GetString(flags.FlagOutputDocument)
		if err != nil {
			return err
		}
		folder, err := os.MkdirTemp("", "daonetesd-export-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(folder)
		file := folder + "/genesis.json"
		if err := cmd.Flags().Set(flags.FlagOutputDocument, file); err != nil {
			return err
		}
		if err := run(cmd, args); err != nil {
			return err
		}
		genesis, err := genutiltypes.AppGenesisFromFile(file)
		if err != nil {
			return err
		}
		params := cmttypes.ConsensusParamsFromProto(e.params)
		genesis.Consensus.Params = &params
		if document != "" {
			return genesis.SaveAs(document)
		}
		text, err := json.Marshal(genesis)
		if err != nil {
			return err
		}
		_, err = cmd.OutOrStdout().Write(append(text, '\n'))
		return err
	}
}
