package types

import (
	"crypto/sha256"

	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/codec/address"
	sdk "github.com/cosmos/cosmos-sdk/types"
)

// Bech32Prefix starts every account address.
const Bech32Prefix = "daonet"

var addressCodec = address.Bech32Codec{Bech32Prefix: Bech32Prefix}

// ParseAddress reads an address and refuses any text but the one that AddressText makes of it.
func ParseAddress(text string) (sdk.AccAddress, error) {
	raw, err := addressCodec.StringToBytes(text)
	if err != nil {
		return nil, errorsmod.Wrapf(ErrInvalidAddress, "got %q", clip(text))
	}
	if len(raw) != 20 && len(raw) != 32 {
		return nil, errorsmod.Wrapf(ErrInvalidAddress, "got %d bytes, want 20 or 32", len(raw))
	}
	canonical, err := addressCodec.BytesToString(raw)
	if err != nil || canonical != text {
		return nil, errorsmod.Wrapf(ErrInvalidAddress, "got %q, want %q", clip(text), canonical)
	}
	return raw, nil
}

// AddressText is the one text of an address.
func AddressText(raw []byte) (string, error) {
	text, err := addressCodec.BytesToString(raw)
	if err != nil {
		return "", errorsmod.Wrap(ErrInvalidAddress, err.Error())
	}
	return text, nil
}

// KeyAddress is the address of a device's or ticket's ed25519 key: the first 20 bytes of its sha256.
func KeyAddress(pubKey []byte) sdk.AccAddress {
	sum := sha256.Sum256(pubKey)
	return sum[:20]
}

// clip keeps errors short whatever was sent.
func clip(text string) string {
	if len(text) <= 80 {
		return text
	}
	return text[:80] + "..."
}
