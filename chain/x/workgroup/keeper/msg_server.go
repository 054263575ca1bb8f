package keeper

import (
	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
)

// msgServer handles the messages, one handler each: validate, load, authorise, mutate, emit.
type msgServer struct {
	*Keeper
}

// NewMsgServer returns the module's message server.
func NewMsgServer(keeper *Keeper) workgroupv1.MsgServer {
	return msgServer{keeper}
}
