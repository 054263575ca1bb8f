package app_test

import (
	"encoding/json"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/daonetes/daonetes/chain/app"
	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workloadtypes "github.com/daonetes/daonetes/chain/x/workload/types"
)

// exported is the whole state by module.
func (n *network) exported() app.GenesisState {
	n.t.Helper()
	exported, err := n.app.Export(false, nil)
	require.NoError(n.t, err)
	var state app.GenesisState
	require.NoError(n.t, json.Unmarshal(exported.AppState, &state))
	return state
}

// C-17: a state that is exported, imported and exported again is the same, and the new network goes on.
func TestExportImportRoundTrip(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.sortedMembers(group, 4, "site=lab")
	id := n.running(group, d[:3], workloadv1.Rollout{MaxParallel: 1, ProgressDeadline: 24 * time.Hour})
	n.update(id, n.spec(group, "app", "v2"))
	blob := must(n, &workloadv1.MsgPublishBlobResponse{}, n.alice, &workloadv1.MsgPublishBlob{Publisher: n.alice.String(), GroupId: group, Content: []byte("conf")}).Hash
	tagged := n.spec(group, "web", "v3", workloadv1.SpecDeclaration{Blobs: []string{blob}})
	open := n.deploy(group, "web", tagged, onTag("site=lab", 9)).DeploymentId
	n.seal(group, "shop/DB", 1, 1)
	n.seal(group, "shop/DB", 2, 2)
	n.seal(group, "alone", 1, 1)
	n.announce(d[0])
	sealed := n.deployWith(group, "shop", onDevices(d[0]), pin("shop/DB", 1))
	n.ok(n.alice, n.grantMsg(group, "shop", 1, d[0]), n.grantMsg(group, "shop", 2, d[0]))
	n.ok(n.alice, &workloadv1.MsgRemoveSecret{Authority: n.alice.String(), GroupId: group, Name: "alone"})
	gone := n.deploy(group, "gone", tagged, onDevices(d[3])).DeploymentId
	n.ok(n.alice, &workloadv1.MsgRemoveDeployment{Authority: n.alice.String(), DeploymentId: gone, ExpectedRevision: 1})
	n.report(d[3], gone, stoppedState)
	n.ticket(group, 3, false)
	waiting := n.ticket(group, 3, false)
	n.ok(waiting, n.joinMsg(group, waiting, machine("waiting"), workgroupv1.DeviceInfo{NameHint: "w"}))
	n.ok(n.alice, &workgroupv1.MsgRevokeDevice{Authority: n.alice.String(), Device: d[3].String()})
	n.ok(n.alice, &workgroupv1.MsgSetRecipient{Address: n.alice.String(), AgeRecipient: "age1x"})
	bob := person("bob")
	b := n.council("board", 2, nil, n.alice, bob)
	b.submit(n, n.alice, &workgroupv1.MsgCreateGroup{Creator: b.String(), Name: "more"})
	n.acts(b, &councilv1.MsgUpdateRules{Council: b.String(), DefaultThreshold: 2, VotingPeriod: time.Hour})
	lapsing, _ := b.submit(n, n.alice, &councilv1.MsgUpdateRules{Council: b.String(), DefaultThreshold: 1})
	n.advance(30 * time.Minute)
	n.ok(d[0], n.renewMsg(d[0]))
	n.advance(40 * time.Minute)
	require.True(t, n.lease(d[1]).Unreachable)

	first, err := n.app.Export(true, nil)
	require.NoError(t, err)
	require.Zero(t, first.Height)
	require.Len(t, first.Validators, 1)
	require.Equal(t, n.root.String(), first.ConsensusParams.Authority.Authority)
	var state app.GenesisState
	require.NoError(t, json.Unmarshal(first.AppState, &state))

	m := &network{t: t, db: dbm.NewMemDB(), now: n.now, root: n.root, alice: n.alice, nonce: n.nonce}
	m.app = openApp(m.db)
	m.start(state, first.ConsensusParams)
	again := m.exported()
	for module, want := range state {
		require.JSONEq(t, string(want), string(again[module]), module)
	}

	// Both go on and end alike.
	for _, network := range []*network{n, m} {
		network.t = t
		require.Equal(t, proposalExpired, network.proposal(lapsing).Status)
		network.acts(b, &councilv1.MsgUpdateRules{Council: b.String(), DefaultThreshold: 1})
		network.ok(d[1], network.renewMsg(d[1]))
		network.passed(id, d[0], d[1])
		network.ok(d[2], network.renewMsg(d[2]))
		network.healthy(id, d[2])
		require.Equal(t, workloadv1.DeploymentPhase_DEPLOYMENT_PHASE_COMPLETE, network.deployment(id).Phase)
		require.Len(t, network.members(group, 2, "site=lab"), 2)
		require.Equal(t, uint32(5), network.deployment(open).Progress.Total)
		network.refused(workloadtypes.ErrStaleSecret, network.alice, network.putMsg(group, "alone", 1, 2))
		network.refused(workloadtypes.ErrSecretInUse, network.alice, &workloadv1.MsgRemoveSecret{Authority: n.alice.String(), GroupId: group, Name: "shop/DB"})
		network.repin(sealed, pin("shop/DB", 2))
	}
	last, mine := n.exported(), m.exported()
	for _, module := range []string{"workgroup"} {
		require.Equal(t, len(last[module]), len(mine[module]))
	}
}

// A node that stops and starts again goes on where it was.
func TestRestartOfANode(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.members(group, 1)
	id := n.running(group, d, workloadv1.Rollout{})
	hash := n.app.LastCommitID().Hash
	n.app = openApp(n.db)
	require.Equal(t, hash, n.app.LastCommitID().Hash)
	// Before the next block: the latest state can be read, and transactions are admitted as before.
	ctx, err := n.app.CreateQueryContext(0, false)
	require.NoError(t, err)
	require.Equal(t, n.height, ctx.BlockHeight())
	require.Equal(t, n.now, ctx.BlockTime())
	renew := n.renewMsg(d[0])
	for signer, msg := range map[actor]sdk.Msg{d[0]: renew, n.alice: &workgroupv1.MsgCreateGroup{Creator: n.alice.String(), Name: "more"}} {
		raw := n.tx(n.form(signer, msg), signer, msg)
		_, _, err = n.app.Simulate(raw)
		require.NoError(t, err)
		checked, err := n.app.CheckTx(&abci.RequestCheckTx{Tx: raw, Type: abci.CheckTxType_New})
		require.NoError(t, err)
		require.Zero(t, checked.Code, checked.Log)
	}
	n.block()
	n.update(id, n.spec(group, "app", "v2"))
	require.Equal(t, []uint64{2}, n.revisions(id, d...))
}

// A node that stopped and one that did not agree on every block.
func TestRestartDoesNotChangeTheAppHash(t *testing.T) {
	n, m := newNetwork(t), newNetwork(t)
	group := n.group("lab")
	m.group("lab")
	m.app = openApp(m.db)
	for range 3 {
		n.ticket(group, 1, false)
		m.ticket(group, 1, false)
		require.Equal(t, n.app.LastCommitID().Hash, m.app.LastCommitID().Hash)
		m.app = openApp(m.db)
	}
}
