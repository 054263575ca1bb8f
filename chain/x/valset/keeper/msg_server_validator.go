package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
	"github.com/daonetes/daonetes/chain/x/valset/types"
)

func (s msgServer) AddValidator(ctx context.Context, msg *valsetv1.MsgAddValidator) (*valsetv1.MsgAddValidatorResponse, error) {
	if err := types.ValidateNewValidator(msg); err != nil {
		return nil, err
	}
	if err := s.requireNetworkAuthority(ctx, msg.Authority); err != nil {
		return nil, err
	}
	operator, err := s.actors.CheckActor(ctx, msg.Operator)
	if err != nil {
		return nil, err
	}
	if err := s.requireNewKey(ctx, msg.ConsPubKey); err != nil {
		return nil, err
	}
	params, err := s.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	_, seats, err := s.membersOfSet(ctx)
	if err != nil {
		return nil, err
	}
	if err := types.CheckSeats(seats+1, params); err != nil {
		return nil, err
	}
	id, err := s.nextValidatorID.Get(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.nextValidatorID.Set(ctx, id+1); err != nil {
		return nil, err
	}
	s.createAccount(ctx, operator)
	if err := s.takeKey(ctx, msg.ConsPubKey, id); err != nil {
		return nil, err
	}
	if err := s.setValidator(ctx, valsetv1.Validator{
		Id: id, ConsPubKey: msg.ConsPubKey, Operator: msg.Operator, Moniker: msg.Moniker, TargetPower: msg.Power,
		Status: valsetv1.ValidatorStatus_VALIDATOR_STATUS_ACTIVE,
	}); err != nil {
		return nil, err
	}
	if err := s.dropDoubleSigners(ctx, params); err != nil {
		return nil, err
	}
	return &valsetv1.MsgAddValidatorResponse{ValidatorId: id}, emit(ctx, &valsetv1.EventValidatorAdded{ValidatorId: id})
}

func (s msgServer) RemoveValidator(ctx context.Context, msg *valsetv1.MsgRemoveValidator) (*valsetv1.MsgRemoveValidatorResponse, error) {
	validator, err := s.activeValidator(ctx, msg.ValidatorId)
	if err != nil {
		return nil, err
	}
	if err := s.requireNetworkAuthority(ctx, msg.Authority); err != nil {
		return nil, err
	}
	params, err := s.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	_, seats, err := s.membersOfSet(ctx)
	if err != nil {
		return nil, err
	}
	// Fewer than there are is never too many: only the floor counts.
	if seats-1 < params.MinValidators {
		return nil, errorsmod.Wrapf(types.ErrTooFewValidators, "got %d, want at least %d", seats-1, params.MinValidators)
	}
	validator.TargetPower, validator.Status = 0, valsetv1.ValidatorStatus_VALIDATOR_STATUS_REMOVED
	if validator.DoubleSigned {
		validator.Status = valsetv1.ValidatorStatus_VALIDATOR_STATUS_TOMBSTONED
	}
	if err := s.setValidator(ctx, validator); err != nil {
		return nil, err
	}
	return &valsetv1.MsgRemoveValidatorResponse{}, emit(ctx, &valsetv1.EventValidatorRemoved{ValidatorId: validator.Id})
}

func (s msgServer) SetPower(ctx context.Context, msg *valsetv1.MsgSetPower) (*valsetv1.MsgSetPowerResponse, error) {
	if err := types.ValidatePower(msg.Power); err != nil {
		return nil, err
	}
	validator, err := s.activeValidator(ctx, msg.ValidatorId)
	if err != nil {
		return nil, err
	}
	if err := s.requireNetworkAuthority(ctx, msg.Authority); err != nil {
		return nil, err
	}
	if validator.TargetPower == msg.Power {
		return nil, errorsmod.Wrapf(types.ErrNothingChanges, "seat %d has power %d", validator.Id, msg.Power)
	}
	if validator.DoubleSigned {
		return nil, errorsmod.Wrapf(types.ErrSeatGone, "seat %d signed twice at one height", validator.Id)
	}
	validator.TargetPower = msg.Power
	if err := s.setValidator(ctx, validator); err != nil {
		return nil, err
	}
	return &valsetv1.MsgSetPowerResponse{}, emit(ctx, &valsetv1.EventPowerSet{ValidatorId: validator.Id})
}

func (s msgServer) RotateKey(ctx context.Context, msg *valsetv1.MsgRotateKey) (*valsetv1.MsgRotateKeyResponse, error) {
	if err := types.ValidateConsPubKey(msg.ConsPubKey); err != nil {
		return nil, err
	}
	validator, err := s.activeValidator(ctx, msg.ValidatorId)
	if err != nil {
		return nil, err
	}
	if err := s.requireOperator(ctx, validator, msg.Sender); err != nil {
		return nil, err
	}
	if validator.DoubleSigned {
		return nil, errorsmod.Wrapf(types.ErrSeatGone, "seat %d signed twice at one height", validator.Id)
	}
	if err := s.requireNewKey(ctx, msg.ConsPubKey); err != nil {
		return nil, err
	}
	seats, _, err := s.planned(ctx)
	if err != nil {
		return nil, err
	}
	for _, seat := range seats {
		if seat.ID == validator.Id && len(seat.FormerKey) > 0 {
			return nil, errorsmod.Wrapf(types.ErrRotationPending, "seat %d", validator.Id)
		}
	}
	if err := types.CheckRotation(seats, validator.AppliedPower); err != nil {
		return nil, err
	}
	if err := s.takeKey(ctx, msg.ConsPubKey, validator.Id); err != nil {
		return nil, err
	}
	if validator.AppliedPower > 0 {
		if err := s.pending.Set(ctx, validator.Id, validator.ConsPubKey); err != nil {
			return nil, err
		}
	}
	validator.ConsPubKey = msg.ConsPubKey
	if err := s.setValidator(ctx, validator); err != nil {
		return nil, err
	}
	return &valsetv1.MsgRotateKeyResponse{}, emit(ctx, &valsetv1.EventKeyRotated{ValidatorId: validator.Id})
}
