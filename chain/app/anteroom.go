package app

import (
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/daonetes/daonetes/chain/app/ante"
)

// newAnteHandler decides which transactions enter; the same in CheckTx and in a block.
func (app *App) newAnteHandler() sdk.AnteHandler {
	return ante.NewHandler(ante.Options{
		Accounts:  app.AccountKeeper,
		Bank:      app.BankKeeper,
		Feegrant:  app.FeegrantKeeper,
		SignModes: app.txConfig.SignModeHandler(),
		Admission: app.AdmissionKeeper,
		Roles:     app.WorkgroupKeeper,
		Councils:  app.CouncilKeeper,
		Seats:     app.ValsetKeeper,
		Network:   networkAuthority{app.ConsensusKeeper},
		Codec:     app.cdc,
	})
}
