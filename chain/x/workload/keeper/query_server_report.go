package keeper

import (
	"context"

	"cosmossdk.io/collections"

	"github.com/cosmos/cosmos-sdk/types/query"

	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	"github.com/daonetes/daonetes/chain/x/internal/queries"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
)

func (s queryServer) Reports(ctx context.Context, request *workloadv1.QueryReportsRequest) (*workloadv1.QueryReportsResponse, error) {
	page, err := queries.BoundedPage(request.Pagination)
	if err != nil {
		return nil, err
	}
	reports, next, err := query.CollectionPaginate(ctx, s.keeper.reports, page,
		func(_ holderKey, report workloadv1.Report) (workloadv1.Report, error) { return report, nil },
		query.WithCollectionPaginationPairPrefix[uint64, addressKey](request.DeploymentId))
	if err != nil {
		return nil, queryError(err)
	}
	return &workloadv1.QueryReportsResponse{Reports: reports, Pagination: next}, nil
}

func (s queryServer) Manifest(ctx context.Context, request *workloadv1.QueryManifestRequest) (*workloadv1.QueryManifestResponse, error) {
	address, err := workgrouptypes.ParseAddress(request.Device)
	if err != nil {
		return nil, invalidArgument(err)
	}
	manifest, err := s.keeper.Manifest(ctx, address)
	if err != nil {
		return nil, queryError(err)
	}
	return &workloadv1.QueryManifestResponse{Manifest: manifest}, nil
}

func (s queryServer) DeviceReports(ctx context.Context, request *workloadv1.QueryDeviceReportsRequest) (*workloadv1.QueryDeviceReportsResponse, error) {
	address, err := workgrouptypes.ParseAddress(request.Device)
	if err != nil {
		return nil, invalidArgument(err)
	}
	held, err := s.keeper.holdingsOf(ctx, address)
	if err != nil {
		return nil, queryError(err)
	}
	response := &workloadv1.QueryDeviceReportsResponse{}
	for _, id := range held {
		report, err := getOr(ctx, s.keeper.reports, collections.Join(id, address), workloadv1.Report{})
		if err != nil {
			return nil, queryError(err)
		}
		if report.Device != "" {
			response.Reports = append(response.Reports, report)
		}
	}
	return response, nil
}

func (s queryServer) Lease(ctx context.Context, request *workloadv1.QueryLeaseRequest) (*workloadv1.QueryLeaseResponse, error) {
	address, err := workgrouptypes.ParseAddress(request.Device)
	if err != nil {
		return nil, invalidArgument(err)
	}
	lease, err := s.keeper.Lease(ctx, address)
	if err != nil {
		return nil, queryError(err)
	}
	return &workloadv1.QueryLeaseResponse{Lease: lease}, nil
}

func (s queryServer) Leases(ctx context.Context, request *workloadv1.QueryLeasesRequest) (*workloadv1.QueryLeasesResponse, error) {
	page, err := queries.BoundedPage(request.Pagination)
	if err != nil {
		return nil, err
	}
	leases, next, err := query.CollectionPaginate(ctx, s.keeper.loads, page,
		func(key holderKey, _ uint64) (workloadv1.Lease, error) { return s.keeper.Lease(ctx, key.K2()) },
		query.WithCollectionPaginationPairPrefix[uint64, addressKey](request.GroupId))
	if err != nil {
		return nil, queryError(err)
	}
	return &workloadv1.QueryLeasesResponse{Leases: leases, Pagination: next}, nil
}
