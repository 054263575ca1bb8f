package keeper

import (
	"context"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	"github.com/daonetes/daonetes/chain/x/internal/queries"
	"github.com/daonetes/daonetes/chain/x/workgroup/types"
)

func (s queryServer) Device(ctx context.Context, request *workgroupv1.QueryDeviceRequest) (*workgroupv1.QueryDeviceResponse, error) {
	address, err := types.ParseAddress(request.Address)
	if err != nil {
		return nil, invalidArgument(err)
	}
	device, err := s.keeper.Device(ctx, address)
	if err != nil {
		return nil, queryError(err)
	}
	return &workgroupv1.QueryDeviceResponse{Device: device}, nil
}

func (s queryServer) DeviceByName(ctx context.Context, request *workgroupv1.QueryDeviceByNameRequest) (*workgroupv1.QueryDeviceByNameResponse, error) {
	address, err := s.keeper.devicesByName.Get(ctx, collections.Join(request.GroupId, request.Name))
	if err != nil {
		return nil, queryError(err)
	}
	device, err := s.keeper.Device(ctx, address)
	if err != nil {
		return nil, queryError(err)
	}
	return &workgroupv1.QueryDeviceByNameResponse{Device: device}, nil
}

func (s queryServer) Devices(ctx context.Context, request *workgroupv1.QueryDevicesRequest) (*workgroupv1.QueryDevicesResponse, error) {
	page, err := queries.BoundedPage(request.Pagination)
	if err != nil {
		return nil, err
	}
	devices, next, err := query.CollectionPaginate(ctx, s.keeper.devicesByGroup, page,
		func(key collections.Pair[uint64, sdk.AccAddress], _ collections.NoValue) (workgroupv1.Device, error) {
			return s.keeper.Device(ctx, key.K2())
		},
		query.WithCollectionPaginationPairPrefix[uint64, sdk.AccAddress](request.GroupId))
	if err != nil {
		return nil, queryError(err)
	}
	return &workgroupv1.QueryDevicesResponse{Devices: devices, Pagination: next}, nil
}
