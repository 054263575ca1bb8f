package keeper

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	admissionv1 "github.com/daonetes/daonetes/chain/gen/daonetes/admission/v1"
)

// queryServer answers queries; a type of its own, as collections and methods have the same names.
type queryServer struct {
	keeper *Keeper
}

// NewQueryServer returns the module's query server.
func NewQueryServer(keeper *Keeper) admissionv1.QueryServer {
	return queryServer{keeper}
}

func (s queryServer) Params(ctx context.Context, _ *admissionv1.QueryParamsRequest) (*admissionv1.QueryParamsResponse, error) {
	params, err := s.keeper.Params(ctx)
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	return &admissionv1.QueryParamsResponse{Params: params}, nil
}

func (s queryServer) Paused(ctx context.Context, _ *admissionv1.QueryPausedRequest) (*admissionv1.QueryPausedResponse, error) {
	paused, err := s.keeper.Paused(ctx)
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	return &admissionv1.QueryPausedResponse{TypeUrls: paused}, nil
}
