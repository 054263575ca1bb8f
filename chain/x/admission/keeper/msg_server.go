package keeper

import (
	"context"

	"github.com/cosmos/gogoproto/proto"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	admissionv1 "github.com/daonetes/daonetes/chain/gen/daonetes/admission/v1"
	"github.com/daonetes/daonetes/chain/x/admission/types"
)

// msgServer handles the messages, one handler each: validate, load, authorise, mutate, emit.
type msgServer struct {
	*Keeper
}

// NewMsgServer returns the module's message server.
func NewMsgServer(keeper *Keeper) admissionv1.MsgServer {
	return msgServer{keeper}
}

func (s msgServer) UpdateParams(ctx context.Context, msg *admissionv1.MsgUpdateParams) (*admissionv1.MsgUpdateParamsResponse, error) {
	if err := types.ValidateParams(msg.Params); err != nil {
		return nil, err
	}
	if err := s.requireNetworkAuthority(ctx, msg.Authority); err != nil {
		return nil, err
	}
	if err := s.params.Set(ctx, msg.Params); err != nil {
		return nil, err
	}
	return &admissionv1.MsgUpdateParamsResponse{}, emit(ctx, &admissionv1.EventParamsUpdated{})
}

func (s msgServer) Pause(ctx context.Context, msg *admissionv1.MsgPause) (*admissionv1.MsgPauseResponse, error) {
	if err := types.ValidateTypes(msg.TypeUrls); err != nil {
		return nil, err
	}
	if err := s.requireNetworkAuthority(ctx, msg.Authority); err != nil {
		return nil, err
	}
	for _, typeURL := range msg.TypeUrls {
		if !s.messages.HasMessage(typeURL) {
			return nil, errorsmod.Wrapf(types.ErrInvalidTypes, "got %s, which is no message of this chain", typeURL)
		}
	}
	before, err := s.requirePaused(ctx, msg.TypeUrls, false)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateTypes(append(before, msg.TypeUrls...)); err != nil {
		return nil, errorsmod.Wrap(err, "with those that are paused")
	}
	for _, typeURL := range msg.TypeUrls {
		if err := s.paused.Set(ctx, typeURL); err != nil {
			return nil, err
		}
		if err := emit(ctx, &admissionv1.EventPaused{TypeUrl: typeURL}); err != nil {
			return nil, err
		}
	}
	return &admissionv1.MsgPauseResponse{}, nil
}

func (s msgServer) Resume(ctx context.Context, msg *admissionv1.MsgResume) (*admissionv1.MsgResumeResponse, error) {
	if err := types.ValidateTypes(msg.TypeUrls); err != nil {
		return nil, err
	}
	if err := s.requireNetworkAuthority(ctx, msg.Authority); err != nil {
		return nil, err
	}
	if _, err := s.requirePaused(ctx, msg.TypeUrls, true); err != nil {
		return nil, err
	}
	for _, typeURL := range msg.TypeUrls {
		if err := s.paused.Remove(ctx, typeURL); err != nil {
			return nil, err
		}
		if err := emit(ctx, &admissionv1.EventResumed{TypeUrl: typeURL}); err != nil {
			return nil, err
		}
	}
	return &admissionv1.MsgResumeResponse{}, nil
}

// requirePaused refuses types that are not paused, or those that are; it returns all that are.
func (k *Keeper) requirePaused(ctx context.Context, typeURLs []string, want bool) ([]string, error) {
	for _, typeURL := range typeURLs {
		is, err := k.paused.Has(ctx, typeURL)
		if err != nil {
			return nil, err
		}
		if is != want {
			return nil, errorsmod.Wrapf(types.ErrInvalidTypes, "%s: paused is %t already", typeURL, is)
		}
	}
	return k.Paused(ctx)
}

func emit(ctx context.Context, event proto.Message) error {
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}
