package ante

import (
	"bytes"
	"time"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
)

const maxUnorderedLife = 10 * time.Minute

// mayBeUnordered lists the messages of devices, which overtake each other harmlessly.
func mayBeUnordered(msg sdk.Msg) bool {
	switch msg.(type) {
	case *workgroupv1.MsgJoin, *workgroupv1.MsgAnnounceDevice,
		*workloadv1.MsgClaimEpoch, *workloadv1.MsgReport, *workloadv1.MsgRenewLease, *workloadv1.MsgGrantSecret:
		return true
	default:
		return false
	}
}

// structureDecorator refuses transactions of a wrong form: it needs no state but the limits and the block time.
type structureDecorator struct {
	Options
}

func (d structureDecorator) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	signed, ok := tx.(authsigning.Tx)
	if !ok {
		return ctx, errorsmod.Wrap(sdkerrors.ErrTxDecode, "not a transaction of this chain")
	}
	limits := limitsOf(ctx)
	if size := len(ctx.TxBytes()); size > int(limits.MaxTxBytes) {
		return ctx, errorsmod.Wrapf(ErrTooLarge, "got %d bytes, want at most %d", size, limits.MaxTxBytes)
	}
	if gas := signed.GetGas(); !simulate && (gas == 0 || gas > limits.MaxGas) {
		return ctx, errorsmod.Wrapf(ErrGasLimit, "got %d, want 1 to %d", gas, limits.MaxGas)
	}
	if count := len(tx.GetMsgs()); count > int(limits.MaxMessages) {
		return ctx, errorsmod.Wrapf(ErrTooManyMessages, "got %d, want at most %d", count, limits.MaxMessages)
	}
	signers, err := signed.GetSigners()
	if err != nil {
		return ctx, err
	}
	if len(signers) != 1 || !bytes.Equal(signers[0], signed.FeePayer()) {
		return ctx, errorsmod.Wrapf(ErrOneSigner, "got %d signers", len(signers))
	}
	if len(signed.FeeGranter()) > 0 && !takesFees(limits) {
		return ctx, errorsmod.Wrap(ErrFees, "got a fee granter")
	}
	if err := checkUnordered(ctx, tx); err != nil {
		return ctx, err
	}
	return next(ctx, tx, simulate)
}

// checkUnordered holds the rules of unordered transactions. The timeout must lie strictly after the block time:
// at equality the nonce is forgotten in the block that could run the same bytes again.
func checkUnordered(ctx sdk.Context, tx sdk.Tx) error {
	timed, ok := tx.(sdk.TxWithUnordered)
	unordered := ok && timed.GetUnordered()
	for _, msg := range tx.GetMsgs() {
		if _, join := msg.(*workgroupv1.MsgJoin); join && (!unordered || len(tx.GetMsgs()) != 1) {
			return errorsmod.Wrapf(ErrJoinForm, "got %d messages, unordered %t", len(tx.GetMsgs()), unordered)
		}
		if unordered && !mayBeUnordered(msg) {
			return errorsmod.Wrapf(ErrUnorderedType, "got %s", sdk.MsgTypeURL(msg))
		}
	}
	if !unordered {
		return nil
	}
	timeout, now := timed.GetTimeoutTimeStamp(), ctx.BlockTime()
	if !timeout.After(now) || timeout.After(now.Add(maxUnorderedLife)) {
		return errorsmod.Wrapf(ErrUnorderedTimeout, "got %s, the last block's time is %s",
			timeout.UTC().Format(time.RFC3339Nano), now.UTC().Format(time.RFC3339Nano))
	}
	return nil
}
