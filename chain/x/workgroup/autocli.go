package workgroup

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
)

// AutoCLIOptions gives the commands of the daemon their texts, positional arguments and examples.
// Proofs of possession come from elsewhere: a command cannot sign with a second key. `daonetes` does all of it.
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
				{RpcMethod: "UpdateParams", Use: "update-params PARAMS", Short: "Change the parameters (network authority)", PositionalArgs: arguments("params"),
					Example: `daonetesd tx workgroup update-params params.json --from root`},
				{RpcMethod: "AddCreator", Use: "add-creator ADDRESS", Short: "Let an address create groups (network authority)", PositionalArgs: arguments("creator"),
					Example: `daonetesd tx workgroup add-creator daonet1zuly328kqwnd4gfw8pxghsrufmw0gz8r5vz5x8 --from root`},
				{RpcMethod: "RemoveCreator", Use: "remove-creator ADDRESS", Short: "Take that back (network authority)", PositionalArgs: arguments("creator"),
					Example: `daonetesd tx workgroup remove-creator daonet1zuly328kqwnd4gfw8pxghsrufmw0gz8r5vz5x8 --from root`},
				{RpcMethod: "CreateGroup", Use: "create-group NAME", Short: "Create a group (creator)", PositionalArgs: arguments("name"),
					Example: `daonetesd tx workgroup create-group workshop --policy '{"lease":"3600s"}' --metadata "second floor" --from alice`},
				{RpcMethod: "UpdateGroup", Use: "update-group ID", Short: "Replace policy, metadata, publishers and operators (authority)", PositionalArgs: arguments("group_id"),
					Example: `daonetesd tx workgroup update-group 1 --publishers daonet1zuly328kqwnd4gfw8pxghsrufmw0gz8r5vz5x8 --metadata "second floor" --from alice`},
				{RpcMethod: "ProposeAuthority", Use: "propose-authority ID ADDRESS", Short: "Offer the authority to another address (authority)", PositionalArgs: arguments("group_id", "new_authority"),
					Example: `daonetesd tx workgroup propose-authority 1 daonet1zuly328kqwnd4gfw8pxghsrufmw0gz8r5vz5x8 --from alice`},
				{RpcMethod: "AcceptAuthority", Use: "accept-authority ID", Short: "Take an offered authority over (pending authority)", PositionalArgs: arguments("group_id"),
					Example: `daonetesd tx workgroup accept-authority 1 --from bob`},
				{RpcMethod: "CloseGroup", Use: "close-group ID", Short: "Close an empty group for ever (authority)", PositionalArgs: arguments("group_id"),
					Example: `daonetesd tx workgroup close-group 1 --from alice`},
				{RpcMethod: "CreateTicket", Use: "create-ticket GROUP PUB_KEY PROOF", Short: "Register the key of a ticket (authority)", PositionalArgs: arguments("group_id", "pub_key", "proof"),
					Example: `daonetesd tx workgroup create-ticket 1 YygycUORFQHW/VJIc023DFAgoEOMoXv0/RJKc82ZlH0= sMTzhmre5dEOXmwtM10vPmRkSQTrAYMxDwRhj/74mzJ20Vn2rsuOB+ZyclINSgP/Rfk= --max-uses 5 --ttl 24h --tags site=lab --from alice`},
				{RpcMethod: "RevokeTicket", Use: "revoke-ticket ID", Short: "End a ticket at once (authority)", PositionalArgs: arguments("ticket_id"),
					Example: `daonetesd tx workgroup revoke-ticket 3 --from alice`},
				{RpcMethod: "Join", Use: "join PUB_KEY PROOF INFO", Short: "Bring a device into a group (ticket)", PositionalArgs: arguments("pub_key", "proof", "info"),
					Example: `daonetesd tx workgroup join YygycUORFQHW/VJIc023DFAgoEOMoXv0/RJKc82ZlH0= sMTzhmre5dEOXmwtM10vPmRkSQTrAYMxDwRhj/74mzJ20Vn2rsuOB+ZyclINSgP/Rfk= '{"platform":"linux/amd64","name_hint":"rack-1"}' --unordered --timeout-duration 3m --from ticket`},
				{RpcMethod: "AdmitDevice", Use: "admit-device GROUP PUB_KEY PROOF", Short: "Make a device a member by its key (authority)", PositionalArgs: arguments("group_id", "pub_key", "proof"),
					Example: `daonetesd tx workgroup admit-device 1 YygycUORFQHW/VJIc023DFAgoEOMoXv0/RJKc82ZlH0= sMTzhmre5dEOXmwtM10vPmRkSQTrAYMxDwRhj/74mzJ20Vn2rsuOB+ZyclINSgP/Rfk= --name rack-1 --tags site=lab --from alice`},
				{RpcMethod: "ApproveDevice", Use: "approve-device ADDRESS", Short: "Make a waiting device a member (authority)", PositionalArgs: arguments("device"),
					Example: `daonetesd tx workgroup approve-device daonet1xat98mvkp3vs49ly908krhjp40ndht8hwzcptk --name rack-1 --tags site=lab --from alice`},
				{RpcMethod: "RejectDevice", Use: "reject-device ADDRESS", Short: "Delete a waiting entry (authority)", PositionalArgs: arguments("device"),
					Example: `daonetesd tx workgroup reject-device daonet1xat98mvkp3vs49ly908krhjp40ndht8hwzcptk --from alice`},
				{RpcMethod: "UpdateDevice", Use: "update-device ADDRESS", Short: "Change name, tags and profile of a device (authority)", PositionalArgs: arguments("device"),
					Example: `daonetesd tx workgroup update-device daonet1xat98mvkp3vs49ly908krhjp40ndht8hwzcptk --name rack-1 --tags site=lab,arch=arm --from alice`},
				{RpcMethod: "CordonDevice", Use: "cordon-device ADDRESS", Short: "Stop new assignments to a device (authority)", PositionalArgs: arguments("device"),
					Example: `daonetesd tx workgroup cordon-device daonet1xat98mvkp3vs49ly908krhjp40ndht8hwzcptk --from alice`},
				{RpcMethod: "UncordonDevice", Use: "uncordon-device ADDRESS", Short: "Allow new assignments again (authority)", PositionalArgs: arguments("device"),
					Example: `daonetesd tx workgroup uncordon-device daonet1xat98mvkp3vs49ly908krhjp40ndht8hwzcptk --from alice`},
				{RpcMethod: "RevokeDevice", Use: "revoke-device ADDRESS", Short: "End a device's membership for ever (authority)", PositionalArgs: arguments("device"),
					Example: `daonetesd tx workgroup revoke-device daonet1xat98mvkp3vs49ly908krhjp40ndht8hwzcptk --mode wipe --from alice`},
				{RpcMethod: "AnnounceDevice", Use: "announce-device INFO", Short: "Change what a device says of itself (device)", PositionalArgs: arguments("info"),
					Example: `daonetesd tx workgroup announce-device '{"platform":"linux/amd64","endpoints":["192.0.2.1:51820"]}' --unordered --timeout-duration 3m --from device`},
				{RpcMethod: "SetRecipient", Use: "set-recipient AGE_RECIPIENT", Short: "Register your age recipient (authority or operator)", PositionalArgs: arguments("age_recipient"),
					Example: `daonetesd tx workgroup set-recipient age1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqs3290gq --from alice`},
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
