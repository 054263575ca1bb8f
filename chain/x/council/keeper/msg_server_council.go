package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	"github.com/daonetes/daonetes/chain/x/council/types"
)

func (s msgServer) CreateCouncil(ctx context.Context, msg *councilv1.MsgCreateCouncil) (*councilv1.MsgCreateCouncilResponse, error) {
	params, err := s.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateCreateCouncil(msg, params, s.messages); err != nil {
		return nil, err
	}
	creator, err := types.ParseAddress(msg.Creator)
	if err != nil {
		return nil, err
	}
	taken, err := s.councilsByName.Has(ctx, msg.Name)
	if err != nil {
		return nil, err
	}
	id, err := peekID(ctx, s.nextCouncilID)
	if err != nil {
		return nil, err
	}
	address, text, err := types.CouncilAddress(id)
	if err != nil {
		return nil, err
	}
	if err := s.directory.MayCreate(ctx, creator); err != nil {
		return nil, err
	}
	if taken {
		return nil, errorsmod.Wrapf(types.ErrCouncilNameTaken, "got %s", msg.Name)
	}
	if err := types.ValidateMembers(msg.Members, text); err != nil {
		return nil, err
	}
	if err := s.checkMembers(ctx, msg.Members); err != nil {
		return nil, err
	}
	council := councilv1.Council{
		Id:               id,
		Name:             msg.Name,
		Address:          text,
		Version:          1,
		Members:          types.SortedMembers(msg.Members),
		TotalWeight:      types.TotalWeight(msg.Members),
		DefaultThreshold: msg.DefaultThreshold,
		Rules:            types.SortedRules(msg.Rules),
		VotingPeriod:     types.VotingPeriod(msg.VotingPeriod, params),
		Metadata:         msg.Metadata,
		CreatedAt:        blockTime(ctx),
	}
	if _, err := nextID(ctx, s.nextCouncilID); err != nil {
		return nil, err
	}
	if err := s.insertCouncil(ctx, council, address); err != nil {
		return nil, err
	}
	return &councilv1.MsgCreateCouncilResponse{CouncilId: id, Address: text}, emit(ctx, &councilv1.EventCouncilCreated{CouncilId: id})
}

func (s msgServer) UpdateMembers(ctx context.Context, msg *councilv1.MsgUpdateMembers) (*councilv1.MsgUpdateMembersResponse, error) {
	if err := types.ValidateUpdateMembers(msg); err != nil {
		return nil, err
	}
	council, err := s.requireCouncil(ctx, msg.Council)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateThresholds(council.DefaultThreshold, council.Rules, types.TotalWeight(msg.Members)); err != nil {
		return nil, err
	}
	if err := s.checkMembers(ctx, msg.Members); err != nil {
		return nil, err
	}
	before := council
	council.Version++
	council.Members, council.TotalWeight = types.SortedMembers(msg.Members), types.TotalWeight(msg.Members)
	if err := s.saveCouncil(ctx, before, council); err != nil {
		return nil, err
	}
	return &councilv1.MsgUpdateMembersResponse{Version: council.Version}, emit(ctx, &councilv1.EventMembersUpdated{CouncilId: council.Id})
}

func (s msgServer) UpdateRules(ctx context.Context, msg *councilv1.MsgUpdateRules) (*councilv1.MsgUpdateRulesResponse, error) {
	params, err := s.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	council, err := s.requireCouncil(ctx, msg.Council)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateUpdateRules(msg, council.TotalWeight, params, s.messages); err != nil {
		return nil, err
	}
	before := council
	council.Version++
	council.DefaultThreshold, council.Rules = msg.DefaultThreshold, types.SortedRules(msg.Rules)
	council.VotingPeriod, council.Metadata = types.VotingPeriod(msg.VotingPeriod, params), msg.Metadata
	if err := s.saveCouncil(ctx, before, council); err != nil {
		return nil, err
	}
	return &councilv1.MsgUpdateRulesResponse{Version: council.Version}, emit(ctx, &councilv1.EventRulesUpdated{CouncilId: council.Id})
}

// checkMembers refuses members that may have no second role.
func (k *Keeper) checkMembers(ctx context.Context, members []councilv1.Member) error {
	for i, member := range members {
		if _, err := k.directory.CheckActor(ctx, member.Address); err != nil {
			return errorsmod.Wrapf(err, "member %d", i+1)
		}
	}
	return nil
}
