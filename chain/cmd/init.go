package cmd

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	cmtcfg "github.com/cometbft/cometbft/config"
	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/server"
	serverconfig "github.com/cosmos/cosmos-sdk/server/config"
	"github.com/cosmos/cosmos-sdk/version"
	"github.com/cosmos/cosmos-sdk/x/genutil"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/daonetes/daonetes/chain/app"
)

const (
	flagServe         = "serve"
	flagValidatorOnly = "validator-only"
	flagForce         = "force"
	defaultChainID    = "daonetes-1"
)

// initCommand writes the files of a new node.
func initCommand(shape *app.App) *cobra.Command {
	command := &cobra.Command{
		Use:   "init MONIKER",
		Short: "Write keys, configuration and an empty genesis file of a new node",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			home := client.GetClientContextFromCmd(cmd).HomeDir
			chainID, err := cmd.Flags().GetString(flags.FlagChainID)
			if err != nil {
				return err
			}
			force, err := cmd.Flags().GetBool(flagForce)
			if err != nil {
				return err
			}
			validatorOnly, err := cmd.Flags().GetBool(flagValidatorOnly)
			if err != nil {
				return err
			}
			profile := serveProfile
			if validatorOnly {
				profile = validatorProfile
			}
			return writeNode(cmd, shape, home, args[0], chainID, profile, force)
		},
	}
	command.Flags().String(flags.FlagChainID, defaultChainID, "chain id of the network")
	command.Flags().Bool(flagServe, false, "keep the transaction index, block results and all blocks (the default)")
	command.Flags().Bool(flagValidatorOnly, false, "keep only what signing blocks needs")
	command.Flags().Bool(flagForce, false, "replace the genesis file and the configuration; keys stay")
	command.MarkFlagsMutuallyExclusive(flagServe, flagValidatorOnly)
	return command
}

func writeNode(cmd *cobra.Command, shape *app.App, home, moniker, chainID string, profile profile, force bool) error {
	config := cometConfig(profile)
	config.SetRoot(home)
	config.Moniker = moniker
	if _, err := os.Stat(config.GenesisFile()); err == nil && !force {
		return fmt.Errorf("%s exists: choose another --home, or --force to replace it", config.GenesisFile())
	} else if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	nodeID, _, err := genutil.InitializeNodeValidatorFiles(config)
	if err != nil {
		return err
	}
	state, err := shape.DefaultGenesis()
	if err != nil {
		return err
	}
	raw, err := json.MarshalIndent(state, "", "  ")
	if err != nil {
		return err
	}
	genesis := genutiltypes.NewAppGenesisWithVersion(chainID, raw)
	genesis.AppName, genesis.AppVersion = version.AppName, version.Version
	genesis.InitialHeight = 1
	genesis.Consensus.Params = app.DefaultConsensusParams()
	if err := genutil.ExportGenesisFile(genesis, config.GenesisFile()); err != nil {
		return err
	}
	cmtcfg.WriteConfigFile(filepath.Join(home, "config", "config.toml"), config)
	template, appConfig := appConfig(profile)
	serverconfig.SetConfigTemplate(template)
	serverconfig.WriteConfigFile(filepath.Join(home, "config", "app.toml"), appConfig)
	return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]string{
		"moniker": moniker, "chain_id": chainID, "node_id": nodeID, "home": home,
	})
}

// nodeConfig is the node's own configuration, as read from its files.
func nodeConfig(cmd *cobra.Command) *cmtcfg.Config {
	config := server.GetServerContextFromCmd(cmd).Config
	return config.SetRoot(client.GetClientContextFromCmd(cmd).HomeDir)
}
