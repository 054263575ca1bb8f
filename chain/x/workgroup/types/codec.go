package types

import (
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/msgservice"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
)

// RegisterInterfaces makes the module's messages known to the codec.
func RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	registry.RegisterImplementations((*sdk.Msg)(nil),
		&workgroupv1.MsgUpdateParams{},
		&workgroupv1.MsgAddCreator{},
		&workgroupv1.MsgRemoveCreator{},
		&workgroupv1.MsgCreateGroup{},
		&workgroupv1.MsgUpdateGroup{},
		&workgroupv1.MsgProposeAuthority{},
		&workgroupv1.MsgAcceptAuthority{},
		&workgroupv1.MsgCloseGroup{},
		&workgroupv1.MsgCreateTicket{},
		&workgroupv1.MsgRevokeTicket{},
		&workgroupv1.MsgJoin{},
		&workgroupv1.MsgAdmitDevice{},
		&workgroupv1.MsgApproveDevice{},
		&workgroupv1.MsgRejectDevice{},
		&workgroupv1.MsgUpdateDevice{},
		&workgroupv1.MsgCordonDevice{},
		&workgroupv1.MsgUncordonDevice{},
		&workgroupv1.MsgRevokeDevice{},
		&workgroupv1.MsgAnnounceDevice{},
		&workgroupv1.MsgSetRecipient{},
	)
	msgservice.RegisterMsgServiceDesc(registry, &workgroupv1.Msg_serviceDesc)
}
