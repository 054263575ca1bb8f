package keeper

import (
	"context"

	"github.com/cosmos/gogoproto/proto"

	sdk "github.com/cosmos/cosmos-sdk/types"

	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
	"github.com/daonetes/daonetes/chain/x/valset/types"
)

// msgServer handles the messages, one handler each: validate, load, authorise, mutate, emit.
type msgServer struct {
	*Keeper
}

// NewMsgServer returns the module's message server.
func NewMsgServer(keeper *Keeper) valsetv1.MsgServer {
	return msgServer{keeper}
}

func (s msgServer) UpdateParams(ctx context.Context, msg *valsetv1.MsgUpdateParams) (*valsetv1.MsgUpdateParamsResponse, error) {
	if err := types.ValidateParams(msg.Params); err != nil {
		return nil, err
	}
	if err := s.requireNetworkAuthority(ctx, msg.Authority); err != nil {
		return nil, err
	}
	_, seats, err := s.membersOfSet(ctx)
	if err != nil {
		return nil, err
	}
	if err := types.CheckSeats(seats, msg.Params); err != nil {
		return nil, err
	}
	if err := s.params.Set(ctx, msg.Params); err != nil {
		return nil, err
	}
	return &valsetv1.MsgUpdateParamsResponse{}, emit(ctx, &valsetv1.EventParamsUpdated{})
}

func emit(ctx context.Context, event proto.Message) error {
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}
