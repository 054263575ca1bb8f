package admission

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
)

// AutoCLIOptions gives the commands of the daemon their texts and positional arguments and examples.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: "daonetes.admission.v1.Query",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "Params", Use: "params", Short: "Show the parameters"},
				{RpcMethod: "Paused", Use: "paused", Short: "List the types of messages that are not taken"},
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: "daonetes.admission.v1.Msg",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "UpdateParams", Use: "update-params PARAMS", Short: "Change limits, rates and prices (network authority)", PositionalArgs: arguments("params"),
					Example: `daonetesd tx admission update-params params.json --from root`},
				{RpcMethod: "Pause", Use: "pause TYPE_URL...", Short: "Take no more messages of these types (network authority)", PositionalArgs: rest("type_urls"),
					Example: `daonetesd tx admission pause /daonetes.workgroup.v1.MsgCreateGroup --from root`},
				{RpcMethod: "Resume", Use: "resume TYPE_URL...", Short: "Take messages of these types again (network authority)", PositionalArgs: rest("type_urls"),
					Example: `daonetesd tx admission resume /daonetes.workgroup.v1.MsgCreateGroup --from root`},
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

func rest(field string) []*autocliv1.PositionalArgDescriptor {
	return []*autocliv1.PositionalArgDescriptor{{ProtoField: field, Varargs: true}}
}
