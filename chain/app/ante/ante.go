// Package ante decides which transactions enter: who may send what, how large, unordered or not.
// It reads state and the transaction only, so CheckTx and a block give the same answer.
package ante

import (
	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkante "github.com/cosmos/cosmos-sdk/x/auth/ante"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	txsigning "github.com/cosmos/cosmos-sdk/x/tx/signing"
)

// Bounds of one transaction.
const (
	MaxTxBytes  = 64 << 10
	MaxMessages = 16
	MaxGas      = 10_000_000
)

// Options are what the handler needs.
type Options struct {
	Accounts    sdkante.AccountKeeper
	Bank        authtypes.BankKeeper
	SignModes   *txsigning.HandlerMap
	Roles       Roles
	Councils    Councils
	Seats       Seats
	Network     NetworkAuthority
	Codec       codec.Codec
	MaxTxBytes  int
	MaxMessages int
	MaxGas      uint64
}

// NewHandler returns the ante handler of the chain.
func NewHandler(options Options) sdk.AnteHandler {
	return sdk.ChainAnteDecorators(
		sdkante.NewSetUpContextDecorator(),
		sdkante.NewExtensionOptionsDecorator(nil),
		sdkante.NewValidateBasicDecorator(),
		structureDecorator{options},
		sdkante.NewTxTimeoutHeightDecorator(),
		sdkante.NewValidateMemoDecorator(options.Accounts),
		sdkante.NewConsumeGasForTxSizeDecorator(options.Accounts),
		roleDecorator{options},
		sdkante.NewDeductFeeDecorator(options.Accounts, options.Bank, nil, checkZeroFees),
		sdkante.NewSetPubKeyDecorator(options.Accounts),
		sdkante.NewValidateSigCountDecorator(options.Accounts),
		sdkante.NewSigGasConsumeDecorator(options.Accounts, consumeSignatureGas),
		sdkante.NewSigVerificationDecorator(options.Accounts, options.SignModes, sdkante.WithMaxUnorderedTxTimeoutDuration(maxUnorderedLife)),
		sdkante.NewIncrementSequenceDecorator(options.Accounts),
	)
}
