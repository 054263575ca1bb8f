package app

import (
	"slices"
	"strings"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/spf13/cast"

	servertypes "github.com/cosmos/cosmos-sdk/server/types"

	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
	valsettypes "github.com/daonetes/daonetes/chain/x/valset/types"
)

// CometBFT asks for each peer, once its id is proven, if filter_peers is true in config.toml.

// setPeerFilter lets in the nodes that the network lists, or any if it is open, and those that this node's own operator
// named: with them a node that is behind catches up, whatever its old state says.
func (app *App) setPeerFilter(options servertypes.AppOptions) {
	own := ownPeers(options)
	app.SetIDPeerFilter(func(id string) *abci.ResponseQuery {
		if slices.Contains(own, id) {
			return &abci.ResponseQuery{}
		}
		params, err := app.peerParams()
		if err != nil {
			return &abci.ResponseQuery{Code: 1, Log: err.Error()}
		}
		if !valsettypes.MayConnect(params, id) {
			return &abci.ResponseQuery{Code: 1, Log: "the network does not list the node " + id + ": its authority adds it to node_ids of x/valset"}
		}
		return &abci.ResponseQuery{}
	})
}

// peerParams are those of the last block, or of genesis before the first one.
func (app *App) peerParams() (valsetv1.Params, error) {
	if app.LastBlockHeight() == 0 {
		return app.beforeFirstBlock, nil
	}
	ctx, err := app.CreateQueryContext(0, false)
	if err != nil {
		return valsetv1.Params{}, err
	}
	return app.ValsetKeeper.Params(ctx)
}

// ownPeers are the ids of the peers in this node's configuration.
func ownPeers(options servertypes.AppOptions) []string {
	var ids []string
	for _, name := range []string{"p2p.persistent_peers", "p2p.unconditional_peer_ids", "p2p.seeds"} {
		for _, peer := range strings.Split(cast.ToString(options.Get(name)), ",") {
			id, _, _ := strings.Cut(strings.TrimSpace(peer), "@")
			if id != "" {
				ids = append(ids, strings.ToLower(id))
			}
		}
	}
	return ids
}
