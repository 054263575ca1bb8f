package keeper

import (
	"context"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	"github.com/daonetes/daonetes/chain/x/council/types"
)

// msgServer handles the messages, one handler each: validate, load, authorise, mutate, emit.
type msgServer struct {
	*Keeper
}

// NewMsgServer returns the module's message server.
func NewMsgServer(keeper *Keeper) councilv1.MsgServer {
	return msgServer{keeper}
}

func (s msgServer) UpdateParams(ctx context.Context, msg *councilv1.MsgUpdateParams) (*councilv1.MsgUpdateParamsResponse, error) {
	if err := types.ValidateParams(msg.Params); err != nil {
		return nil, err
	}
	if err := s.requireNetworkAuthority(ctx, msg.Authority); err != nil {
		return nil, err
	}
	if err := s.params.Set(ctx, msg.Params); err != nil {
		return nil, err
	}
	return &councilv1.MsgUpdateParamsResponse{}, emit(ctx, &councilv1.EventParamsUpdated{})
}
