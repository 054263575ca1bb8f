package valset

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
)

// AutoCLIOptions gives the commands of the daemon their texts and positional arguments and examples.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: "daonetes.valset.v1.Query",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "Params", Use: "params", Short: "Show the parameters"},
				{RpcMethod: "Authority", Use: "authority", Short: "Show the network's authority"},
				{RpcMethod: "Validator", Use: "validator ID", Short: "Show a seat", PositionalArgs: arguments("id")},
				{RpcMethod: "Validators", Use: "validators", Short: "List the seats"},
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: "daonetes.valset.v1.Msg",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "UpdateParams", Use: "update-params PARAMS", Short: "Change the bounds of the set (network authority)", PositionalArgs: arguments("params"),
					Example: `daonetesd tx valset update-params params.json --from root`},
				{RpcMethod: "AddValidator", Use: "add-validator CONS_PUB_KEY OPERATOR POWER", Short: "Add a seat; CONS_PUB_KEY in base64 as daonetesd comet show-validator prints it (network authority)", PositionalArgs: arguments("cons_pub_key", "operator", "power"),
					Example: `daonetesd tx valset add-validator YygycUORFQHW/VJIc023DFAgoEOMoXv0/RJKc82ZlH0= daonet1zuly328kqwnd4gfw8pxghsrufmw0gz8r5vz5x8 1000 --moniker fifth --from root`},
				{RpcMethod: "RemoveValidator", Use: "remove-validator ID", Short: "Take a seat away for ever (network authority)", PositionalArgs: arguments("validator_id"),
					Example: `daonetesd tx valset remove-validator 5 --from root`},
				{RpcMethod: "SetPower", Use: "set-power ID POWER", Short: "Change the power of a seat (network authority)", PositionalArgs: arguments("validator_id", "power"),
					Example: `daonetesd tx valset set-power 5 2000 --from root`},
				{RpcMethod: "RotateKey", Use: "rotate-key ID CONS_PUB_KEY", Short: "Give a seat another key; its node must run already (operator, network authority)", PositionalArgs: arguments("validator_id", "cons_pub_key"),
					Example: `daonetesd tx valset rotate-key 5 YygycUORFQHW/VJIc023DFAgoEOMoXv0/RJKc82ZlH0= --from operator`},
				{RpcMethod: "ProposeNetworkAuthority", Use: "propose-network-authority ADDRESS", Short: "Offer the authority over the network (network authority)", PositionalArgs: arguments("new_authority"),
					Example: `daonetesd tx valset propose-network-authority daonet1zuly328kqwnd4gfw8pxghsrufmw0gz8r5vz5x8 --from root`},
				{RpcMethod: "AcceptNetworkAuthority", Use: "accept-network-authority", Short: "Take the offered authority over the network over",
					Example: `daonetesd tx valset accept-network-authority --from bob`},
			},
		},
	}
}

func arguments(fields ...string) []*autocliv1.PositionalArgDescriptor {
	var positional []*autocliv1.PositionalArgDescriptor
	for _, field := range fields {
		positional = append(positional, &autocliv1.PositionalArgDescriptor{ProtoField: field})
	}
	return positional
}
