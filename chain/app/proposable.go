package app

import (
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/daonetes/daonetes/chain/app/ante"
)

// proposable knows which messages a council may send.
type proposable struct {
	registry codectypes.InterfaceRegistry
}

// MayPropose tells whether messages of this type may be proposed; false for a type that the chain does not know.
func (p proposable) MayPropose(typeURL string) bool {
	resolved, err := p.registry.Resolve(typeURL)
	if err != nil {
		return false
	}
	msg, ok := resolved.(sdk.Msg)
	return ok && ante.MayBeProposed(msg)
}
