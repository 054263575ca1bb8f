package keeper

import (
	"context"
	"slices"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	"github.com/daonetes/daonetes/chain/x/workload/types"
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

// authorisedGroup loads an open group and refuses a signer that is not its authority.
func (k *Keeper) authorisedGroup(ctx context.Context, id uint64, signer string) (workgroupv1.Group, error) {
	group, err := k.workgroup.OpenGroup(ctx, id)
	if err != nil {
		return group, err
	}
	if signer != group.Authority {
		return group, errorsmod.Wrapf(types.ErrUnauthorized, "got %s, want the authority of group %d, %s", signer, id, group.Authority)
	}
	return group, nil
}

// stagingGroup loads an open group and refuses a signer that may not stage content in it.
func (k *Keeper) stagingGroup(ctx context.Context, id uint64, signer string) (workgroupv1.Group, error) {
	group, err := k.workgroup.OpenGroup(ctx, id)
	if err != nil {
		return group, err
	}
	if signer == group.Authority || slices.Contains(group.Publishers, signer) || slices.Contains(group.Operators, signer) {
		return group, nil
	}
	address, err := workgrouptypes.ParseAddress(signer)
	if err != nil {
		return group, err
	}
	authority, err := workgrouptypes.ParseAddress(group.Authority)
	if err != nil {
		return group, err
	}
	speaks, err := k.councils.SpeaksFor(ctx, address, authority)
	if err != nil {
		return group, err
	}
	if !speaks {
		return group, errorsmod.Wrapf(types.ErrUnauthorized, "got %s, want the authority, a member of the council that is it, a publisher or an operator of group %d", signer, id)
	}
	return group, nil
}

// authorisedDeployment loads a deployment, refuses a signer that is not the authority of its group, and a revision
// other than the one on which the signer decided.
func (k *Keeper) authorisedDeployment(ctx context.Context, id, expectedRevision uint64, signer string) (workloadv1.Deployment, error) {
	deployment, err := k.Deployment(ctx, id)
	if err != nil {
		return deployment, err
	}
	if _, err := k.authorisedGroup(ctx, deployment.GroupId, signer); err != nil {
		return deployment, err
	}
	if deployment.Revision != expectedRevision {
		return deployment, errorsmod.Wrapf(types.ErrStaleRevision, "got revision %d, the deployment is at %d", expectedRevision, deployment.Revision)
	}
	return deployment, nil
}

// authorisedMember loads the device that signed and refuses one that is no member.
func (k *Keeper) authorisedMember(ctx context.Context, signer sdk.AccAddress) (workgroupv1.Device, error) {
	device, err := k.workgroup.Device(ctx, signer)
	if err != nil {
		return device, err
	}
	return device, workgrouptypes.CheckMember(device)
}
