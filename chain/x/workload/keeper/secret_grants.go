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

// readerOf is the age recipient of an address that may be given the key of a scope; every other address is refused.
func (k *Keeper) readerOf(ctx context.Context, group workgroupv1.Group, scope, text string) (string, error) {
	address, err := workgrouptypes.ParseAddress(text)
	if err != nil {
		return "", err
	}
	device, err := k.workgroup.Device(ctx, address)
	if errors.Is(err, workgrouptypes.ErrDeviceNotFound) {
		return k.personalReader(ctx, group, address, text)
	}
	if err != nil {
		return "", err
	}
	switch {
	case device.GroupId != group.Id:
		return "", errorsmod.Wrapf(types.ErrRecipientForeign, "device %s", text)
	case device.Status == workgroupv1.DeviceStatus_DEVICE_STATUS_PENDING:
		return "", errorsmod.Wrapf(types.ErrRecipientPending, "device %s", text)
	case !workgrouptypes.IsMember(device.Status):
		return "", errorsmod.Wrapf(types.ErrRecipientRevoked, "device %s", text)
	}
	uses, err := k.usesScope(ctx, address, scope)
	if err == nil && !uses {
		uses, err = k.takesScope(ctx, address, scope)
	}
	if err != nil {
		return "", err
	}
	if !uses {
		return "", errorsmod.Wrapf(types.ErrRecipientUnassigned, "device %s, secrets of %s", text, scope)
	}
	if device.Info.AgeRecipient == "" {
		return "", errorsmod.Wrapf(types.ErrRecipientMissing, "device %s", text)
	}
	return device.Info.AgeRecipient, nil
}

func (k *Keeper) personalReader(ctx context.Context, group workgroupv1.Group, address sdk.AccAddress, text string) (string, error) {
	operates, err := k.operates(ctx, group, text)
	if err != nil {
		return "", err
	}
	if !operates {
		return "", errorsmod.Wrapf(types.ErrRecipientNotEntitled, "got %s in group %d", text, group.Id)
	}
	recipient, err := k.workgroup.Recipient(ctx, address)
	if err != nil {
		return "", err
	}
	if recipient.AgeRecipient == "" {
		return "", errorsmod.Wrapf(types.ErrRecipientMissing, "got %s", text)
	}
	return recipient.AgeRecipient, nil
}

// usesScope tells whether a device shall run something that pins secrets of a scope: by its manifest, or by a placement
// that the due-queue has yet to write into it. Credentials of registries are for everything that a device runs.
func (k *Keeper) usesScope(ctx context.Context, device sdk.AccAddress, scope string) (bool, error) {
	pins := func(secrets []workloadv1.SecretVersion) bool {
		return types.IsRegistryScope(scope) || slices.ContainsFunc(secrets, func(pin workloadv1.SecretVersion) bool {
			return types.SecretScope(pin.Name) == scope
		})
	}
	manifest, err := k.Manifest(ctx, device)
	if err != nil {
		return false, err
	}
	for _, assignment := range manifest.Assignments {
		if !types.IsRemoval(assignment.Intent) && pins(assignment.Secrets) {
			return true, nil
		}
	}
	held, err := k.holdingsOf(ctx, device)
	if err != nil {
		return false, err
	}
	for _, id := range held {
		deployment, err := k.Deployment(ctx, id)
		if err != nil {
			return false, err
		}
		if types.IsRemoval(deployment.Intent) || !pins(deployment.Secrets) {
			continue
		}
		holder, err := k.holders.Get(ctx, collections.Join(id, device))
		if err != nil {
			return false, err
		}
		if !holder.Removing {
			return true, nil
		}
	}
	return false, nil
}

// takesScope gives a device that waits for the block's end its share of the open placements now, and tells whether it
// uses secrets of a scope then. So a device is approved and given its keys in one transaction; the block's end finds
// nothing left to give.
func (k *Keeper) takesScope(ctx context.Context, device sdk.AccAddress, scope string) (bool, error) {
	entry := collections.Join3(uint64(blockTime(ctx).UnixNano()), uint64(workloadv1.DueKind_DUE_KIND_FILL), device.Bytes())
	waits, err := k.dueQueue.Has(ctx, entry)
	if err != nil || !waits {
		return false, err
	}
	if _, err := k.fillDevice(ctx, device); err != nil {
		return false, err
	}
	return k.usesScope(ctx, device, scope)
}

// putGrant stores a grant and tells whether the recipient did not have the key before.
func (k *Keeper) putGrant(ctx context.Context, grant workloadv1.SecretGrant, mayReplace bool) (bool, error) {
	address, err := workgrouptypes.ParseAddress(grant.Recipient)
	if err != nil {
		return false, err
	}
	at := collections.Join4(grant.GroupId, grant.Scope, grant.Generation, address)
	before, err := getOr(ctx, k.secretGrants, at, workloadv1.SecretGrant{})
	if err != nil {
		return false, err
	}
	known := before.Recipient != ""
	if known && !mayReplace {
		return false, errorsmod.Wrapf(types.ErrGrantExists, "%s, the key of %s, generation %d", grant.Recipient, grant.Scope, grant.Generation)
	}
	change := int64(len(grant.Sealed)) - int64(len(before.Sealed))
	if change > 0 {
		if err := k.checkSecretBytes(ctx, grant.GroupId, uint64(change)); err != nil {
			return false, err
		}
	}
	if err := k.addCount(ctx, grant.GroupId, types.CountSecretBytes, change); err != nil {
		return false, err
	}
	if err := k.secretGrants.Set(ctx, at, grant); err != nil {
		return false, err
	}
	if err := k.recipientGrants.Set(ctx, collections.Join4(address, grant.GroupId, grant.Scope, grant.Generation)); err != nil {
		return false, err
	}
	return !known, emit(ctx, &workloadv1.EventSecretGranted{
		GroupId: grant.GroupId, Scope: grant.Scope, Generation: grant.Generation, Recipient: grant.Recipient,
	})
}

// checkSecretBytes refuses more bytes of ciphertexts and grants than a group may have.
func (k *Keeper) checkSecretBytes(ctx context.Context, groupID, more uint64) error {
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	return k.checkCap(ctx, groupID, types.CountSecretBytes, more, params.MaxSecretBytes, "bytes of secrets")
}

// dropGrants is the work of a GRANTS entry: some grants of a key that is gone, the rest in a later block.
func (k *Keeper) dropGrants(ctx context.Context, id []byte) (int, error) {
	groupID, generation, scope := parseSecretID(id)
	kept, err := k.secretKeys.Has(ctx, collections.Join3(groupID, scope, generation))
	if err != nil || kept {
		return 0, err
	}
	var found []workloadv1.SecretGrant
	walk := collections.NewSuperPrefixedQuadRange3[uint64, string, uint64, sdk.AccAddress](groupID, scope, generation)
	err = k.secretGrants.Walk(ctx, walk, func(_ grantKey, grant workloadv1.SecretGrant) (bool, error) {
		found = append(found, grant)
		return len(found) > types.MaxRemovals, nil
	})
	if err != nil {
		return 0, err
	}
	for _, grant := range found[:min(len(found), types.MaxRemovals)] {
		address, err := workgrouptypes.ParseAddress(grant.Recipient)
		if err != nil {
			return 0, err
		}
		if err := k.secretGrants.Remove(ctx, collections.Join4(groupID, scope, generation, address)); err != nil {
			return 0, err
		}
		if err := k.recipientGrants.Remove(ctx, collections.Join4(address, groupID, scope, generation)); err != nil {
			return 0, err
		}
		if err := k.addCount(ctx, groupID, types.CountSecretBytes, -int64(len(grant.Sealed))); err != nil {
			return 0, err
		}
	}
	if len(found) <= types.MaxRemovals {
		return len(found), nil
	}
	return types.MaxRemovals, k.enqueueNow(ctx, workloadv1.DueKind_DUE_KIND_GRANTS, id)
}
