package cmd

import (
	"context"

	"github.com/cometbft/cometbft/p2p"
	"golang.org/x/sync/errgroup"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/server"

	"github.com/daonetes/daonetes/chain/peers"
)

// watchPeers keeps a started node connected to the peers of its configuration.
func watchPeers(serverCtx *server.Context, clientCtx client.Context, ctx context.Context, group *errgroup.Group) error {
	config := serverCtx.Config.P2P
	node, running := clientCtx.Client.(peers.Node)
	if !running {
		serverCtx.Logger.Error("nobody dials lost peers again after a long cut: REST and gRPC are both off in app.toml")
		return nil
	}
	key, err := p2p.LoadNodeKey(serverCtx.Config.NodeKeyFile())
	if err != nil {
		return err
	}
	watch := peers.NewWatch(node, serverCtx.Logger, key.ID(), config.PersistentPeers, config.ListenAddress)
	group.Go(func() error {
		watch.Run(ctx)
		return nil
	})
	return nil
}
