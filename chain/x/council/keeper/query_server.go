package keeper

import (
	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
)

// queryServer answers queries; a type of its own, as collections and methods have the same names.
type queryServer struct {
	keeper *Keeper
}

// NewQueryServer returns the module's query server.
func NewQueryServer(keeper *Keeper) councilv1.QueryServer {
	return queryServer{keeper}
}
