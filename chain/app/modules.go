package app

import (
	"cosmossdk.io/client/v2/autocli"
	"cosmossdk.io/core/appmodule"

	runtimeservices "github.com/cosmos/cosmos-sdk/runtime/services"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"
	"github.com/cosmos/cosmos-sdk/x/auth"
	authcodec "github.com/cosmos/cosmos-sdk/x/auth/codec"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	"github.com/cosmos/cosmos-sdk/x/authz"
	authzmodule "github.com/cosmos/cosmos-sdk/x/authz/module"
	"github.com/cosmos/cosmos-sdk/x/bank"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	"github.com/cosmos/cosmos-sdk/x/consensus"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"
	"github.com/cosmos/cosmos-sdk/x/feegrant"
	feegrantmodule "github.com/cosmos/cosmos-sdk/x/feegrant/module"
	"github.com/cosmos/cosmos-sdk/x/genutil"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"
	"github.com/cosmos/cosmos-sdk/x/upgrade"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"

	"github.com/daonetes/daonetes/chain/x/admission"
	admissiontypes "github.com/daonetes/daonetes/chain/x/admission/types"
	"github.com/daonetes/daonetes/chain/x/council"
	counciltypes "github.com/daonetes/daonetes/chain/x/council/types"
	"github.com/daonetes/daonetes/chain/x/valset"
	valsettypes "github.com/daonetes/daonetes/chain/x/valset/types"
	"github.com/daonetes/daonetes/chain/x/workgroup"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	"github.com/daonetes/daonetes/chain/x/workload"
	workloadtypes "github.com/daonetes/daonetes/chain/x/workload/types"
)

// genesisOrder starts with what the others read: consensus parameters hold the network's authority, auth the accounts.
var genesisOrder = []string{
	consensustypes.ModuleName, authtypes.ModuleName, banktypes.ModuleName, authz.ModuleName, feegrant.ModuleName, upgradetypes.ModuleName,
	admissiontypes.ModuleName, workgrouptypes.ModuleName, counciltypes.ModuleName, workloadtypes.ModuleName, valsettypes.ModuleName, genutiltypes.ModuleName,
}

func (app *App) setModules() {
	app.modules = module.NewManager(
		// Without gentxs its staking keeper is never used.
		genutil.NewAppModule(app.AccountKeeper, nil, app, app.txConfig),
		auth.NewAppModule(app.cdc, app.AccountKeeper, nil),
		bank.NewAppModule(app.cdc, app.BankKeeper, app.AccountKeeper),
		authzmodule.NewAppModule(app.cdc, app.AuthzKeeper, app.AccountKeeper, app.BankKeeper, app.registry),
		feegrantmodule.NewAppModule(app.cdc, app.AccountKeeper, app.BankKeeper, app.FeegrantKeeper, app.registry),
		guardedConsensus{consensus.NewAppModule(app.cdc, app.ConsensusKeeper), app.ConsensusKeeper},
		upgrade.NewAppModule(app.UpgradeKeeper, app.AccountKeeper.AddressCodec()),
		admission.NewAppModule(app.AdmissionKeeper),
		workgroup.NewAppModule(app.WorkgroupKeeper),
		council.NewAppModule(app.CouncilKeeper),
		workload.NewAppModule(app.WorkloadKeeper),
		valset.NewAppModule(app.ValsetKeeper),
	)
	app.basics = module.NewBasicManagerFromManager(app.modules, map[string]module.AppModuleBasic{
		genutiltypes.ModuleName: genutil.NewAppModuleBasic(genutiltypes.DefaultMessageValidator),
	})
	app.basics.RegisterLegacyAminoCodec(app.amino)
	app.basics.RegisterInterfaces(app.registry)
	app.modules.SetOrderPreBlockers(upgradetypes.ModuleName, authtypes.ModuleName)
	app.modules.SetOrderBeginBlockers(authz.ModuleName, admissiontypes.ModuleName, valsettypes.ModuleName)
	app.modules.SetOrderEndBlockers(banktypes.ModuleName, feegrant.ModuleName, workloadtypes.ModuleName, valsettypes.ModuleName)
	app.modules.SetOrderInitGenesis(genesisOrder...)
	app.modules.SetOrderExportGenesis(genesisOrder...)
}

// AutoCLIOptions describe the modules to the command line.
func (app *App) AutoCLIOptions() autocli.AppOptions {
	modules := map[string]appmodule.AppModule{}
	// not consensus: fills a map for the command line.
	for name, candidate := range app.modules.Modules {
		if appModule, ok := candidate.(appmodule.AppModule); ok {
			modules[name] = appModule
		}
	}
	config := sdk.GetConfig()
	return autocli.AppOptions{
		Modules:               modules,
		ModuleOptions:         runtimeservices.ExtractAutoCLIOptions(app.modules.Modules),
		AddressCodec:          authcodec.NewBech32Codec(config.GetBech32AccountAddrPrefix()),
		ValidatorAddressCodec: authcodec.NewBech32Codec(config.GetBech32ValidatorAddrPrefix()),
		ConsensusAddressCodec: authcodec.NewBech32Codec(config.GetBech32ConsensusAddrPrefix()),
	}
}
