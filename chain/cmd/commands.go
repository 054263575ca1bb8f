package cmd

import (
	dbm "github.com/cosmos/cosmos-db"
	"github.com/spf13/cobra"

	"cosmossdk.io/log/v2"
	confixcmd "cosmossdk.io/tools/confix/cmd"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/debug"
	"github.com/cosmos/cosmos-sdk/client/keys"
	"github.com/cosmos/cosmos-sdk/client/pruning"
	"github.com/cosmos/cosmos-sdk/client/rpc"
	"github.com/cosmos/cosmos-sdk/client/snapshot"
	"github.com/cosmos/cosmos-sdk/server"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	authcmd "github.com/cosmos/cosmos-sdk/x/auth/client/cli"

	"github.com/daonetes/daonetes/chain/app"
)

func addCommands(root *cobra.Command, shape *app.App) {
	root.AddCommand(
		initCommand(shape),
		genesisCommand(shape),
		keys.Commands(),
		server.StatusCommand(),
		queryCommand(),
		txCommand(),
		debug.Cmd(),
		confixcmd.ConfigCommand(),
		pruning.Cmd(newApp, app.DefaultHome()),
		snapshot.Cmd(newApp),
	)
	exported := &exporter{}
	server.AddCommandsWithStartCmdOptions(root, app.DefaultHome(), newApp, exported.export, server.StartCmdOptions{PostSetup: watchPeers})
	if export, _, err := root.Find([]string{"export"}); err == nil {
		exported.keepParams(export)
	}
	guardStart(root)
}

func queryCommand() *cobra.Command {
	query := &cobra.Command{Use: "query", Aliases: []string{"q"}, Short: "Read the state of the chain", RunE: client.ValidateCmd}
	query.AddCommand(
		rpc.WaitTxCmd(),
		server.QueryBlockCmd(),
		server.QueryBlocksCmd(),
		server.QueryBlockResultsCmd(),
		authcmd.QueryTxCmd(),
		authcmd.QueryTxsByEventsCmd(),
	)
	return query
}

func txCommand() *cobra.Command {
	tx := &cobra.Command{Use: "tx", Short: "Sign and send transactions", RunE: client.ValidateCmd}
	tx.AddCommand(
		authcmd.GetSignCommand(),
		authcmd.GetSignBatchCommand(),
		authcmd.GetMultiSignCommand(),
		authcmd.GetMultiSignBatchCmd(),
		authcmd.GetValidateSignaturesCommand(),
		authcmd.GetBroadcastCommand(),
		authcmd.GetEncodeCommand(),
		authcmd.GetDecodeCommand(),
		authcmd.GetSimulateCmd(),
	)
	return tx
}

// newApp opens the application of a node.
func newApp(logger log.Logger, db dbm.DB, options servertypes.AppOptions) servertypes.Application {
	return app.New(logger, db, true, options, server.DefaultBaseappOptions(options)...)
}
