package types

import (
	"fmt"
	"time"

	errorsmod "cosmossdk.io/errors"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
)

// DefaultGenesis is the state of a new network.
func DefaultGenesis() *workgroupv1.GenesisState {
	return &workgroupv1.GenesisState{Params: DefaultParams(), NextGroupId: 1, NextTicketId: 1}
}

// ValidateGenesis refuses a state that the module could not have written.
func ValidateGenesis(state *workgroupv1.GenesisState) error {
	if err := ValidateParams(state.Params); err != nil {
		return err
	}
	creators := map[string]bool{}
	for _, creator := range state.Creators {
		if _, err := ParseAddress(creator.Address); err != nil {
			return errorsmod.Wrap(err, "creators")
		}
		if creators[creator.Address] {
			return fmt.Errorf("creators: %s is there twice", creator.Address)
		}
		creators[creator.Address] = true
	}
	groups, err := validateGenesisGroups(state)
	if err != nil {
		return err
	}
	if err := validateGenesisTickets(state, groups); err != nil {
		return err
	}
	if err := validateGenesisDevices(state, groups); err != nil {
		return err
	}
	recipients := map[string]bool{}
	for _, recipient := range state.Recipients {
		if _, err := ParseAddress(recipient.Address); err != nil {
			return errorsmod.Wrap(err, "recipients")
		}
		if err := validateRecipient(recipient.AgeRecipient, ErrInvalidRecipient); err != nil {
			return err
		}
		if recipients[recipient.Address] {
			return fmt.Errorf("recipients: %s is there twice", recipient.Address)
		}
		recipients[recipient.Address] = true
	}
	return nil
}

func validateGenesisGroups(state *workgroupv1.GenesisState) (map[uint64]bool, error) {
	ids, names := map[uint64]bool{}, map[string]bool{}
	for _, group := range state.Groups {
		if err := ValidateName(group.Name); err != nil {
			return nil, errorsmod.Wrapf(err, "group %d", group.Id)
		}
		if group.Id == 0 || group.Id >= max(state.NextGroupId, 1) || ids[group.Id] {
			return nil, fmt.Errorf("group %d: want a different id from 1 to below next_group_id (%d)", group.Id, state.NextGroupId)
		}
		if names[group.Name] {
			return nil, fmt.Errorf("group %d: the name %s is there twice", group.Id, group.Name)
		}
		ids[group.Id], names[group.Name] = true, true
		if _, err := ParseAddress(group.Authority); err != nil {
			return nil, errorsmod.Wrapf(err, "group %d: authority", group.Id)
		}
		if group.PendingAuthority != "" {
			if _, err := ParseAddress(group.PendingAuthority); err != nil {
				return nil, errorsmod.Wrapf(err, "group %d: pending_authority", group.Id)
			}
		}
		if err := validateHelpers("publishers", group.Publishers); err != nil {
			return nil, errorsmod.Wrapf(err, "group %d", group.Id)
		}
		if err := validateHelpers("operators", group.Operators); err != nil {
			return nil, errorsmod.Wrapf(err, "group %d", group.Id)
		}
		if err := validateMetadata(group.Metadata); err != nil {
			return nil, errorsmod.Wrapf(err, "group %d", group.Id)
		}
		// Caps that the network lowered later stay as they were stored.
		if err := ValidatePolicy(group.Policy, maxCaps); err != nil {
			return nil, errorsmod.Wrapf(err, "group %d", group.Id)
		}
	}
	return ids, nil
}

func validateGenesisTickets(state *workgroupv1.GenesisState, groups map[uint64]bool) error {
	ids, keys := map[uint64]bool{}, map[string]bool{}
	for _, ticket := range state.Tickets {
		if ticket.Id == 0 || ticket.Id >= max(state.NextTicketId, 1) || ids[ticket.Id] {
			return fmt.Errorf("ticket %d: want a different id from 1 to below next_ticket_id (%d)", ticket.Id, state.NextTicketId)
		}
		if !groups[ticket.GroupId] {
			return fmt.Errorf("ticket %d: there is no group %d", ticket.Id, ticket.GroupId)
		}
		if _, err := ParseAddress(ticket.Address); err != nil {
			return errorsmod.Wrapf(err, "ticket %d", ticket.Id)
		}
		if keys[ticket.Address] {
			return fmt.Errorf("ticket %d: its key is there twice", ticket.Id)
		}
		ids[ticket.Id], keys[ticket.Address] = true, true
		if err := ValidateTags(ticket.Tags); err != nil {
			return errorsmod.Wrapf(err, "ticket %d", ticket.Id)
		}
		if ticket.MaxUses < 1 || ticket.MaxUses > maxTicketUses || ticket.Uses > ticket.MaxUses || ticket.ExpiresAt.IsZero() {
			return errorsmod.Wrapf(ErrInvalidTicket, "ticket %d", ticket.Id)
		}
	}
	return nil
}

func validateGenesisDevices(state *workgroupv1.GenesisState, groups map[uint64]bool) error {
	type nameKey struct {
		group uint64
		name  string
	}
	addresses, names := map[string]bool{}, map[nameKey]bool{}
	for _, device := range state.Devices {
		if err := ValidateKey(device.PubKey); err != nil {
			return errorsmod.Wrapf(err, "device %s", device.Address)
		}
		want, err := AddressText(KeyAddress(device.PubKey))
		if err != nil || want != device.Address {
			return errorsmod.Wrapf(ErrInvalidAddress, "device %s: its key has the address %s", device.Address, want)
		}
		if !groups[device.GroupId] {
			return fmt.Errorf("device %s: there is no group %d", device.Address, device.GroupId)
		}
		if addresses[device.Address] {
			return fmt.Errorf("device %s is there twice", device.Address)
		}
		addresses[device.Address] = true
		if err := ValidateName(device.Name); err != nil {
			return errorsmod.Wrapf(err, "device %s", device.Address)
		}
		key := nameKey{device.GroupId, device.Name}
		revoked := device.Status == workgroupv1.DeviceStatus_DEVICE_STATUS_REVOKED
		if names[key] && !revoked {
			return fmt.Errorf("device %s: the name %s is there twice in group %d", device.Address, device.Name, device.GroupId)
		}
		names[key] = names[key] || !revoked
		if err := ValidateTags(device.Tags); err != nil {
			return errorsmod.Wrapf(err, "device %s", device.Address)
		}
		if err := ValidateDeviceInfo(device.Info); err != nil {
			return errorsmod.Wrapf(err, "device %s", device.Address)
		}
		pending := device.Status == workgroupv1.DeviceStatus_DEVICE_STATUS_PENDING
		if !pending && !revoked && !IsMember(device.Status) {
			return errorsmod.Wrapf(ErrInvalidChoice, "device %s: status %s", device.Address, device.Status)
		}
		if pending != (device.WaitingUntil != nil && device.WaitingUntil.After(time.Time{})) {
			return fmt.Errorf("device %s: waiting_until belongs to a device that waits, and to no other", device.Address)
		}
	}
	return nil
}
