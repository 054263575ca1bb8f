package app

import (
	"context"

	"github.com/cosmos/cosmos-sdk/types/module"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"
)

// permissionedPeers lets the network's authority list the nodes that may connect (x/valset 1 to 2). It adds no store.
const permissionedPeers = "permissioned-peers"

// setUpgrades registers the handler of each planned upgrade and, where it adds or removes stores, the store loader.
// A handler stays for ever: a node that replays old blocks needs it.
func (app *App) setUpgrades() {
	app.UpgradeKeeper.SetUpgradeHandler(permissionedPeers, app.migrate)
}

// migrate runs what each module does from the version that the network has to its own.
func (app *App) migrate(ctx context.Context, _ upgradetypes.Plan, from module.VersionMap) (module.VersionMap, error) {
	return app.modules.RunMigrations(ctx, app.configurator, from)
}
