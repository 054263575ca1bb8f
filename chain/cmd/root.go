// Package cmd is the command line of daonetesd.
package cmd

import (
	"fmt"
	"os"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/spf13/cobra"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/client"
	clientconfig "github.com/cosmos/cosmos-sdk/client/config"
	"github.com/cosmos/cosmos-sdk/client/flags"
	nodeservice "github.com/cosmos/cosmos-sdk/client/grpc/node"
	"github.com/cosmos/cosmos-sdk/server"
	servercmd "github.com/cosmos/cosmos-sdk/server/cmd"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/daonetes/daonetes/chain/app"
)

// envPrefix starts the environment variables that set flags.
const envPrefix = "DAONETESD"

// Execute runs the command line and returns the exit code.
func Execute() int {
	root, err := NewRootCommand()
	if err == nil {
		err = servercmd.Execute(root, envPrefix, app.DefaultHome())
	}
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, "error:", err)
	return 1
}

// NewRootCommand builds the command line.
func NewRootCommand() (*cobra.Command, error) {
	// The application knows codecs and modules; this one has no data and is only asked for them.
	shape := app.New(log.NewNopLogger(), dbm.NewMemDB(), true, noOptions{})
	clientCtx := client.Context{}.
		WithCodec(shape.Codec()).
		WithInterfaceRegistry(shape.InterfaceRegistry()).
		WithTxConfig(shape.TxConfig()).
		WithLegacyAmino(shape.LegacyAmino()).
		WithInput(os.Stdin).
		WithAccountRetriever(authtypes.AccountRetriever{}).
		WithHomeDir(app.DefaultHome()).
		WithViper(envPrefix)

	root := &cobra.Command{
		Use:           app.Name,
		Short:         "The node of a DAOnetes network",
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			cmd.SetOut(cmd.OutOrStdout())
			cmd.SetErr(cmd.ErrOrStderr())
			ctx, err := client.ReadPersistentCommandFlags(clientCtx.WithCmdContext(cmd.Context()), cmd.Flags())
			if err != nil {
				return err
			}
			// The first command of a home writes client.toml. A chain id in it, of whatever that command was about, would be
			// the next one's too, and --generate-only --offline would fail; --chain-id itself is read from the flags.
			ctx = ctx.WithChainID("")
			if ctx, err = clientconfig.ReadFromClientConfig(ctx); err != nil {
				return err
			}
			if err := client.SetCmdClientContextHandler(ctx, cmd); err != nil {
				return err
			}
			template, appConfig := appConfig(serveProfile)
			return server.InterceptConfigsPreRunHandler(cmd, template, appConfig, cometConfig(serveProfile))
		},
	}
	addCommands(root, shape)

	options := shape.AutoCLIOptions()
	options.ClientCtx = clientCtx
	nodeCommands := nodeservice.NewNodeCommands()
	options.ModuleOptions[nodeCommands.Name()] = nodeCommands.AutoCLIOptions()
	if err := addAutoCLI(root, options); err != nil {
		return nil, err
	}
	return root, nil
}

// noOptions are the options of an application that is never started.
type noOptions struct{}

var _ servertypes.AppOptions = noOptions{}

// Get has the home folder and nothing else.
func (noOptions) Get(name string) any {
	if name == flags.FlagHome {
		return app.DefaultHome()
	}
	return nil
}
