package app_test

import (
	"strings"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256r1"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	"github.com/cosmos/cosmos-sdk/x/authz"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/daonetes/daonetes/chain/app"
	"github.com/daonetes/daonetes/chain/app/ante"
	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	admissiontypes "github.com/daonetes/daonetes/chain/x/admission/types"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	workloadtypes "github.com/daonetes/daonetes/chain/x/workload/types"
)

// Each of these is refused alike in CheckTx and in a block.
func TestFormOfTransactions(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	ticket := n.ticket(group, 5, false)
	device := n.members(group, 1)[0]
	create := &workgroupv1.MsgCreateGroup{Creator: n.alice.String(), Name: "x"}
	join := n.joinMsg(group, ticket, machine("new"), workgroupv1.DeviceInfo{})
	renew := &workloadv1.MsgRenewLease{Device: device.String(), Epoch: 1, Sequence: 1}
	many := make([]sdk.Msg, 17)
	for i := range many {
		many[i] = create
	}
	nested := sdk.Msg(create)
	for range 6 {
		exec := authz.NewMsgExec(n.alice.raw(), []sdk.Msg{nested})
		nested = &exec
	}
	wide := authz.NewMsgExec(n.alice.raw(), many[:16])
	execJoin := authz.NewMsgExec(n.alice.raw(), []sdk.Msg{join})
	stranger := person("stranger")

	for _, row := range []struct {
		name   string
		want   coded
		signer actor
		msgs   []sdk.Msg
		change func(*txForm)
	}{
		{"no gas", ante.ErrGasLimit, n.alice, []sdk.Msg{create}, func(form *txForm) { form.gas = 0 }},
		{"too much gas", ante.ErrGasLimit, n.alice, []sdk.Msg{create}, func(form *txForm) { form.gas = admissiontypes.MaxGas + 1 }},
		{"too many messages", ante.ErrTooManyMessages, n.alice, many, nil},
		{"too many inner messages", ante.ErrTooManyMessages, n.alice, []sdk.Msg{&wide}, nil},
		{"nested too deeply", ante.ErrNesting, n.alice, []sdk.Msg{nested}, nil},
		{"a fee", ante.ErrFees, n.alice, []sdk.Msg{create}, func(form *txForm) { form.fee = sdk.NewCoins(sdk.NewCoin(app.Denom, math.NewInt(1))) }},
		{"a granter", ante.ErrFees, n.alice, []sdk.Msg{create}, func(form *txForm) { form.granter = n.root.raw() }},
		{"a fee message", ante.ErrMessageType, n.alice, []sdk.Msg{banktypes.NewMsgSend(n.alice.raw(), n.root.raw(), sdk.NewCoins(sdk.NewCoin(app.Denom, math.NewInt(1))))}, nil},
		{"a stranger", workgrouptypes.ErrNotCreator, stranger, []sdk.Msg{&workgroupv1.MsgCreateGroup{Creator: stranger.String(), Name: "x"}}, nil},
		{"a stranger's authority message", ante.ErrNoRole, stranger, []sdk.Msg{&workgroupv1.MsgCloseGroup{Authority: stranger.String(), GroupId: group}}, nil},
		{"another chain", sdkerrors.ErrUnauthorized, n.alice, []sdk.Msg{create}, func(form *txForm) { form.chainID = "other-chain" }},
		{"another account number", sdkerrors.ErrUnauthorized, n.alice, []sdk.Msg{create}, func(form *txForm) { form.number++ }},
		{"an old sequence", sdkerrors.ErrWrongSequence, n.alice, []sdk.Msg{create}, func(form *txForm) { form.sequence += 7 }},
		{"an ordered join", ante.ErrJoinForm, ticket, []sdk.Msg{join}, func(form *txForm) { form.unordered = false }},
		{"two joins", ante.ErrJoinForm, ticket, []sdk.Msg{join, join}, nil},
		{"a join inside exec", ante.ErrJoinForm, n.alice, []sdk.Msg{&execJoin}, nil},
		{"a ticket's other message", ante.ErrTicketOnlyJoins, ticket, []sdk.Msg{&workgroupv1.MsgCreateGroup{Creator: ticket.String(), Name: "x"}}, nil},
		{"a device's other message", ante.ErrDeviceOnlyReports, device, []sdk.Msg{&workgroupv1.MsgCreateGroup{Creator: device.String(), Name: "x"}}, nil},
		{"an unordered group", ante.ErrUnorderedType, n.alice, []sdk.Msg{create}, func(form *txForm) {
			form.unordered, form.sequence, form.timeout = true, 0, n.now.Add(time.Minute)
		}},
		{"a timeout at the block time", ante.ErrUnorderedTimeout, device, []sdk.Msg{renew}, func(form *txForm) { form.timeout = n.now }},
		{"a timeout in the past", ante.ErrUnorderedTimeout, device, []sdk.Msg{renew}, func(form *txForm) { form.timeout = n.now.Add(-time.Second) }},
		{"a timeout too far", ante.ErrUnorderedTimeout, device, []sdk.Msg{renew}, func(form *txForm) { form.timeout = n.now.Add(11 * time.Minute) }},
		{"a long memo", sdkerrors.ErrMemoTooLarge, n.alice, []sdk.Msg{create}, func(form *txForm) { form.memo = strings.Repeat("x", 300) }},
	} {
		t.Run(row.name, func(t *testing.T) {
			form := n.form(row.signer, row.msgs...)
			if row.change != nil {
				row.change(&form)
			}
			n.notAdmitted(row.want, n.tx(form, row.signer, row.msgs...))
		})
	}
}

func TestTransactionsAboveTheLimitAreRefused(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	msg := &workloadv1.MsgPublishBlob{Publisher: n.alice.String(), GroupId: group, Content: make([]byte, 48<<10)}
	n.ok(n.alice, msg)
	n.notAdmitted(ante.ErrTooLarge, n.tx(n.form(n.alice, msg, msg), n.alice, msg, msg))
	msg.Content = make([]byte, 48<<10+1)
	n.refused(workloadtypes.ErrInvalidContent, n.alice, msg)
}

func TestOtherKeyTypesCannotSign(t *testing.T) {
	n := newNetwork(t)
	key, err := secp256r1.GenPrivKey()
	require.NoError(t, err)
	other := actor{"p256", key}
	n.ok(n.root, &workgroupv1.MsgAddCreator{Authority: n.root.String(), Creator: other.String()})
	n.refused(ante.ErrKeyType, other, &workgroupv1.MsgCreateGroup{Creator: other.String(), Name: "x"})
}

func TestTicketsInEveryState(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	join := func(ticket actor, name string) []byte {
		msg := n.joinMsg(group, ticket, machine(name), workgroupv1.DeviceInfo{})
		return n.tx(n.form(ticket, msg), ticket, msg)
	}
	spent := n.ticket(group, 1, false)
	require.Zero(t, n.block(join(spent, "first"))[0].Code)
	n.notAdmitted(workgrouptypes.ErrTicketSpent, join(spent, "second"))

	revoked := n.ticket(group, 1, false)
	tickets, err := n.groups().Tickets(n.ctx(), &workgroupv1.QueryTicketsRequest{GroupId: group})
	require.NoError(t, err)
	revoke := &workgroupv1.MsgRevokeTicket{Authority: n.alice.String(), TicketId: tickets.Tickets[1].Id}
	n.ok(n.alice, revoke)
	n.refused(workgrouptypes.ErrTicketRevoked, n.alice, revoke)
	n.notAdmitted(workgrouptypes.ErrTicketRevoked, join(revoked, "third"))

	unknown := machine("unknown ticket")
	n.notAdmitted(workgrouptypes.ErrTicketNotFound, join(unknown, "fourth"))

	old := n.ticket(group, 1, false)
	// The last block before the end still takes it, the block of the end does not.
	raw := join(old, "fifth")
	n.now = n.now.Add(24*time.Hour - 3*time.Second)
	n.block()
	n.now = n.now.Add(time.Second)
	n.block()
	result := n.block(raw)[0]
	require.NotZero(t, result.Code)
	n.notAdmitted(workgrouptypes.ErrTicketNotFound, join(old, "sixth"))
	tickets, err = n.groups().Tickets(n.ctx(), &workgroupv1.QueryTicketsRequest{GroupId: group})
	require.NoError(t, err)
	require.Empty(t, tickets.Tickets, "tickets that reached their end are deleted")
}

func TestDevicesInEveryState(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	ticket := n.ticket(group, 1, false)
	device := machine("device")
	n.ok(ticket, n.joinMsg(group, ticket, device, workgroupv1.DeviceInfo{}))
	claim := &workloadv1.MsgClaimEpoch{Device: device.String(), Epoch: 1, Instance: "x"}
	n.notAdmitted(workgrouptypes.ErrDevicePending, n.tx(n.form(device, claim), device, claim))
	n.ok(n.alice, &workgroupv1.MsgApproveDevice{Authority: n.alice.String(), Device: device.String()})
	n.ok(device, claim)
	n.ok(n.alice, &workgroupv1.MsgRevokeDevice{Authority: n.alice.String(), Device: device.String()})
	renew := &workloadv1.MsgRenewLease{Device: device.String(), Epoch: 1, Sequence: 1}
	n.notAdmitted(workgrouptypes.ErrDeviceRevoked, n.tx(n.form(device, renew), device, renew))
	stranger := machine("stranger")
	renew = &workloadv1.MsgRenewLease{Device: stranger.String(), Epoch: 1, Sequence: 1}
	n.notAdmitted(workgrouptypes.ErrDeviceNotFound, n.tx(n.form(stranger, renew), stranger, renew))
}

// M-16: the same bytes run once, whatever the timeout; a failing message spends its nonce too.
func TestUnorderedTransactionsRunOnce(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	device := n.members(group, 1)[0]
	renew := &workloadv1.MsgRenewLease{Device: device.String(), Epoch: 1, Sequence: 1}
	raw := n.tx(n.form(device, renew), device, renew)
	require.Zero(t, n.block(raw)[0].Code)
	require.NotZero(t, n.block(raw)[0].Code)
	failing := n.tx(n.form(device, renew), device, renew)
	n.requireCode(workloadtypes.ErrStaleSequence, n.block(failing)[0].Codespace, n.results[0].Code, n.results[0].Log)
	require.Equal(t, "sdk", n.block(failing)[0].Codespace, "the nonce is spent")

	// A timeout that equals a block's time must not run there, or its nonce would be forgotten too early.
	renew.Sequence = 2
	form := n.form(device, renew)
	form.timeout = n.now.Add(2 * time.Second)
	edge := n.tx(form, device, renew)
	require.Zero(t, n.block(edge)[0].Code)
	n.notAdmittedInBlock(ante.ErrUnorderedTimeout, edge)
}

func (n *network) notAdmittedInBlock(want coded, raw []byte) {
	n.t.Helper()
	result := n.block(raw)[0]
	n.requireCode(want, result.Codespace, result.Code, result.Log)
}

func TestTwoUnorderedTransactionsOfOneKeyShareABlock(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	ticket := n.ticket(group, 2, true)
	var txs [][]byte
	for _, name := range []string{"a", "b"} {
		msg := n.joinMsg(group, ticket, machine(name), workgroupv1.DeviceInfo{NameHint: "node"})
		txs = append(txs, n.tx(n.form(ticket, msg), ticket, msg))
	}
	for _, result := range n.block(txs...) {
		require.Zero(t, result.Code, result.Log)
	}
	devices, err := n.groups().Devices(n.ctx(), &workgroupv1.QueryDevicesRequest{GroupId: group})
	require.NoError(t, err)
	names := []string{devices.Devices[0].Name, devices.Devices[1].Name}
	require.ElementsMatch(t, []string{"node", "node-2"}, names)
}

func TestBytesThatAreNoTransactionAreRefused(t *testing.T) {
	n := newNetwork(t)
	for _, raw := range [][]byte{nil, {0}, []byte("hello"), make([]byte, 1000)} {
		response, err := n.app.CheckTx(&abci.RequestCheckTx{Tx: raw, Type: abci.CheckTxType_New})
		require.NoError(t, err)
		require.NotZero(t, response.Code)
		require.NotZero(t, n.block(raw)[0].Code)
	}
}
