package ante

import (
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	"github.com/cosmos/cosmos-sdk/x/authz"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"
	"github.com/cosmos/cosmos-sdk/x/feegrant"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"

	admissionv1 "github.com/daonetes/daonetes/chain/gen/daonetes/admission/v1"
	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
)

// role is who may send a message at all. The message servers check the exact address; this keeps strangers out of
// the mempool and out of blocks.
type role int

const (
	roleNetwork       role = iota // the network's authority
	roleCreator                   // a creator of groups and councils
	roleAuthority                 // the authority of some group
	rolePending                   // who was offered the authority of some group
	roleStager                    // authority, publisher or operator of some group, or member of a council
	roleMember                    // authority or operator of some group, or member of a council
	roleGranter                   // authority or operator of some group, member of a council, or an approved device
	roleTicket                    // a live ticket
	roleDevice                    // an approved or cordoned device
	roleCouncil                   // a council itself, for which no key signs: only in proposals, grants and simulations
	roleCouncilMember             // a member of some council, or a council
	roleSeat                      // who runs a seat of the validator set, or the network's authority
	roleSuccessor                 // who was offered the authority over the network
	roleAnyone                    // whoever has some role but ticket and device
	rolePayer                     // on a network with fees whoever pays them, but no ticket and no device
)

// actorsOf are the ways in which a group names the actors of a role.
var actorsOf = map[role][]uint64{
	roleAuthority: {workgrouptypes.ActorAuthority},
	rolePending:   {workgrouptypes.ActorPending},
	roleStager:    {workgrouptypes.ActorAuthority, workgrouptypes.ActorPublisher, workgrouptypes.ActorOperator},
	roleMember:    {workgrouptypes.ActorAuthority, workgrouptypes.ActorOperator},
	roleGranter:   {workgrouptypes.ActorAuthority, workgrouptypes.ActorOperator},
}

// membersToo are the roles of actors that members of councils have as well.
var membersToo = map[role]bool{roleStager: true, roleMember: true, roleGranter: true}

// MayBeProposed tells whether a council may send a message: what people and authorities send, but no MsgExec.
func MayBeProposed(msg sdk.Msg) bool {
	if _, isExec := msg.(*authz.MsgExec); isExec {
		return false
	}
	role, known := roleOf(msg)
	return known && role != roleTicket && role != roleDevice
}

// NeedsFees tells whether a message is for networks with fees only.
func NeedsFees(msg sdk.Msg) bool {
	role, known := roleOf(msg)
	return known && role == rolePayer
}

// roleOf is the role that a message asks for. A message that is not listed does not enter.
func roleOf(msg sdk.Msg) (role, bool) {
	switch msg.(type) {
	case *admissionv1.MsgUpdateParams, *admissionv1.MsgPause, *admissionv1.MsgResume,
		*workgroupv1.MsgUpdateParams, *workgroupv1.MsgAddCreator, *workgroupv1.MsgRemoveCreator,
		*workloadv1.MsgUpdateParams, *councilv1.MsgUpdateParams,
		*valsetv1.MsgUpdateParams, *valsetv1.MsgAddValidator, *valsetv1.MsgRemoveValidator, *valsetv1.MsgSetPower,
		*valsetv1.MsgProposeNetworkAuthority,
		*authtypes.MsgUpdateParams, *banktypes.MsgUpdateParams, *banktypes.MsgSetSendEnabled,
		*consensustypes.MsgUpdateParams, *upgradetypes.MsgSoftwareUpgrade, *upgradetypes.MsgCancelUpgrade:
		return roleNetwork, true
	case *workgroupv1.MsgCreateGroup, *councilv1.MsgCreateCouncil:
		return roleCreator, true
	case *workgroupv1.MsgUpdateGroup, *workgroupv1.MsgProposeAuthority, *workgroupv1.MsgCloseGroup,
		*workgroupv1.MsgCreateTicket, *workgroupv1.MsgRevokeTicket,
		*workgroupv1.MsgAdmitDevice, *workgroupv1.MsgApproveDevice, *workgroupv1.MsgRejectDevice, *workgroupv1.MsgUpdateDevice,
		*workgroupv1.MsgCordonDevice, *workgroupv1.MsgUncordonDevice, *workgroupv1.MsgRevokeDevice,
		*workloadv1.MsgRetireSpec, *workloadv1.MsgRemoveSecret, *workloadv1.MsgCreateDeployment, *workloadv1.MsgUpdateDeployment,
		*workloadv1.MsgPauseDeployment, *workloadv1.MsgResumeDeployment,
		*workloadv1.MsgRollbackDeployment, *workloadv1.MsgRemoveDeployment:
		return roleAuthority, true
	case *workgroupv1.MsgAcceptAuthority:
		return rolePending, true
	case *workloadv1.MsgPublishBlob, *workloadv1.MsgPublishSpec, *workloadv1.MsgPutSecret:
		return roleStager, true
	case *workloadv1.MsgGrantSecret:
		return roleGranter, true
	case *workgroupv1.MsgSetRecipient:
		return roleMember, true
	case *workgroupv1.MsgJoin:
		return roleTicket, true
	case *workgroupv1.MsgAnnounceDevice, *workloadv1.MsgClaimEpoch, *workloadv1.MsgReport, *workloadv1.MsgRenewLease:
		return roleDevice, true
	case *councilv1.MsgUpdateMembers, *councilv1.MsgUpdateRules:
		return roleCouncil, true
	case *councilv1.MsgSubmit, *councilv1.MsgApprove, *councilv1.MsgReject, *councilv1.MsgWithdraw:
		return roleCouncilMember, true
	case *valsetv1.MsgRotateKey:
		return roleSeat, true
	case *valsetv1.MsgAcceptNetworkAuthority:
		return roleSuccessor, true
	case *authz.MsgExec, *authz.MsgGrant, *authz.MsgRevoke:
		return roleAnyone, true
	case *banktypes.MsgSend, *banktypes.MsgMultiSend,
		*feegrant.MsgGrantAllowance, *feegrant.MsgRevokeAllowance, *feegrant.MsgPruneAllowances:
		return rolePayer, true
	default:
		return 0, false
	}
}
