package app

import (
	"encoding/json"

	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmttypes "github.com/cometbft/cometbft/types"

	servertypes "github.com/cosmos/cosmos-sdk/server/types"
)

// Export reads the whole state for a genesis file. With forZeroHeight the new chain starts at height 1.
// The export has no nonces of unordered transactions: the new chain needs another chain id.
func (app *App) Export(forZeroHeight bool, modules []string) (servertypes.ExportedApp, error) {
	ctx := app.NewContextLegacy(true, cmtproto.Header{Height: app.LastBlockHeight()})
	state, err := app.modules.ExportGenesisForModules(ctx, app.cdc, modules)
	if err != nil {
		return servertypes.ExportedApp{}, err
	}
	raw, err := json.MarshalIndent(state, "", "  ")
	if err != nil {
		return servertypes.ExportedApp{}, err
	}
	seats, err := app.ValsetKeeper.Validators(ctx)
	if err != nil {
		return servertypes.ExportedApp{}, err
	}
	exported := servertypes.ExportedApp{
		AppState:        raw,
		Height:          app.LastBlockHeight() + 1,
		ConsensusParams: app.GetConsensusParams(ctx),
	}
	if forZeroHeight {
		exported.Height = 0
	}
	for _, seat := range seats {
		if seat.TargetPower == 0 {
			continue
		}
		key := ed25519.PubKey(seat.ConsPubKey)
		exported.Validators = append(exported.Validators, cmttypes.GenesisValidator{
			Address: key.Address(), PubKey: key, Power: seat.TargetPower, Name: seat.Moniker,
		})
	}
	return exported, nil
}
