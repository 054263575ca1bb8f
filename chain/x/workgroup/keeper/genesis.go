package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	"github.com/daonetes/daonetes/chain/x/workgroup/types"
)

// InitGenesis stores a state; whoever it names gets an account.
func (k *Keeper) InitGenesis(ctx context.Context, state *workgroupv1.GenesisState) error {
	if err := types.ValidateGenesis(state); err != nil {
		return err
	}
	if err := k.params.Set(ctx, state.Params); err != nil {
		return err
	}
	if err := k.nextGroupID.Set(ctx, max(state.NextGroupId, 1)); err != nil {
		return err
	}
	if err := k.nextTicketID.Set(ctx, max(state.NextTicketId, 1)); err != nil {
		return err
	}
	authority, err := k.network.NetworkAuthority(ctx)
	if err != nil {
		return err
	}
	if authority != "" {
		address, err := types.ParseAddress(authority)
		if err != nil {
			return err
		}
		k.createAccount(ctx, address)
	}
	for _, creator := range state.Creators {
		address, err := types.ParseAddress(creator.Address)
		if err != nil {
			return err
		}
		k.createAccount(ctx, address)
		if err := k.creators.Set(ctx, address, creator); err != nil {
			return err
		}
	}
	for _, group := range state.Groups {
		for _, key := range actorKeys(group) {
			k.createAccount(ctx, key.K1())
		}
		if err := k.saveGroup(ctx, workgroupv1.Group{}, group); err != nil {
			return err
		}
		if err := k.groupsByName.Set(ctx, group.Name, group.Id); err != nil {
			return err
		}
	}
	for _, ticket := range state.Tickets {
		address, err := types.ParseAddress(ticket.Address)
		if err != nil {
			return err
		}
		k.createAccount(ctx, address)
		if err := k.insertTicket(ctx, ticket, address); err != nil {
			return err
		}
	}
	for _, device := range state.Devices {
		if types.IsMember(device.Status) {
			k.createAccount(ctx, types.KeyAddress(device.PubKey))
		}
		if err := k.saveDevice(ctx, workgroupv1.Device{}, device); err != nil {
			return err
		}
	}
	for _, recipient := range state.Recipients {
		address, err := types.ParseAddress(recipient.Address)
		if err != nil {
			return err
		}
		if err := k.recipients.Set(ctx, address, recipient); err != nil {
			return err
		}
	}
	return nil
}

// ExportGenesis reads the whole state. Indexes, counters and the expiry queue are derived from it.
func (k *Keeper) ExportGenesis(ctx context.Context) (*workgroupv1.GenesisState, error) {
	state := &workgroupv1.GenesisState{}
	var err error
	if state.Params, err = k.params.Get(ctx); err != nil {
		return nil, err
	}
	if state.NextGroupId, err = peekID(ctx, k.nextGroupID); err != nil {
		return nil, err
	}
	if state.NextTicketId, err = peekID(ctx, k.nextTicketID); err != nil {
		return nil, err
	}
	err = k.creators.Walk(ctx, nil, func(_ sdk.AccAddress, creator workgroupv1.Creator) (bool, error) {
		state.Creators = append(state.Creators, creator)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	err = k.groups.Walk(ctx, nil, func(_ uint64, group workgroupv1.Group) (bool, error) {
		state.Groups = append(state.Groups, group)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	err = k.tickets.Walk(ctx, nil, func(_ uint64, ticket workgroupv1.Ticket) (bool, error) {
		state.Tickets = append(state.Tickets, ticket)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	err = k.devices.Walk(ctx, nil, func(_ sdk.AccAddress, device workgroupv1.Device) (bool, error) {
		state.Devices = append(state.Devices, device)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	err = k.recipients.Walk(ctx, nil, func(_ sdk.AccAddress, recipient workgroupv1.Recipient) (bool, error) {
		state.Recipients = append(state.Recipients, recipient)
		return false, nil
	})
	return state, err
}
