package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"

	"github.com/daonetes/daonetes/chain/app"
	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	valsettypes "github.com/daonetes/daonetes/chain/x/valset/types"
	workgroupkeeper "github.com/daonetes/daonetes/chain/x/workgroup/keeper"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	workloadkeeper "github.com/daonetes/daonetes/chain/x/workload/keeper"
	workloadtypes "github.com/daonetes/daonetes/chain/x/workload/types"
)

const testChainID = "daonetes-test-1"

// actor is somebody who signs.
type actor struct {
	name string
	key  cryptotypes.PrivKey
}

func person(name string) actor {
	return actor{name, secp256k1.GenPrivKeyFromSecret([]byte("person " + name))}
}

func machine(name string) actor {
	return actor{name, ed25519.GenPrivKeyFromSecret([]byte("machine " + name))}
}

func (a actor) raw() sdk.AccAddress { return sdk.AccAddress(a.key.PubKey().Address()) }

func (a actor) pubKey() []byte { return a.key.PubKey().Bytes() }

func (a actor) String() string {
	text, err := workgrouptypes.AddressText(a.raw())
	if err != nil {
		panic(err)
	}
	return text
}

func (a actor) sign(t *testing.T, text []byte) []byte {
	t.Helper()
	signature, err := a.key.Sign(text)
	require.NoError(t, err)
	return signature
}

// network is a chain of one node in this process, driven block by block.
type network struct {
	t       *testing.T
	app     *app.App
	db      dbm.DB
	height  int64
	now     time.Time
	nonce   int64
	root    actor // network authority
	alice   actor // creator
	results []*abci.ExecTxResult
	events  []abci.Event
	// misbehaviour is what the next block reports, updates what the last one said of the validator set.
	misbehaviour []abci.Misbehavior
	updates      []abci.ValidatorUpdate
}

type options map[string]any

func (o options) Get(name string) any { return o[name] }

// newNetwork starts a chain; change may edit the genesis state before it starts.
func newNetwork(t *testing.T, change ...func(*app.App, app.GenesisState)) *network {
	t.Helper()
	return newNetworkUnder(t, person("root"), change...)
}

// newNetworkUnder starts a chain whose network authority is somebody else than root.
func newNetworkUnder(t *testing.T, governor authority, change ...func(*app.App, app.GenesisState)) *network {
	t.Helper()
	n := &network{
		t: t, db: dbm.NewMemDB(), now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		root: person("root"), alice: person("alice"),
	}
	n.app = openApp(n.db)
	state, err := n.app.DefaultGenesis()
	require.NoError(t, err)
	n.put(state, workgrouptypes.ModuleName, &workgroupv1.GenesisState{
		Params:   workgrouptypes.DefaultParams(),
		Creators: []workgroupv1.Creator{{Address: n.alice.String()}},
	})
	n.put(state, valsettypes.ModuleName, &valsetv1.GenesisState{
		Params: valsetv1.Params{MinValidators: 1, MaxValidators: 100},
		Validators: []valsetv1.Validator{{
			Id: 1, ConsPubKey: machine("validator").pubKey(), Operator: n.root.String(), TargetPower: 1000,
			Status: valsetv1.ValidatorStatus_VALIDATOR_STATUS_ACTIVE,
		}},
		NextValidatorId: 2,
	})
	for _, edit := range change {
		edit(n.app, state)
	}
	params := app.DefaultConsensusParams().ToProto()
	params.Authority = &cmtproto.AuthorityParams{Authority: governor.String()}
	n.start(state, params)
	return n
}

func openApp(db dbm.DB) *app.App { return openAppWith(db, options{}) }

func openAppWith(db dbm.DB, settings options) *app.App {
	return app.New(log.NewNopLogger(), db, true, settings, baseapp.SetChainID(testChainID))
}

func (n *network) put(state app.GenesisState, module string, part proto.Message) {
	raw, err := n.app.Codec().MarshalJSON(part)
	require.NoError(n.t, err)
	state[module] = raw
}

func (n *network) start(state app.GenesisState, params cmtproto.ConsensusParams) {
	n.t.Helper()
	raw, err := json.Marshal(state)
	require.NoError(n.t, err)
	_, err = n.app.InitChain(&abci.RequestInitChain{
		Time: n.now, ChainId: testChainID, ConsensusParams: &params, AppStateBytes: raw, InitialHeight: 1,
	})
	require.NoError(n.t, err)
	n.block()
}

// block makes the next block, one second later, and returns the results of its transactions.
func (n *network) block(txs ...[]byte) []*abci.ExecTxResult {
	n.t.Helper()
	n.height++
	n.now = n.now.Add(time.Second)
	response, err := n.app.FinalizeBlock(&abci.RequestFinalizeBlock{Height: n.height, Time: n.now, Txs: txs, Misbehavior: n.misbehaviour})
	require.NoError(n.t, err)
	_, err = n.app.Commit()
	require.NoError(n.t, err)
	n.results, n.events, n.updates, n.misbehaviour = response.TxResults, response.Events, response.ValidatorUpdates, nil
	return response.TxResults
}

// advance lets time pass and makes a block.
func (n *network) advance(by time.Duration) {
	n.t.Helper()
	n.now = n.now.Add(by)
	n.block()
}

// ctx reads the state after the last block.
func (n *network) ctx() context.Context {
	return n.app.NewContextLegacy(true, cmtproto.Header{Height: n.height, Time: n.now, ChainID: testChainID})
}

// unordered tells whether messages of this type are sent without a sequence.
func unordered(msg sdk.Msg) bool {
	switch msg.(type) {
	case *workgroupv1.MsgJoin, *workgroupv1.MsgAnnounceDevice, *workloadv1.MsgClaimEpoch, *workloadv1.MsgReport, *workloadv1.MsgRenewLease:
		return true
	}
	return false
}

// tx builds and signs a transaction.
type txForm struct {
	unordered bool
	timeout   time.Time
	sequence  uint64
	number    uint64
	gas       uint64
	fee       sdk.Coins
	granter   sdk.AccAddress
	chainID   string
	memo      string
}

func (n *network) form(signer actor, msgs ...sdk.Msg) txForm {
	form := txForm{gas: 5_000_000, chainID: testChainID}
	if len(msgs) > 0 && unordered(msgs[0]) {
		n.nonce++
		form.unordered, form.timeout = true, n.now.Add(3*time.Minute+time.Duration(n.nonce))
	}
	if account := n.app.AccountKeeper.GetAccount(n.ctx(), signer.raw()); account != nil {
		form.number = account.GetAccountNumber()
		if !form.unordered {
			form.sequence = account.GetSequence()
		}
	}
	return form
}

func (n *network) tx(form txForm, signer actor, msgs ...sdk.Msg) []byte {
	n.t.Helper()
	config := n.app.TxConfig()
	builder := config.NewTxBuilder()
	require.NoError(n.t, builder.SetMsgs(msgs...))
	builder.SetGasLimit(form.gas)
	builder.SetFeeAmount(form.fee)
	builder.SetMemo(form.memo)
	builder.SetFeeGranter(form.granter)
	if form.unordered {
		builder.SetUnordered(true)
		builder.SetTimeoutTimestamp(form.timeout)
	}
	signature := signing.SignatureV2{
		PubKey:   signer.key.PubKey(),
		Data:     &signing.SingleSignatureData{SignMode: signing.SignMode_SIGN_MODE_DIRECT},
		Sequence: form.sequence,
	}
	require.NoError(n.t, builder.SetSignatures(signature))
	text, err := authsigning.GetSignBytesAdapter(context.Background(), config.SignModeHandler(), signing.SignMode_SIGN_MODE_DIRECT,
		authsigning.SignerData{
			Address: signer.String(), ChainID: form.chainID, AccountNumber: form.number, Sequence: form.sequence, PubKey: signer.key.PubKey(),
		}, builder.GetTx())
	require.NoError(n.t, err)
	signature.Data = &signing.SingleSignatureData{SignMode: signing.SignMode_SIGN_MODE_DIRECT, Signature: signer.sign(n.t, text)}
	require.NoError(n.t, builder.SetSignatures(signature))
	raw, err := config.TxEncoder()(builder.GetTx())
	require.NoError(n.t, err)
	return raw
}

// send puts messages into a block and returns the outcome.
func (n *network) send(signer actor, msgs ...sdk.Msg) *abci.ExecTxResult {
	n.t.Helper()
	return n.block(n.tx(n.form(signer, msgs...), signer, msgs...))[0]
}

// must sends and expects success; it unpacks the response of the first message.
func must[R proto.Message](n *network, response R, signer actor, msgs ...sdk.Msg) R {
	n.t.Helper()
	result := n.send(signer, msgs...)
	require.Zero(n.t, result.Code, "%s/%d: %s", result.Codespace, result.Code, result.Log)
	var data sdk.TxMsgData
	require.NoError(n.t, proto.Unmarshal(result.Data, &data))
	require.NoError(n.t, proto.Unmarshal(data.MsgResponses[0].Value, response))
	return response
}

// ok sends and expects success.
func (n *network) ok(signer actor, msgs ...sdk.Msg) {
	n.t.Helper()
	result := n.send(signer, msgs...)
	require.Zero(n.t, result.Code, "%s/%d: %s", result.Codespace, result.Code, result.Log)
}

// coded is an error with a registered code.
type coded interface {
	error
	ABCICode() uint32
	Codespace() string
}

// refused sends and expects this error, and that the state stays as it is but for the sender's sequence or nonce.
func (n *network) refused(want coded, signer actor, msgs ...sdk.Msg) {
	n.t.Helper()
	result := n.send(signer, msgs...)
	n.requireCode(want, result.Codespace, result.Code, result.Log)
}

func (n *network) requireCode(want coded, codespace string, code uint32, log string) {
	n.t.Helper()
	require.Equal(n.t, fmt.Sprintf("%s/%d", want.Codespace(), want.ABCICode()), fmt.Sprintf("%s/%d", codespace, code), log)
}

// notAdmitted expects CheckTx and a block to refuse a transaction alike, with this error.
func (n *network) notAdmitted(want coded, raw []byte) {
	n.t.Helper()
	checked, err := n.app.CheckTx(&abci.RequestCheckTx{Tx: raw, Type: abci.CheckTxType_New})
	require.NoError(n.t, err)
	n.requireCode(want, checked.Codespace, checked.Code, checked.Log)
	result := n.block(raw)[0]
	n.requireCode(want, result.Codespace, result.Code, result.Log)
}

func (n *network) groups() workgroupv1.QueryServer {
	return workgroupkeeper.NewQueryServer(n.app.WorkgroupKeeper)
}

func (n *network) loads() workloadv1.QueryServer {
	return workloadkeeper.NewQueryServer(n.app.WorkloadKeeper)
}

// The steps below are what most stories begin with.

func (n *network) group(name string) uint64 {
	n.t.Helper()
	return must(n, &workgroupv1.MsgCreateGroupResponse{}, n.alice, &workgroupv1.MsgCreateGroup{Creator: n.alice.String(), Name: name}).GroupId
}

// ticketMsg is a valid MsgCreateTicket for a new key.
func (n *network) ticketMsg(group uint64, key actor, uses uint32, auto bool, tags ...string) *workgroupv1.MsgCreateTicket {
	return &workgroupv1.MsgCreateTicket{
		Authority: n.alice.String(), GroupId: group, PubKey: key.pubKey(),
		Proof:   key.sign(n.t, workgrouptypes.TicketProofText(testChainID, group, key.pubKey())),
		MaxUses: uses, Ttl: 24 * time.Hour, AutoApprove: auto, Tags: tags,
	}
}

// ticket creates a ticket.
func (n *network) ticket(group uint64, uses uint32, auto bool, tags ...string) actor {
	n.t.Helper()
	n.nonce++
	key := machine(fmt.Sprintf("ticket %d", n.nonce))
	n.ok(n.alice, n.ticketMsg(group, key, uses, auto, tags...))
	return key
}

func (n *network) joinMsg(group uint64, ticket, device actor, info workgroupv1.DeviceInfo) *workgroupv1.MsgJoin {
	text, err := workgrouptypes.JoinProofText(testChainID, group, ticket.raw(), device.pubKey(), info)
	require.NoError(n.t, err)
	return &workgroupv1.MsgJoin{Ticket: ticket.String(), PubKey: device.pubKey(), Info: info, Proof: device.sign(n.t, text)}
}

// members joins devices with a ticket that approves at once, and claims their first epochs.
func (n *network) members(group uint64, count int, tags ...string) []actor {
	n.t.Helper()
	ticket := n.ticket(group, uint32(count), true, tags...)
	var devices []actor
	for range count {
		n.nonce++
		device := machine(fmt.Sprintf("device %d", n.nonce))
		n.ok(ticket, n.joinMsg(group, ticket, device, workgroupv1.DeviceInfo{Platform: "linux/amd64"}))
		n.claim(device, 1)
		devices = append(devices, device)
	}
	return devices
}

func (n *network) claim(device actor, epoch uint64) {
	n.t.Helper()
	n.ok(device, &workloadv1.MsgClaimEpoch{Device: device.String(), Epoch: epoch, Instance: "boot/engine"})
}

// spec publishes a spec and returns its hash.
func (n *network) spec(group uint64, name, content string, declaration ...workloadv1.SpecDeclaration) string {
	n.t.Helper()
	msg := &workloadv1.MsgPublishSpec{Publisher: n.alice.String(), GroupId: group, Name: name, Content: []byte(content)}
	if len(declaration) > 0 {
		msg.Declaration = declaration[0]
	}
	return must(n, &workloadv1.MsgPublishSpecResponse{}, n.alice, msg).Hash
}

func onDevices(devices ...actor) workloadv1.Placement {
	var placement workloadv1.Placement
	for _, device := range devices {
		placement.Devices = append(placement.Devices, device.String())
	}
	return placement
}

func onTag(tag string, replicas uint32) workloadv1.Placement {
	return workloadv1.Placement{Selector: []string{tag}, Replicas: replicas}
}

// deploy creates a deployment.
func (n *network) deploy(group uint64, name, spec string, placement workloadv1.Placement, change ...func(*workloadv1.MsgCreateDeployment)) *workloadv1.MsgCreateDeploymentResponse {
	n.t.Helper()
	msg := &workloadv1.MsgCreateDeployment{Authority: n.alice.String(), GroupId: group, Name: name, SpecHash: spec, Placement: placement}
	for _, edit := range change {
		edit(msg)
	}
	return must(n, &workloadv1.MsgCreateDeploymentResponse{}, n.alice, msg)
}

// reportMsg is a device's next report on a deployment, at the revision that its manifest names.
func (n *network) reportMsg(device actor, id uint64, state workloadv1.ReportState) *workloadv1.MsgReport {
	n.t.Helper()
	lease, err := n.app.WorkloadKeeper.Lease(n.ctx(), device.raw())
	require.NoError(n.t, err)
	revision := uint64(1)
	if assignment, found := n.assignment(device, id); found {
		revision = assignment.Revision
	}
	return &workloadv1.MsgReport{
		Device: device.String(), Epoch: lease.Epoch, Sequence: lease.Sequence + 1,
		Reports: []workloadv1.DeploymentReport{{DeploymentId: id, Revision: revision, State: state}},
	}
}

func (n *network) report(device actor, id uint64, state workloadv1.ReportState) {
	n.t.Helper()
	n.ok(device, n.reportMsg(device, id, state))
}

func (n *network) healthy(id uint64, devices ...actor) {
	n.t.Helper()
	for _, device := range devices {
		n.report(device, id, workloadv1.ReportState_REPORT_STATE_HEALTHY)
	}
}

// passed lets devices report HEALTHY one by one, and each of them be so for as long as the rollout asks.
func (n *network) passed(id uint64, devices ...actor) {
	n.t.Helper()
	for _, device := range devices {
		n.healthy(id, device)
		if at := n.deployment(id).Progress.NextBatchAt; at != nil {
			n.advance(at.Sub(n.now) - time.Second)
		}
	}
}

func (n *network) deployment(id uint64) workloadv1.Deployment {
	n.t.Helper()
	deployment, err := n.app.WorkloadKeeper.Deployment(n.ctx(), id)
	require.NoError(n.t, err)
	return deployment
}

func (n *network) manifest(device actor) workloadv1.Manifest {
	n.t.Helper()
	manifest, err := n.app.WorkloadKeeper.Manifest(n.ctx(), device.raw())
	require.NoError(n.t, err)
	return manifest
}

func (n *network) assignment(device actor, id uint64) (workloadv1.Assignment, bool) {
	n.t.Helper()
	for _, assignment := range n.manifest(device).Assignments {
		if assignment.DeploymentId == id {
			return assignment, true
		}
	}
	return workloadv1.Assignment{}, false
}

// revisions are the revisions of a deployment in the manifests of devices; 0 where there is none.
func (n *network) revisions(id uint64, devices ...actor) []uint64 {
	n.t.Helper()
	var list []uint64
	for _, device := range devices {
		assignment, _ := n.assignment(device, id)
		list = append(list, assignment.Revision)
	}
	return list
}

var _ = workloadtypes.ModuleName
