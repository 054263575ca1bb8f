package councilv1

import (
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdktx "github.com/cosmos/cosmos-sdk/types/tx"
)

// Written by hand: the generator does not know that these hold messages. Without it the messages of a proposal would
// stay undecoded bytes.

var (
	_ codectypes.UnpackInterfacesMessage = (*MsgSubmit)(nil)
	_ codectypes.UnpackInterfacesMessage = (*ProposalContent)(nil)
	_ codectypes.UnpackInterfacesMessage = (*ProposalRecord)(nil)
	_ codectypes.UnpackInterfacesMessage = (*GenesisState)(nil)
	_ codectypes.UnpackInterfacesMessage = (*QueryProposalResponse)(nil)
)

// UnpackInterfaces decodes the proposed messages.
func (m *MsgSubmit) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	return sdktx.UnpackInterfaces(unpacker, m.Messages)
}

// UnpackInterfaces decodes the proposed messages.
func (m *ProposalContent) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	return sdktx.UnpackInterfaces(unpacker, m.Messages)
}

// UnpackInterfaces decodes the proposed messages.
func (m *ProposalRecord) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	return m.Content.UnpackInterfaces(unpacker)
}

// UnpackInterfaces decodes the messages of all proposals.
func (m *GenesisState) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	for i := range m.Proposals {
		if err := m.Proposals[i].UnpackInterfaces(unpacker); err != nil {
			return err
		}
	}
	return nil
}

// UnpackInterfaces decodes the proposed messages.
func (m *QueryProposalResponse) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	return sdktx.UnpackInterfaces(unpacker, m.Messages)
}
