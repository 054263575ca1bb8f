package types

import (
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/msgservice"

	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
)

// RegisterInterfaces makes the module's messages known to the codec.
func RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	registry.RegisterImplementations((*sdk.Msg)(nil),
		&workloadv1.MsgUpdateParams{},
		&workloadv1.MsgPublishBlob{},
		&workloadv1.MsgPublishSpec{},
		&workloadv1.MsgRetireSpec{},
		&workloadv1.MsgPutSecret{},
		&workloadv1.MsgGrantSecret{},
		&workloadv1.MsgRemoveSecret{},
		&workloadv1.MsgCreateDeployment{},
		&workloadv1.MsgUpdateDeployment{},
		&workloadv1.MsgPauseDeployment{},
		&workloadv1.MsgResumeDeployment{},
		&workloadv1.MsgRollbackDeployment{},
		&workloadv1.MsgRemoveDeployment{},
		&workloadv1.MsgClaimEpoch{},
		&workloadv1.MsgReport{},
		&workloadv1.MsgRenewLease{},
	)
	msgservice.RegisterMsgServiceDesc(registry, &workloadv1.Msg_serviceDesc)
}
