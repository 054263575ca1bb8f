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

func (s queryServer) Spec(ctx context.Context, request *workloadv1.QuerySpecRequest) (*workloadv1.QuerySpecResponse, error) {
	hash, err := types.ParseHash(request.Hash)
	if err != nil {
		return nil, invalidArgument(err)
	}
	spec, err := s.keeper.Spec(ctx, request.GroupId, hash)
	if err != nil {
		return nil, queryError(err)
	}
	return &workloadv1.QuerySpecResponse{Spec: spec}, nil
}

func (s queryServer) SpecContent(ctx context.Context, request *workloadv1.QuerySpecContentRequest) (*workloadv1.QuerySpecContentResponse, error) {
	hash, err := types.ParseHash(request.Hash)
	if err != nil {
		return nil, invalidArgument(err)
	}
	if _, err := s.keeper.Spec(ctx, request.GroupId, hash); err != nil {
		return nil, queryError(err)
	}
	content, err := s.keeper.contents.Get(ctx, collections.Join(request.GroupId, hash))
	if err != nil {
		return nil, queryError(err)
	}
	return &workloadv1.QuerySpecContentResponse{Content: content}, nil
}

func (s queryServer) Specs(ctx context.Context, request *workloadv1.QuerySpecsRequest) (*workloadv1.QuerySpecsResponse, error) {
	page, err := queries.BoundedPage(request.Pagination)
	if err != nil {
		return nil, err
	}
	if request.Name == "" {
		specs, next, err := query.CollectionPaginate(ctx, s.keeper.specs, page,
			func(_ contentKey, spec workloadv1.Spec) (workloadv1.Spec, error) { return spec, nil },
			query.WithCollectionPaginationPairPrefix[uint64, []byte](request.GroupId))
		if err != nil {
			return nil, queryError(err)
		}
		return &workloadv1.QuerySpecsResponse{Specs: specs, Pagination: next}, nil
	}
	if err := workgrouptypes.ValidateName(request.Name); err != nil {
		return nil, invalidArgument(err)
	}
	type versionKey = collections.Triple[uint64, string, uint64]
	specs, next, err := query.CollectionPaginate(ctx, s.keeper.specsByName, page,
		func(key versionKey, hash []byte) (workloadv1.Spec, error) { return s.keeper.Spec(ctx, key.K1(), hash) },
		func(options *query.CollectionsPaginateOptions[versionKey]) {
			prefix := collections.TripleSuperPrefix[uint64, string, uint64](request.GroupId, request.Name)
			options.Prefix = &prefix
		})
	if err != nil {
		return nil, queryError(err)
	}
	return &workloadv1.QuerySpecsResponse{Specs: specs, Pagination: next}, nil
}

func (s queryServer) Blob(ctx context.Context, request *workloadv1.QueryBlobRequest) (*workloadv1.QueryBlobResponse, error) {
	hash, err := types.ParseHash(request.Hash)
	if err != nil {
		return nil, invalidArgument(err)
	}
	blob, err := s.keeper.blobs.Get(ctx, collections.Join(request.GroupId, hash))
	if err != nil {
		return nil, queryError(err)
	}
	return &workloadv1.QueryBlobResponse{Blob: blob}, nil
}

func (s queryServer) BlobContent(ctx context.Context, request *workloadv1.QueryBlobContentRequest) (*workloadv1.QueryBlobContentResponse, error) {
	hash, err := types.ParseHash(request.Hash)
	if err != nil {
		return nil, invalidArgument(err)
	}
	key := collections.Join(request.GroupId, hash)
	if _, err := s.keeper.blobs.Get(ctx, key); err != nil {
		return nil, queryError(err)
	}
	content, err := s.keeper.contents.Get(ctx, key)
	if err != nil {
		return nil, queryError(err)
	}
	return &workloadv1.QueryBlobContentResponse{Content: content}, nil
}
