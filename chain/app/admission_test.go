package app_test

import (
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/x/authz"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/daonetes/daonetes/chain/app"
	"github.com/daonetes/daonetes/chain/app/ante"
	admissionv1 "github.com/daonetes/daonetes/chain/gen/daonetes/admission/v1"
	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	admissiontypes "github.com/daonetes/daonetes/chain/x/admission/types"
)

// withParams starts a network with other parameters of x/admission.
func withParams(t *testing.T, change func(*admissionv1.Params)) func(*app.App, app.GenesisState) {
	return func(chain *app.App, state app.GenesisState) {
		genesis := admissiontypes.DefaultGenesis()
		change(&genesis.Params)
		raw, err := chain.Codec().MarshalJSON(genesis)
		require.NoError(t, err)
		state[admissiontypes.ModuleName] = raw
	}
}

func strict(params *admissionv1.Params) {
	for _, rate := range []*admissionv1.Rate{&params.Devices, &params.Tickets} {
		rate.BurstTxs, rate.TxsPerMinute = 10, 6
	}
}

// checked is what CheckTx says of a transaction.
func (n *network) checked(raw []byte) *abci.ResponseCheckTx {
	n.t.Helper()
	response, err := n.app.CheckTx(&abci.RequestCheckTx{Tx: raw, Type: abci.CheckTxType_New})
	require.NoError(n.t, err)
	return response
}

// M-15: a device sends its burst and then at its rate, in CheckTx and in a block, and nobody else notices.
func TestADeviceThatSendsTooMuchIsSlowedDown(t *testing.T) {
	n := newNetwork(t, withParams(t, strict))
	group := n.group("lab")
	devices := n.members(group, 2)
	n.advance(10 * time.Minute)
	renewal := func(device actor, sequence uint64) []byte {
		msg := &workloadv1.MsgRenewLease{Device: device.String(), Epoch: 1, Sequence: sequence}
		return n.tx(n.form(device, msg), device, msg)
	}
	var burst [][]byte
	for i := range uint64(12) {
		burst = append(burst, renewal(devices[0], i+1))
		if checked := n.checked(burst[i]); i < 10 {
			require.Zero(t, checked.Code, checked.Log)
		} else {
			n.requireCode(admissiontypes.ErrRate, checked.Codespace, checked.Code, checked.Log)
			require.Contains(t, checked.Log, "may send again in 10s of block time")
		}
	}
	for i, result := range n.block(burst...) {
		if i < 10 {
			require.Zero(t, result.Code, result.Log)
		} else {
			n.requireCode(admissiontypes.ErrRate, result.Codespace, result.Code, result.Log)
		}
	}
	require.Zero(t, n.block(renewal(devices[1], 1))[0].Code, "another device is not slowed down")
	n.ok(n.alice, &workgroupv1.MsgRevokeDevice{Authority: n.alice.String(), Device: devices[1].String()})
	n.notAdmitted(admissiontypes.ErrRate, renewal(devices[0], 20))
	n.advance(20 * time.Second)
	require.Zero(t, n.block(renewal(devices[0], 21))[0].Code)
}

// A stranger's signature costs the one in whose name it comes nothing.
func TestOnlySignedTransactionsAreCounted(t *testing.T) {
	n := newNetwork(t, withParams(t, strict))
	device := n.members(n.group("lab"), 1)[0]
	n.advance(10 * time.Minute)
	stranger := machine("stranger")
	for i := range uint64(30) {
		msg := &workloadv1.MsgRenewLease{Device: device.String(), Epoch: 1, Sequence: i + 1}
		require.NotZero(t, n.block(n.tx(n.form(device, msg), stranger, msg))[0].Code)
	}
	for i := range uint64(10) {
		n.ok(device, &workloadv1.MsgRenewLease{Device: device.String(), Epoch: 1, Sequence: i + 1})
	}
}

// A ticket may send as often at once as it has uses, and a few times more for those that fail.
func TestTheBucketOfATicketGrowsWithItsUses(t *testing.T) {
	n := newNetwork(t, withParams(t, strict))
	group := n.group("lab")
	ticket := n.ticket(group, 30, false)
	var txs [][]byte
	known := machine("known")
	n.ok(ticket, n.joinMsg(group, ticket, known, workgroupv1.DeviceInfo{}))
	n.advance(10 * time.Minute)
	for range 50 {
		msg := n.joinMsg(group, ticket, known, workgroupv1.DeviceInfo{})
		txs = append(txs, n.tx(n.form(ticket, msg), ticket, msg))
	}
	slowed := 0
	for _, result := range n.block(txs...) {
		require.NotZero(t, result.Code)
		if result.Codespace == admissiontypes.ModuleName {
			slowed++
		}
	}
	require.Equal(t, 50-10-30, slowed)
}

// M-16: how many nonces one second may hold is bounded, and they are forgotten once it is over.
func TestNoncesAreBounded(t *testing.T) {
	n := newNetwork(t, withParams(t, func(params *admissionv1.Params) { params.MaxNoncesPerSecond = 10 }))
	device := n.members(n.group("lab"), 1)[0]
	send := func(timeout time.Time, sequence uint64) []byte {
		msg := &workloadv1.MsgRenewLease{Device: device.String(), Epoch: 1, Sequence: sequence}
		form := n.form(device, msg)
		form.timeout = timeout
		return n.tx(form, device, msg)
	}
	second := n.now.Add(5 * time.Minute).Truncate(time.Second)
	for i := range 10 {
		require.Zero(t, n.block(send(second.Add(time.Duration(i)), uint64(i+1)))[0].Code)
	}
	n.notAdmitted(admissiontypes.ErrNonces, send(second.Add(time.Second-1), 11))
	require.Zero(t, n.block(send(second.Add(time.Second), 11))[0].Code)
	count := func() int { return n.countUnder(admissiontypes.StoreKey, 4) }
	require.Positive(t, count())
	n.advance(11 * time.Minute)
	n.block()
	require.Zero(t, count(), "seconds that are over")
	before := n.app.LastCommitID().Hash
	for range 5 {
		n.block()
	}
	require.Equal(t, before, n.app.LastCommitID().Hash, "with nothing to forget a block writes nothing")
}

// countUnder is how many keys of a store begin with a prefix byte.
func (n *network) countUnder(store string, prefix byte) int {
	n.t.Helper()
	response, err := n.app.Query(n.t.Context(), queryOf("/store/"+store+"/subspace", []byte{prefix}))
	require.NoError(n.t, err)
	require.Zero(n.t, response.Code, response.Log)
	count := 0
	for pairs := response.Value; len(pairs) > 0; count++ {
		size := protowire.ConsumeFieldValue(1, protowire.BytesType, pairs[1:])
		require.Positive(n.t, size)
		pairs = pairs[1+size:]
	}
	return count
}

func TestCapsOfOneTransactionAreParameters(t *testing.T) {
	n := newNetwork(t)
	params := admissiontypes.DefaultParams()
	params.MaxTxBytes, params.MaxMessages, params.MaxGas = 32<<10, 2, 2_000_000
	n.ok(n.root, &admissionv1.MsgUpdateParams{Authority: n.root.String(), Params: params})
	create := &workgroupv1.MsgCreateGroup{Creator: n.alice.String(), Name: "x"}
	form := n.form(n.alice, create)
	form.gas = 2_000_001
	n.notAdmitted(ante.ErrGasLimit, n.tx(form, n.alice, create))
	form.gas = 2_000_000
	n.notAdmitted(ante.ErrTooManyMessages, n.tx(form, n.alice, create, create, create))
	exec := authz.NewMsgExec(n.alice.raw(), []sdk.Msg{create, create})
	n.notAdmitted(ante.ErrTooManyMessages, n.tx(form, n.alice, &exec))
	blob := &workloadv1.MsgPublishBlob{Publisher: n.alice.String(), GroupId: 1, Content: make([]byte, 32<<10)}
	n.notAdmitted(ante.ErrTooLarge, n.tx(form, n.alice, blob))
	require.Zero(t, n.block(n.tx(form, n.alice, create))[0].Code)
}

// What is paused does not run, whether it is sent, granted or proposed; what resumes it always runs.
func TestPausedTypesDoNotRun(t *testing.T) {
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			s := newStage(t, kind)
			cordon := &workgroupv1.MsgCordonDevice{Authority: s.lead.String(), Device: s.spare.String()}
			url := sdk.MsgTypeURL(cordon)
			s.acts(s.governor, &admissionv1.MsgPause{Authority: s.governor.String(), TypeUrls: []string{url}})
			require.ErrorContains(t, s.lead.probe(s.network, cordon), admissiontypes.ErrPaused.Error())
			if lead, is := s.lead.(actor); is {
				s.notAdmitted(admissiontypes.ErrPaused, s.tx(s.form(lead, cordon), lead, cordon))
				exec := authz.NewMsgExec(lead.raw(), []sdk.Msg{cordon})
				s.notAdmitted(admissiontypes.ErrPaused, s.tx(s.form(lead, &exec), lead, &exec))
			}
			answer, err := s.app.AdmissionKeeper.Paused(s.ctx())
			require.NoError(t, err)
			require.Equal(t, []string{pausedInStage, url}, answer)
			s.acts(s.governor, &admissionv1.MsgResume{Authority: s.governor.String(), TypeUrls: []string{url}})
			s.acts(s.lead, cordon)
		})
	}
}

func TestWhatCannotBePaused(t *testing.T) {
	n := newNetwork(t)
	pause := func(types ...string) *admissionv1.MsgPause {
		return &admissionv1.MsgPause{Authority: n.root.String(), TypeUrls: types}
	}
	for _, types := range [][]string{
		{"/daonetes.admission.v1.MsgResume"}, {"/daonetes.council.v1.MsgApprove"}, {"/daonetes.valset.v1.MsgAcceptNetworkAuthority"},
	} {
		n.refused(admissiontypes.ErrNeverPaused, n.root, pause(types...))
	}
	for _, types := range [][]string{
		{}, {"MsgCreateGroup"}, {"/daonetes.workgroup.v1.MsgNothing"}, {"/daonetes.workgroup.v1.Group"},
		{"/daonetes.workgroup.v1.MsgJoin", "/daonetes.workgroup.v1.MsgJoin"},
	} {
		n.refused(admissiontypes.ErrInvalidTypes, n.root, pause(types...))
	}
	n.refused(admissiontypes.ErrInvalidTypes, n.root, &admissionv1.MsgResume{Authority: n.root.String(), TypeUrls: []string{"/daonetes.workgroup.v1.MsgJoin"}})
	n.ok(n.root, pause("/daonetes.workgroup.v1.MsgJoin"))
	n.refused(admissiontypes.ErrInvalidTypes, n.root, pause("/daonetes.workgroup.v1.MsgJoin"))
}

// withFees starts a network whose gas costs coins, of which root and alice have some.
func withFees(t *testing.T) func(*app.App, app.GenesisState) {
	return func(chain *app.App, state app.GenesisState) {
		withParams(t, func(params *admissionv1.Params) {
			params.GasPrices = []admissionv1.GasPrice{{Denom: app.Denom, PerMillionGas: 1_000}}
			params.DailyAllowance = 12_000
		})(chain, state)
		bank := banktypes.DefaultGenesisState()
		for _, name := range []string{"root", "alice"} {
			bank.Balances = append(bank.Balances, banktypes.Balance{Address: person(name).String(), Coins: coins(1_000_000)})
		}
		raw, err := chain.Codec().MarshalJSON(bank)
		require.NoError(t, err)
		state[banktypes.ModuleName] = raw
	}
}

func coins(amount int64) sdk.Coins { return sdk.NewCoins(sdk.NewCoin(app.Denom, math.NewInt(amount))) }

// pays builds a transaction with a fee, of which each costs 5,000.
func (n *network) pays(signer actor, fee int64, granter sdk.AccAddress, msgs ...sdk.Msg) []byte {
	n.t.Helper()
	form := n.form(signer, msgs...)
	form.fee, form.granter = coins(fee), granter
	return n.tx(form, signer, msgs...)
}

func (n *network) balance(of actor) int64 {
	return n.app.BankKeeper.GetBalance(n.ctx(), of.raw(), app.Denom).Amount.Int64()
}

// The same binary takes fees where the parameter says so: gas has a price, coins move, and devices and tickets, who
// have none, spend a daily allowance of their group's authority.
func TestANetworkWithFees(t *testing.T) {
	n := newNetwork(t, withFees(t))
	create := &workgroupv1.MsgCreateGroup{Creator: n.alice.String(), Name: "lab"}
	n.notAdmitted(ante.ErrFeeTooLow, n.pays(n.alice, 4_999, nil, create))
	n.notAdmitted(ante.ErrFeeTooLow, n.tx(n.form(n.alice, create), n.alice, create))
	require.Zero(t, n.block(n.pays(n.alice, 5_000, nil, create))[0].Code)
	require.EqualValues(t, 995_000, n.balance(n.alice))

	bob := person("bob")
	pay := banktypes.NewMsgSend(n.alice.raw(), bob.raw(), coins(20_000))
	require.Zero(t, n.block(n.pays(n.alice, 5_000, nil, pay))[0].Code)
	require.EqualValues(t, 20_000, n.balance(bob))

	// A ticket joins and a device reports with what the authority allows them.
	ticket, device := machine("ticket"), machine("device")
	require.Zero(t, n.block(n.pays(n.alice, 5_000, nil, n.ticketMsg(1, ticket, 5, true)))[0].Code)
	join := n.joinMsg(1, ticket, device, workgroupv1.DeviceInfo{Platform: "linux/amd64"})
	require.NotZero(t, n.block(n.pays(ticket, 5_000, nil, join))[0].Code, "a ticket has no coins")
	require.NotZero(t, n.block(n.pays(ticket, 5_000, bob.raw(), join))[0].Code, "bob grants nothing")
	before := n.balance(n.alice)
	result := n.block(n.pays(ticket, 5_000, n.alice.raw(), join))[0]
	require.Zero(t, result.Code, result.Log)
	require.Equal(t, before-5_000, n.balance(n.alice))
	claim := &workloadv1.MsgClaimEpoch{Device: device.String(), Epoch: 1, Instance: "x"}
	require.Zero(t, n.block(n.pays(device, 5_000, n.alice.raw(), claim))[0].Code)
	renew := &workloadv1.MsgRenewLease{Device: device.String(), Epoch: 1, Sequence: 1}
	require.Zero(t, n.block(n.pays(device, 5_000, n.alice.raw(), renew))[0].Code)
	renew.Sequence = 2
	result = n.block(n.pays(device, 5_000, n.alice.raw(), renew))[0]
	require.NotZero(t, result.Code, "12,000 a day are two of 5,000")
	require.Contains(t, result.Log, "fee limit exceeded")
	n.advance(24 * time.Hour)
	require.Zero(t, n.block(n.pays(device, 5_000, n.alice.raw(), renew))[0].Code)
	require.NotZero(t, n.block(n.pays(device, 5_000, n.alice.raw(), banktypes.NewMsgSend(device.raw(), bob.raw(), coins(1))))[0].Code)

	// Without prices the network is one without fees again.
	require.Zero(t, n.block(n.pays(n.root, 5_000, nil, &admissionv1.MsgUpdateParams{Authority: n.root.String(), Params: admissiontypes.DefaultParams()}))[0].Code)
	n.notAdmitted(ante.ErrMessageType, n.tx(n.form(n.alice, pay), n.alice, pay))
	n.notAdmitted(ante.ErrFees, n.pays(n.alice, 5_000, nil, &workgroupv1.MsgUpdateGroup{Authority: n.alice.String(), GroupId: 1}))
	n.ok(n.alice, &workgroupv1.MsgUpdateGroup{Authority: n.alice.String(), GroupId: 1})
}

// Without fees no coins move, not even by the proposal of a council that passes no ante handler.
func TestCouncilsMoveNoCoinsWithoutFees(t *testing.T) {
	s := newStage(t, "council")
	err := s.governor.probe(s.network, &banktypes.MsgSend{FromAddress: s.governor.String(), ToAddress: s.alice.String(), Amount: coins(1)})
	require.ErrorContains(t, err, ante.ErrMessageType.Error())
}
