package keeper

import (
	"context"
	"errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/collections"

	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	"github.com/daonetes/daonetes/chain/x/internal/queries"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	"github.com/daonetes/daonetes/chain/x/workload/types"
)

// queryServer answers queries; a type of its own, as collections and methods have the same names.
type queryServer struct {
	keeper *Keeper
}

// NewQueryServer returns the module's query server.
func NewQueryServer(keeper *Keeper) workloadv1.QueryServer {
	return queryServer{keeper}
}

func (s queryServer) Params(ctx context.Context, _ *workloadv1.QueryParamsRequest) (*workloadv1.QueryParamsResponse, error) {
	params, err := s.keeper.Params(ctx)
	if err != nil {
		return nil, queryError(err)
	}
	return &workloadv1.QueryParamsResponse{Params: params}, nil
}

// queryError gives a failed read the status code that belongs to it.
func queryError(err error) error {
	for _, absent := range []error{
		collections.ErrNotFound, types.ErrSpecNotFound, types.ErrBlobNotFound, types.ErrDeploymentNotFound,
		types.ErrManifestNotFound, types.ErrLeaseNotFound, types.ErrSecretNotFound, workgrouptypes.ErrGroupNotFound, workgrouptypes.ErrDeviceNotFound,
	} {
		if errors.Is(err, absent) {
			return queries.Error(err, true)
		}
	}
	return queries.Error(err, false)
}

func invalidArgument(err error) error {
	return status.Error(codes.InvalidArgument, err.Error())
}
