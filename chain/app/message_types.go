package app

import (
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/daonetes/daonetes/chain/app/ante"
)

// messageTypes knows the types of messages of the chain, and which of them a council may send.
type messageTypes struct {
	registry codectypes.InterfaceRegistry
}

// HasMessage tells whether a type URL is that of a message of the chain.
func (m messageTypes) HasMessage(typeURL string) bool {
	resolved, err := m.registry.Resolve(typeURL)
	if err != nil {
		return false
	}
	_, ok := resolved.(sdk.Msg)
	return ok
}

// MayPropose tells whether messages of this type may be proposed; false for a type that the chain does not know.
func (m messageTypes) MayPropose(typeURL string) bool {
	resolved, err := m.registry.Resolve(typeURL)
	if err != nil {
		return false
	}
	msg, ok := resolved.(sdk.Msg)
	return ok && ante.MayBeProposed(msg)
}

// needsFees tells whether messages of a type are for networks with fees only.
func (m messageTypes) needsFees(typeURL string) bool {
	resolved, err := m.registry.Resolve(typeURL)
	if err != nil {
		return false
	}
	msg, ok := resolved.(sdk.Msg)
	return ok && ante.NeedsFees(msg)
}
