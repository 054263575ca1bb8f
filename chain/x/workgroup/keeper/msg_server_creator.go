package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	"github.com/daonetes/daonetes/chain/x/workgroup/types"
)

func (s msgServer) UpdateParams(ctx context.Context, msg *workgroupv1.MsgUpdateParams) (*workgroupv1.MsgUpdateParamsResponse, error) {
	if err := types.ValidateParams(msg.Params); err != nil {
		return nil, err
	}
	if err := s.requireNetworkAuthority(ctx, msg.Authority); err != nil {
		return nil, err
	}
	if err := s.params.Set(ctx, msg.Params); err != nil {
		return nil, err
	}
	return &workgroupv1.MsgUpdateParamsResponse{}, emit(ctx, &workgroupv1.EventParamsUpdated{})
}

func (s msgServer) AddCreator(ctx context.Context, msg *workgroupv1.MsgAddCreator) (*workgroupv1.MsgAddCreatorResponse, error) {
	if _, err := types.ParseAddress(msg.Creator); err != nil {
		return nil, err
	}
	if err := s.requireNetworkAuthority(ctx, msg.Authority); err != nil {
		return nil, err
	}
	address, err := s.CheckActor(ctx, msg.Creator)
	if err != nil {
		return nil, err
	}
	listed, err := s.creators.Has(ctx, address)
	if err != nil {
		return nil, err
	}
	if listed {
		return nil, errorsmod.Wrapf(types.ErrNothingChanges, "%s is a creator", msg.Creator)
	}
	s.createAccount(ctx, address)
	if err := s.creators.Set(ctx, address, workgroupv1.Creator{Address: msg.Creator}); err != nil {
		return nil, err
	}
	return &workgroupv1.MsgAddCreatorResponse{}, emit(ctx, &workgroupv1.EventCreatorAdded{Creator: msg.Creator})
}

func (s msgServer) RemoveCreator(ctx context.Context, msg *workgroupv1.MsgRemoveCreator) (*workgroupv1.MsgRemoveCreatorResponse, error) {
	address, err := types.ParseAddress(msg.Creator)
	if err != nil {
		return nil, err
	}
	if err := s.requireNetworkAuthority(ctx, msg.Authority); err != nil {
		return nil, err
	}
	listed, err := s.creators.Has(ctx, address)
	if err != nil {
		return nil, err
	}
	if !listed {
		return nil, errorsmod.Wrapf(types.ErrNotCreator, "got %s", msg.Creator)
	}
	if err := s.creators.Remove(ctx, address); err != nil {
		return nil, err
	}
	return &workgroupv1.MsgRemoveCreatorResponse{}, emit(ctx, &workgroupv1.EventCreatorRemoved{Creator: msg.Creator})
}

func (s msgServer) SetRecipient(ctx context.Context, msg *workgroupv1.MsgSetRecipient) (*workgroupv1.MsgSetRecipientResponse, error) {
	if err := types.ValidateSetRecipient(msg); err != nil {
		return nil, err
	}
	address, err := types.ParseAddress(msg.Address)
	if err != nil {
		return nil, err
	}
	if err := s.requireMember(ctx, address); err != nil {
		return nil, err
	}
	if msg.AgeRecipient == "" {
		err = s.recipients.Remove(ctx, address)
	} else {
		err = s.recipients.Set(ctx, address, workgroupv1.Recipient{Address: msg.Address, AgeRecipient: msg.AgeRecipient})
	}
	if err != nil {
		return nil, err
	}
	return &workgroupv1.MsgSetRecipientResponse{}, emit(ctx, &workgroupv1.EventRecipientSet{Address: msg.Address})
}

// emit sends a typed event; its failure fails the message.
func emit(ctx context.Context, event interface {
	Reset()
	String() string
	ProtoMessage()
}) error {
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}
