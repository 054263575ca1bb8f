package app_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workloadtypes "github.com/daonetes/daonetes/chain/x/workload/types"
)

func TestAKeptRevisionKeepsItsSecrets(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.readers(group, 1)
	n.seal(group, "shop/DB", 1, 1)
	id := n.deployWith(group, "shop", onDevices(d...), pin("shop/DB", 1))
	n.healthy(id, d...)
	n.seal(group, "shop/DB", 2, 1)
	n.repin(id, pin("shop/DB", 2))
	n.healthy(id, d...)
	first, _ := n.secret(group, "shop/DB", 1)
	require.Equal(t, uint32(1), first.References)
	n.advance(15 * 24 * time.Hour)
	_, kept := n.secret(group, "shop/DB", 1)
	require.True(t, kept, "revision 1 is kept and pins it")

	// A rollback brings the old value back.
	n.ok(n.alice, &workloadv1.MsgRollbackDeployment{Authority: n.alice.String(), DeploymentId: id, ExpectedRevision: 2, ToRevision: 1})
	require.Equal(t, []workloadv1.SecretVersion{pin("shop/DB", 1)}, n.deployment(id).Secrets)
	first, _ = n.secret(group, "shop/DB", 1)
	require.Equal(t, uint32(2), first.References)
	n.ok(d[0], n.renewMsg(d[0]))
	assignment, _ := n.assignment(d[0], id)
	require.Equal(t, []workloadv1.SecretVersion{pin("shop/DB", 1)}, assignment.Secrets)

	// Once the revisions that pin version 1 are forgotten, nothing needs it any more.
	n.repin(id, pin("shop/DB", 2))
	for range 9 {
		n.restart(id)
	}
	first, _ = n.secret(group, "shop/DB", 1)
	require.Zero(t, first.References)
	n.advance(15 * 24 * time.Hour)
	_, kept = n.secret(group, "shop/DB", 1)
	require.False(t, kept)
	second, _ := n.secret(group, "shop/DB", 2)
	require.Equal(t, uint32(10), second.References)
}

func TestAnAutomaticRollbackBringsTheOldValueBack(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.readers(group, 1)
	n.seal(group, "shop/DB", 1, 1)
	id := n.deployWith(group, "shop", onDevices(d...), pin("shop/DB", 1))
	n.passed(id, d...)
	n.seal(group, "shop/DB", 2, 1)
	n.repin(id, pin("shop/DB", 2))
	n.report(d[0], id, workloadv1.ReportState_REPORT_STATE_FAILED)
	n.block()
	deployment := n.deployment(id)
	require.Equal(t, uint64(3), deployment.Revision)
	require.Equal(t, []workloadv1.SecretVersion{pin("shop/DB", 1)}, deployment.Secrets)
	n.refused(workloadtypes.ErrSecretInUse, n.alice, &workloadv1.MsgRemoveSecret{Authority: n.alice.String(), GroupId: group, Name: "shop/DB", Version: 2})
}

func TestASpareVersionExpiresAndTheNewestStays(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.readers(group, 1)
	n.seal(group, "shop/DB", 1, 1)
	n.seal(group, "shop/DB", 2, 2)
	n.ok(n.alice, &workgroupv1.MsgSetRecipient{Address: n.alice.String(), AgeRecipient: "age1pq1alice"})
	n.ok(n.alice, n.grantMsg(group, "shop", 1, n.alice))
	n.ok(n.alice, n.grantMsg(group, "shop", 2, n.alice))
	id := n.deployWith(group, "shop", onDevices(d...), pin("shop/DB", 2))
	n.advance(15 * 24 * time.Hour)
	_, found := n.secret(group, "shop/DB", 1)
	require.False(t, found, "nothing used version 1")
	n.block()
	require.Empty(t, n.grants(group, "shop", 1), "its key went with it")
	require.Len(t, n.grants(group, "shop", 2), 1)
	n.advance(15 * 24 * time.Hour)
	_, found = n.secret(group, "shop/DB", 2)
	require.True(t, found)

	// Without its deployment the newest version stays, until it is removed or a newer one comes.
	n.ok(n.alice, &workloadv1.MsgRemoveDeployment{Authority: n.alice.String(), DeploymentId: id, ExpectedRevision: 1})
	n.ok(d[0], n.renewMsg(d[0]))
	n.report(d[0], id, stoppedState)
	n.advance(15 * 24 * time.Hour)
	second, found := n.secret(group, "shop/DB", 2)
	require.True(t, found)
	require.Zero(t, second.References)
	n.seal(group, "shop/DB", 3, 2)
	n.advance(15 * 24 * time.Hour)
	_, found = n.secret(group, "shop/DB", 2)
	require.False(t, found)
	_, found = n.secret(group, "shop/DB", 3)
	require.True(t, found)
}

func TestNumbersOfRemovedSecretsAreNotUsedAgain(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	n.seal(group, "alone", 1, 1)
	n.ok(n.alice, &workgroupv1.MsgSetRecipient{Address: n.alice.String(), AgeRecipient: "age1pq1alice"})
	n.ok(n.alice, n.grantMsg(group, "alone", 1, n.alice))
	removed := must(n, &workloadv1.MsgRemoveSecretResponse{}, n.alice, &workloadv1.MsgRemoveSecret{Authority: n.alice.String(), GroupId: group, Name: "alone"})
	require.Equal(t, uint32(1), removed.Removed)
	n.block()
	require.Empty(t, n.grants(group, "alone", 1))
	answer, err := n.loads().Secret(n.ctx(), &workloadv1.QuerySecretRequest{GroupId: group, Name: "alone"})
	require.NoError(t, err)
	require.Empty(t, answer.Versions)
	require.Equal(t, uint64(1), answer.NewestVersion)
	keys, err := n.loads().SecretKeys(n.ctx(), &workloadv1.QuerySecretKeysRequest{GroupId: group, Scope: "alone"})
	require.NoError(t, err)
	require.Empty(t, keys.Keys)
	require.Equal(t, uint64(1), keys.NewestGeneration)
	n.refused(workloadtypes.ErrStaleSecret, n.alice, n.putMsg(group, "alone", 1, 2))
	n.refused(workloadtypes.ErrSecretGeneration, n.alice, n.putMsg(group, "alone", 2, 1))
	n.seal(group, "alone", 2, 2)
}

func TestGrantsOfAKeyThatIsGoneAreWorkedOffInSteps(t *testing.T) {
	n := networkWithDevices(t, 250, 500)
	n.seal(1, "app/X", 1, 1)
	id := n.deployWith(1, "app", onTag("site=lab", 0), pin("app/X", 1))
	require.Equal(t, uint32(250), n.deployment(id).Progress.Total)
	// Also to devices whose manifest the due-queue has yet to write.
	var all []actor
	for i := range 250 {
		all = append(all, massDevice(i))
	}
	for start := 0; start < len(all); start += 50 {
		msg := n.grantMsg(1, "app", 1, all[start:start+50]...)
		form := n.form(n.alice, msg)
		form.gas = 10_000_000
		result := n.block(n.tx(form, n.alice, msg))[0]
		require.Zero(t, result.Code, result.Log)
	}
	require.Len(t, n.grants(1, "app", 1), 100, "a page")
	given, err := n.loads().RecipientGrants(n.ctx(), &workloadv1.QueryRecipientGrantsRequest{Recipient: all[0].String()})
	require.NoError(t, err)
	require.Len(t, given.Grants, 1)
	n.seal(1, "app/X", 2, 2)
	n.repin(id, pin("app/X", 2))
	// Revision 1 goes with the tenth revision after it.
	for range 9 {
		n.restart(id)
	}
	first, _ := n.secret(1, "app/X", 1)
	require.Zero(t, first.References)
	n.ok(n.alice, &workloadv1.MsgRemoveSecret{Authority: n.alice.String(), GroupId: 1, Name: "app/X", Version: 1})
	for range 4 {
		n.block()
	}
	require.Empty(t, n.grants(1, "app", 1))
	given, err = n.loads().RecipientGrants(n.ctx(), &workloadv1.QueryRecipientGrantsRequest{Recipient: all[0].String()})
	require.NoError(t, err)
	require.Empty(t, given.Grants)
}

// What a revoked device was given stays readable: it is the list of what it knew.
func TestGrantsOfARevokedDeviceStay(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.readers(group, 2)
	n.seal(group, "shop/DB", 1, 1)
	n.deployWith(group, "shop", onDevices(d...), pin("shop/DB", 1))
	n.ok(n.alice, n.grantMsg(group, "shop", 1, d...))
	n.ok(n.alice, &workgroupv1.MsgRevokeDevice{Authority: n.alice.String(), Device: d[0].String()})
	given, err := n.loads().RecipientGrants(n.ctx(), &workloadv1.QueryRecipientGrantsRequest{Recipient: d[0].String()})
	require.NoError(t, err)
	require.Len(t, given.Grants, 1)
	require.Equal(t, "shop", given.Grants[0].Scope)
	n.refused(workloadtypes.ErrRecipientRevoked, n.alice, n.grantMsg(group, "shop", 1, d[0]))
}

// A council's members read and hand on, and the council itself may, as a proposal.
func TestSecretsUnderACouncil(t *testing.T) {
	n := newNetwork(t)
	bob := person("bob")
	b := n.council("board", 2, nil, n.alice, bob)
	group := n.group("lab")
	d := n.readers(group, 1)
	n.handOver(group, n.alice, b)
	n.seal(group, "shop/DB", 1, 1)
	n.ok(bob, &workgroupv1.MsgSetRecipient{Address: bob.String(), AgeRecipient: "age1pq1bob"})
	n.ok(n.alice, n.grantMsg(group, "shop", 1, bob))
	n.refused(workloadtypes.ErrRecipientUnassigned, n.alice, n.grantMsg(group, "shop", 1, d[0]))
	pins := []workloadv1.SecretVersion{pin("shop/DB", 1)}
	hash := n.specWith(group, "shop", pins...)
	grant := n.grantMsg(group, "shop", 1, d[0])
	grant.Sender = b.String()
	n.acts(b, &workloadv1.MsgCreateDeployment{
		Authority: b.String(), GroupId: group, Name: "shop", SpecHash: hash, Placement: onDevices(d...), Secrets: pins,
	})
	n.acts(b, grant)
	require.Len(t, n.grants(group, "shop", 1), 2)
}

// Who approves a device hands on the keys of what it is to run with the same transaction: it takes its places before the
// block's end would give them.
func TestADeviceIsApprovedAndGivenItsKeysInOneTransaction(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.readers(group, 1, "site=lab")
	n.seal(group, "shop/DB", 1, 1)
	n.seal(group, "few/X", 1, 1)
	n.seal(group, "else/X", 1, 1)
	n.seal(group, "registry/ghcr.io", 1, 1)
	shop := n.deployWith(group, "shop", onTag("site=lab", 0), pin("shop/DB", 1))
	n.deployWith(group, "few", onTag("site=lab", 1), pin("few/X", 1))
	n.deployWith(group, "else", onTag("site=else", 0), pin("else/X", 1))
	room := n.ticket(group, 2, false, "site=lab")
	later, idle := machine("later"), machine("idle")
	for _, device := range []actor{later, idle} {
		n.ok(room, n.joinMsg(group, room, device, workgroupv1.DeviceInfo{Platform: "linux/amd64", AgeRecipient: "age1pq1" + device.String()[8:]}))
	}
	approve := &workgroupv1.MsgApproveDevice{Authority: n.alice.String(), Device: later.String()}
	for name, scope := range map[string]string{"a full placement": "few", "another selector": "else"} {
		form := n.form(n.alice, approve)
		form.gas = 2_000_000
		result := n.block(n.tx(form, n.alice, approve, n.grantMsg(group, scope, 1, later)))[0]
		n.requireCode(workloadtypes.ErrRecipientUnassigned, result.Codespace, result.Code, name+": "+result.Log)
	}
	n.refused(workloadtypes.ErrRecipientPending, n.alice, n.grantMsg(group, "shop", 1, later))
	require.Equal(t, uint32(1), n.deployment(shop).Progress.Total, "nothing half happened")

	form := n.form(n.alice, approve)
	form.gas = 2_000_000
	result := n.block(n.tx(form, n.alice, approve, n.grantMsg(group, "shop", 1, later), n.grantMsg(group, "registry/ghcr.io", 1, later)))[0]
	require.Zero(t, result.Code, result.Log)
	_, placed := n.assignment(later, shop)
	require.True(t, placed)
	require.Len(t, n.grants(group, "shop", 1), 1)
	require.Len(t, n.grants(group, "registry/ghcr.io", 1), 1)
	require.Equal(t, uint32(2), n.deployment(shop).Progress.Total)
	n.block()
	require.Equal(t, uint32(2), n.deployment(shop).Progress.Total, "the block's end gave it nothing twice")

	// In another block a grant places nothing: it is refused for a place that came free, which the block's end gives.
	n.ok(n.alice, &workgroupv1.MsgApproveDevice{Authority: n.alice.String(), Device: idle.String()})
	require.Equal(t, uint32(3), n.deployment(shop).Progress.Total)
	n.ok(n.alice, &workgroupv1.MsgRevokeDevice{Authority: n.alice.String(), Device: d[0].String()})
	n.refused(workloadtypes.ErrRecipientUnassigned, n.alice, n.grantMsg(group, "else", 1, idle))
}
