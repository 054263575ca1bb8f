package types

import (
	"encoding/binary"

	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/codec/address"
	sdk "github.com/cosmos/cosmos-sdk/types"
	addresstypes "github.com/cosmos/cosmos-sdk/types/address"
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

// CouncilAddress is the address of the council of an id: 32 bytes for which there is no key.
func CouncilAddress(id uint64) (sdk.AccAddress, string, error) {
	raw := addresstypes.Module(ModuleName, binary.BigEndian.AppendUint64(nil, id))
	text, err := AddressText(raw)
	return raw, text, err
}

// AddressText is the one text of an address.
func AddressText(raw []byte) (string, error) {
	text, err := addressCodec.BytesToString(raw)
	if err != nil {
		return "", errorsmod.Wrap(ErrInvalidAddress, err.Error())
	}
	return text, nil
}

// clip keeps errors short whatever was sent.
func clip(text string) string {
	if len(text) <= 80 {
		return text
	}
	return text[:80] + "..."
}
