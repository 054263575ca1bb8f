package app

import (
	"maps"
	"slices"

	"github.com/spf13/cast"

	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/runtime"
	"github.com/cosmos/cosmos-sdk/server"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	authcodec "github.com/cosmos/cosmos-sdk/x/auth/codec"
	authkeeper "github.com/cosmos/cosmos-sdk/x/auth/keeper"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	authzkeeper "github.com/cosmos/cosmos-sdk/x/authz/keeper"
	bankkeeper "github.com/cosmos/cosmos-sdk/x/bank/keeper"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	consensuskeeper "github.com/cosmos/cosmos-sdk/x/consensus/keeper"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"
	"github.com/cosmos/cosmos-sdk/x/feegrant"
	feegrantkeeper "github.com/cosmos/cosmos-sdk/x/feegrant/keeper"
	upgradekeeper "github.com/cosmos/cosmos-sdk/x/upgrade/keeper"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"

	admissionkeeper "github.com/daonetes/daonetes/chain/x/admission/keeper"
	admissiontypes "github.com/daonetes/daonetes/chain/x/admission/types"
	councilkeeper "github.com/daonetes/daonetes/chain/x/council/keeper"
	counciltypes "github.com/daonetes/daonetes/chain/x/council/types"
	valsetkeeper "github.com/daonetes/daonetes/chain/x/valset/keeper"
	valsettypes "github.com/daonetes/daonetes/chain/x/valset/types"
	workgroupkeeper "github.com/daonetes/daonetes/chain/x/workgroup/keeper"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	workloadkeeper "github.com/daonetes/daonetes/chain/x/workload/keeper"
	workloadtypes "github.com/daonetes/daonetes/chain/x/workload/types"
)

// moduleAccounts may hold coins; none may mint or burn.
var moduleAccounts = map[string][]string{authtypes.FeeCollectorName: nil}

// noAuthority is the authority of SDK modules while genesis names no network authority. No key belongs to it.
var noAuthority = authtypes.NewModuleAddress("network").String

// Keepers are the keepers of the chain, in the order in which they need each other.
type Keepers struct {
	ConsensusKeeper consensuskeeper.Keeper
	AccountKeeper   authkeeper.AccountKeeper
	BankKeeper      bankkeeper.Keeper
	AuthzKeeper     authzkeeper.Keeper
	FeegrantKeeper  feegrantkeeper.Keeper
	UpgradeKeeper   *upgradekeeper.Keeper
	AdmissionKeeper *admissionkeeper.Keeper
	WorkgroupKeeper *workgroupkeeper.Keeper
	CouncilKeeper   *councilkeeper.Keeper
	WorkloadKeeper  *workloadkeeper.Keeper
	ValsetKeeper    *valsetkeeper.Keeper
}

func storeKeys() map[string]*storetypes.KVStoreKey {
	return storetypes.NewKVStoreKeys(
		authtypes.StoreKey, banktypes.StoreKey, consensustypes.StoreKey, upgradetypes.StoreKey,
		feegrant.StoreKey, authzkeeper.StoreKey,
		workgrouptypes.StoreKey, workloadtypes.StoreKey, valsettypes.StoreKey, counciltypes.StoreKey, admissiontypes.StoreKey,
	)
}

func newKeepers(app *App, options servertypes.AppOptions) Keepers {
	var k Keepers
	cdc, store := app.cdc, func(name string) *storetypes.KVStoreKey { return app.keys[name] }

	k.ConsensusKeeper = consensuskeeper.NewKeeper(cdc, runtime.NewKVStoreService(store(consensustypes.StoreKey)), noAuthority(), runtime.EventService{})
	app.SetParamStore(k.ConsensusKeeper.ParamsStore)
	network := networkAuthority{k.ConsensusKeeper}

	k.AccountKeeper = authkeeper.NewAccountKeeper(
		cdc, runtime.NewKVStoreService(store(authtypes.StoreKey)), authtypes.ProtoBaseAccount, moduleAccounts,
		authcodec.NewBech32Codec(Bech32Prefix), Bech32Prefix, noAuthority(),
		authkeeper.WithUnorderedTransactions(true),
	)
	k.BankKeeper = bankkeeper.NewBaseKeeper(
		cdc, runtime.NewKVStoreService(store(banktypes.StoreKey)), k.AccountKeeper, blockedAddresses(), noAuthority(), app.Logger(),
	)
	k.AuthzKeeper = authzkeeper.NewKeeper(runtime.NewKVStoreService(store(authzkeeper.StoreKey)), cdc, app.MsgServiceRouter(), k.AccountKeeper)
	k.FeegrantKeeper = feegrantkeeper.NewKeeper(cdc, runtime.NewKVStoreService(store(feegrant.StoreKey)), k.AccountKeeper)

	skipped := map[int64]bool{}
	for _, height := range cast.ToIntSlice(options.Get(server.FlagUnsafeSkipUpgrades)) {
		skipped[int64(height)] = true
	}
	k.UpgradeKeeper = upgradekeeper.NewKeeper(
		skipped, runtime.NewKVStoreService(store(upgradetypes.StoreKey)), cdc,
		cast.ToString(options.Get(flags.FlagHome)), app.BaseApp, noAuthority(),
	)

	k.AdmissionKeeper = admissionkeeper.NewKeeper(cdc, runtime.NewKVStoreService(store(admissiontypes.StoreKey)), network, messageTypes{app.registry})
	k.WorkgroupKeeper = workgroupkeeper.NewKeeper(cdc, runtime.NewKVStoreService(store(workgrouptypes.StoreKey)), k.AccountKeeper, network)
	k.CouncilKeeper = councilkeeper.NewKeeper(
		cdc, runtime.NewKVStoreService(store(counciltypes.StoreKey)), k.AccountKeeper, k.WorkgroupKeeper, network,
		messageTypes{app.registry}, app.MsgServiceRouter(),
	)
	k.WorkgroupKeeper.SetCouncils(k.CouncilKeeper)
	k.WorkloadKeeper = workloadkeeper.NewKeeper(cdc, runtime.NewKVStoreService(store(workloadtypes.StoreKey)), k.WorkgroupKeeper, k.CouncilKeeper, network)
	k.WorkgroupKeeper.SetHooks(hooks{workloadkeeper.NewDeviceHooks(k.WorkloadKeeper), allowances{k.AdmissionKeeper, k.WorkgroupKeeper, k.FeegrantKeeper}})
	k.ValsetKeeper = valsetkeeper.NewKeeper(cdc, runtime.NewKVStoreService(store(valsettypes.StoreKey)), k.AccountKeeper, k.WorkgroupKeeper, network)
	return k
}

// blockedAddresses may not be sent coins.
func blockedAddresses() map[string]bool {
	blocked := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(moduleAccounts)) {
		blocked[authtypes.NewModuleAddress(name).String()] = true
	}
	return blocked
}
