package app

import (
	"fmt"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/gogoproto/proto"

	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
	reflectionv1 "cosmossdk.io/api/cosmos/reflection/v1"
	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/codec/address"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	runtimeservices "github.com/cosmos/cosmos-sdk/runtime/services"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	"github.com/cosmos/cosmos-sdk/std"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"
	"github.com/cosmos/cosmos-sdk/types/msgservice"
	"github.com/cosmos/cosmos-sdk/version"
	authtx "github.com/cosmos/cosmos-sdk/x/auth/tx"
	"github.com/cosmos/cosmos-sdk/x/tx/signing"

	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
)

var _ servertypes.Application = (*App)(nil)

// App is the application: BaseApp with the keepers and modules of this chain.
type App struct {
	*baseapp.BaseApp
	Keepers

	amino        *codec.LegacyAmino
	cdc          codec.Codec
	txConfig     client.TxConfig
	registry     codectypes.InterfaceRegistry
	keys         map[string]*storetypes.KVStoreKey
	modules      *module.Manager
	basics       module.BasicManager
	configurator module.Configurator
	// resumed is the header of the last block before this start; zero on a new chain.
	resumed cmtproto.Header
	// beforeFirstBlock says who may connect while there is no committed state; closed where no genesis was read.
	beforeFirstBlock valsetv1.Params
}

// New builds the application on a database. With loadLatest it is ready for the next block.
func New(logger log.Logger, db dbm.DB, loadLatest bool, options servertypes.AppOptions, baseOptions ...func(*baseapp.BaseApp)) *App {
	SetSDKConfig()
	registry, err := codectypes.NewInterfaceRegistryWithOptions(codectypes.InterfaceRegistryOptions{
		ProtoFiles: proto.HybridResolver,
		SigningOptions: signing.Options{
			AddressCodec:          address.Bech32Codec{Bech32Prefix: Bech32Prefix},
			ValidatorAddressCodec: address.Bech32Codec{Bech32Prefix: Bech32Prefix + "valoper"},
		},
	})
	if err != nil {
		panic(err)
	}
	cdc := codec.NewProtoCodec(registry)
	amino := codec.NewLegacyAmino()
	std.RegisterLegacyAminoCodec(amino)
	std.RegisterInterfaces(registry)
	txConfig := authtx.NewTxConfig(cdc, authtx.DefaultSignModes)

	base := baseapp.NewBaseApp(Name, logger, db, txConfig.TxDecoder(), baseOptions...)
	base.SetVersion(version.Version)
	base.SetInterfaceRegistry(registry)
	base.SetTxEncoder(txConfig.TxEncoder())
	// Without the meter consensus parameter max_gas would bound nothing.
	base.SetDisableBlockGasMeter(false)

	app := &App{BaseApp: base, amino: amino, cdc: cdc, txConfig: txConfig, registry: registry, keys: storeKeys()}
	app.Keepers = newKeepers(app, options)
	// Before the services: each handler takes the breaker that is there when it is registered.
	app.SetCircuitBreaker(circuit{app.AdmissionKeeper, messageTypes{registry}})
	app.setModules()
	if err := registry.SigningContext().Validate(); err != nil {
		panic(err)
	}
	if err := app.registerServices(); err != nil {
		panic(err)
	}
	app.MountKVStores(app.keys)
	app.SetInitChainer(app.InitChainer)
	app.SetPreBlocker(app.PreBlocker)
	app.SetBeginBlocker(app.BeginBlocker)
	app.SetEndBlocker(app.EndBlocker)
	app.SetAnteHandler(app.withResumed(app.newAnteHandler()))
	app.setUpgrades()
	app.setPeerFilter(options)
	if loadLatest {
		if err := app.LoadLatestVersion(); err != nil {
			panic(fmt.Errorf("the state cannot be loaded: %w", err))
		}
		if err := app.resume(); err != nil {
			panic(fmt.Errorf("the last block's header cannot be read: %w", err))
		}
	}
	return app
}

func (app *App) registerServices() error {
	app.configurator = module.NewConfigurator(app.cdc, app.MsgServiceRouter(), app.GRPCQueryRouter())
	if err := app.modules.RegisterServices(app.configurator); err != nil {
		return err
	}
	autocliv1.RegisterQueryServer(app.GRPCQueryRouter(), runtimeservices.NewAutoCLIQueryService(app.modules.Modules))
	reflection, err := runtimeservices.NewReflectionService()
	if err != nil {
		return err
	}
	reflectionv1.RegisterReflectionServiceServer(app.GRPCQueryRouter(), reflection)
	files, err := proto.MergedRegistry()
	if err != nil {
		return err
	}
	return msgservice.ValidateProtoAnnotations(files)
}

// Codec is the codec that knows every type of the chain.
func (app *App) Codec() codec.Codec { return app.cdc }

// LegacyAmino is the codec of old-style key files.
func (app *App) LegacyAmino() *codec.LegacyAmino { return app.amino }

// InterfaceRegistry knows every message and account type.
func (app *App) InterfaceRegistry() codectypes.InterfaceRegistry { return app.registry }

// TxConfig reads and writes transactions.
func (app *App) TxConfig() client.TxConfig { return app.txConfig }

// Basics are the modules without their keepers.
func (app *App) Basics() module.BasicManager { return app.basics }

// LoadHeight loads the state of a height.
func (app *App) LoadHeight(height int64) error { return app.LoadVersion(height) }

// PreBlocker runs before each block.
func (app *App) PreBlocker(ctx sdk.Context, _ *requestFinalizeBlock) (*sdk.ResponsePreBlock, error) {
	return app.modules.PreBlock(ctx)
}

// BeginBlocker runs at the begin of each block.
func (app *App) BeginBlocker(ctx sdk.Context) (sdk.BeginBlock, error) {
	return app.modules.BeginBlock(ctx)
}

// EndBlocker runs at the end of each block.
func (app *App) EndBlocker(ctx sdk.Context) (sdk.EndBlock, error) {
	return app.modules.EndBlock(ctx)
}
