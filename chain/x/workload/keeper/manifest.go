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

// This is the only file that writes manifests.

// writeManifest raises the sequence of a manifest, stores it and tells it. It refuses one that grew too large.
func (k *Keeper) writeManifest(ctx context.Context, device sdk.AccAddress, manifest workloadv1.Manifest) error {
	if len(manifest.Assignments) > types.MaxAssignments {
		return errorsmod.Wrapf(types.ErrManifestFull, "device %s: got %d assignments, want at most %d", device, len(manifest.Assignments), types.MaxAssignments)
	}
	if size := manifest.Size(); size > types.MaxManifestBytes {
		return errorsmod.Wrapf(types.ErrManifestFull, "device %s: got %d bytes, want at most %d", device, size, types.MaxManifestBytes)
	}
	manifest.Sequence++
	if err := k.manifests.Set(ctx, device, manifest); err != nil {
		return err
	}
	return emit(ctx, &workloadv1.EventManifestChanged{GroupId: manifest.GroupId, Device: manifest.Device, Sequence: manifest.Sequence})
}

// createManifest writes the first manifest of a member: from now on the device expects a proof of it.
func (k *Keeper) createManifest(ctx context.Context, address sdk.AccAddress, device workgroupv1.Device) error {
	group, err := k.workgroup.Group(ctx, device.GroupId)
	if err != nil {
		return err
	}
	return k.writeManifest(ctx, address, workloadv1.Manifest{
		Device:    device.Address,
		GroupId:   device.GroupId,
		GroupName: group.Name,
		Status:    device.Status,
	})
}

// setManifestStatus writes the standing of a member into its manifest.
func (k *Keeper) setManifestStatus(ctx context.Context, address sdk.AccAddress, status workgroupv1.DeviceStatus) error {
	manifest, err := k.Manifest(ctx, address)
	if err != nil {
		return err
	}
	if manifest.Status == status {
		return nil
	}
	manifest.Status = status
	return k.writeManifest(ctx, address, manifest)
}

// revokeManifest empties the manifest of a device that is out for ever, and says so.
func (k *Keeper) revokeManifest(ctx context.Context, address sdk.AccAddress, device workgroupv1.Device) error {
	manifest, err := getOr(ctx, k.manifests, address, workloadv1.Manifest{Device: device.Address, GroupId: device.GroupId})
	if err != nil {
		return err
	}
	group, err := k.workgroup.Group(ctx, device.GroupId)
	if err != nil {
		return err
	}
	manifest.GroupName = group.Name
	manifest.Status, manifest.RevokeMode = device.Status, device.RevokeMode
	manifest.Assignments = nil
	return k.writeManifest(ctx, address, manifest)
}

// setManifestEpoch writes who may act for the device.
func (k *Keeper) setManifestEpoch(ctx context.Context, address sdk.AccAddress, epoch uint64, instance string) error {
	manifest, err := k.Manifest(ctx, address)
	if err != nil {
		return err
	}
	manifest.Epoch, manifest.Instance = epoch, instance
	return k.writeManifest(ctx, address, manifest)
}

// setManifestProfile writes the profile of a device into all its assignments.
func (k *Keeper) setManifestProfile(ctx context.Context, address sdk.AccAddress, device workgroupv1.Device) error {
	profile, err := k.profileOf(ctx, device)
	if err != nil {
		return err
	}
	manifest, err := k.Manifest(ctx, address)
	if err != nil {
		return err
	}
	changed := false
	for i := range manifest.Assignments {
		changed = changed || manifest.Assignments[i].Profile != profile
		manifest.Assignments[i].Profile = profile
	}
	if !changed {
		return nil
	}
	return k.writeManifest(ctx, address, manifest)
}

// putAssignment gives a device the newest revision of a deployment.
func (k *Keeper) putAssignment(ctx context.Context, address sdk.AccAddress, deployment workloadv1.Deployment) error {
	device, err := k.workgroup.Device(ctx, address)
	if err != nil {
		return err
	}
	profile, err := k.profileOf(ctx, device)
	if err != nil {
		return err
	}
	return k.changeAssignment(ctx, address, deployment.Id, func(assignment *workloadv1.Assignment) {
		*assignment = workloadv1.Assignment{
			DeploymentId:      deployment.Id,
			DeploymentName:    deployment.Name,
			Revision:          deployment.Revision,
			Intent:            deployment.Intent,
			RestartGeneration: deployment.RestartGeneration,
			SpecHash:          deployment.SpecHash,
			Secrets:           deployment.Secrets,
			Profile:           profile,
			OfflinePolicy:     deployment.OfflinePolicy,
			HealthyFor:        deployment.Rollout.HealthyFor,
		}
	})
}

// changeAssignment changes one assignment of a device, or adds it; the list stays sorted by deployment.
// A change that changes nothing is not written.
func (k *Keeper) changeAssignment(ctx context.Context, address sdk.AccAddress, id uint64, change func(*workloadv1.Assignment)) error {
	manifest, err := k.Manifest(ctx, address)
	if err != nil {
		return err
	}
	at, found := findAssignment(manifest, id)
	var assignment workloadv1.Assignment
	if found {
		assignment = manifest.Assignments[at]
	}
	before := assignment
	change(&assignment)
	if found && before.Equal(assignment) {
		return nil
	}
	// The stored list is never written through: copies of it may be in use.
	manifest.Assignments = slices.Clone(manifest.Assignments)
	if found {
		manifest.Assignments[at] = assignment
	} else {
		manifest.Assignments = slices.Insert(manifest.Assignments, at, assignment)
	}
	return k.writeManifest(ctx, address, manifest)
}

// dropAssignment takes a deployment out of a manifest; it tells whether it was there.
func (k *Keeper) dropAssignment(ctx context.Context, address sdk.AccAddress, id uint64) error {
	manifest, err := k.Manifest(ctx, address)
	if err != nil {
		return err
	}
	at, found := findAssignment(manifest, id)
	if !found {
		return nil
	}
	manifest.Assignments = slices.Delete(slices.Clone(manifest.Assignments), at, at+1)
	return k.writeManifest(ctx, address, manifest)
}

// assignmentOf is a device's assignment of a deployment.
func (k *Keeper) assignmentOf(ctx context.Context, address sdk.AccAddress, id uint64) (workloadv1.Assignment, bool, error) {
	manifest, err := k.Manifest(ctx, address)
	if err != nil {
		return workloadv1.Assignment{}, false, err
	}
	at, found := findAssignment(manifest, id)
	if !found {
		return workloadv1.Assignment{}, false, nil
	}
	return manifest.Assignments[at], true, nil
}

func findAssignment(manifest workloadv1.Manifest, id uint64) (int, bool) {
	return slices.BinarySearchFunc(manifest.Assignments, id, func(assignment workloadv1.Assignment, id uint64) int {
		switch {
		case assignment.DeploymentId < id:
			return -1
		case assignment.DeploymentId > id:
			return 1
		default:
			return 0
		}
	})
}

// profileOf is the profile under which a device runs specs.
func (k *Keeper) profileOf(ctx context.Context, device workgroupv1.Device) (workgroupv1.DeviceProfile, error) {
	group, err := k.workgroup.Group(ctx, device.GroupId)
	if err != nil {
		return 0, err
	}
	return workgrouptypes.EffectiveProfile(device.Profile, group.Policy.MinimumProfile), nil
}
