package types

import (
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/msgservice"

	admissionv1 "github.com/daonetes/daonetes/chain/gen/daonetes/admission/v1"
)

// RegisterInterfaces makes the module's messages known to the codec.
func RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	registry.RegisterImplementations((*sdk.Msg)(nil),
		&admissionv1.MsgUpdateParams{},
		&admissionv1.MsgPause{},
		&admissionv1.MsgResume{},
	)
	msgservice.RegisterMsgServiceDesc(registry, &admissionv1.Msg_serviceDesc)
}
