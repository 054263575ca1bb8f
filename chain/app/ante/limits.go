package ante

import (
	"context"
	"time"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	admissionv1 "github.com/daonetes/daonetes/chain/gen/daonetes/admission/v1"
)

// Admission is what the handler asks the module of limits, rates and prices.
type Admission interface {
	Params(ctx context.Context) (admissionv1.Params, error)
	IsPaused(ctx context.Context, typeURL string) (bool, error)
	Use(ctx context.Context, account sdk.AccAddress, rate admissionv1.Rate, size int) error
	CountNonce(ctx context.Context, timeout time.Time, most uint32) error
}

// limitsDecorator reads the parameters once for all that follow.
type limitsDecorator struct {
	Options
}

type limitsKey struct{}

func (d limitsDecorator) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	limits, err := d.Admission.Params(uncharged(ctx))
	if err != nil {
		return ctx, err
	}
	return next(ctx.WithValue(limitsKey{}, limits), tx, simulate)
}

func limitsOf(ctx sdk.Context) admissionv1.Params {
	limits, _ := ctx.Value(limitsKey{}).(admissionv1.Params)
	return limits
}

func takesFees(limits admissionv1.Params) bool { return len(limits.GasPrices) > 0 }

// uncharged is a context in which the network's own bookkeeping takes no gas from the sender.
func uncharged(ctx sdk.Context) sdk.Context {
	return ctx.WithGasMeter(storetypes.NewInfiniteGasMeter())
}
