package valset

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
)

// AutoCLIOptions gives the commands of the daemon their texts and positional arguments.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: "daonetes.valset.v1.Query",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "Params", Use: "params", Short: "Show the parameters"},
				{RpcMethod: "Authority", Use: "authority", Short: "Show the network's authority"},
				{RpcMethod: "Validator", Use: "validator ID", Short: "Show a seat", PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "id"}}},
				{RpcMethod: "Validators", Use: "validators", Short: "List the seats"},
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: "daonetes.valset.v1.Msg",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "UpdateParams", Use: "update-params PARAMS", Short: "Change the parameters (network authority)", PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "params"}},
					Example: `daonetesd tx valset update-params params.json --from root`},
			},
		},
	}
}
