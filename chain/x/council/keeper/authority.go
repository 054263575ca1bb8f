package keeper

import (
	"context"
	"errors"

	errorsmod "cosmossdk.io/errors"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	"github.com/daonetes/daonetes/chain/x/council/types"
)

// This is the only file of the module that compares signers. Each function compares the signer with stored
// addresses and never asks what kind of account it is.

func (k *Keeper) requireNetworkAuthority(ctx context.Context, signer string) error {
	authority, err := k.network.NetworkAuthority(ctx)
	if err != nil {
		return err
	}
	if authority == "" || signer != authority {
		return errorsmod.Wrapf(types.ErrUnauthorized, "got %s, want the network's authority %s", signer, authority)
	}
	return nil
}

// requireCouncil loads the council whose own address signed.
func (k *Keeper) requireCouncil(ctx context.Context, signer string) (councilv1.Council, error) {
	address, err := types.ParseAddress(signer)
	if err != nil {
		return councilv1.Council{}, err
	}
	council, err := k.CouncilByAddress(ctx, address)
	if errors.Is(err, types.ErrCouncilNotFound) {
		return council, errorsmod.Wrapf(types.ErrUnauthorized, "got %s, want the own address of a council", signer)
	}
	return council, err
}

// requireMember returns the weight of a member.
func requireMember(council councilv1.Council, signer string) (uint64, error) {
	weight := types.WeightOf(council, signer)
	if weight == 0 {
		return 0, errorsmod.Wrapf(types.ErrNotMember, "got %s, council %s", signer, council.Name)
	}
	return weight, nil
}

func requireProposerOrCouncil(proposal councilv1.Proposal, council councilv1.Council, signer string) error {
	if signer != proposal.Proposer && signer != council.Address {
		return errorsmod.Wrapf(types.ErrUnauthorized, "got %s, want the proposer %s of proposal %d, or council %s", signer, proposal.Proposer, proposal.Id, council.Address)
	}
	return nil
}
