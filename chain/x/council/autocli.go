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
				{RpcMethod: "UpdateParams", Use: "update-params PARAMS", Short: "Change the parameters (network authority)", PositionalArgs: arguments("params")},
				{RpcMethod: "CreateCouncil", Use: "create-council NAME THRESHOLD", Short: "Create a council (creator); --members '{\"address\":\"daonet1..\",\"weight\":\"1\"}' for each", PositionalArgs: arguments("name", "default_threshold")},
				{RpcMethod: "UpdateMembers", Use: "update-members", Short: "Replace the members (the council itself, by a proposal)"},
				{RpcMethod: "UpdateRules", Use: "update-rules THRESHOLD", Short: "Replace the rules (the council itself, by a proposal)", PositionalArgs: arguments("default_threshold")},
				{RpcMethod: "Submit", Use: "submit COUNCIL", Short: "Propose messages (member); --messages '{\"@type\":..}' for each", PositionalArgs: arguments("council_id")},
				{RpcMethod: "Approve", Use: "approve PROPOSAL", Short: "Vote for a proposal and carry it out if that is enough (member)", PositionalArgs: arguments("proposal_id")},
				{RpcMethod: "Reject", Use: "reject PROPOSAL", Short: "Vote against a proposal (member)", PositionalArgs: arguments("proposal_id")},
				{RpcMethod: "Withdraw", Use: "withdraw PROPOSAL", Short: "Take a proposal back (its proposer)", PositionalArgs: arguments("proposal_id")},
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
