package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	"github.com/daonetes/daonetes/chain/x/workload/types"
)

func (s msgServer) ClaimEpoch(ctx context.Context, msg *workloadv1.MsgClaimEpoch) (*workloadv1.MsgClaimEpochResponse, error) {
	if err := types.ValidateClaimEpoch(msg); err != nil {
		return nil, err
	}
	address, err := workgrouptypes.ParseAddress(msg.Device)
	if err != nil {
		return nil, err
	}
	device, err := s.authorisedMember(ctx, address)
	if err != nil {
		return nil, err
	}
	lease, err := s.Lease(ctx, address)
	if err != nil {
		return nil, err
	}
	if msg.Epoch != lease.Epoch+1 {
		return nil, errorsmod.Wrapf(types.ErrEpochNotNext, "got %d, want %d", msg.Epoch, lease.Epoch+1)
	}
	lease.Epoch, lease.Sequence = msg.Epoch, 0
	if err := s.setManifestEpoch(ctx, address, msg.Epoch, msg.Instance); err != nil {
		return nil, err
	}
	if err := s.renewLease(ctx, device, address, lease); err != nil {
		return nil, err
	}
	return &workloadv1.MsgClaimEpochResponse{}, emit(ctx, &workloadv1.EventEpochClaimed{
		GroupId: device.GroupId, Device: device.Address, Epoch: msg.Epoch,
	})
}

func (s msgServer) RenewLease(ctx context.Context, msg *workloadv1.MsgRenewLease) (*workloadv1.MsgRenewLeaseResponse, error) {
	device, address, lease, err := s.fencedMember(ctx, msg.Device, msg.Epoch, msg.Sequence)
	if err != nil {
		return nil, err
	}
	lease.Sequence = msg.Sequence
	if err := s.renewLease(ctx, device, address, lease); err != nil {
		return nil, err
	}
	return &workloadv1.MsgRenewLeaseResponse{}, emit(ctx, &workloadv1.EventLeaseRenewed{GroupId: device.GroupId, Device: device.Address})
}
