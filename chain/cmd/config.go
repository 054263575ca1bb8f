package cmd

import (
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"

	serverconfig "github.com/cosmos/cosmos-sdk/server/config"

	"github.com/daonetes/daonetes/chain/app"
)

// profile is what a node is for.
type profile int

const (
	// serveProfile answers queries: transaction index, block results and all blocks are kept.
	serveProfile profile = iota
	// validatorProfile only signs blocks.
	validatorProfile
)

// cometConfig is config.toml of a new node.
func cometConfig(profile profile) *cmtcfg.Config {
	config := cmtcfg.DefaultConfig()
	// The time after a commit is part of every deployment: a proof needs the next block.
	// Exactly 1 s must not stand here: the SDK would write 5 s instead.
	config.Consensus.TimeoutCommit = 10 * time.Millisecond
	config.Consensus.TimeoutPropose = time.Second
	config.Consensus.TimeoutProposeDelta = 250 * time.Millisecond
	config.Consensus.TimeoutPrevote = 500 * time.Millisecond
	config.Consensus.TimeoutPrevoteDelta = 250 * time.Millisecond
	config.Consensus.TimeoutPrecommit = 500 * time.Millisecond
	config.Consensus.TimeoutPrecommitDelta = 250 * time.Millisecond
	config.Consensus.PeerGossipSleepDuration = 10 * time.Millisecond
	// Idle, the chain makes a block every 30 s: block time, and with it leases and timeouts, goes on.
	config.Consensus.CreateEmptyBlocks = false
	config.Consensus.CreateEmptyBlocksInterval = 30 * time.Second
	// Any other value panics when a node of an idle chain starts again.
	config.Consensus.DoubleSignCheckHeight = 0

	// The state says which nodes may connect.
	config.FilterPeers = true
	config.P2P.PexReactor = false
	config.P2P.AddrBookStrict = false
	config.P2P.AllowDuplicateIP = true
	config.P2P.FlushThrottleTimeout = 2 * time.Millisecond

	config.Mempool.Size = 2_000
	config.Mempool.MaxTxBytes = 64 << 10

	config.Instrumentation.PrometheusListenAddr = "127.0.0.1:26660"
	config.RPC.ListenAddress = "tcp://127.0.0.1:26657"
	if profile == validatorProfile {
		config.TxIndex.Indexer = "null"
		config.Storage.DiscardABCIResponses = true
	}
	return config
}

// appConfig is app.toml of a new node, and its template.
func appConfig(profile profile) (string, serverconfig.Config) {
	config := serverconfig.DefaultConfig()
	// A node with an empty price does not start.
	config.MinGasPrices = "0" + app.Denom
	config.Pruning = "custom"
	config.PruningKeepRecent = "20000"
	config.PruningInterval = "10"
	config.IAVLCacheSize = 100_000
	config.QueryGasLimit = 50_000_000
	// An empty list would index everything.
	config.IndexEvents = []string{"message.action", "message.sender"}
	config.API.Enable = true
	// REST asks the node over gRPC. A name, even localhost, is looked up first, for half a minute where no name server answers.
	config.GRPC.Address = "127.0.0.1:9090"
	if profile == validatorProfile {
		config.MinRetainBlocks = 100_000
	} else {
		// At 60 blocks a second, one snapshot in 10 minutes.
		config.StateSync.SnapshotInterval = 36_000
		config.StateSync.SnapshotKeepRecent = 5
	}
	return serverconfig.DefaultConfigTemplate, *config
}
