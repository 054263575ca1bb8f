package ante

import (
	sdk "github.com/cosmos/cosmos-sdk/types"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"

	errorsmod "cosmossdk.io/errors"

	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	admissionv1 "github.com/daonetes/daonetes/chain/gen/daonetes/admission/v1"
)

// rateDecorator counts transactions of accounts and refuses those of one that sends too much. It is the last one, after
// the signature was checked: a stranger cannot use up what somebody else may send.
type rateDecorator struct {
	Options
}

func (d rateDecorator) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	if simulate {
		return next(ctx, tx, simulate)
	}
	signed, ok := tx.(authsigning.Tx)
	if !ok {
		return ctx, errorsmod.Wrap(sdkerrors.ErrTxDecode, "not a transaction of this chain")
	}
	signers, err := signed.GetSigners()
	if err != nil {
		return ctx, err
	}
	free := uncharged(ctx)
	rate, err := d.rateOf(free, signers[0])
	if err != nil {
		return ctx, err
	}
	if err := d.Admission.Use(free, signers[0], rate, len(ctx.TxBytes())); err != nil {
		return ctx, err
	}
	if timed, ok := tx.(sdk.TxWithUnordered); ok && timed.GetUnordered() {
		if err := d.Admission.CountNonce(free, timed.GetTimeoutTimeStamp(), limitsOf(ctx).MaxNoncesPerSecond); err != nil {
			return ctx, err
		}
	}
	return next(ctx, tx, simulate)
}

// rateOf is the rate of a signer: that of devices, of tickets with as many more at once as they have uses, or of people.
func (d rateDecorator) rateOf(ctx sdk.Context, signer sdk.AccAddress) (admissionv1.Rate, error) {
	limits := limitsOf(ctx)
	isDevice, err := d.Roles.HasDevice(ctx, signer)
	if err != nil {
		return admissionv1.Rate{}, err
	}
	if isDevice {
		return limits.Devices, nil
	}
	isTicket, err := d.Roles.HasTicket(ctx, signer)
	if err != nil || !isTicket {
		return limits.People, err
	}
	ticket, err := d.Roles.TicketByKey(ctx, signer)
	if err != nil {
		return admissionv1.Rate{}, err
	}
	rate := limits.Tickets
	rate.BurstTxs += ticket.MaxUses
	return rate, nil
}
