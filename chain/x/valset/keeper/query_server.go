package keeper

import (
	"context"
	"errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/cosmos/cosmos-sdk/types/query"

	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
	"github.com/daonetes/daonetes/chain/x/internal/queries"
	"github.com/daonetes/daonetes/chain/x/valset/types"
)

// queryServer answers queries; a type of its own, as collections and methods have the same names.
type queryServer struct {
	keeper *Keeper
}

// NewQueryServer returns the module's query server.
func NewQueryServer(keeper *Keeper) valsetv1.QueryServer {
	return queryServer{keeper}
}

func (s queryServer) Params(ctx context.Context, _ *valsetv1.QueryParamsRequest) (*valsetv1.QueryParamsResponse, error) {
	params, err := s.keeper.params.Get(ctx)
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	return &valsetv1.QueryParamsResponse{Params: params}, nil
}

func (s queryServer) Authority(ctx context.Context, _ *valsetv1.QueryAuthorityRequest) (*valsetv1.QueryAuthorityResponse, error) {
	authority, err := s.keeper.network.NetworkAuthority(ctx)
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	pending, err := s.keeper.PendingAuthority(ctx)
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	return &valsetv1.QueryAuthorityResponse{Authority: authority, PendingAuthority: pending}, nil
}

func (s queryServer) Validator(ctx context.Context, request *valsetv1.QueryValidatorRequest) (*valsetv1.QueryValidatorResponse, error) {
	validator, err := s.keeper.Validator(ctx, request.Id)
	if errors.Is(err, types.ErrValidatorNotFound) {
		return nil, status.Error(codes.NotFound, err.Error())
	}
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	return &valsetv1.QueryValidatorResponse{Validator: validator}, nil
}

func (s queryServer) Validators(ctx context.Context, request *valsetv1.QueryValidatorsRequest) (*valsetv1.QueryValidatorsResponse, error) {
	page, err := queries.BoundedPage(request.Pagination)
	if err != nil {
		return nil, err
	}
	validators, next, err := query.CollectionPaginate(ctx, s.keeper.validators, page,
		func(_ uint64, validator valsetv1.Validator) (valsetv1.Validator, error) { return validator, nil })
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	return &valsetv1.QueryValidatorsResponse{Validators: validators, Pagination: next}, nil
}
