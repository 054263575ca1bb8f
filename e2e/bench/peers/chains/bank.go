package main

import (
	"encoding/json"

	abci "github.com/cometbft/cometbft/abci/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/gogoproto/proto"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/codec/address"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/runtime"
	"github.com/cosmos/cosmos-sdk/server"
	"github.com/cosmos/cosmos-sdk/std"
	pruningtypes "github.com/cosmos/cosmos-sdk/store/v2/pruning/types"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"
	"github.com/cosmos/cosmos-sdk/x/auth"
	"github.com/cosmos/cosmos-sdk/x/auth/ante"
	authcodec "github.com/cosmos/cosmos-sdk/x/auth/codec"
	authkeeper "github.com/cosmos/cosmos-sdk/x/auth/keeper"
	authtx "github.com/cosmos/cosmos-sdk/x/auth/tx"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	"github.com/cosmos/cosmos-sdk/x/bank"
	bankkeeper "github.com/cosmos/cosmos-sdk/x/bank/keeper"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	"github.com/cosmos/cosmos-sdk/x/consensus"
	consensuskeeper "github.com/cosmos/cosmos-sdk/x/consensus/keeper"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"
	"github.com/cosmos/cosmos-sdk/x/tx/signing"
)

const prefix = "cosmos"

// newBank builds the least that can send coins: auth, bank, consensus parameters; its database and what it keeps are those
// of our chain. It returns its genesis too, in which each address has coins and the account of its number.
func newBank(chainID, folder string, addresses []string) (abci.Application, json.RawMessage, error) {
	registry, err := codectypes.NewInterfaceRegistryWithOptions(codectypes.InterfaceRegistryOptions{
		ProtoFiles: proto.HybridResolver,
		SigningOptions: signing.Options{
			AddressCodec:          address.Bech32Codec{Bech32Prefix: prefix},
			ValidatorAddressCodec: address.Bech32Codec{Bech32Prefix: prefix + "valoper"},
		},
	})
	if err != nil {
		return nil, nil, err
	}
	std.RegisterInterfaces(registry)
	cdc := codec.NewProtoCodec(registry)
	txConfig := authtx.NewTxConfig(cdc, authtx.DefaultSignModes)
	keys := storetypes.NewKVStoreKeys(authtypes.StoreKey, banktypes.StoreKey, consensustypes.StoreKey)
	store := func(name string) *storetypes.KVStoreKey { return keys[name] }
	database, err := dbm.NewDB("application", dbm.GoLevelDBBackend, folder)
	if err != nil {
		return nil, nil, err
	}
	app := baseapp.NewBaseApp("bank", log.NewNopLogger(), database, txConfig.TxDecoder(), baseapp.SetChainID(chainID), baseapp.SetMinGasPrices("0stake"),
		baseapp.SetPruning(pruningtypes.NewCustomPruningOptions(20_000, 10)), baseapp.SetIAVLCacheSize(100_000))
	app.SetInterfaceRegistry(registry)
	app.SetTxEncoder(txConfig.TxEncoder())

	authority := authtypes.NewModuleAddress("gov").String()
	params := consensuskeeper.NewKeeper(cdc, runtime.NewKVStoreService(store(consensustypes.StoreKey)), authority, runtime.EventService{})
	app.SetParamStore(params.ParamsStore)
	accounts := authkeeper.NewAccountKeeper(cdc, runtime.NewKVStoreService(store(authtypes.StoreKey)), authtypes.ProtoBaseAccount,
		map[string][]string{authtypes.FeeCollectorName: nil}, authcodec.NewBech32Codec(prefix), prefix, authority)
	coins := bankkeeper.NewBaseKeeper(cdc, runtime.NewKVStoreService(store(banktypes.StoreKey)), accounts, nil, authority, log.NewNopLogger())
	modules := module.NewManager(
		auth.NewAppModule(cdc, accounts, nil),
		bank.NewAppModule(cdc, coins, accounts),
		consensus.NewAppModule(cdc, params),
	)
	basics := module.NewBasicManagerFromManager(modules, nil)
	basics.RegisterInterfaces(registry)
	modules.SetOrderInitGenesis(consensustypes.ModuleName, authtypes.ModuleName, banktypes.ModuleName)
	modules.SetOrderEndBlockers(banktypes.ModuleName)
	if err := modules.RegisterServices(module.NewConfigurator(cdc, app.MsgServiceRouter(), app.GRPCQueryRouter())); err != nil {
		return nil, nil, err
	}
	handler, err := ante.NewAnteHandler(ante.HandlerOptions{
		AccountKeeper: accounts, BankKeeper: coins, SignModeHandler: txConfig.SignModeHandler(), SigGasConsumer: ante.DefaultSigVerificationGasConsumer,
	})
	if err != nil {
		return nil, nil, err
	}
	app.SetAnteHandler(handler)
	app.MountKVStores(keys)
	app.SetInitChainer(func(ctx sdk.Context, request *abci.RequestInitChain) (*abci.ResponseInitChain, error) {
		var state map[string]json.RawMessage
		if err := json.Unmarshal(request.AppStateBytes, &state); err != nil {
			return nil, err
		}
		accounts.InitGenesis(ctx, *genesisOf[authtypes.GenesisState](cdc, state[authtypes.ModuleName]))
		coins.InitGenesis(ctx, genesisOf[banktypes.GenesisState](cdc, state[banktypes.ModuleName]))
		return &abci.ResponseInitChain{Validators: request.Validators}, nil
	})
	app.SetEndBlocker(func(ctx sdk.Context) (sdk.EndBlock, error) { return modules.EndBlock(ctx) })
	if err := app.LoadLatestVersion(); err != nil {
		return nil, nil, err
	}
	genesis, err := bankGenesis(cdc, addresses)
	return server.NewCometABCIWrapper(app), genesis, err
}

func bankGenesis(cdc codec.Codec, addresses []string) (json.RawMessage, error) {
	var accounts authtypes.GenesisAccounts
	var balances []banktypes.Balance
	coins := sdk.NewCoins(sdk.NewInt64Coin("stake", 1_000_000_000))
	supply := sdk.NewCoins()
	for i, text := range addresses {
		raw, err := address.Bech32Codec{Bech32Prefix: prefix}.StringToBytes(text)
		if err != nil {
			return nil, err
		}
		account := authtypes.NewBaseAccount(raw, nil, uint64(i), 0)
		account.Address = text
		accounts = append(accounts, account)
		balances = append(balances, banktypes.Balance{Address: text, Coins: coins})
		supply = supply.Add(coins...)
	}
	return json.Marshal(map[string]json.RawMessage{
		authtypes.ModuleName: cdc.MustMarshalJSON(authtypes.NewGenesisState(authtypes.DefaultParams(), accounts)),
		banktypes.ModuleName: cdc.MustMarshalJSON(banktypes.NewGenesisState(banktypes.DefaultParams(), balances, supply, nil, nil)),
	})
}

func genesisOf[T any, P interface {
	*T
	proto.Message
}](cdc codec.Codec, raw json.RawMessage) P {
	var state P = new(T)
	cdc.MustUnmarshalJSON(raw, state)
	return state
}
