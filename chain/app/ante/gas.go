package ante

import (
	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	kmultisig "github.com/cosmos/cosmos-sdk/crypto/keys/multisig"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	sdkante "github.com/cosmos/cosmos-sdk/x/auth/ante"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	admissiontypes "github.com/daonetes/daonetes/chain/x/admission/types"
)

// checkFee is the fee rule: nothing on a network without prices, else what the gas costs. The SDK's own reads the
// node's configuration, and only in CheckTx: nodes could disagree.
func checkFee(ctx sdk.Context, tx sdk.Tx) (sdk.Coins, int64, error) {
	feeTx, ok := tx.(sdk.FeeTx)
	if !ok {
		return nil, 0, errorsmod.Wrap(ErrFees, "not a transaction with fees")
	}
	limits := limitsOf(ctx)
	if takesFees(limits) {
		if !admissiontypes.PaysFee(limits.GasPrices, feeTx.GetFee(), feeTx.GetGas()) {
			return nil, 0, errorsmod.Wrapf(ErrFeeTooLow, "got %q, want %s", feeTx.GetFee(), admissiontypes.Fee(limits.GasPrices[0], feeTx.GetGas()))
		}
		return feeTx.GetFee(), 0, nil
	}
	for _, coin := range feeTx.GetFee() {
		if !coin.Amount.IsZero() {
			return nil, 0, errorsmod.Wrapf(ErrFees, "got %s", coin)
		}
	}
	return sdk.Coins{}, 0, nil
}

// consumeSignatureGas charges for signatures and refuses the types of keys that this chain does not want.
func consumeSignatureGas(meter storetypes.GasMeter, signature signing.SignatureV2, params authtypes.Params) error {
	switch key := signature.PubKey.(type) {
	case *ed25519.PubKey, *secp256k1.PubKey:
	case *kmultisig.LegacyAminoPubKey:
		for _, part := range key.GetPubKeys() {
			if _, ok := part.(*secp256k1.PubKey); !ok {
				return errorsmod.Wrapf(ErrKeyType, "got %s in a multisig", part.Type())
			}
		}
	case nil:
		return errorsmod.Wrap(ErrKeyType, "got no key")
	default:
		return errorsmod.Wrapf(ErrKeyType, "got %s", key.Type())
	}
	return sdkante.DefaultSigVerificationGasConsumer(meter, signature, params)
}
