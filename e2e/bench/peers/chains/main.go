// Chains runs one of the chains that ours is compared with: a minimal auth and bank application on the same SDK at its
// default configuration, or CometBFT's kvstore with our timeouts. One validator, in one process, until it is told to end.
//
//	chains bank|kvstore HOME RPC_PORT [ADDRESS]     ADDRESS gets coins in the genesis of bank
package main

import (
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/cometbft/cometbft/abci/example/kvstore"
	abci "github.com/cometbft/cometbft/abci/types"
	cmtcfg "github.com/cometbft/cometbft/config"
	cmtlog "github.com/cometbft/cometbft/libs/log"
	"github.com/cometbft/cometbft/node"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/privval"
	"github.com/cometbft/cometbft/proxy"
	"github.com/cometbft/cometbft/types"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 3 {
		return fmt.Errorf("usage: chains bank|kvstore HOME RPC_PORT [ADDRESS]")
	}
	name, home, port := args[0], args[1], args[2]
	config := cmtcfg.DefaultConfig().SetRoot(home)
	config.RPC.ListenAddress = "tcp://127.0.0.1:" + port
	config.P2P.ListenAddress = "tcp://127.0.0.1:0"
	config.P2P.PexReactor = false
	for _, folder := range []string{"config", "data"} {
		if err := os.MkdirAll(filepath.Join(home, folder), 0o700); err != nil {
			return err
		}
	}
	validator := privval.LoadOrGenFilePV(config.PrivValidatorKeyFile(), config.PrivValidatorStateFile())
	key, err := validator.GetPubKey()
	if err != nil {
		return err
	}
	genesis := &types.GenesisDoc{
		ChainID:         name + "-peer",
		GenesisTime:     time.Now(),
		ConsensusParams: types.DefaultConsensusParams(),
		Validators:      []types.GenesisValidator{{PubKey: key, Power: 10}},
	}

	var application abci.Application
	switch name {
	case "bank":
		// What the SDK writes on the first start of a node whose configuration nobody touched.
		config.Consensus.TimeoutCommit = 5 * time.Second
		if len(args) < 4 {
			return fmt.Errorf("bank needs the ADDRESS that gets coins")
		}
		if application, genesis.AppState, err = newBank(genesis.ChainID, args[3]); err != nil {
			return err
		}
	case "kvstore":
		config.Consensus.TimeoutCommit = 10 * time.Millisecond
		config.Consensus.CreateEmptyBlocks = false
		config.Consensus.CreateEmptyBlocksInterval = 30 * time.Second
		application = kvstore.NewInMemoryApplication()
	default:
		return fmt.Errorf("no chain %q", name)
	}
	if err := genesis.ValidateAndComplete(); err != nil {
		return err
	}
	nodeKey, err := p2p.LoadOrGenNodeKey(config.NodeKeyFile())
	if err != nil {
		return err
	}
	logger := cmtlog.NewFilter(cmtlog.NewTMLogger(cmtlog.NewSyncWriter(os.Stderr)), cmtlog.AllowError())
	peer, err := node.NewNode(config, validator, nodeKey, proxy.NewLocalClientCreator(application),
		func() (*types.GenesisDoc, error) { return genesis, nil },
		cmtcfg.DefaultDBProvider, node.DefaultMetricsProvider(config.Instrumentation), logger)
	if err != nil {
		return err
	}
	if err := peer.Start(); err != nil {
		return err
	}
	fmt.Printf("timeout_commit %s\n", config.Consensus.TimeoutCommit)
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM, syscall.SIGINT)
	<-ended
	return peer.Stop()
}
