package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	"github.com/daonetes/daonetes/chain/x/workload/types"
)

// selection is what a placement asks for and gets.
type selection struct {
	// chosen are the devices, in the order in which they are taken.
	chosen []sdk.AccAddress
	// wanted is how many the placement asks for.
	wanted uint32
	// seen is how many devices were looked at.
	seen int
}

// selectDevices computes where a placement puts a deployment now. holders are those that hold it and do not let go.
func (k *Keeper) selectDevices(ctx context.Context, groupID, deploymentID uint64, placement workloadv1.Placement, platforms []string, holders []workloadv1.Holder) (selection, error) {
	holding := make(map[string]bool, len(holders))
	for _, holder := range holders {
		holding[holder.Device] = true
	}
	if len(placement.Devices) > 0 {
		return k.selectNamed(ctx, groupID, placement, platforms, holding)
	}
	return k.selectTagged(ctx, groupID, deploymentID, placement, platforms, holding)
}

// selectNamed takes exactly the named devices; each must be able to hold the deployment.
func (k *Keeper) selectNamed(ctx context.Context, groupID uint64, placement workloadv1.Placement, platforms []string, holding map[string]bool) (selection, error) {
	result := selection{wanted: uint32(len(placement.Devices)), seen: len(placement.Devices)}
	for _, text := range placement.Devices {
		address, err := workgrouptypes.ParseAddress(text)
		if err != nil {
			return result, err
		}
		device, err := k.workgroup.Device(ctx, address)
		if err != nil {
			return result, err
		}
		if device.GroupId != groupID {
			return result, errorsmod.Wrapf(types.ErrDeviceUnfit, "%s belongs to group %d, want %d", text, device.GroupId, groupID)
		}
		if err := workgrouptypes.CheckMember(device); err != nil {
			return result, err
		}
		if !types.FitsPlatform(platforms, device.Info.Platform) {
			return result, errorsmod.Wrapf(types.ErrDeviceUnfit, "%s runs %q, want one of %v", text, device.Info.Platform, platforms)
		}
		if !holding[text] {
			if device.Status == workgroupv1.DeviceStatus_DEVICE_STATUS_CORDONED {
				return result, errorsmod.Wrapf(types.ErrDeviceUnfit, "%s is cordoned", text)
			}
			load, err := getOr(ctx, k.loads, collections.Join(groupID, address), 0)
			if err != nil {
				return result, err
			}
			if load >= types.MaxAssignments {
				return result, errorsmod.Wrapf(types.ErrManifestFull, "%s holds %d", text, load)
			}
		}
		result.chosen = append(result.chosen, address)
	}
	return result, nil
}

// selectTagged takes the best of the members that have the tags. Who holds the deployment now stays, cordoned or
// unreachable; new ones are approved, reachable and have room.
func (k *Keeper) selectTagged(ctx context.Context, groupID, deploymentID uint64, placement workloadv1.Placement, platforms []string, holding map[string]bool) (selection, error) {
	candidates, err := k.candidates(ctx, groupID, placement.Selector, holding)
	if err != nil {
		return selection{}, err
	}
	result := selection{wanted: placement.Replicas, seen: len(candidates)}
	for _, candidate := range types.RankCandidates(deploymentID, candidates) {
		if placement.Replicas > 0 && len(result.chosen) == int(placement.Replicas) {
			break
		}
		if len(platforms) > 0 {
			device, err := k.workgroup.Device(ctx, candidate.Address)
			if err != nil {
				return result, err
			}
			if !types.FitsPlatform(platforms, device.Info.Platform) {
				continue
			}
		}
		result.chosen = append(result.chosen, candidate.Address)
	}
	if placement.Replicas == 0 {
		result.wanted = uint32(len(result.chosen))
	}
	return result, nil
}

func (k *Keeper) candidates(ctx context.Context, groupID uint64, tags []string, holding map[string]bool) ([]types.Candidate, error) {
	members, err := k.workgroup.MembersByTags(ctx, groupID, tags)
	if err != nil {
		return nil, err
	}
	loads, lost, err := k.groupLoads(ctx, groupID)
	if err != nil {
		return nil, err
	}
	var list []types.Candidate
	for _, member := range members {
		text, err := workgrouptypes.AddressText(member.Address)
		if err != nil {
			return nil, err
		}
		key := string(member.Address)
		candidate := types.Candidate{Address: member.Address, Holds: holding[text], Load: loads[key]}
		if candidate.Holds || (member.Approved && !lost[key] && candidate.Load < types.MaxAssignments) {
			list = append(list, candidate)
		}
	}
	return list, nil
}

// groupLoads are how many deployments each member holds, and who is unreachable, by raw address. The maps are looked
// up and never walked.
func (k *Keeper) groupLoads(ctx context.Context, groupID uint64) (map[string]uint64, map[string]bool, error) {
	scope := collections.NewPrefixedPairRange[uint64, sdk.AccAddress](groupID)
	loads, lost := map[string]uint64{}, map[string]bool{}
	err := k.loads.Walk(ctx, scope, func(key holderKey, load uint64) (bool, error) {
		loads[string(key.K2())] = load
		return false, nil
	})
	if err != nil {
		return nil, nil, err
	}
	err = k.unreachable.Walk(ctx, scope, func(key holderKey) (bool, error) {
		lost[string(key.K2())] = true
		return false, nil
	})
	return loads, lost, err
}
