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

// newBank builds the least that can send coins: auth, bank, consensus parameters. It returns its genesis too.
func newBank(chainID, rich string) (abci.Application, json.RawMessage, error) {
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
	app := baseapp.NewBaseApp("bank", log.NewNopLogger(), dbm.NewMemDB(), txConfig.TxDecoder(), baseapp.SetChainID(chainID), baseapp.SetMinGasPrices("0stake"))
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
	genesis, err := bankGenesis(cdc, rich)
	return server.NewCometABCIWrapper(app), genesis, err
}

func bankGenesis(cdc codec.Codec, rich string) (json.RawMessage, error) {
	raw, err := address.Bech32Codec{Bech32Prefix: prefix}.StringToBytes(rich)
	if err != nil {
		return nil, err
	}
	account := authtypes.NewBaseAccountWithAddress(raw)
	account.Address = rich
	accounts := authtypes.NewGenesisState(authtypes.DefaultParams(), authtypes.GenesisAccounts{account})
	coins := sdk.NewCoins(sdk.NewInt64Coin("stake", 1_000_000_000))
	balances := banktypes.NewGenesisState(banktypes.DefaultParams(), []banktypes.Balance{{Address: rich, Coins: coins}}, coins, nil, nil)
	return json.Marshal(map[string]json.RawMessage{
		authtypes.ModuleName: cdc.MustMarshalJSON(accounts),
		banktypes.ModuleName: cdc.MustMarshalJSON(balances),
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
