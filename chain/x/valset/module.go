// Package valset is the private validator set.
package valset

import (
	"context"
	"encoding/json"

	abci "github.com/cometbft/cometbft/abci/types"
	gwruntime "github.com/grpc-ecosystem/grpc-gateway/runtime"

	"cosmossdk.io/core/appmodule"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"

	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
	"github.com/daonetes/daonetes/chain/x/valset/keeper"
	"github.com/daonetes/daonetes/chain/x/valset/types"
)

var (
	_ appmodule.AppModule        = AppModule{}
	_ module.AppModuleBasic      = AppModule{}
	_ module.HasABCIGenesis      = AppModule{}
	_ module.HasABCIEndBlock     = AppModule{}
	_ appmodule.HasBeginBlocker  = AppModule{}
	_ module.HasServices         = AppModule{}
	_ module.HasConsensusVersion = AppModule{}
)

// AppModule connects the keeper to the application.
type AppModule struct {
	keeper *keeper.Keeper
}

// NewAppModule returns the module over a keeper.
func NewAppModule(keeper *keeper.Keeper) AppModule {
	return AppModule{keeper: keeper}
}

// IsAppModule marks the module.
func (AppModule) IsAppModule() {}

// IsOnePerModuleType marks the module.
func (AppModule) IsOnePerModuleType() {}

// Name is the module's name.
func (AppModule) Name() string { return types.ModuleName }

// ConsensusVersion is raised with every change of the stored state.
func (AppModule) ConsensusVersion() uint64 { return 2 }

// RegisterLegacyAminoCodec does nothing: amino JSON needs no registration.
func (AppModule) RegisterLegacyAminoCodec(*codec.LegacyAmino) {}

// RegisterInterfaces makes the messages known.
func (AppModule) RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	types.RegisterInterfaces(registry)
}

// RegisterGRPCGatewayRoutes adds the REST routes of the queries.
func (AppModule) RegisterGRPCGatewayRoutes(clientCtx client.Context, mux *gwruntime.ServeMux) {
	if err := valsetv1.RegisterQueryHandlerClient(context.Background(), mux, valsetv1.NewQueryClient(clientCtx)); err != nil {
		panic(err)
	}
}

// RegisterServices adds messages, queries and migrations.
func (m AppModule) RegisterServices(configurator module.Configurator) {
	if err := configurator.RegisterMigration(types.ModuleName, 1, keeper.NewMigrator(m.keeper).From1To2); err != nil {
		panic(err)
	}
	valsetv1.RegisterMsgServer(configurator.MsgServer(), keeper.NewMsgServer(m.keeper))
	valsetv1.RegisterQueryServer(configurator.QueryServer(), keeper.NewQueryServer(m.keeper))
}

// BeginBlock takes the seats of those who signed twice.
func (m AppModule) BeginBlock(ctx context.Context) error { return m.keeper.BeginBlock(ctx) }

// EndBlock returns what CometBFT is told of the set.
func (m AppModule) EndBlock(ctx context.Context) ([]abci.ValidatorUpdate, error) {
	return m.keeper.EndBlock(ctx)
}

// DefaultGenesis is the state of a new network.
func (AppModule) DefaultGenesis(cdc codec.JSONCodec) json.RawMessage {
	return cdc.MustMarshalJSON(types.DefaultGenesis())
}

// ValidateGenesis refuses a state that the module could not have written.
func (AppModule) ValidateGenesis(cdc codec.JSONCodec, _ client.TxEncodingConfig, raw json.RawMessage) error {
	var state valsetv1.GenesisState
	if err := cdc.UnmarshalJSON(raw, &state); err != nil {
		return err
	}
	return types.ValidateGenesis(&state)
}

// InitGenesis stores a state and returns the first validator set; a bad one stops the start.
func (m AppModule) InitGenesis(ctx sdk.Context, cdc codec.JSONCodec, raw json.RawMessage) []abci.ValidatorUpdate {
	var state valsetv1.GenesisState
	cdc.MustUnmarshalJSON(raw, &state)
	updates, err := m.keeper.InitGenesis(ctx, &state)
	if err != nil {
		panic(err)
	}
	return updates
}

// ExportGenesis reads the whole state.
func (m AppModule) ExportGenesis(ctx sdk.Context, cdc codec.JSONCodec) json.RawMessage {
	state, err := m.keeper.ExportGenesis(ctx)
	if err != nil {
		panic(err)
	}
	return cdc.MustMarshalJSON(state)
}
