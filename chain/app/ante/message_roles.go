package ante

import (
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	"github.com/cosmos/cosmos-sdk/x/authz"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"

	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
)

// role is who may send a message at all. The message servers check the exact address; this keeps strangers out of
// the mempool and out of blocks.
type role int

const (
	roleNetwork   role = iota // the network's authority
	roleCreator               // a creator of groups
	roleAuthority             // the authority of some group
	rolePending               // who was offered the authority of some group
	roleStager                // authority, publisher or operator of some group
	roleMember                // authority or operator of some group
	roleTicket                // a live ticket
	roleDevice                // an approved or cordoned device
	roleAnyone                // whoever has some role but ticket and device
)

// actorsOf are the ways in which a group names the actors of a role.
var actorsOf = map[role][]uint64{
	roleAuthority: {workgrouptypes.ActorAuthority},
	rolePending:   {workgrouptypes.ActorPending},
	roleStager:    {workgrouptypes.ActorAuthority, workgrouptypes.ActorPublisher, workgrouptypes.ActorOperator},
	roleMember:    {workgrouptypes.ActorAuthority, workgrouptypes.ActorOperator},
}

// roleOf is the role that a message asks for. A message that is not listed does not enter.
func roleOf(msg sdk.Msg) (role, bool) {
	switch msg.(type) {
	case *workgroupv1.MsgUpdateParams, *workgroupv1.MsgAddCreator, *workgroupv1.MsgRemoveCreator,
		*workloadv1.MsgUpdateParams, *valsetv1.MsgUpdateParams,
		*authtypes.MsgUpdateParams, *banktypes.MsgUpdateParams, *banktypes.MsgSetSendEnabled,
		*consensustypes.MsgUpdateParams, *upgradetypes.MsgSoftwareUpgrade, *upgradetypes.MsgCancelUpgrade:
		return roleNetwork, true
	case *workgroupv1.MsgCreateGroup:
		return roleCreator, true
	case *workgroupv1.MsgUpdateGroup, *workgroupv1.MsgProposeAuthority, *workgroupv1.MsgCloseGroup,
		*workgroupv1.MsgCreateTicket, *workgroupv1.MsgRevokeTicket,
		*workgroupv1.MsgAdmitDevice, *workgroupv1.MsgApproveDevice, *workgroupv1.MsgRejectDevice, *workgroupv1.MsgUpdateDevice,
		*workgroupv1.MsgCordonDevice, *workgroupv1.MsgUncordonDevice, *workgroupv1.MsgRevokeDevice,
		*workloadv1.MsgRetireSpec, *workloadv1.MsgCreateDeployment, *workloadv1.MsgUpdateDeployment,
		*workloadv1.MsgPauseDeployment, *workloadv1.MsgResumeDeployment,
		*workloadv1.MsgRollbackDeployment, *workloadv1.MsgRemoveDeployment:
		return roleAuthority, true
	case *workgroupv1.MsgAcceptAuthority:
		return rolePending, true
	case *workloadv1.MsgPublishBlob, *workloadv1.MsgPublishSpec:
		return roleStager, true
	case *workgroupv1.MsgSetRecipient:
		return roleMember, true
	case *workgroupv1.MsgJoin:
		return roleTicket, true
	case *workgroupv1.MsgAnnounceDevice, *workloadv1.MsgClaimEpoch, *workloadv1.MsgReport, *workloadv1.MsgRenewLease:
		return roleDevice, true
	case *authz.MsgExec, *authz.MsgGrant, *authz.MsgRevoke:
		return roleAnyone, true
	default:
		return 0, false
	}
}
