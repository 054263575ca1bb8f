// Chains runs one node of a chain that ours is compared with, in one process, until it is told to end: a minimal auth and
// bank application on the same SDK, or CometBFT's kvstore. All nodes of a chain make the same genesis by themselves, as
// keys of validators follow from their numbers.
//
//	chains [flags] bank|kvstore HOME
package main

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/cometbft/cometbft/abci/example/kvstore"
	abci "github.com/cometbft/cometbft/abci/types"
	cmtcfg "github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtlog "github.com/cometbft/cometbft/libs/log"
	"github.com/cometbft/cometbft/node"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/privval"
	"github.com/cometbft/cometbft/proxy"
	"github.com/cometbft/cometbft/types"
)

// options say what the network of a node is like.
type options struct {
	name, home string
	// Number of this node, and of all of them.
	index, nodes int
	// The first ports of node 0; the next node has the next ones.
	rpcPort, p2pPort int
	// The timeouts of our chain instead of those that the SDK writes.
	ourTimeouts bool
	genesisTime string
	// File with an address a line; each has coins.
	accounts string
}

func main() {
	var o options
	flag.IntVar(&o.index, "index", 0, "number of this node")
	flag.IntVar(&o.nodes, "nodes", 1, "number of nodes, all validators")
	flag.IntVar(&o.rpcPort, "rpc", 0, "RPC port of node 0")
	flag.IntVar(&o.p2pPort, "p2p", 0, "port of node 0 for its peers")
	flag.BoolVar(&o.ourTimeouts, "our-timeouts", false, "timeouts of our chain; without it those that the SDK writes on the first start")
	flag.StringVar(&o.genesisTime, "genesis-time", "", "RFC 3339")
	flag.StringVar(&o.accounts, "accounts", "", "file with addresses that have coins in the genesis of bank, one a line")
	flag.Parse()
	if flag.NArg() != 2 {
		flag.Usage()
		os.Exit(2)
	}
	o.name, o.home = flag.Arg(0), flag.Arg(1)
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	config := configOf(o)
	for _, folder := range []string{"config", "data"} {
		if err := os.MkdirAll(filepath.Join(o.home, folder), 0o700); err != nil {
			return err
		}
	}
	validator := privval.NewFilePV(validatorKey(o, o.index), config.PrivValidatorKeyFile(), config.PrivValidatorStateFile())
	validator.Save()
	genesis, application, err := chainOf(o)
	if err != nil {
		return err
	}
	logger := cmtlog.NewFilter(cmtlog.NewTMLogger(cmtlog.NewSyncWriter(os.Stderr)), cmtlog.AllowError())
	peer, err := node.NewNode(config, validator, nodeKey(o, o.index), proxy.NewLocalClientCreator(application),
		func() (*types.GenesisDoc, error) { return genesis, nil },
		cmtcfg.DefaultDBProvider, node.DefaultMetricsProvider(config.Instrumentation), logger)
	if err != nil {
		return err
	}
	if err := peer.Start(); err != nil {
		return err
	}
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM, syscall.SIGINT)
	<-ended
	return peer.Stop()
}

func configOf(o options) *cmtcfg.Config {
	config := cmtcfg.DefaultConfig().SetRoot(o.home)
	config.RPC.ListenAddress = fmt.Sprintf("tcp://127.0.0.1:%d", o.rpcPort+o.index)
	config.P2P.ListenAddress = fmt.Sprintf("tcp://127.0.0.1:%d", o.p2pPort+o.index)
	config.P2P.PexReactor = false
	config.P2P.AddrBookStrict = false
	config.P2P.AllowDuplicateIP = true
	config.TxIndex.Indexer = "null"
	config.Mempool.Size = 2_000
	var peers []string
	for i := range o.nodes {
		if i != o.index {
			peers = append(peers, fmt.Sprintf("%s@127.0.0.1:%d", nodeKey(o, i).ID(), o.p2pPort+i))
		}
	}
	config.P2P.PersistentPeers = strings.Join(peers, ",")
	if !o.ourTimeouts {
		// What the SDK writes on the first start of a node whose configuration nobody touched.
		config.Consensus.TimeoutCommit = 5 * time.Second
		return config
	}
	config.Consensus.TimeoutCommit = 10 * time.Millisecond
	config.Consensus.TimeoutPropose = time.Second
	config.Consensus.TimeoutProposeDelta = 250 * time.Millisecond
	config.Consensus.TimeoutPrevote = 500 * time.Millisecond
	config.Consensus.TimeoutPrevoteDelta = 250 * time.Millisecond
	config.Consensus.TimeoutPrecommit = 500 * time.Millisecond
	config.Consensus.TimeoutPrecommitDelta = 250 * time.Millisecond
	config.Consensus.PeerGossipSleepDuration = 10 * time.Millisecond
	config.Consensus.CreateEmptyBlocks = false
	config.Consensus.CreateEmptyBlocksInterval = 30 * time.Second
	config.P2P.FlushThrottleTimeout = 2 * time.Millisecond
	return config
}

// chainOf makes the genesis, and the application that starts with it.
func chainOf(o options) (*types.GenesisDoc, abci.Application, error) {
	genesis := &types.GenesisDoc{ChainID: o.name + "-peer", GenesisTime: time.Now(), ConsensusParams: types.DefaultConsensusParams()}
	if o.genesisTime != "" {
		at, err := time.Parse(time.RFC3339, o.genesisTime)
		if err != nil {
			return nil, nil, err
		}
		genesis.GenesisTime = at
	}
	for i := range o.nodes {
		genesis.Validators = append(genesis.Validators, types.GenesisValidator{PubKey: validatorKey(o, i).PubKey(), Power: 10})
	}
	var application abci.Application
	switch o.name {
	case "bank":
		text, err := os.ReadFile(o.accounts)
		if err != nil {
			return nil, nil, err
		}
		if application, genesis.AppState, err = newBank(genesis.ChainID, filepath.Join(o.home, "data"), strings.Fields(string(text))); err != nil {
			return nil, nil, err
		}
	case "kvstore":
		application = kvstore.NewInMemoryApplication()
	default:
		return nil, nil, fmt.Errorf("no chain %q: bank or kvstore", o.name)
	}
	return genesis, application, genesis.ValidateAndComplete()
}

func validatorKey(o options, index int) ed25519.PrivKey {
	return ed25519.GenPrivKeyFromSecret(fmt.Appendf(nil, "%s validator %d", o.name, index))
}

func nodeKey(o options, index int) *p2p.NodeKey {
	return &p2p.NodeKey{PrivKey: ed25519.GenPrivKeyFromSecret(fmt.Appendf(nil, "%s node %d", o.name, index))}
}
