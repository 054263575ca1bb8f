package app

import (
	"context"
	"errors"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"

	"cosmossdk.io/collections"

	consensuskeeper "github.com/cosmos/cosmos-sdk/x/consensus/keeper"
)

// networkAuthority keeps the network's authority where consensus keeps it: in the consensus parameters.
type networkAuthority struct {
	consensus consensuskeeper.Keeper
}

// NetworkAuthority is the address, or an empty text if genesis named none.
func (n networkAuthority) NetworkAuthority(ctx context.Context) (string, error) {
	params, err := n.consensus.ParamsStore.Get(ctx)
	if errors.Is(err, collections.ErrNotFound) || params.Authority == nil {
		return "", nil
	}
	return params.Authority.Authority, err
}

// SetNetworkAuthority replaces it. The modules of the SDK read it from the next block on.
func (n networkAuthority) SetNetworkAuthority(ctx context.Context, address string) error {
	params, err := n.consensus.ParamsStore.Get(ctx)
	if err != nil {
		return err
	}
	params.Authority = &cmtproto.AuthorityParams{Authority: address}
	return n.consensus.ParamsStore.Set(ctx, params)
}
