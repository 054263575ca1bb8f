package app

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/daonetes/daonetes/chain/app/ante"
	admissionkeeper "github.com/daonetes/daonetes/chain/x/admission/keeper"
	admissiontypes "github.com/daonetes/daonetes/chain/x/admission/types"
)

// circuit stands before the handler of every message. What a council or a grant executes passes no ante handler, but
// it passes here.
type circuit struct {
	admission *admissionkeeper.Keeper
	messages  messageTypes
}

// IsAllowed refuses messages of paused types, and on a network without fees those that are about coins.
func (c circuit) IsAllowed(ctx context.Context, typeURL string) (bool, error) {
	// The sender pays no gas for it.
	ctx = sdk.UnwrapSDKContext(ctx).WithGasMeter(storetypes.NewInfiniteGasMeter())
	paused, err := c.admission.IsPaused(ctx, typeURL)
	if err != nil {
		return false, err
	}
	if paused {
		return false, errorsmod.Wrapf(admissiontypes.ErrPaused, "got %s", typeURL)
	}
	if !c.messages.needsFees(typeURL) {
		return true, nil
	}
	params, err := c.admission.Params(ctx)
	if err != nil {
		return false, err
	}
	if len(params.GasPrices) == 0 {
		return false, errorsmod.Wrapf(ante.ErrMessageType, "got %s", typeURL)
	}
	return true, nil
}
