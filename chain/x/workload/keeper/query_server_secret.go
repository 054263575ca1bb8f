package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	"github.com/daonetes/daonetes/chain/x/internal/queries"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	"github.com/daonetes/daonetes/chain/x/workload/types"
)

func (s queryServer) Secrets(ctx context.Context, request *workloadv1.QuerySecretsRequest) (*workloadv1.QuerySecretsResponse, error) {
	page, err := queries.BoundedPage(request.Pagination)
	if err != nil {
		return nil, err
	}
	secrets, next, err := query.CollectionPaginate(ctx, s.keeper.secrets, page,
		func(_ secretKey, secret workloadv1.Secret) (workloadv1.Secret, error) { return secret, nil }, underGroup(request.GroupId))
	if err != nil {
		return nil, queryError(err)
	}
	return &workloadv1.QuerySecretsResponse{Secrets: secrets, Pagination: next}, nil
}

func (s queryServer) Secret(ctx context.Context, request *workloadv1.QuerySecretRequest) (*workloadv1.QuerySecretResponse, error) {
	if err := types.ValidateSecretName(request.Name); err != nil {
		return nil, invalidArgument(err)
	}
	page, err := queries.BoundedPage(request.Pagination)
	if err != nil {
		return nil, err
	}
	newest, err := getOr(ctx, s.keeper.secretVersions, collections.Join(request.GroupId, request.Name), 0)
	if err != nil {
		return nil, queryError(err)
	}
	if newest == 0 {
		return nil, queryError(errorsmod.Wrapf(types.ErrSecretNotFound, "got %s in group %d", request.Name, request.GroupId))
	}
	versions, next, err := query.CollectionPaginate(ctx, s.keeper.secrets, page,
		func(_ secretKey, secret workloadv1.Secret) (workloadv1.Secret, error) { return secret, nil }, underName(request.GroupId, request.Name))
	if err != nil {
		return nil, queryError(err)
	}
	return &workloadv1.QuerySecretResponse{Versions: versions, NewestVersion: newest, Pagination: next}, nil
}

func (s queryServer) SecretContent(ctx context.Context, request *workloadv1.QuerySecretContentRequest) (*workloadv1.QuerySecretContentResponse, error) {
	if err := types.ValidateSecretName(request.Name); err != nil {
		return nil, invalidArgument(err)
	}
	if _, err := s.keeper.Secret(ctx, request.GroupId, request.Name, request.Version); err != nil {
		return nil, queryError(err)
	}
	content, err := s.keeper.secretContents.Get(ctx, collections.Join3(request.GroupId, request.Name, request.Version))
	if err != nil {
		return nil, queryError(err)
	}
	return &workloadv1.QuerySecretContentResponse{Content: content}, nil
}

func (s queryServer) SecretKeys(ctx context.Context, request *workloadv1.QuerySecretKeysRequest) (*workloadv1.QuerySecretKeysResponse, error) {
	page, err := queries.BoundedPage(request.Pagination)
	if err != nil {
		return nil, err
	}
	response, under := &workloadv1.QuerySecretKeysResponse{}, underGroup(request.GroupId)
	if request.Scope != "" {
		if err := types.ValidateSecretScope(request.Scope); err != nil {
			return nil, invalidArgument(err)
		}
		under = underName(request.GroupId, request.Scope)
		response.NewestGeneration, err = getOr(ctx, s.keeper.secretGenerations, collections.Join(request.GroupId, request.Scope), 0)
		if err != nil {
			return nil, queryError(err)
		}
	}
	response.Keys, response.Pagination, err = query.CollectionPaginate(ctx, s.keeper.secretKeys, page,
		func(_ secretKey, key workloadv1.SecretKey) (workloadv1.SecretKey, error) { return key, nil }, under)
	if err != nil {
		return nil, queryError(err)
	}
	return response, nil
}

func (s queryServer) SecretGrants(ctx context.Context, request *workloadv1.QuerySecretGrantsRequest) (*workloadv1.QuerySecretGrantsResponse, error) {
	if err := types.ValidateSecretScope(request.Scope); err != nil {
		return nil, invalidArgument(err)
	}
	page, err := queries.BoundedPage(request.Pagination)
	if err != nil {
		return nil, err
	}
	grants, next, err := query.CollectionPaginate(ctx, s.keeper.secretGrants, page,
		func(_ grantKey, grant workloadv1.SecretGrant) (workloadv1.SecretGrant, error) { return grant, nil },
		func(options *query.CollectionsPaginateOptions[grantKey]) {
			prefix := collections.QuadSuperPrefix3[uint64, string, uint64, sdk.AccAddress](request.GroupId, request.Scope, request.Generation)
			options.Prefix = &prefix
		})
	if err != nil {
		return nil, queryError(err)
	}
	return &workloadv1.QuerySecretGrantsResponse{Grants: grants, Pagination: next}, nil
}

func (s queryServer) RecipientGrants(ctx context.Context, request *workloadv1.QueryRecipientGrantsRequest) (*workloadv1.QueryRecipientGrantsResponse, error) {
	address, err := workgrouptypes.ParseAddress(request.Recipient)
	if err != nil {
		return nil, invalidArgument(err)
	}
	page, err := queries.BoundedPage(request.Pagination)
	if err != nil {
		return nil, err
	}
	grants, next, err := query.CollectionPaginate(ctx, s.keeper.recipientGrants, page,
		func(key givenKey, _ collections.NoValue) (workloadv1.SecretGrant, error) {
			return s.keeper.secretGrants.Get(ctx, collections.Join4(key.K2(), key.K3(), key.K4(), key.K1()))
		},
		func(options *query.CollectionsPaginateOptions[givenKey]) {
			prefix := collections.QuadPrefix[sdk.AccAddress, uint64, string, uint64](address)
			options.Prefix = &prefix
		})
	if err != nil {
		return nil, queryError(err)
	}
	return &workloadv1.QueryRecipientGrantsResponse{Grants: grants, Pagination: next}, nil
}

type secretPages = func(*query.CollectionsPaginateOptions[secretKey])

func underGroup(groupID uint64) secretPages {
	return func(options *query.CollectionsPaginateOptions[secretKey]) {
		prefix := collections.TriplePrefix[uint64, string, uint64](groupID)
		options.Prefix = &prefix
	}
}

func underName(groupID uint64, name string) secretPages {
	return func(options *query.CollectionsPaginateOptions[secretKey]) {
		prefix := collections.TripleSuperPrefix[uint64, string, uint64](groupID, name)
		options.Prefix = &prefix
	}
}
