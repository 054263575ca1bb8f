package keeper

import (
	"context"
	"errors"
	"slices"

	"cosmossdk.io/collections"
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
	if slices.Contains(group.Publishers, signer) {
		return group, nil
	}
	operates, err := k.operates(ctx, group, signer)
	if err != nil {
		return group, err
	}
	if !operates {
		return group, errorsmod.Wrapf(types.ErrUnauthorized, "got %s, want the authority, a member of the council that is it, a publisher or an operator of group %d", signer, id)
	}
	return group, nil
}

// operates tells whether an address may read and hand on the secrets of a group: its authority, a member of the council
// that is it, or an operator.
func (k *Keeper) operates(ctx context.Context, group workgroupv1.Group, text string) (bool, error) {
	if text == group.Authority || slices.Contains(group.Operators, text) {
		return true, nil
	}
	address, err := workgrouptypes.ParseAddress(text)
	if err != nil {
		return false, err
	}
	authority, err := workgrouptypes.ParseAddress(group.Authority)
	if err != nil {
		return false, err
	}
	return k.councils.SpeaksFor(ctx, address, authority)
}

// grantingGroup loads an open group and refuses a signer that may not hand on a key. It tells whether the signer is a
// device, which must be approved and hold the key itself.
func (k *Keeper) grantingGroup(ctx context.Context, msg *workloadv1.MsgGrantSecret) (workgroupv1.Group, bool, error) {
	group, err := k.workgroup.OpenGroup(ctx, msg.GroupId)
	if err != nil {
		return group, false, err
	}
	operates, err := k.operates(ctx, group, msg.Sender)
	if err != nil || operates {
		return group, false, err
	}
	address, err := workgrouptypes.ParseAddress(msg.Sender)
	if err != nil {
		return group, false, err
	}
	device, err := k.workgroup.Device(ctx, address)
	if errors.Is(err, workgrouptypes.ErrDeviceNotFound) {
		return group, false, errorsmod.Wrapf(types.ErrUnauthorized, "got %s, want the authority, a member of the council that is it, an operator or a device of group %d", msg.Sender, group.Id)
	}
	if err != nil {
		return group, false, err
	}
	held, err := k.secretGrants.Has(ctx, collections.Join4(group.Id, msg.Scope, msg.Generation, address))
	if err != nil {
		return group, false, err
	}
	if !held || device.GroupId != group.Id || device.Status != workgroupv1.DeviceStatus_DEVICE_STATUS_APPROVED {
		return group, false, errorsmod.Wrapf(types.ErrGrantNotHeld, "device %s, the key of %s, generation %d", msg.Sender, msg.Scope, msg.Generation)
	}
	return group, true, nil
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
