package ante

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"
	"github.com/cosmos/cosmos-sdk/x/authz"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	admissiontypes "github.com/daonetes/daonetes/chain/x/admission/types"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
)

// Roles is what the handler asks the state about an address.
type Roles interface {
	HasTicket(ctx context.Context, address sdk.AccAddress) (bool, error)
	HasDevice(ctx context.Context, address sdk.AccAddress) (bool, error)
	TicketByKey(ctx context.Context, address sdk.AccAddress) (workgroupv1.Ticket, error)
	CheckTicketRole(ctx context.Context, address sdk.AccAddress) error
	CheckDeviceRole(ctx context.Context, address sdk.AccAddress) error
	IsActor(ctx context.Context, address sdk.AccAddress, kind uint64) (bool, error)
	MayCreate(ctx context.Context, address sdk.AccAddress) error
}

// Councils is what the handler asks about councils.
type Councils interface {
	IsMember(ctx context.Context, address sdk.AccAddress) (bool, error)
	IsCouncil(ctx context.Context, address sdk.AccAddress) (bool, error)
}

// Seats is what the handler asks about the validator set.
type Seats interface {
	IsOperator(ctx context.Context, address sdk.AccAddress) (bool, error)
	PendingAuthority(ctx context.Context) (string, error)
}

// NetworkAuthority knows the address that governs the network.
type NetworkAuthority interface {
	NetworkAuthority(ctx context.Context) (string, error)
}

// maxExecDepth bounds how deeply MsgExec may be nested.
const maxExecDepth = 4

// roleDecorator refuses messages whose signer has no role that allows them. MsgExec is unpacked: each inner message
// is judged by its own signer.
type roleDecorator struct {
	Options
}

func (d roleDecorator) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	signed, ok := tx.(authsigning.Tx)
	if !ok {
		return ctx, errorsmod.Wrap(sdkerrors.ErrTxDecode, "not a transaction of this chain")
	}
	signers, err := signed.GetSigners()
	if err != nil {
		return ctx, err
	}
	count := 0
	for _, msg := range tx.GetMsgs() {
		if err := d.checkMessage(ctx, msg, signers[0], 0, &count); err != nil {
			return ctx, err
		}
	}
	return next(ctx, tx, simulate)
}

func (d roleDecorator) checkMessage(ctx sdk.Context, msg sdk.Msg, signer sdk.AccAddress, depth int, count *int) error {
	*count++
	if most := int(limitsOf(ctx).MaxMessages); *count > most {
		return errorsmod.Wrapf(ErrTooManyMessages, "want at most %d, inner ones too", most)
	}
	role, known := roleOf(msg)
	if !known || (role == rolePayer && !takesFees(limitsOf(ctx))) {
		return errorsmod.Wrapf(ErrMessageType, "got %s", sdk.MsgTypeURL(msg))
	}
	paused, err := d.Admission.IsPaused(uncharged(ctx), sdk.MsgTypeURL(msg))
	if err != nil {
		return err
	}
	if paused {
		return errorsmod.Wrapf(admissiontypes.ErrPaused, "got %s", sdk.MsgTypeURL(msg))
	}
	if role == roleTicket && depth > 0 {
		return errorsmod.Wrap(ErrJoinForm, "got it inside MsgExec")
	}
	if err := d.checkRole(ctx, role, signer, msg); err != nil {
		return err
	}
	exec, ok := msg.(*authz.MsgExec)
	if !ok {
		return nil
	}
	if depth == maxExecDepth {
		return errorsmod.Wrapf(ErrNesting, "got %d levels", depth+1)
	}
	inner, err := exec.GetMessages()
	if err != nil {
		return err
	}
	for _, innerMsg := range inner {
		innerSigners, _, err := d.Codec.GetMsgV1Signers(innerMsg)
		if err != nil {
			return err
		}
		if len(innerSigners) != 1 {
			return errorsmod.Wrapf(ErrOneSigner, "got %d signers of an inner message", len(innerSigners))
		}
		if err := d.checkMessage(ctx, innerMsg, innerSigners[0], depth+1, count); err != nil {
			return err
		}
	}
	return nil
}

// checkRole refuses a signer without the role. Tickets and devices have one role each and never another, but that a
// device may hand on a key of secrets that it holds.
func (d roleDecorator) checkRole(ctx sdk.Context, role role, signer sdk.AccAddress, msg sdk.Msg) error {
	switch role {
	case roleTicket:
		return d.Roles.CheckTicketRole(ctx, signer)
	case roleDevice:
		return d.Roles.CheckDeviceRole(ctx, signer)
	}
	isTicket, err := d.Roles.HasTicket(ctx, signer)
	if err != nil {
		return err
	}
	if isTicket {
		return errorsmod.Wrapf(ErrTicketOnlyJoins, "got %s", sdk.MsgTypeURL(msg))
	}
	isDevice, err := d.Roles.HasDevice(ctx, signer)
	if err != nil {
		return err
	}
	if isDevice && role == roleGranter {
		return d.Roles.CheckDeviceRole(ctx, signer)
	}
	if isDevice {
		return errorsmod.Wrapf(ErrDeviceOnlyReports, "got %s", sdk.MsgTypeURL(msg))
	}
	switch role {
	case roleCreator:
		return d.Roles.MayCreate(ctx, signer)
	case roleNetwork:
		return d.checkNetwork(ctx, signer, msg)
	case roleSeat:
		return d.checkSeat(ctx, signer, msg)
	case roleSuccessor:
		return d.checkSuccessor(ctx, signer, msg)
	case rolePayer:
		// The fee and the balance bound it.
		return nil
	case roleAnyone:
		return d.checkAnyone(ctx, signer, msg)
	case roleCouncil:
		return d.checkCouncil(ctx, signer, msg, d.Councils.IsCouncil)
	case roleCouncilMember:
		if d.checkCouncil(ctx, signer, msg, d.Councils.IsCouncil) == nil {
			return nil
		}
		return d.checkCouncil(ctx, signer, msg, d.Councils.IsMember)
	}
	if membersToo[role] && d.checkCouncil(ctx, signer, msg, d.Councils.IsMember) == nil {
		return nil
	}
	return d.checkActor(ctx, signer, msg, actorsOf[role]...)
}

// checkCouncil takes councils themselves, or their members.
func (d roleDecorator) checkCouncil(
	ctx sdk.Context, signer sdk.AccAddress, msg sdk.Msg, is func(context.Context, sdk.AccAddress) (bool, error),
) error {
	has, err := is(ctx, signer)
	if err != nil {
		return err
	}
	if !has {
		return errorsmod.Wrapf(ErrNoRole, "%s sent %s", signer, sdk.MsgTypeURL(msg))
	}
	return nil
}

func (d roleDecorator) checkNetwork(ctx sdk.Context, signer sdk.AccAddress, msg sdk.Msg) error {
	authority, err := d.Network.NetworkAuthority(ctx)
	if err != nil {
		return err
	}
	if authority == "" || authority != signer.String() {
		return errorsmod.Wrapf(ErrNoRole, "%s sent %s; want the network's authority %s", signer, sdk.MsgTypeURL(msg), authority)
	}
	return nil
}

func (d roleDecorator) checkSeat(ctx sdk.Context, signer sdk.AccAddress, msg sdk.Msg) error {
	runs, err := d.Seats.IsOperator(ctx, signer)
	if err != nil || runs {
		return err
	}
	return d.checkNetwork(ctx, signer, msg)
}

func (d roleDecorator) checkSuccessor(ctx sdk.Context, signer sdk.AccAddress, msg sdk.Msg) error {
	offered, err := d.Seats.PendingAuthority(ctx)
	if err != nil {
		return err
	}
	if offered == "" || offered != signer.String() {
		return errorsmod.Wrapf(ErrNoRole, "%s sent %s; the network's authority is offered to %q", signer, sdk.MsgTypeURL(msg), offered)
	}
	return nil
}

// checkAnyone takes everybody who has some role.
func (d roleDecorator) checkAnyone(ctx sdk.Context, signer sdk.AccAddress, msg sdk.Msg) error {
	if d.checkSeat(ctx, signer, msg) == nil || d.checkSuccessor(ctx, signer, msg) == nil || d.Roles.MayCreate(ctx, signer) == nil ||
		d.checkCouncil(ctx, signer, msg, d.Councils.IsMember) == nil {
		return nil
	}
	return d.checkActor(ctx, signer, msg, workgrouptypes.ActorAuthority, workgrouptypes.ActorPending,
		workgrouptypes.ActorPublisher, workgrouptypes.ActorOperator)
}

func (d roleDecorator) checkActor(ctx sdk.Context, signer sdk.AccAddress, msg sdk.Msg, kinds ...uint64) error {
	for _, kind := range kinds {
		named, err := d.Roles.IsActor(ctx, signer, kind)
		if err != nil {
			return err
		}
		if named {
			return nil
		}
	}
	return errorsmod.Wrapf(ErrNoRole, "%s sent %s", signer, sdk.MsgTypeURL(msg))
}
