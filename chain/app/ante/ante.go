// Package ante decides which transactions enter: who may send what, how much of it, how large, unordered or not, and for
// which fee.
// It reads state and the transaction only, so CheckTx and a block give the same answer.
package ante

import (
	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkante "github.com/cosmos/cosmos-sdk/x/auth/ante"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	txsigning "github.com/cosmos/cosmos-sdk/x/tx/signing"
)

// Options are what the handler needs.
type Options struct {
	Accounts  sdkante.AccountKeeper
	Bank      authtypes.BankKeeper
	Feegrant  sdkante.FeegrantKeeper
	SignModes *txsigning.HandlerMap
	Admission Admission
	Roles     Roles
	Councils  Councils
	Seats     Seats
	Network   NetworkAuthority
	Codec     codec.Codec
}

// NewHandler returns the ante handler of the chain.
func NewHandler(options Options) sdk.AnteHandler {
	return sdk.ChainAnteDecorators(
		sdkante.NewSetUpContextDecorator(),
		sdkante.NewExtensionOptionsDecorator(nil),
		sdkante.NewValidateBasicDecorator(),
		limitsDecorator{options},
		structureDecorator{options},
		sdkante.NewTxTimeoutHeightDecorator(),
		sdkante.NewValidateMemoDecorator(options.Accounts),
		sdkante.NewConsumeGasForTxSizeDecorator(options.Accounts),
		roleDecorator{options},
		sdkante.NewDeductFeeDecorator(options.Accounts, options.Bank, options.Feegrant, checkFee),
		sdkante.NewSetPubKeyDecorator(options.Accounts),
		sdkante.NewValidateSigCountDecorator(options.Accounts),
		sdkante.NewSigGasConsumeDecorator(options.Accounts, consumeSignatureGas),
		sdkante.NewSigVerificationDecorator(options.Accounts, options.SignModes, sdkante.WithMaxUnorderedTxTimeoutDuration(maxUnorderedLife)),
		sdkante.NewIncrementSequenceDecorator(options.Accounts),
		rateDecorator{options},
	)
}
