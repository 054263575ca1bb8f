package app_test

import (
	"errors"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"

	errorsmod "cosmossdk.io/errors"

	kmultisig "github.com/cosmos/cosmos-sdk/crypto/keys/multisig"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	"github.com/cosmos/cosmos-sdk/crypto/types/multisig"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdktx "github.com/cosmos/cosmos-sdk/types/tx"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	councilkeeper "github.com/daonetes/daonetes/chain/x/council/keeper"
	counciltypes "github.com/daonetes/daonetes/chain/x/council/types"
)

// authority is who may stand behind an address: one key, a multisig, a council. Each acts in its own way; the chain
// sees one address.
type authority interface {
	String() string
	// act makes the authority send messages, and returns the outcome of the transaction that does it.
	act(n *network, msgs ...sdk.Msg) *abci.ExecTxResult
	// probe is why the chain would refuse a message of the authority now; nothing changes by it.
	probe(n *network, msg sdk.Msg) error
}

// acts makes an authority send messages and expects success.
func (n *network) acts(who authority, msgs ...sdk.Msg) {
	n.t.Helper()
	result := who.act(n, msgs...)
	require.Zero(n.t, result.Code, "%s/%d: %s", result.Codespace, result.Code, result.Log)
}

func (a actor) act(n *network, msgs ...sdk.Msg) *abci.ExecTxResult { return n.send(a, msgs...) }

func (a actor) probe(n *network, msg sdk.Msg) error {
	return n.probeTx(n.tx(n.form(a, msg), a, msg))
}

// probeTx simulates a transaction; one that would pass must be admitted with its real signatures too.
func (n *network) probeTx(raw []byte) error {
	if _, _, err := n.app.Simulate(raw); err != nil {
		return err
	}
	checked, err := n.app.CheckTx(&abci.RequestCheckTx{Tx: raw, Type: abci.CheckTxType_New})
	if err != nil {
		return err
	}
	if checked.Code != 0 {
		return errors.New(checked.Log)
	}
	// Forget what CheckTx remembers.
	n.block()
	return nil
}

// sharedKey is a native multisig: some of several keys sign amino JSON.
type sharedKey struct {
	parts []actor
	key   *kmultisig.LegacyAminoPubKey
	// signing are the parts that sign.
	signing []int
}

// twoOfThree is a multisig of three people, of whom the first and the last sign.
func twoOfThree(name string) sharedKey {
	shared := sharedKey{parts: []actor{person(name + " 1"), person(name + " 2"), person(name + " 3")}, signing: []int{0, 2}}
	shared.key = kmultisig.NewLegacyAminoPubKey(2, shared.keys())
	return shared
}

func (s sharedKey) keys() []cryptotypes.PubKey {
	var keys []cryptotypes.PubKey
	for _, part := range s.parts {
		keys = append(keys, part.key.PubKey())
	}
	return keys
}

func (s sharedKey) raw() sdk.AccAddress { return sdk.AccAddress(s.key.Address()) }

func (s sharedKey) String() string {
	text, err := counciltypes.AddressText(s.raw())
	if err != nil {
		panic(err)
	}
	return text
}

func (s sharedKey) act(n *network, msgs ...sdk.Msg) *abci.ExecTxResult {
	return n.block(s.tx(n, msgs...))[0]
}

func (s sharedKey) probe(n *network, msg sdk.Msg) error { return n.probeTx(s.tx(n, msg)) }

func (s sharedKey) tx(n *network, msgs ...sdk.Msg) []byte {
	n.t.Helper()
	config := n.app.TxConfig()
	builder := config.NewTxBuilder()
	require.NoError(n.t, builder.SetMsgs(msgs...))
	builder.SetGasLimit(5_000_000)
	data := multisig.NewMultisig(len(s.parts))
	signature := signing.SignatureV2{PubKey: s.key, Data: data}
	signer := authsigning.SignerData{Address: s.String(), ChainID: testChainID, PubKey: s.key}
	if account := n.app.AccountKeeper.GetAccount(n.ctx(), s.raw()); account != nil {
		signer.AccountNumber, signer.Sequence = account.GetAccountNumber(), account.GetSequence()
		signature.Sequence = account.GetSequence()
	}
	require.NoError(n.t, builder.SetSignatures(signature))
	for _, i := range s.signing {
		text, err := authsigning.GetSignBytesAdapter(n.t.Context(), config.SignModeHandler(), signing.SignMode_SIGN_MODE_LEGACY_AMINO_JSON, signer, builder.GetTx())
		require.NoError(n.t, err)
		one := &signing.SingleSignatureData{SignMode: signing.SignMode_SIGN_MODE_LEGACY_AMINO_JSON, Signature: s.parts[i].sign(n.t, text)}
		require.NoError(n.t, multisig.AddSignatureFromPubKey(data, one, s.parts[i].key.PubKey(), s.keys()))
	}
	require.NoError(n.t, builder.SetSignatures(signature))
	raw, err := config.TxEncoder()(builder.GetTx())
	require.NoError(n.t, err)
	return raw
}

// board is a council; its members sign with transactions of their own.
type board struct {
	id      uint64
	members []actor
}

// newBoard is a council of people with weight 1, by the id that it has or will have.
func newBoard(id uint64, name string, members int) board {
	b := board{id: id}
	for i := range members {
		b.members = append(b.members, person(name+" "+string(rune('1'+i))))
	}
	return b
}

func (b board) String() string {
	_, text, err := counciltypes.CouncilAddress(b.id)
	if err != nil {
		panic(err)
	}
	return text
}

// record is the council as genesis holds it.
func (b board) record(name string, threshold uint64, rules ...councilv1.Rule) councilv1.Council {
	var members []councilv1.Member
	for _, member := range b.members {
		members = append(members, councilv1.Member{Address: member.String(), Weight: 1})
	}
	return councilv1.Council{
		Id: b.id, Name: name, Address: b.String(), Version: 1, Members: counciltypes.SortedMembers(members), TotalWeight: uint64(len(members)),
		DefaultThreshold: threshold, Rules: counciltypes.SortedRules(rules), VotingPeriod: counciltypes.DefaultParams().DefaultVotingPeriod,
	}
}

func (b board) submitMsg(proposer actor, msgs ...sdk.Msg) *councilv1.MsgSubmit {
	anys, err := sdktx.SetMsgs(msgs)
	if err != nil {
		panic(err)
	}
	return &councilv1.MsgSubmit{Proposer: proposer.String(), CouncilId: b.id, Messages: anys}
}

// submit proposes messages and returns the proposal's id, or the outcome that has none.
func (b board) submit(n *network, proposer actor, msgs ...sdk.Msg) (uint64, *abci.ExecTxResult) {
	n.t.Helper()
	result := n.send(proposer, b.submitMsg(proposer, msgs...))
	if result.Code != 0 {
		return 0, result
	}
	var data sdk.TxMsgData
	require.NoError(n.t, proto.Unmarshal(result.Data, &data))
	response := &councilv1.MsgSubmitResponse{}
	require.NoError(n.t, proto.Unmarshal(data.MsgResponses[0].Value, response))
	return response.ProposalId, result
}

// act proposes by the first member and approves by the others until it is executed.
func (b board) act(n *network, msgs ...sdk.Msg) *abci.ExecTxResult {
	n.t.Helper()
	id, result := b.submit(n, b.members[0], msgs...)
	for _, member := range b.members[1:] {
		if result.Code != 0 || n.proposal(id).Status != councilv1.ProposalStatus_PROPOSAL_STATUS_OPEN {
			break
		}
		result = n.send(member, &councilv1.MsgApprove{Member: member.String(), ProposalId: id})
	}
	return result
}

// probe proposes, simulates the approval that executes, and withdraws.
func (b board) probe(n *network, msg sdk.Msg) error {
	n.t.Helper()
	id, result := b.submit(n, b.members[0], msg)
	if result.Code != 0 {
		return errorsmod.ABCIError(result.Codespace, result.Code, result.Log)
	}
	approver := b.members[1]
	approve := &councilv1.MsgApprove{Member: approver.String(), ProposalId: id}
	err := n.probeTx(n.tx(n.form(approver, approve), approver, approve))
	n.ok(b.members[0], &councilv1.MsgWithdraw{Sender: b.members[0].String(), ProposalId: id})
	return err
}

func (n *network) councils() councilv1.QueryServer {
	return councilkeeper.NewQueryServer(n.app.CouncilKeeper)
}

func (n *network) proposal(id uint64) councilv1.Proposal {
	n.t.Helper()
	response, err := n.councils().Proposal(n.ctx(), &councilv1.QueryProposalRequest{ProposalId: id})
	require.NoError(n.t, err)
	return response.Proposal
}

// The authority may be a native multisig that signs amino JSON: enough parts, no fewer.
func TestMultisigIsAnAuthority(t *testing.T) {
	shared := twoOfThree("shared")
	n := newNetworkUnder(t, shared)
	lone := shared
	lone.signing = []int{0}
	msg := addCreator(shared, person("new"))
	require.NotZero(t, lone.act(n, msg).Code, "one of three is too few")
	n.acts(shared, msg)
	shared.signing = []int{1, 2}
	n.acts(shared, addCreator(shared, person("newer")))
}

// createMsg makes the council by message; it gets the next id.
func (b board) createMsg(creator actor) *councilv1.MsgCreateCouncil {
	record := b.record("board", 2)
	return &councilv1.MsgCreateCouncil{Creator: creator.String(), Name: record.Name, Members: record.Members, DefaultThreshold: record.DefaultThreshold}
}
