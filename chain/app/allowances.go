package app

import (
	"context"
	"time"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/x/feegrant"
	feegrantkeeper "github.com/cosmos/cosmos-sdk/x/feegrant/keeper"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	admissionkeeper "github.com/daonetes/daonetes/chain/x/admission/keeper"
	workgroupkeeper "github.com/daonetes/daonetes/chain/x/workgroup/keeper"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	workloadkeeper "github.com/daonetes/daonetes/chain/x/workload/keeper"
)

// hooks lets x/workload follow the fate of devices, and on a network with fees gives tickets and devices, who have no
// coins, a daily allowance from the authority of their group.
type hooks struct {
	workloadkeeper.DeviceHooks
	allowances allowances
}

// AfterTicketCreated gives the ticket an allowance for joins until its end.
func (h hooks) AfterTicketCreated(ctx context.Context, ticket workgroupv1.Ticket) error {
	if err := h.DeviceHooks.AfterTicketCreated(ctx, ticket); err != nil {
		return err
	}
	return h.allowances.give(ctx, ticket.GroupId, ticket.Address, &ticket.ExpiresAt, &workgroupv1.MsgJoin{})
}

// AfterDeviceApproved gives the device an allowance for what devices send.
func (h hooks) AfterDeviceApproved(ctx context.Context, device workgroupv1.Device) error {
	if err := h.DeviceHooks.AfterDeviceApproved(ctx, device); err != nil {
		return err
	}
	return h.allowances.give(ctx, device.GroupId, device.Address, nil,
		&workgroupv1.MsgAnnounceDevice{}, &workloadv1.MsgClaimEpoch{}, &workloadv1.MsgReport{}, &workloadv1.MsgRenewLease{})
}

// allowances writes fee grants for those who have no coins.
type allowances struct {
	admission *admissionkeeper.Keeper
	groups    *workgroupkeeper.Keeper
	grants    feegrantkeeper.Keeper
}

// give writes a grant from the group's authority; nothing on a network without fees.
func (a allowances) give(ctx context.Context, groupID uint64, to string, until *time.Time, messages ...sdk.Msg) error {
	params, err := a.admission.Params(ctx)
	if err != nil || len(params.GasPrices) == 0 {
		return err
	}
	group, err := a.groups.Group(ctx, groupID)
	if err != nil {
		return err
	}
	granter, err := workgrouptypes.ParseAddress(group.Authority)
	if err != nil {
		return err
	}
	grantee, err := workgrouptypes.ParseAddress(to)
	if err != nil {
		return err
	}
	daily := sdk.NewCoins(sdk.NewCoin(params.GasPrices[0].Denom, math.NewIntFromUint64(params.DailyAllowance)))
	periodic := &feegrant.PeriodicAllowance{
		Basic:            feegrant.BasicAllowance{Expiration: until},
		Period:           24 * time.Hour,
		PeriodSpendLimit: daily,
		PeriodCanSpend:   daily,
		PeriodReset:      sdk.UnwrapSDKContext(ctx).BlockTime().Add(24 * time.Hour),
	}
	var types []string
	for _, msg := range messages {
		types = append(types, sdk.MsgTypeURL(msg))
	}
	allowed, err := feegrant.NewAllowedMsgAllowance(periodic, types)
	if err != nil {
		return err
	}
	return a.grants.GrantAllowance(ctx, granter, grantee, allowed)
}
