package keeper

import (
	"context"
	"slices"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	"github.com/daonetes/daonetes/chain/x/workgroup/types"
)

func (s msgServer) CreateGroup(ctx context.Context, msg *workgroupv1.MsgCreateGroup) (*workgroupv1.MsgCreateGroupResponse, error) {
	params, err := s.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateCreateGroup(msg, params.DefaultCaps); err != nil {
		return nil, err
	}
	creator, err := types.ParseAddress(msg.Creator)
	if err != nil {
		return nil, err
	}
	taken, err := s.groupsByName.Has(ctx, msg.Name)
	if err != nil {
		return nil, err
	}
	if err := s.requireCreator(ctx, creator); err != nil {
		return nil, err
	}
	if taken {
		return nil, errorsmod.Wrapf(types.ErrGroupNameTaken, "got %s", msg.Name)
	}
	if _, err := s.CheckActor(ctx, msg.Creator); err != nil {
		return nil, err
	}
	id, err := nextID(ctx, s.nextGroupID)
	if err != nil {
		return nil, err
	}
	group := workgroupv1.Group{
		Id:        id,
		Name:      msg.Name,
		Authority: msg.Creator,
		Policy:    withProfile(msg.Policy),
		Metadata:  msg.Metadata,
		CreatedAt: sdk.UnwrapSDKContext(ctx).BlockTime(),
	}
	if err := s.saveGroup(ctx, workgroupv1.Group{}, group); err != nil {
		return nil, err
	}
	if err := s.groupsByName.Set(ctx, group.Name, id); err != nil {
		return nil, err
	}
	return &workgroupv1.MsgCreateGroupResponse{GroupId: id}, emit(ctx, &workgroupv1.EventGroupCreated{GroupId: id})
}

func (s msgServer) UpdateGroup(ctx context.Context, msg *workgroupv1.MsgUpdateGroup) (*workgroupv1.MsgUpdateGroupResponse, error) {
	params, err := s.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateUpdateGroup(msg, params.DefaultCaps); err != nil {
		return nil, err
	}
	group, err := s.authorisedGroup(ctx, msg.GroupId, msg.Authority)
	if err != nil {
		return nil, err
	}
	for _, helper := range append(slices.Clone(msg.Publishers), msg.Operators...) {
		if _, err := s.CheckActor(ctx, helper); err != nil {
			return nil, err
		}
	}
	for _, helper := range append(slices.Clone(msg.Publishers), msg.Operators...) {
		if err := s.nameActor(ctx, helper); err != nil {
			return nil, err
		}
	}
	before := group
	group.Policy = withProfile(msg.Policy)
	group.Metadata = msg.Metadata
	group.Publishers = slices.Sorted(slices.Values(msg.Publishers))
	group.Operators = slices.Sorted(slices.Values(msg.Operators))
	if err := s.saveGroup(ctx, before, group); err != nil {
		return nil, err
	}
	return &workgroupv1.MsgUpdateGroupResponse{}, emit(ctx, &workgroupv1.EventGroupUpdated{GroupId: group.Id})
}

func (s msgServer) ProposeAuthority(ctx context.Context, msg *workgroupv1.MsgProposeAuthority) (*workgroupv1.MsgProposeAuthorityResponse, error) {
	if err := types.ValidateProposeAuthority(msg); err != nil {
		return nil, err
	}
	group, err := s.authorisedGroup(ctx, msg.GroupId, msg.Authority)
	if err != nil {
		return nil, err
	}
	if msg.NewAuthority == group.PendingAuthority || msg.NewAuthority == group.Authority {
		return nil, errorsmod.Wrapf(types.ErrNothingChanges, "new_authority of group %d: got %q", group.Id, msg.NewAuthority)
	}
	if msg.NewAuthority != "" {
		if err := s.nameActor(ctx, msg.NewAuthority); err != nil {
			return nil, err
		}
	}
	before := group
	group.PendingAuthority = msg.NewAuthority
	if err := s.saveGroup(ctx, before, group); err != nil {
		return nil, err
	}
	return &workgroupv1.MsgProposeAuthorityResponse{}, emit(ctx, &workgroupv1.EventAuthorityProposed{GroupId: group.Id})
}

func (s msgServer) AcceptAuthority(ctx context.Context, msg *workgroupv1.MsgAcceptAuthority) (*workgroupv1.MsgAcceptAuthorityResponse, error) {
	if _, err := types.ParseAddress(msg.Authority); err != nil {
		return nil, err
	}
	group, err := s.OpenGroup(ctx, msg.GroupId)
	if err != nil {
		return nil, err
	}
	if err := requirePendingAuthority(group, msg.Authority); err != nil {
		return nil, err
	}
	before := group
	group.Authority, group.PendingAuthority = msg.Authority, ""
	if err := s.saveGroup(ctx, before, group); err != nil {
		return nil, err
	}
	return &workgroupv1.MsgAcceptAuthorityResponse{}, emit(ctx, &workgroupv1.EventAuthorityAccepted{GroupId: group.Id})
}

func (s msgServer) CloseGroup(ctx context.Context, msg *workgroupv1.MsgCloseGroup) (*workgroupv1.MsgCloseGroupResponse, error) {
	if _, err := types.ParseAddress(msg.Authority); err != nil {
		return nil, err
	}
	group, err := s.authorisedGroup(ctx, msg.GroupId, msg.Authority)
	if err != nil {
		return nil, err
	}
	devices, err := s.count(ctx, group.Id, types.CountDevices)
	if err != nil {
		return nil, err
	}
	if devices > 0 {
		return nil, errorsmod.Wrapf(types.ErrGroupNotEmpty, "group %d has %d devices that are not revoked or rejected", group.Id, devices)
	}
	if err := s.hooks.BeforeGroupClosed(ctx, group.Id); err != nil {
		return nil, err
	}
	before := group
	group.Closed, group.PendingAuthority = true, ""
	if err := s.saveGroup(ctx, before, group); err != nil {
		return nil, err
	}
	return &workgroupv1.MsgCloseGroupResponse{}, emit(ctx, &workgroupv1.EventGroupClosed{GroupId: group.Id})
}

// authorisedGroup loads an open group and refuses a signer that is not its authority.
func (k *Keeper) authorisedGroup(ctx context.Context, id uint64, signer string) (workgroupv1.Group, error) {
	group, err := k.OpenGroup(ctx, id)
	if err != nil {
		return group, err
	}
	return group, requireGroupAuthority(group, signer)
}

// withProfile replaces the unspecified profile, which is never stored.
func withProfile(policy workgroupv1.GroupPolicy) workgroupv1.GroupPolicy {
	if policy.MinimumProfile == workgroupv1.DeviceProfile_DEVICE_PROFILE_UNSPECIFIED {
		policy.MinimumProfile = workgroupv1.DeviceProfile_DEVICE_PROFILE_BASELINE
	}
	return policy
}
