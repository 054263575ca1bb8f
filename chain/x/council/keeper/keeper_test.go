package keeper_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/codec/address"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/runtime"
	"github.com/cosmos/cosmos-sdk/store/v2"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdktx "github.com/cosmos/cosmos-sdk/types/tx"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	"github.com/cosmos/cosmos-sdk/x/authz"
	"github.com/cosmos/cosmos-sdk/x/tx/signing"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	"github.com/daonetes/daonetes/chain/x/council/keeper"
	"github.com/daonetes/daonetes/chain/x/council/types"
)

const (
	open       = councilv1.ProposalStatus_PROPOSAL_STATUS_OPEN
	executed   = councilv1.ProposalStatus_PROPOSAL_STATUS_EXECUTED
	rejected   = councilv1.ProposalStatus_PROPOSAL_STATUS_REJECTED
	withdrawn  = councilv1.ProposalStatus_PROPOSAL_STATUS_WITHDRAWN
	expired    = councilv1.ProposalStatus_PROPOSAL_STATUS_EXPIRED
	superseded = councilv1.ProposalStatus_PROPOSAL_STATUS_SUPERSEDED

	typeRevoke  = "/cosmos.authz.v1beta1.MsgRevoke"
	typeGrant   = "/cosmos.authz.v1beta1.MsgGrant"
	typeApprove = "/daonetes.council.v1.MsgApprove"
)

var errRefusedByTest = errors.New("refused by the test")

// person is the address of somebody.
func person(name string) string {
	raw := make([]byte, 20)
	copy(raw, name)
	return textOf(raw)
}

func textOf(raw []byte) string {
	text, err := address.Bech32Codec{Bech32Prefix: types.Bech32Prefix}.BytesToString(raw)
	if err != nil {
		panic(err)
	}
	return text
}

// fixture is the module over a store in memory and a real router. x/authz stands for the other modules: its messages
// only leave a trace.
type fixture struct {
	t       *testing.T
	ctx     sdk.Context
	keeper  *keeper.Keeper
	router  *baseapp.MsgServiceRouter
	queries councilv1.QueryServer
	// done are the traces of messages that councils sent, in order.
	done []string
	// events of the last message.
	events   sdk.Events
	accounts fakeAccounts
	network  string
	barred   map[string]bool
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	registry, err := codectypes.NewInterfaceRegistryWithOptions(codectypes.InterfaceRegistryOptions{
		ProtoFiles: proto.HybridResolver,
		SigningOptions: signing.Options{
			AddressCodec:          address.Bech32Codec{Bech32Prefix: types.Bech32Prefix},
			ValidatorAddressCodec: address.Bech32Codec{Bech32Prefix: types.Bech32Prefix + "valoper"},
		},
	})
	require.NoError(t, err)
	types.RegisterInterfaces(registry)
	authz.RegisterInterfaces(registry)
	key := storetypes.NewKVStoreKey(types.StoreKey)
	db := dbm.NewMemDB()
	stores := store.NewCommitMultiStore(db, log.NewNopLogger())
	stores.MountStoreWithDB(key, storetypes.StoreTypeDB, db)
	require.NoError(t, stores.LoadLatestVersion())
	f := &fixture{
		t:        t,
		ctx:      sdk.NewContext(stores, cmtproto.Header{Height: 1, Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}, false, log.NewNopLogger()),
		router:   baseapp.NewMsgServiceRouter(),
		accounts: fakeAccounts{},
		barred:   map[string]bool{},
	}
	f.router.SetInterfaceRegistry(registry)
	f.keeper = keeper.NewKeeper(codec.NewProtoCodec(registry), runtime.NewKVStoreService(key), f.accounts, f, f, f, f.router)
	councilv1.RegisterMsgServer(f.router, keeper.NewMsgServer(f.keeper))
	authz.RegisterMsgServer(f.router, &fakeAuthz{f: f})
	f.queries = keeper.NewQueryServer(f.keeper)
	require.NoError(t, f.keeper.InitGenesis(f.ctx, types.DefaultGenesis()))
	return f
}

// MayCreate, CheckActor, NetworkAuthority and MayPropose are what the other parts of a chain say.
func (f *fixture) MayCreate(_ context.Context, address sdk.AccAddress) error {
	if f.barred[textOf(address)] {
		return errRefusedByTest
	}
	return nil
}

func (f *fixture) CheckActor(_ context.Context, text string) (sdk.AccAddress, error) {
	if f.barred[text] {
		return nil, errRefusedByTest
	}
	return types.ParseAddress(text)
}

func (f *fixture) NetworkAuthority(context.Context) (string, error) { return f.network, nil }

func (f *fixture) MayPropose(typeURL string) bool {
	return f.router.HandlerByTypeURL(typeURL) != nil && typeURL != "/cosmos.authz.v1beta1.MsgExec"
}

type fakeAccounts map[string]sdk.AccountI

func (a fakeAccounts) NewAccountWithAddress(_ context.Context, address sdk.AccAddress) sdk.AccountI {
	return authtypes.NewBaseAccountWithAddress(address)
}

func (a fakeAccounts) HasAccount(_ context.Context, address sdk.AccAddress) bool {
	return a[address.String()] != nil
}

func (a fakeAccounts) SetAccount(_ context.Context, account sdk.AccountI) {
	a[account.GetAddress().String()] = account
}

type fakeAuthz struct {
	authz.UnimplementedMsgServer
	f *fixture
}

// Revoke leaves a trace, or fails if it was asked to.
func (a *fakeAuthz) Revoke(ctx context.Context, msg *authz.MsgRevoke) (*authz.MsgRevokeResponse, error) {
	if msg.MsgTypeUrl == "fail" {
		return nil, authz.ErrNoAuthorizationFound
	}
	a.f.done = append(a.f.done, msg.MsgTypeUrl)
	return &authz.MsgRevokeResponse{}, sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(&authz.EventRevoke{MsgTypeUrl: msg.MsgTypeUrl})
}

func (a *fakeAuthz) Grant(context.Context, *authz.MsgGrant) (*authz.MsgGrantResponse, error) {
	a.f.done = append(a.f.done, "grant")
	return &authz.MsgGrantResponse{}, nil
}

// send runs a message as a transaction does: with all of its effects, or none.
func (f *fixture) send(msg sdk.Msg) (*sdk.Result, error) {
	ctx, write := f.ctx.CacheContext()
	before := len(f.done)
	result, err := f.router.Handler(msg)(ctx, msg)
	if err != nil {
		f.done = f.done[:before]
		return nil, err
	}
	write()
	f.events = nil
	for _, event := range result.Events {
		f.events = append(f.events, sdk.Event(event))
	}
	return result, nil
}

func ok[R proto.Message](f *fixture, response R, msg sdk.Msg) R {
	f.t.Helper()
	result, err := f.send(msg)
	require.NoError(f.t, err)
	require.NoError(f.t, proto.Unmarshal(result.MsgResponses[0].Value, response))
	return response
}

func (f *fixture) refused(want error, msg sdk.Msg) {
	f.t.Helper()
	before := f.dump()
	_, err := f.send(msg)
	require.ErrorIs(f.t, err, want)
	require.Equal(f.t, before, f.dump(), "a message that is refused leaves nothing behind")
}

// dump is the whole state.
func (f *fixture) dump() string {
	f.t.Helper()
	state, err := f.keeper.ExportGenesis(f.ctx)
	require.NoError(f.t, err)
	return state.String()
}

func (f *fixture) advance(by time.Duration) { f.ctx = f.ctx.WithBlockTime(f.ctx.BlockTime().Add(by)) }

// even are members of weight 1.
func even(names ...string) []councilv1.Member {
	var members []councilv1.Member
	for _, name := range names {
		members = append(members, councilv1.Member{Address: person(name), Weight: 1})
	}
	return members
}

// council creates a council of members with weight 1.
func (f *fixture) council(name string, threshold uint64, rules []councilv1.Rule, members ...string) councilv1.Council {
	f.t.Helper()
	return f.councilOf(name, threshold, rules, even(members...))
}

func (f *fixture) councilOf(name string, threshold uint64, rules []councilv1.Rule, members []councilv1.Member) councilv1.Council {
	f.t.Helper()
	id := ok(f, &councilv1.MsgCreateCouncilResponse{}, &councilv1.MsgCreateCouncil{
		Creator: person("creator"), Name: name, Members: members, DefaultThreshold: threshold, Rules: rules,
	}).CouncilId
	return f.reload(id)
}

func (f *fixture) reload(id uint64) councilv1.Council {
	f.t.Helper()
	council, err := f.keeper.Council(f.ctx, id)
	require.NoError(f.t, err)
	return council
}

// trace is a message of a council that leaves a trace.
func trace(council councilv1.Council, text string) sdk.Msg {
	return &authz.MsgRevoke{Granter: council.Address, Grantee: person("grantee"), MsgTypeUrl: text}
}

func submitMsg(council councilv1.Council, proposer string, msgs ...sdk.Msg) *councilv1.MsgSubmit {
	anys, err := sdktx.SetMsgs(msgs)
	if err != nil {
		panic(err)
	}
	return &councilv1.MsgSubmit{Proposer: person(proposer), CouncilId: council.Id, Messages: anys}
}

func (f *fixture) submit(council councilv1.Council, proposer string, msgs ...sdk.Msg) *councilv1.MsgSubmitResponse {
	f.t.Helper()
	return ok(f, &councilv1.MsgSubmitResponse{}, submitMsg(council, proposer, msgs...))
}

func approveMsg(id uint64, member string) *councilv1.MsgApprove {
	return &councilv1.MsgApprove{Member: person(member), ProposalId: id}
}

func (f *fixture) approve(id uint64, member string) councilv1.Outcome {
	f.t.Helper()
	return ok(f, &councilv1.MsgApproveResponse{}, approveMsg(id, member)).Outcome
}

func rejectMsg(id uint64, member string) *councilv1.MsgReject {
	return &councilv1.MsgReject{Member: person(member), ProposalId: id}
}

func (f *fixture) reject(id uint64, member string) councilv1.Outcome {
	f.t.Helper()
	return ok(f, &councilv1.MsgRejectResponse{}, rejectMsg(id, member)).Outcome
}

// status is the status of a proposal as queries tell it.
func (f *fixture) status(id uint64) councilv1.ProposalStatus {
	f.t.Helper()
	response, err := f.queries.Proposal(f.ctx, &councilv1.QueryProposalRequest{ProposalId: id})
	require.NoError(f.t, err)
	return response.Proposal.Status
}

// inbox are the ids of what waits for somebody.
func (f *fixture) inbox(member string) []uint64 {
	f.t.Helper()
	response, err := f.queries.Inbox(f.ctx, &councilv1.QueryInboxRequest{Member: person(member)})
	require.NoError(f.t, err)
	return idsOf(response.Proposals)
}

func idsOf(proposals []councilv1.Proposal) []uint64 {
	ids := []uint64{}
	for _, proposal := range proposals {
		ids = append(ids, proposal.Id)
	}
	return ids
}

// eventNames are the types of the events of the last message, without what all have in common.
func (f *fixture) eventNames() []string {
	var names []string
	for _, event := range f.events {
		names = append(names, event.Type)
	}
	return names
}

func names(prefix string, count int) []string {
	var list []string
	for i := range count {
		list = append(list, fmt.Sprintf("%s%02d", prefix, i))
	}
	return list
}
