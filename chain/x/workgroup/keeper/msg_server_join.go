package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	"github.com/daonetes/daonetes/chain/x/workgroup/types"
)

func (s msgServer) Join(ctx context.Context, msg *workgroupv1.MsgJoin) (*workgroupv1.MsgJoinResponse, error) {
	if err := types.ValidateJoin(msg); err != nil {
		return nil, err
	}
	signer, err := types.ParseAddress(msg.Ticket)
	if err != nil {
		return nil, err
	}
	ticket, err := s.TicketByKey(ctx, signer)
	if err != nil {
		return nil, err
	}
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	now := sdkCtx.BlockTime()
	if err := types.CheckTicket(ticket, now); err != nil {
		return nil, err
	}
	group, err := s.OpenGroup(ctx, ticket.GroupId)
	if err != nil {
		return nil, err
	}
	text, err := types.JoinProofText(sdkCtx.ChainID(), group.Id, signer, msg.PubKey, msg.Info)
	if err != nil {
		return nil, err
	}
	if err := types.VerifyProof(msg.PubKey, text, msg.Proof); err != nil {
		return nil, err
	}
	address, addressText, err := s.checkNewKey(ctx, msg.PubKey)
	if err != nil {
		return nil, err
	}
	device := workgroupv1.Device{
		Address:  addressText,
		GroupId:  group.Id,
		PubKey:   msg.PubKey,
		Tags:     ticket.Tags,
		Status:   workgroupv1.DeviceStatus_DEVICE_STATUS_APPROVED,
		Profile:  workgroupv1.DeviceProfile_DEVICE_PROFILE_BASELINE,
		Info:     msg.Info,
		JoinedAt: now,
		TicketId: ticket.Id,
	}
	if err := s.checkRoom(ctx, group, ticket.AutoApprove); err != nil {
		return nil, err
	}
	if device.Name, err = s.chooseName(ctx, group.Id, msg.Info.NameHint, address); err != nil {
		return nil, err
	}
	if err := s.useTicket(ctx, ticket); err != nil {
		return nil, err
	}
	if ticket.AutoApprove {
		err = s.insertMember(ctx, device, address)
	} else {
		err = s.insertWaiting(ctx, device)
	}
	if err != nil {
		return nil, err
	}
	response := &workgroupv1.MsgJoinResponse{Device: addressText, GroupId: group.Id, Name: device.Name, Status: device.Status}
	if !ticket.AutoApprove {
		response.Status = workgroupv1.DeviceStatus_DEVICE_STATUS_PENDING
	}
	return response, emit(ctx, &workgroupv1.EventDeviceJoined{GroupId: group.Id, Device: addressText})
}

func (s msgServer) AdmitDevice(ctx context.Context, msg *workgroupv1.MsgAdmitDevice) (*workgroupv1.MsgAdmitDeviceResponse, error) {
	if err := types.ValidateAdmitDevice(msg); err != nil {
		return nil, err
	}
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	if err := types.VerifyProof(msg.PubKey, types.AdmitProofText(sdkCtx.ChainID(), msg.GroupId, msg.PubKey), msg.Proof); err != nil {
		return nil, err
	}
	group, err := s.authorisedGroup(ctx, msg.GroupId, msg.Authority)
	if err != nil {
		return nil, err
	}
	address, addressText, err := s.checkNewKey(ctx, msg.PubKey)
	if err != nil {
		return nil, err
	}
	if err := s.checkRoom(ctx, group, true); err != nil {
		return nil, err
	}
	device := workgroupv1.Device{
		Address:  addressText,
		GroupId:  group.Id,
		PubKey:   msg.PubKey,
		Name:     msg.Name,
		Tags:     types.SortedTags(msg.Tags...),
		Status:   workgroupv1.DeviceStatus_DEVICE_STATUS_APPROVED,
		Profile:  workgroupv1.DeviceProfile_DEVICE_PROFILE_BASELINE,
		JoinedAt: sdkCtx.BlockTime(),
	}
	if msg.Name != "" {
		err = s.checkDeviceName(ctx, group.Id, msg.Name)
	} else {
		device.Name, err = s.chooseName(ctx, group.Id, "", address)
	}
	if err != nil {
		return nil, err
	}
	if err := s.insertMember(ctx, device, address); err != nil {
		return nil, err
	}
	response := &workgroupv1.MsgAdmitDeviceResponse{Device: addressText, Name: device.Name}
	return response, emit(ctx, &workgroupv1.EventDeviceAdmitted{GroupId: group.Id, Device: addressText})
}

// checkRoom refuses one more device, or one more in the waiting room.
func (k *Keeper) checkRoom(ctx context.Context, group workgroupv1.Group, approved bool) error {
	policy, err := k.EffectivePolicy(ctx, group)
	if err != nil {
		return err
	}
	if err := k.checkCap(ctx, group.Id, types.CountDevices, policy.Caps.MaxDevices, "devices"); err != nil {
		return err
	}
	if approved {
		return nil
	}
	return k.checkCap(ctx, group.Id, types.CountPending, policy.Caps.MaxPending, "waiting devices")
}

// useTicket counts one use; the last one frees the ticket's place among the live ones.
func (k *Keeper) useTicket(ctx context.Context, ticket workgroupv1.Ticket) error {
	ticket.Uses++
	if ticket.Uses == ticket.MaxUses {
		if err := k.addCount(ctx, ticket.GroupId, types.CountTickets, false); err != nil {
			return err
		}
	}
	return k.tickets.Set(ctx, ticket.Id, ticket)
}

// insertWaiting puts a device that has no account yet into the waiting room.
func (k *Keeper) insertWaiting(ctx context.Context, device workgroupv1.Device) error {
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	until := device.JoinedAt.Add(params.WaitingTtl)
	device.Status, device.WaitingUntil = workgroupv1.DeviceStatus_DEVICE_STATUS_PENDING, &until
	return k.saveDevice(ctx, workgroupv1.Device{}, device)
}

// insertMember makes a new device a member: account, record, mesh and hooks.
func (k *Keeper) insertMember(ctx context.Context, device workgroupv1.Device, address sdk.AccAddress) error {
	k.createAccount(ctx, address)
	if err := k.saveDevice(ctx, workgroupv1.Device{}, device); err != nil {
		return err
	}
	if err := k.raiseMesh(ctx, device.GroupId); err != nil {
		return err
	}
	return k.hooks.AfterDeviceApproved(ctx, device)
}
