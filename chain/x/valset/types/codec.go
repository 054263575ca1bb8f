package types

import (
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/msgservice"

	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
)

// RegisterInterfaces makes the module's messages known to the codec.
func RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	registry.RegisterImplementations((*sdk.Msg)(nil),
		&valsetv1.MsgUpdateParams{},
		&valsetv1.MsgAddValidator{},
		&valsetv1.MsgRemoveValidator{},
		&valsetv1.MsgSetPower{},
		&valsetv1.MsgRotateKey{},
		&valsetv1.MsgProposeNetworkAuthority{},
		&valsetv1.MsgAcceptNetworkAuthority{},
	)
	msgservice.RegisterMsgServiceDesc(registry, &valsetv1.Msg_serviceDesc)
}
