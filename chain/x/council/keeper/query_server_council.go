package keeper

import (
	"context"
	"errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	"github.com/daonetes/daonetes/chain/x/council/types"
	"github.com/daonetes/daonetes/chain/x/internal/queries"
)

func (s queryServer) Params(ctx context.Context, _ *councilv1.QueryParamsRequest) (*councilv1.QueryParamsResponse, error) {
	params, err := s.keeper.params.Get(ctx)
	if err != nil {
		return nil, queryError(err)
	}
	return &councilv1.QueryParamsResponse{Params: params}, nil
}

func (s queryServer) Council(ctx context.Context, request *councilv1.QueryCouncilRequest) (*councilv1.QueryCouncilResponse, error) {
	council, err := s.keeper.Council(ctx, request.CouncilId)
	if err != nil {
		return nil, queryError(err)
	}
	return &councilv1.QueryCouncilResponse{Council: council}, nil
}

func (s queryServer) CouncilByName(ctx context.Context, request *councilv1.QueryCouncilByNameRequest) (*councilv1.QueryCouncilByNameResponse, error) {
	id, err := s.keeper.councilsByName.Get(ctx, request.Name)
	if err != nil {
		return nil, queryError(err)
	}
	council, err := s.keeper.Council(ctx, id)
	if err != nil {
		return nil, queryError(err)
	}
	return &councilv1.QueryCouncilByNameResponse{Council: council}, nil
}

func (s queryServer) CouncilByAddress(ctx context.Context, request *councilv1.QueryCouncilByAddressRequest) (*councilv1.QueryCouncilByAddressResponse, error) {
	address, err := types.ParseAddress(request.Address)
	if err != nil {
		return nil, invalidArgument(err)
	}
	council, err := s.keeper.CouncilByAddress(ctx, address)
	if err != nil {
		return nil, queryError(err)
	}
	return &councilv1.QueryCouncilByAddressResponse{Council: council}, nil
}

func (s queryServer) Councils(ctx context.Context, request *councilv1.QueryCouncilsRequest) (*councilv1.QueryCouncilsResponse, error) {
	page, err := queries.BoundedPage(request.Pagination)
	if err != nil {
		return nil, err
	}
	if request.Member == "" {
		councils, next, err := query.CollectionPaginate(ctx, s.keeper.councils, page,
			func(_ uint64, council councilv1.Council) (councilv1.Council, error) { return council, nil })
		if err != nil {
			return nil, queryError(err)
		}
		return &councilv1.QueryCouncilsResponse{Councils: councils, Pagination: next}, nil
	}
	member, err := types.ParseAddress(request.Member)
	if err != nil {
		return nil, invalidArgument(err)
	}
	councils, next, err := query.CollectionPaginate(ctx, s.keeper.councilsByMember, page,
		func(key memberKey, _ collections.NoValue) (councilv1.Council, error) {
			return s.keeper.Council(ctx, key.K2())
		},
		query.WithCollectionPaginationPairPrefix[sdk.AccAddress, uint64](member))
	if err != nil {
		return nil, queryError(err)
	}
	return &councilv1.QueryCouncilsResponse{Councils: councils, Pagination: next}, nil
}

type memberKey = collections.Pair[sdk.AccAddress, uint64]

// invalidArgument is the answer to a request that names something wrongly.
func invalidArgument(err error) error {
	return status.Error(codes.InvalidArgument, err.Error())
}

// queryError gives a failed read the status code that belongs to it.
func queryError(err error) error {
	absent := errors.Is(err, collections.ErrNotFound) || errors.Is(err, types.ErrCouncilNotFound) || errors.Is(err, types.ErrProposalNotFound)
	return queries.Error(err, absent)
}
