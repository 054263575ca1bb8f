package council

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
)

// AutoCLIOptions gives the commands of the daemon their texts and positional arguments.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: "daonetes.council.v1.Query",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "Params", Use: "params", Short: "Show the parameters"},
				{RpcMethod: "Council", Use: "council ID", Short: "Show a council", PositionalArgs: arguments("council_id")},
				{RpcMethod: "CouncilByName", Use: "council-by-name NAME", Short: "Show a council by its name", PositionalArgs: arguments("name")},
				{RpcMethod: "CouncilByAddress", Use: "council-by-address ADDRESS", Short: "Show a council by its own address", PositionalArgs: arguments("address")},
				{RpcMethod: "Councils", Use: "councils", Short: "List councils, or with --member those of an address"},
				{RpcMethod: "Proposal", Use: "proposal ID", Short: "Show a proposal with its messages and votes", PositionalArgs: arguments("proposal_id")},
				{RpcMethod: "Proposals", Use: "proposals COUNCIL", Short: "List the proposals of a council", PositionalArgs: arguments("council_id")},
				{RpcMethod: "Inbox", Use: "inbox ADDRESS", Short: "List the proposals that wait for an address", PositionalArgs: arguments("member")},
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: "daonetes.council.v1.Msg",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "UpdateParams", Use: "update-params PARAMS", Short: "Change the parameters (network authority)", PositionalArgs: arguments("params"),
					Example: `daonetesd tx council update-params params.json --from root`},
				{RpcMethod: "CreateCouncil", Use: "create-council NAME THRESHOLD", Short: "Create a council (creator); --members '{\"address\":\"daonet1..\",\"weight\":\"1\"}' for each", PositionalArgs: arguments("name", "default_threshold"),
					Example: `daonetesd tx council create-council board 2 --members '{"address":"daonet1nrxutzj9rcqh2ee3n4kw9l0m0pl2pnc830rkmn","weight":"1"}' --members '{"address":"daonet1zuly328kqwnd4gfw8pxghsrufmw0gz8r5vz5x8","weight":"1"}' --from alice`},
				{RpcMethod: "UpdateMembers", Use: "update-members", Short: "Replace the members (the council itself, by a proposal)",
					Example: `daonetesd tx council update-members --members '{"address":"daonet1nrxutzj9rcqh2ee3n4kw9l0m0pl2pnc830rkmn","weight":"2"}' --members '{"address":"daonet1zuly328kqwnd4gfw8pxghsrufmw0gz8r5vz5x8","weight":"1"}' --from daonet137g9f040cf0klp05c86fhn9yp4f8fs2rm58dfn --generate-only`},
				{RpcMethod: "UpdateRules", Use: "update-rules THRESHOLD", Short: "Replace the rules (the council itself, by a proposal)", PositionalArgs: arguments("default_threshold"),
					Example: `daonetesd tx council update-rules 2 --rules '{"type_url":"/daonetes.workload.v1.MsgPauseDeployment","threshold":"1"}' --from daonet137g9f040cf0klp05c86fhn9yp4f8fs2rm58dfn --generate-only`},
				{RpcMethod: "Submit", Use: "submit COUNCIL", Short: "Propose messages (member); --messages '{\"@type\":..}' for each", PositionalArgs: arguments("council_id"),
					Example: `daonetesd tx council submit 1 --messages '{"@type":"/daonetes.workgroup.v1.MsgCloseGroup","authority":"daonet137g9f040cf0klp05c86fhn9yp4f8fs2rm58dfn","group_id":"3"}' --title "close the old group" --from alice`},
				{RpcMethod: "Approve", Use: "approve PROPOSAL", Short: "Vote for a proposal and carry it out if that is enough (member)", PositionalArgs: arguments("proposal_id"),
					Example: `daonetesd tx council approve 1 --from bob`},
				{RpcMethod: "Reject", Use: "reject PROPOSAL", Short: "Vote against a proposal (member)", PositionalArgs: arguments("proposal_id"),
					Example: `daonetesd tx council reject 1 --from bob`},
				{RpcMethod: "Withdraw", Use: "withdraw PROPOSAL", Short: "Take a proposal back (its proposer)", PositionalArgs: arguments("proposal_id"),
					Example: `daonetesd tx council withdraw 1 --from alice`},
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
