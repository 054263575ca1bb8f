package keeper

import (
	"context"

	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	"github.com/daonetes/daonetes/chain/x/workload/types"
)

// msgServer handles the messages, one handler each: validate, load, authorise, mutate, emit.
type msgServer struct {
	*Keeper
}

// NewMsgServer returns the module's message server.
func NewMsgServer(keeper *Keeper) workloadv1.MsgServer {
	return msgServer{keeper}
}

func (s msgServer) UpdateParams(ctx context.Context, msg *workloadv1.MsgUpdateParams) (*workloadv1.MsgUpdateParamsResponse, error) {
	if err := types.ValidateParams(msg.Params); err != nil {
		return nil, err
	}
	if err := s.requireNetworkAuthority(ctx, msg.Authority); err != nil {
		return nil, err
	}
	if err := s.params.Set(ctx, msg.Params); err != nil {
		return nil, err
	}
	return &workloadv1.MsgUpdateParamsResponse{}, emit(ctx, &workloadv1.EventParamsUpdated{})
}
