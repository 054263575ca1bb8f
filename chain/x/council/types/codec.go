package types

import (
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/msgservice"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
)

// RegisterInterfaces makes the module's messages known to the codec.
func RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	registry.RegisterImplementations((*sdk.Msg)(nil),
		&councilv1.MsgUpdateParams{},
		&councilv1.MsgCreateCouncil{},
		&councilv1.MsgUpdateMembers{},
		&councilv1.MsgUpdateRules{},
		&councilv1.MsgSubmit{},
		&councilv1.MsgApprove{},
		&councilv1.MsgReject{},
		&councilv1.MsgWithdraw{},
	)
	msgservice.RegisterMsgServiceDesc(registry, &councilv1.Msg_serviceDesc)
}
