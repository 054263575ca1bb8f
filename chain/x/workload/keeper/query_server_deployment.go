package keeper

import (
	"context"

	"cosmossdk.io/collections"

	"github.com/cosmos/cosmos-sdk/types/query"

	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	"github.com/daonetes/daonetes/chain/x/internal/queries"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	"github.com/daonetes/daonetes/chain/x/workload/types"
)

func (s queryServer) Deployment(ctx context.Context, request *workloadv1.QueryDeploymentRequest) (*workloadv1.QueryDeploymentResponse, error) {
	deployment, err := s.keeper.Deployment(ctx, request.DeploymentId)
	if err != nil {
		return nil, queryError(err)
	}
	return &workloadv1.QueryDeploymentResponse{Deployment: deployment}, nil
}

func (s queryServer) DeploymentByName(ctx context.Context, request *workloadv1.QueryDeploymentByNameRequest) (*workloadv1.QueryDeploymentByNameResponse, error) {
	id, err := s.keeper.deploymentsByName.Get(ctx, collections.Join(request.GroupId, request.Name))
	if err != nil {
		return nil, queryError(err)
	}
	deployment, err := s.keeper.Deployment(ctx, id)
	if err != nil {
		return nil, queryError(err)
	}
	return &workloadv1.QueryDeploymentByNameResponse{Deployment: deployment}, nil
}

func (s queryServer) Deployments(ctx context.Context, request *workloadv1.QueryDeploymentsRequest) (*workloadv1.QueryDeploymentsResponse, error) {
	page, err := queries.BoundedPage(request.Pagination)
	if err != nil {
		return nil, err
	}
	deployments, next, err := query.CollectionPaginate(ctx, s.keeper.deploymentsByGroup, page,
		func(key idPair, _ collections.NoValue) (workloadv1.Deployment, error) {
			return s.keeper.Deployment(ctx, key.K2())
		},
		query.WithCollectionPaginationPairPrefix[uint64, uint64](request.GroupId))
	if err != nil {
		return nil, queryError(err)
	}
	return &workloadv1.QueryDeploymentsResponse{Deployments: deployments, Pagination: next}, nil
}

func (s queryServer) Revisions(ctx context.Context, request *workloadv1.QueryRevisionsRequest) (*workloadv1.QueryRevisionsResponse, error) {
	if _, err := s.keeper.Deployment(ctx, request.DeploymentId); err != nil {
		return nil, queryError(err)
	}
	revisions, err := s.keeper.revisionsOf(ctx, request.DeploymentId)
	if err != nil {
		return nil, queryError(err)
	}
	return &workloadv1.QueryRevisionsResponse{Revisions: revisions}, nil
}

func (s queryServer) Holders(ctx context.Context, request *workloadv1.QueryHoldersRequest) (*workloadv1.QueryHoldersResponse, error) {
	page, err := queries.BoundedPage(request.Pagination)
	if err != nil {
		return nil, err
	}
	holders, next, err := query.CollectionPaginate(ctx, s.keeper.holders, page,
		func(_ holderKey, holder workloadv1.Holder) (workloadv1.Holder, error) { return holder, nil },
		query.WithCollectionPaginationPairPrefix[uint64, addressKey](request.DeploymentId))
	if err != nil {
		return nil, queryError(err)
	}
	return &workloadv1.QueryHoldersResponse{Holders: holders, Pagination: next}, nil
}

func (s queryServer) PlacementPreview(ctx context.Context, request *workloadv1.QueryPlacementPreviewRequest) (*workloadv1.QueryPlacementPreviewResponse, error) {
	if err := types.ValidatePlacement(request.Placement); err != nil {
		return nil, invalidArgument(err)
	}
	var platforms []string
	if request.SpecHash != "" {
		hash, err := types.ParseHash(request.SpecHash)
		if err != nil {
			return nil, invalidArgument(err)
		}
		spec, err := s.keeper.Spec(ctx, request.GroupId, hash)
		if err != nil {
			return nil, queryError(err)
		}
		platforms = spec.Declaration.Platforms
	}
	id := request.DeploymentId
	holders, err := s.keeper.activeHolders(ctx, id)
	if err != nil {
		return nil, queryError(err)
	}
	if id == 0 {
		if id, err = s.keeper.peekID(ctx); err != nil {
			return nil, queryError(err)
		}
	}
	selected, err := s.keeper.selectDevices(ctx, request.GroupId, id, types.CanonicalPlacement(request.Placement), platforms, holders)
	if err != nil {
		return nil, queryError(err)
	}
	response := &workloadv1.QueryPlacementPreviewResponse{Wanted: selected.wanted}
	for _, address := range selected.chosen {
		text, err := workgrouptypes.AddressText(address)
		if err != nil {
			return nil, queryError(err)
		}
		response.Devices = append(response.Devices, text)
	}
	return response, nil
}
