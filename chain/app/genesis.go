package app

import (
	"encoding/json"
	"fmt"

	abci "github.com/cometbft/cometbft/abci/types"
	cmttypes "github.com/cometbft/cometbft/types"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
)

// GenesisState is the state of all modules, by name.
type GenesisState map[string]json.RawMessage

// DefaultGenesis is the state of a new network.
func (app *App) DefaultGenesis() (GenesisState, error) {
	state := GenesisState(app.basics.DefaultGenesis(app.cdc))
	accounts := authtypes.DefaultGenesisState()
	// It counts the sub-keys of a multisig, not its signatures.
	accounts.Params.TxSigLimit = 32
	raw, err := app.cdc.MarshalJSON(accounts)
	state[authtypes.ModuleName] = raw
	return state, err
}

// DefaultConsensusParams are the consensus parameters of a new network.
func DefaultConsensusParams() *cmttypes.ConsensusParams {
	params := cmttypes.DefaultConsensusParams()
	params.Block.MaxBytes = 4 << 20
	params.Block.MaxGas = 100_000_000
	params.Validator.PubKeyTypes = []string{cmttypes.ABCIPubKeyTypeEd25519}
	// Evidence is too old only when both have passed.
	params.Evidence.MaxAgeDuration = 30 * 24 * 60 * 60 * 1_000_000_000
	params.Evidence.MaxAgeNumBlocks = 500_000
	return params
}

// InitChainer stores the genesis state.
func (app *App) InitChainer(ctx sdk.Context, request *abci.RequestInitChain) (*abci.ResponseInitChain, error) {
	var state GenesisState
	if err := json.Unmarshal(request.AppStateBytes, &state); err != nil {
		return nil, fmt.Errorf("app_state of the genesis file is not JSON: %w", err)
	}
	if err := app.UpgradeKeeper.SetModuleVersionMap(ctx, app.modules.GetVersionMap()); err != nil {
		return nil, err
	}
	response, err := app.modules.InitGenesis(ctx, app.cdc, state)
	if err != nil {
		return nil, err
	}
	app.beforeFirstBlock, err = app.ValsetKeeper.Params(ctx)
	return response, err
}
