package keeper

import (
	"context"
	"errors"
	"slices"

	"cosmossdk.io/collections"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	"github.com/daonetes/daonetes/chain/x/workload/types"
)

// maxNewHolders is how many devices one step adds to a deployment; the due-queue goes on with the rest.
const maxNewHolders = 1_000

// Gas of a placement. By the store's own prices a placement of 1,000 devices would not fit into a transaction.
const (
	gasPerHolder    = 3_000
	gasPerCandidate = 100
)

// place makes the holders of a deployment those that its placement chooses now. It writes no manifest; a sync does.
func (k *Keeper) place(ctx context.Context, deployment *workloadv1.Deployment, platforms []string) error {
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	members, err := k.chooseHolders(sdkCtx.WithGasMeter(storetypes.NewInfiniteGasMeter()), deployment, platforms)
	if err != nil {
		return err
	}
	sdkCtx.GasMeter().ConsumeGas(members.changed*gasPerHolder+members.seen*gasPerCandidate, "placement")
	return nil
}

// placed is how much work a placement was.
type placed struct {
	changed, seen uint64
}

func (k *Keeper) chooseHolders(ctx context.Context, deployment *workloadv1.Deployment, platforms []string) (placed, error) {
	var work placed
	present, err := k.activeHolders(ctx, deployment.Id)
	if err != nil {
		return work, err
	}
	selected, err := k.selectDevices(ctx, deployment.GroupId, deployment.Id, deployment.Placement, platforms, present)
	if err != nil {
		return work, err
	}
	deployment.Wanted = selected.wanted
	work.seen = uint64(selected.seen)
	stays := make(map[string]bool, len(selected.chosen))
	for _, address := range selected.chosen {
		stays[string(address)] = true
	}
	holds := make(map[string]bool, len(present))
	for _, holder := range present {
		address, err := workgrouptypes.ParseAddress(holder.Device)
		if err != nil {
			return work, err
		}
		holds[string(address)] = true
		if !stays[string(address)] {
			work.changed++
			if err := k.release(ctx, deployment, holder, false); err != nil {
				return work, err
			}
		}
	}
	added := 0
	for _, address := range selected.chosen {
		if holds[string(address)] {
			continue
		}
		if added == maxNewHolders {
			if err := k.enqueueNow(ctx, workloadv1.DueKind_DUE_KIND_PLACEMENT, idBytes(deployment.Id)); err != nil {
				return work, err
			}
			break
		}
		if _, err := k.addHolder(ctx, deployment, address); err != nil {
			return work, err
		}
		added++
		work.changed++
	}
	return work, k.noteOpen(ctx, *deployment)
}

// activeHolders are the holders that do not let go.
func (k *Keeper) activeHolders(ctx context.Context, id uint64) ([]workloadv1.Holder, error) {
	list, err := k.holdersOf(ctx, id, nil, 0)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list, func(holder workloadv1.Holder) bool { return holder.Removing }), nil
}

// noteOpen keeps the index of placements that want more devices.
func (k *Keeper) noteOpen(ctx context.Context, deployment workloadv1.Deployment) error {
	key := collections.Join(deployment.GroupId, deployment.Id)
	open, err := k.openPlacements.Has(ctx, key)
	if err != nil {
		return err
	}
	wants := len(deployment.Placement.Selector) > 0 && !types.IsRemoval(deployment.Intent) &&
		(deployment.Placement.Replicas == 0 || deployment.Progress.Total < deployment.Placement.Replicas)
	switch {
	case wants && !open:
		return k.openPlacements.Set(ctx, key)
	case !wants && open:
		return k.openPlacements.Remove(ctx, key)
	}
	return nil
}

// fillPlacement is the work of a PLACEMENT entry: manifests that did not fit into a message, then places that are
// open.
func (k *Keeper) fillPlacement(ctx context.Context, id uint64) (int, error) {
	deployment, err := k.deployments.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	work, done, err := k.syncHolders(ctx, &deployment)
	if err != nil {
		return work, err
	}
	if !done {
		if err := k.enqueueNow(ctx, workloadv1.DueKind_DUE_KIND_PLACEMENT, idBytes(id)); err != nil {
			return work, err
		}
		return work, k.settle(ctx, &deployment)
	}
	if types.IsRemoval(deployment.Intent) || len(deployment.Placement.Selector) == 0 {
		return work, k.settle(ctx, &deployment)
	}
	platforms, err := k.platformsOf(ctx, deployment)
	if err != nil {
		return work, err
	}
	before := deployment.Progress.Total
	if err := k.place(ctx, &deployment, platforms); err != nil {
		return work, err
	}
	if deployment.Progress.Total != before {
		work += int(deployment.Progress.Total)
		if err := k.beginSync(ctx, &deployment); err != nil {
			return work, err
		}
	}
	return work, k.settle(ctx, &deployment)
}

// fillDevice is the work of a FILL entry: a device that can take work gets its share of the open placements of its
// group. id is the device's address, followed by the deployment after which to go on.
func (k *Keeper) fillDevice(ctx context.Context, id []byte) (int, error) {
	address, after := sdk.AccAddress(id[:20]), uint64(0)
	if len(id) == 28 {
		after = sdk.BigEndianToUint64(id[20:])
	}
	device, err := k.workgroup.Device(ctx, address)
	if err != nil {
		return 0, err
	}
	lost, err := k.isUnreachable(ctx, device.GroupId, address)
	if err != nil || lost || device.Status != workgroupv1.DeviceStatus_DEVICE_STATUS_APPROVED {
		return 0, err
	}
	const step = 100
	scope := collections.NewPrefixedPairRange[uint64, uint64](device.GroupId).StartExclusive(after)
	var open []uint64
	err = k.openPlacements.Walk(ctx, scope, func(key idPair) (bool, error) {
		open = append(open, key.K2())
		return len(open) == step, nil
	})
	if err != nil {
		return 0, err
	}
	for i, deploymentID := range open {
		if err := k.offer(ctx, device, address, deploymentID); err != nil {
			return i, err
		}
	}
	if len(open) < step {
		return len(open), nil
	}
	next := append(slices.Clone(id[:20]), idBytes(open[step-1])...)
	return len(open), k.enqueueNow(ctx, workloadv1.DueKind_DUE_KIND_FILL, next)
}

// offer gives a device an open place of a deployment if it fits: a missing one, or that of an unreachable device.
func (k *Keeper) offer(ctx context.Context, device workgroupv1.Device, address sdk.AccAddress, id uint64) error {
	deployment, err := k.Deployment(ctx, id)
	if err != nil {
		return err
	}
	for _, tag := range deployment.Placement.Selector {
		if !slices.Contains(device.Tags, tag) {
			return nil
		}
	}
	holder, err := getOr(ctx, k.holders, collections.Join(id, address), workloadv1.Holder{})
	if err != nil || (holder.Device != "" && !holder.Removing) {
		return err
	}
	load, err := getOr(ctx, k.loads, collections.Join(device.GroupId, address), 0)
	if err != nil || (load >= types.MaxAssignments && holder.Device == "") {
		return err
	}
	platforms, err := k.platformsOf(ctx, deployment)
	if err != nil || !types.FitsPlatform(platforms, device.Info.Platform) {
		return err
	}
	replicas := deployment.Placement.Replicas
	if replicas > 0 && deployment.Progress.Total >= replicas {
		stranded, found, err := k.strandedHolder(ctx, deployment)
		if err != nil {
			return err
		}
		if !found {
			return k.noteOpen(ctx, deployment)
		}
		if err := k.release(ctx, &deployment, stranded, true); err != nil {
			return err
		}
	}
	added, err := k.addHolder(ctx, &deployment, address)
	if err != nil {
		return err
	}
	if err := k.assign(ctx, &deployment, added); err != nil {
		return err
	}
	if replicas == 0 {
		deployment.Wanted = deployment.Progress.Total
	}
	if err := k.noteOpen(ctx, deployment); err != nil {
		return err
	}
	return k.settle(ctx, &deployment)
}

// platformsOf are the platforms for which the spec of the newest revision declares itself.
func (k *Keeper) platformsOf(ctx context.Context, deployment workloadv1.Deployment) ([]string, error) {
	spec, err := k.specOf(ctx, deployment)
	return spec.Declaration.Platforms, err
}
