package workgroup

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
)

// AutoCLIOptions gives the commands of the daemon their texts and positional arguments.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: "daonetes.workgroup.v1.Query",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "Params", Use: "params", Short: "Show the parameters"},
				{RpcMethod: "Creators", Use: "creators", Short: "List who may create groups"},
				{RpcMethod: "Group", Use: "group ID", Short: "Show a group", PositionalArgs: arguments("group_id")},
				{RpcMethod: "GroupByName", Use: "group-by-name NAME", Short: "Show a group by its name", PositionalArgs: arguments("name")},
				{RpcMethod: "Groups", Use: "groups", Short: "List groups"},
				{RpcMethod: "Ticket", Use: "ticket ID", Short: "Show a ticket", PositionalArgs: arguments("ticket_id")},
				{RpcMethod: "TicketByAddress", Use: "ticket-by-address ADDRESS", Short: "Show a ticket by the address of its key", PositionalArgs: arguments("address")},
				{RpcMethod: "Tickets", Use: "tickets GROUP", Short: "List the tickets of a group", PositionalArgs: arguments("group_id")},
				{RpcMethod: "Device", Use: "device ADDRESS", Short: "Show a device", PositionalArgs: arguments("address")},
				{RpcMethod: "DeviceByName", Use: "device-by-name GROUP NAME", Short: "Show a device of a group by its name", PositionalArgs: arguments("group_id", "name")},
				{RpcMethod: "Devices", Use: "devices GROUP", Short: "List the devices of a group", PositionalArgs: arguments("group_id")},
				{RpcMethod: "Recipient", Use: "recipient ADDRESS", Short: "Show the age recipient of a person", PositionalArgs: arguments("address")},
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: "daonetes.workgroup.v1.Msg",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "UpdateParams", Use: "update-params PARAMS", Short: "Change the parameters (network authority)", PositionalArgs: arguments("params")},
				{RpcMethod: "AddCreator", Use: "add-creator ADDRESS", Short: "Let an address create groups (network authority)", PositionalArgs: arguments("creator")},
				{RpcMethod: "RemoveCreator", Use: "remove-creator ADDRESS", Short: "Take that back (network authority)", PositionalArgs: arguments("creator")},
				{RpcMethod: "CreateGroup", Use: "create-group NAME", Short: "Create a group (creator)", PositionalArgs: arguments("name")},
				{RpcMethod: "UpdateGroup", Use: "update-group ID", Short: "Replace policy, metadata, publishers and operators (authority)", PositionalArgs: arguments("group_id")},
				{RpcMethod: "ProposeAuthority", Use: "propose-authority ID ADDRESS", Short: "Offer the authority to another address (authority)", PositionalArgs: arguments("group_id", "new_authority")},
				{RpcMethod: "AcceptAuthority", Use: "accept-authority ID", Short: "Take an offered authority over (pending authority)", PositionalArgs: arguments("group_id")},
				{RpcMethod: "CloseGroup", Use: "close-group ID", Short: "Close an empty group for ever (authority)", PositionalArgs: arguments("group_id")},
				{RpcMethod: "CreateTicket", Use: "create-ticket GROUP", Short: "Register the key of a ticket (authority)", PositionalArgs: arguments("group_id")},
				{RpcMethod: "RevokeTicket", Use: "revoke-ticket ID", Short: "End a ticket at once (authority)", PositionalArgs: arguments("ticket_id")},
				{RpcMethod: "Join", Use: "join", Short: "Bring a device into a group (ticket)"},
				{RpcMethod: "AdmitDevice", Use: "admit-device GROUP", Short: "Make a device a member by its key (authority)", PositionalArgs: arguments("group_id")},
				{RpcMethod: "ApproveDevice", Use: "approve-device ADDRESS", Short: "Make a waiting device a member (authority)", PositionalArgs: arguments("device")},
				{RpcMethod: "RejectDevice", Use: "reject-device ADDRESS", Short: "Delete a waiting entry (authority)", PositionalArgs: arguments("device")},
				{RpcMethod: "UpdateDevice", Use: "update-device ADDRESS", Short: "Change name, tags and profile of a device (authority)", PositionalArgs: arguments("device")},
				{RpcMethod: "CordonDevice", Use: "cordon-device ADDRESS", Short: "Stop new assignments to a device (authority)", PositionalArgs: arguments("device")},
				{RpcMethod: "UncordonDevice", Use: "uncordon-device ADDRESS", Short: "Allow new assignments again (authority)", PositionalArgs: arguments("device")},
				{RpcMethod: "RevokeDevice", Use: "revoke-device ADDRESS", Short: "End a device's membership for ever (authority)", PositionalArgs: arguments("device")},
				{RpcMethod: "AnnounceDevice", Use: "announce-device", Short: "Change what a device says of itself (device)"},
				{RpcMethod: "SetRecipient", Use: "set-recipient AGE_RECIPIENT", Short: "Register your age recipient (authority or operator)", PositionalArgs: arguments("age_recipient")},
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
