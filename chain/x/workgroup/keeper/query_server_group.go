package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	"github.com/daonetes/daonetes/chain/x/internal/queries"
	"github.com/daonetes/daonetes/chain/x/workgroup/types"
)

func (s queryServer) Params(ctx context.Context, _ *workgroupv1.QueryParamsRequest) (*workgroupv1.QueryParamsResponse, error) {
	params, err := s.keeper.Params(ctx)
	if err != nil {
		return nil, queryError(err)
	}
	return &workgroupv1.QueryParamsResponse{Params: params}, nil
}

func (s queryServer) Creators(ctx context.Context, request *workgroupv1.QueryCreatorsRequest) (*workgroupv1.QueryCreatorsResponse, error) {
	page, err := queries.BoundedPage(request.Pagination)
	if err != nil {
		return nil, err
	}
	creators, next, err := query.CollectionPaginate(ctx, s.keeper.creators, page,
		func(_ sdk.AccAddress, creator workgroupv1.Creator) (workgroupv1.Creator, error) { return creator, nil })
	if err != nil {
		return nil, queryError(err)
	}
	return &workgroupv1.QueryCreatorsResponse{Creators: creators, Pagination: next}, nil
}

func (s queryServer) Group(ctx context.Context, request *workgroupv1.QueryGroupRequest) (*workgroupv1.QueryGroupResponse, error) {
	group, err := s.keeper.Group(ctx, request.GroupId)
	if err != nil {
		return nil, queryError(err)
	}
	return &workgroupv1.QueryGroupResponse{Group: group}, nil
}

func (s queryServer) GroupByName(ctx context.Context, request *workgroupv1.QueryGroupByNameRequest) (*workgroupv1.QueryGroupByNameResponse, error) {
	id, err := s.keeper.groupsByName.Get(ctx, request.Name)
	if err != nil {
		return nil, queryError(err)
	}
	group, err := s.keeper.Group(ctx, id)
	if err != nil {
		return nil, queryError(err)
	}
	return &workgroupv1.QueryGroupByNameResponse{Group: group}, nil
}

func (s queryServer) Groups(ctx context.Context, request *workgroupv1.QueryGroupsRequest) (*workgroupv1.QueryGroupsResponse, error) {
	page, err := queries.BoundedPage(request.Pagination)
	if err != nil {
		return nil, err
	}
	if request.Authority == "" {
		groups, next, err := query.CollectionPaginate(ctx, s.keeper.groups, page,
			func(_ uint64, group workgroupv1.Group) (workgroupv1.Group, error) { return group, nil })
		if err != nil {
			return nil, queryError(err)
		}
		return &workgroupv1.QueryGroupsResponse{Groups: groups, Pagination: next}, nil
	}
	authority, err := types.ParseAddress(request.Authority)
	if err != nil {
		return nil, invalidArgument(err)
	}
	groups, next, err := query.CollectionPaginate(ctx, s.keeper.actors, page,
		func(key actorKey, _ collections.NoValue) (workgroupv1.Group, error) {
			return s.keeper.Group(ctx, key.K3())
		},
		func(options *query.CollectionsPaginateOptions[actorKey]) {
			prefix := collections.TripleSuperPrefix[sdk.AccAddress, uint64, uint64](authority, types.ActorAuthority)
			options.Prefix = &prefix
		})
	if err != nil {
		return nil, queryError(err)
	}
	return &workgroupv1.QueryGroupsResponse{Groups: groups, Pagination: next}, nil
}

func (s queryServer) Recipient(ctx context.Context, request *workgroupv1.QueryRecipientRequest) (*workgroupv1.QueryRecipientResponse, error) {
	address, err := types.ParseAddress(request.Address)
	if err != nil {
		return nil, invalidArgument(err)
	}
	recipient, err := s.keeper.recipients.Get(ctx, address)
	if err != nil {
		return nil, queryError(err)
	}
	return &workgroupv1.QueryRecipientResponse{Recipient: recipient}, nil
}

// queryError gives a failed read the status code that belongs to it.
func queryError(err error) error {
	absent := errors.Is(err, collections.ErrNotFound) || errors.Is(err, types.ErrGroupNotFound) ||
		errors.Is(err, types.ErrTicketNotFound) || errors.Is(err, types.ErrDeviceNotFound)
	return queries.Error(err, absent)
}
