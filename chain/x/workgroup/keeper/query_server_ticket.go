package keeper

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/collections"

	"github.com/cosmos/cosmos-sdk/types/query"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	"github.com/daonetes/daonetes/chain/x/internal/queries"
	"github.com/daonetes/daonetes/chain/x/workgroup/types"
)

func (s queryServer) Ticket(ctx context.Context, request *workgroupv1.QueryTicketRequest) (*workgroupv1.QueryTicketResponse, error) {
	ticket, err := s.keeper.Ticket(ctx, request.TicketId)
	if err != nil {
		return nil, queryError(err)
	}
	return &workgroupv1.QueryTicketResponse{Ticket: ticket}, nil
}

func (s queryServer) TicketByAddress(ctx context.Context, request *workgroupv1.QueryTicketByAddressRequest) (*workgroupv1.QueryTicketByAddressResponse, error) {
	address, err := types.ParseAddress(request.Address)
	if err != nil {
		return nil, invalidArgument(err)
	}
	ticket, err := s.keeper.TicketByKey(ctx, address)
	if err != nil {
		return nil, queryError(err)
	}
	return &workgroupv1.QueryTicketByAddressResponse{Ticket: ticket}, nil
}

func (s queryServer) Tickets(ctx context.Context, request *workgroupv1.QueryTicketsRequest) (*workgroupv1.QueryTicketsResponse, error) {
	page, err := queries.BoundedPage(request.Pagination)
	if err != nil {
		return nil, err
	}
	tickets, next, err := query.CollectionPaginate(ctx, s.keeper.ticketsByGroup, page,
		func(key collections.Pair[uint64, uint64], _ collections.NoValue) (workgroupv1.Ticket, error) {
			return s.keeper.Ticket(ctx, key.K2())
		},
		query.WithCollectionPaginationPairPrefix[uint64, uint64](request.GroupId))
	if err != nil {
		return nil, queryError(err)
	}
	return &workgroupv1.QueryTicketsResponse{Tickets: tickets, Pagination: next}, nil
}

func invalidArgument(err error) error {
	return status.Error(codes.InvalidArgument, err.Error())
}
