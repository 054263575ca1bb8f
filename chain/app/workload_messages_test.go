package app_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	workloadtypes "github.com/daonetes/daonetes/chain/x/workload/types"
)

func TestContentMessagesRefuse(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	alice := n.alice.String()
	bob := person("bob")
	n.ok(n.root, &workgroupv1.MsgAddCreator{Authority: n.root.String(), Creator: bob.String()})
	n.ok(bob, &workgroupv1.MsgCreateGroup{Creator: bob.String(), Name: "bobs"})
	hash := n.spec(group, "app", "v1")
	retired := n.spec(group, "app", "old")
	n.ok(n.alice, &workloadv1.MsgRetireSpec{Authority: alice, GroupId: group, Hash: retired})
	_, unknown := hashOf("unknown")
	params := workloadtypes.DefaultParams()
	params.DueBudget = 0
	publish := func(edit func(*workloadv1.MsgPublishSpec)) *workloadv1.MsgPublishSpec {
		msg := &workloadv1.MsgPublishSpec{Publisher: alice, GroupId: group, Name: "app", Content: []byte("new")}
		edit(msg)
		return msg
	}
	declare := func(declaration workloadv1.SpecDeclaration) *workloadv1.MsgPublishSpec {
		return publish(func(m *workloadv1.MsgPublishSpec) { m.Declaration = declaration })
	}
	n.refuseAll([]refusal{
		{"params out of range", workloadtypes.ErrInvalidParams, n.root, &workloadv1.MsgUpdateParams{Authority: n.root.String(), Params: params}},
		{"empty blob", workloadtypes.ErrInvalidContent, n.alice, &workloadv1.MsgPublishBlob{Publisher: alice, GroupId: group}},
		{"blob in another's group", workloadtypes.ErrUnauthorized, bob, &workloadv1.MsgPublishBlob{Publisher: bob.String(), GroupId: group, Content: []byte("x")}},
		{"blob in no group", workgrouptypes.ErrGroupNotFound, n.alice, &workloadv1.MsgPublishBlob{Publisher: alice, GroupId: 77, Content: []byte("x")}},
		{"spec in another's group", workloadtypes.ErrUnauthorized, bob, publish(func(m *workloadv1.MsgPublishSpec) { m.Publisher = bob.String() })},
		{"spec without bytes", workloadtypes.ErrInvalidContent, n.alice, publish(func(m *workloadv1.MsgPublishSpec) { m.Content = nil })},
		{"spec above the limit", workloadtypes.ErrInvalidContent, n.alice, publish(func(m *workloadv1.MsgPublishSpec) { m.Content = bytes.Repeat([]byte("x"), 32<<10+1) })},
		{"spec with a bad name", workgrouptypes.ErrInvalidName, n.alice, publish(func(m *workloadv1.MsgPublishSpec) { m.Name = "a b" })},
		{"spec with a missing blob", workloadtypes.ErrBlobNotFound, n.alice, declare(workloadv1.SpecDeclaration{Blobs: []string{unknown}})},
		{"spec with a bad blob hash", workloadtypes.ErrInvalidDeclaration, n.alice, declare(workloadv1.SpecDeclaration{Blobs: []string{"sha256:AB"}})},
		{"spec with unsorted secrets", workloadtypes.ErrInvalidDeclaration, n.alice, declare(workloadv1.SpecDeclaration{Secrets: []string{"b", "a"}})},
		{"spec with a secret twice", workloadtypes.ErrInvalidDeclaration, n.alice, declare(workloadv1.SpecDeclaration{Secrets: []string{"a", "a"}})},
		{"spec that asks too much", workloadtypes.ErrInvalidDeclaration, n.alice, declare(workloadv1.SpecDeclaration{Requires: []string{strings.Repeat("x", 257)}})},
		{"spec with too many platforms", workloadtypes.ErrInvalidDeclaration, n.alice, declare(workloadv1.SpecDeclaration{Platforms: make([]string, 17)})},
		{"spec declared otherwise", workloadtypes.ErrInvalidDeclaration, n.alice, publish(func(m *workloadv1.MsgPublishSpec) {
			m.Content = []byte("v1")
			m.Declaration.HasVolumes = true
		})},
		{"retired spec again", workloadtypes.ErrSpecRetired, n.alice, publish(func(m *workloadv1.MsgPublishSpec) { m.Content = []byte("old") })},
		{"retire twice", workloadtypes.ErrSpecRetired, n.alice, &workloadv1.MsgRetireSpec{Authority: alice, GroupId: group, Hash: retired}},
		{"retire an unknown one", workloadtypes.ErrSpecNotFound, n.alice, &workloadv1.MsgRetireSpec{Authority: alice, GroupId: group, Hash: unknown}},
		{"retire a bad hash", workloadtypes.ErrInvalidHash, n.alice, &workloadv1.MsgRetireSpec{Authority: alice, GroupId: group, Hash: strings.ToUpper(hash)}},
	})
	same := must(n, &workloadv1.MsgPublishSpecResponse{}, n.alice, publish(func(m *workloadv1.MsgPublishSpec) { m.Content = []byte("v1") }))
	require.Equal(t, &workloadv1.MsgPublishSpecResponse{Hash: hash, Version: 1}, same, "the same bytes again change nothing")
}

func TestContentIsCapped(t *testing.T) {
	n := newNetwork(t)
	group := must(n, &workgroupv1.MsgCreateGroupResponse{}, n.alice, &workgroupv1.MsgCreateGroup{
		Creator: n.alice.String(), Name: "small",
		Policy: workgroupv1.GroupPolicy{Caps: workgroupv1.Caps{MaxSpecs: 1, MaxContentBytes: 10, MaxDeployments: 1}},
	}).GroupId
	n.ok(n.alice, &workloadv1.MsgPublishBlob{Publisher: n.alice.String(), GroupId: group, Content: []byte("12345678")})
	n.refused(workloadtypes.ErrCapReached, n.alice, &workloadv1.MsgPublishBlob{Publisher: n.alice.String(), GroupId: group, Content: []byte("abc")})
	hash := n.spec(group, "app", "ab")
	n.refused(workloadtypes.ErrCapReached, n.alice, &workloadv1.MsgPublishSpec{Publisher: n.alice.String(), GroupId: group, Name: "app", Content: []byte("c")})
	n.deploy(group, "one", hash, onTag("a=b", 1))
	n.refused(workloadtypes.ErrCapReached, n.alice, &workloadv1.MsgCreateDeployment{
		Authority: n.alice.String(), GroupId: group, Name: "two", SpecHash: hash, Placement: onTag("a=b", 1),
	})
	n.refused(workloadtypes.ErrGroupInUse, n.alice, &workgroupv1.MsgCloseGroup{Authority: n.alice.String(), GroupId: group})
}

func TestDeploymentMessagesRefuse(t *testing.T) {
	n := newNetwork(t)
	group, other := n.group("lab"), n.group("other")
	alice := n.alice.String()
	d := n.members(group, 2, "site=lab")
	foreign := n.members(other, 1)[0]
	waitingTicket := n.ticket(group, 1, false)
	waiting := machine("waiting")
	n.ok(waitingTicket, n.joinMsg(group, waitingTicket, waiting, workgroupv1.DeviceInfo{}))
	revoked := n.members(group, 1)[0]
	n.ok(n.alice, &workgroupv1.MsgRevokeDevice{Authority: alice, Device: revoked.String()})
	id := n.running(group, d[:1], workloadv1.Rollout{})
	hash := n.deployment(id).SpecHash
	secret := n.spec(group, "secret", "s", workloadv1.SpecDeclaration{Secrets: []string{"a", "b"}})
	retired := n.spec(group, "app", "old")
	n.ok(n.alice, &workloadv1.MsgRetireSpec{Authority: alice, GroupId: group, Hash: retired})
	foreignSpec := n.spec(other, "app", "foreign")
	removing := n.deploy(group, "removing", hash, onDevices(d[0])).DeploymentId
	n.ok(n.alice, &workloadv1.MsgRemoveDeployment{Authority: alice, DeploymentId: removing, ExpectedRevision: 1})
	create := func(edit func(*workloadv1.MsgCreateDeployment)) *workloadv1.MsgCreateDeployment {
		msg := &workloadv1.MsgCreateDeployment{Authority: alice, GroupId: group, Name: "new", SpecHash: hash, Placement: onDevices(d...)}
		edit(msg)
		return msg
	}
	place := func(placement workloadv1.Placement) *workloadv1.MsgCreateDeployment {
		return create(func(m *workloadv1.MsgCreateDeployment) { m.Placement = placement })
	}
	roll := func(rollout workloadv1.Rollout) *workloadv1.MsgCreateDeployment {
		return create(func(m *workloadv1.MsgCreateDeployment) { m.Rollout = rollout })
	}
	pins := func(pins ...workloadv1.SecretVersion) *workloadv1.MsgCreateDeployment {
		return create(func(m *workloadv1.MsgCreateDeployment) { m.SpecHash, m.Secrets = secret, pins })
	}
	tags := make([]string, 9)
	for i := range tags {
		tags[i] = fmt.Sprintf("k=%d", i)
	}
	update := func(edit func(*workloadv1.MsgUpdateDeployment)) *workloadv1.MsgUpdateDeployment {
		msg := &workloadv1.MsgUpdateDeployment{Authority: alice, DeploymentId: id, ExpectedRevision: 1, SpecHash: hash, Placement: onDevices(d...)}
		edit(msg)
		return msg
	}
	n.refuseAll([]refusal{
		{"name taken", workloadtypes.ErrNameTaken, n.alice, create(func(m *workloadv1.MsgCreateDeployment) { m.Name = "app" })},
		{"name of one that is being removed", workloadtypes.ErrNameTaken, n.alice, create(func(m *workloadv1.MsgCreateDeployment) { m.Name = "removing" })},
		{"bad name", workgrouptypes.ErrInvalidName, n.alice, create(func(m *workloadv1.MsgCreateDeployment) { m.Name = "-" })},
		{"unknown spec", workloadtypes.ErrSpecNotFound, n.alice, create(func(m *workloadv1.MsgCreateDeployment) { _, m.SpecHash = hashOf("none") })},
		{"another group's spec", workloadtypes.ErrSpecNotFound, n.alice, create(func(m *workloadv1.MsgCreateDeployment) { m.SpecHash = foreignSpec })},
		{"retired spec", workloadtypes.ErrSpecRetired, n.alice, create(func(m *workloadv1.MsgCreateDeployment) { m.SpecHash = retired })},
		{"no placement", workloadtypes.ErrInvalidPlacement, n.alice, place(workloadv1.Placement{})},
		{"both placements", workloadtypes.ErrInvalidPlacement, n.alice, place(workloadv1.Placement{Devices: []string{d[0].String()}, Selector: []string{"a=b"}})},
		{"a device twice", workloadtypes.ErrInvalidPlacement, n.alice, place(onDevices(d[0], d[0]))},
		{"devices with replicas", workloadtypes.ErrInvalidPlacement, n.alice, place(workloadv1.Placement{Devices: []string{d[0].String()}, Replicas: 1})},
		{"too many replicas", workloadtypes.ErrInvalidPlacement, n.alice, place(onTag("a=b", 10_001))},
		{"too many tags", workloadtypes.ErrInvalidPlacement, n.alice, place(workloadv1.Placement{Selector: tags})},
		{"a bad tag", workgrouptypes.ErrInvalidTags, n.alice, place(onTag("lab", 1))},
		{"an unknown device", workgrouptypes.ErrDeviceNotFound, n.alice, place(onDevices(machine("x")))},
		{"another group's device", workloadtypes.ErrDeviceUnfit, n.alice, place(onDevices(foreign))},
		{"a waiting device", workgrouptypes.ErrDevicePending, n.alice, place(onDevices(waiting))},
		{"a revoked device", workgrouptypes.ErrDeviceRevoked, n.alice, place(onDevices(revoked))},
		{"too many at once", workloadtypes.ErrInvalidRollout, n.alice, roll(workloadv1.Rollout{MaxParallel: 51})},
		{"healthy for too long", workloadtypes.ErrInvalidRollout, n.alice, roll(workloadv1.Rollout{HealthyFor: 2 * time.Hour})},
		{"deadline too short", workloadtypes.ErrInvalidRollout, n.alice, roll(workloadv1.Rollout{ProgressDeadline: time.Second})},
		{"unknown action", workloadtypes.ErrInvalidRollout, n.alice, roll(workloadv1.Rollout{OnFailure: 3})},
		{"bad offline policy", workgrouptypes.ErrInvalidPolicy, n.alice, create(func(m *workloadv1.MsgCreateDeployment) { m.OfflinePolicy.StopAfter = time.Second })},
		{"secrets not pinned", workloadtypes.ErrInvalidSecrets, n.alice, pins()},
		{"another secret pinned", workloadtypes.ErrInvalidSecrets, n.alice, pins(workloadv1.SecretVersion{Name: "a", Version: 1}, workloadv1.SecretVersion{Name: "c", Version: 1})},
		{"version 0 pinned", workloadtypes.ErrInvalidSecrets, n.alice, pins(workloadv1.SecretVersion{Name: "a"}, workloadv1.SecretVersion{Name: "b", Version: 1})},
		{"unknown deployment", workloadtypes.ErrDeploymentNotFound, n.alice, update(func(m *workloadv1.MsgUpdateDeployment) { m.DeploymentId = 99 })},
		{"stale revision", workloadtypes.ErrStaleRevision, n.alice, update(func(m *workloadv1.MsgUpdateDeployment) { m.ExpectedRevision = 0 })},
		{"removing", workloadtypes.ErrDeploymentRemoving, n.alice, update(func(m *workloadv1.MsgUpdateDeployment) { m.DeploymentId, m.ExpectedRevision = removing, 2 })},
		{"stale pause", workloadtypes.ErrStaleRevision, n.alice, &workloadv1.MsgPauseDeployment{Authority: alice, DeploymentId: id, ExpectedRevision: 9}},
		{"pause while removing", workloadtypes.ErrDeploymentRemoving, n.alice, &workloadv1.MsgPauseDeployment{Authority: alice, DeploymentId: removing, ExpectedRevision: 2}},
		{"resume what runs", workloadtypes.ErrDeploymentPhase, n.alice, &workloadv1.MsgResumeDeployment{Authority: alice, DeploymentId: id, ExpectedRevision: 1}},
		{"roll back to the future", workloadtypes.ErrRevisionNotKept, n.alice, &workloadv1.MsgRollbackDeployment{Authority: alice, DeploymentId: id, ExpectedRevision: 1, ToRevision: 2}},
		{"stale removal", workloadtypes.ErrStaleRevision, n.alice, &workloadv1.MsgRemoveDeployment{Authority: alice, DeploymentId: id, ExpectedRevision: 2}},
	})
	for name, versions := range map[string]uint64{"a": 1, "b": 2} {
		for version := range versions {
			n.seal(group, name, version+1, 1)
		}
	}
	n.ok(n.alice, pins(workloadv1.SecretVersion{Name: "a", Version: 1}, workloadv1.SecretVersion{Name: "b", Version: 2}))
	assignment, _ := n.assignment(d[1], 3)
	require.Len(t, assignment.Secrets, 2)
}

func TestReportMessagesRefuse(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.members(group, 2, "site=lab")
	id := n.running(group, d[:1], workloadv1.Rollout{})
	device := d[0]
	report := func(edit func(*workloadv1.MsgReport, *workloadv1.DeploymentReport)) *workloadv1.MsgReport {
		msg := n.reportMsg(device, id, healthyState)
		edit(msg, &msg.Reports[0])
		return msg
	}
	claim := func(edit func(*workloadv1.MsgClaimEpoch)) *workloadv1.MsgClaimEpoch {
		msg := &workloadv1.MsgClaimEpoch{Device: device.String(), Epoch: 2, Instance: "x"}
		edit(msg)
		return msg
	}
	n.refuseAll([]refusal{
		{"on what it does not hold", workloadtypes.ErrNotAssigned, d[1], n.reportMsg(d[1], id, healthyState)},
		{"of a future revision", workloadtypes.ErrReportRevision, device, report(func(_ *workloadv1.MsgReport, r *workloadv1.DeploymentReport) { r.Revision = 2 })},
		{"of a future running revision", workloadtypes.ErrReportRevision, device, report(func(_ *workloadv1.MsgReport, r *workloadv1.DeploymentReport) { r.RunningRevision = 2 })},
		{"of no revision", workloadtypes.ErrInvalidReport, device, report(func(_ *workloadv1.MsgReport, r *workloadv1.DeploymentReport) { r.Revision = 0 })},
		{"of an old epoch", workloadtypes.ErrStaleEpoch, device, report(func(m *workloadv1.MsgReport, _ *workloadv1.DeploymentReport) { m.Epoch = 0 })},
		{"of a future epoch", workloadtypes.ErrStaleEpoch, device, report(func(m *workloadv1.MsgReport, _ *workloadv1.DeploymentReport) { m.Epoch = 2 })},
		{"of an old sequence", workloadtypes.ErrStaleSequence, device, report(func(m *workloadv1.MsgReport, _ *workloadv1.DeploymentReport) { m.Sequence-- })},
		{"with nothing", workloadtypes.ErrInvalidReport, device, report(func(m *workloadv1.MsgReport, _ *workloadv1.DeploymentReport) { m.Reports = nil })},
		{"with too much", workloadtypes.ErrInvalidReport, device, report(func(m *workloadv1.MsgReport, _ *workloadv1.DeploymentReport) {
			m.Reports = make([]workloadv1.DeploymentReport, 17)
		})},
		{"twice on one", workloadtypes.ErrInvalidReport, device, report(func(m *workloadv1.MsgReport, r *workloadv1.DeploymentReport) { m.Reports = append(m.Reports, *r) })},
		{"a derived state", workloadtypes.ErrInvalidReport, device, report(func(_ *workloadv1.MsgReport, r *workloadv1.DeploymentReport) {
			r.State = workloadv1.ReportState_REPORT_STATE_UNREACHABLE
		})},
		{"an unknown state", workloadtypes.ErrInvalidReport, device, report(func(_ *workloadv1.MsgReport, r *workloadv1.DeploymentReport) { r.State = 99 })},
		{"a reason with digits", workloadtypes.ErrInvalidReport, device, report(func(_ *workloadv1.MsgReport, r *workloadv1.DeploymentReport) { r.Reason = "Port80" })},
		{"a long reason", workloadtypes.ErrInvalidReport, device, report(func(_ *workloadv1.MsgReport, r *workloadv1.DeploymentReport) { r.Reason = strings.Repeat("x", 41) })},
		{"a text with escapes", workloadtypes.ErrInvalidReport, device, report(func(_ *workloadv1.MsgReport, r *workloadv1.DeploymentReport) { r.Text = "\x1b[31mred" })},
		{"a text with line ends", workloadtypes.ErrInvalidReport, device, report(func(_ *workloadv1.MsgReport, r *workloadv1.DeploymentReport) { r.Text = "a\r\nb" })},
		{"a long text", workloadtypes.ErrInvalidReport, device, report(func(_ *workloadv1.MsgReport, r *workloadv1.DeploymentReport) { r.Text = strings.Repeat("x", 1025) })},
		{"services out of order", workloadtypes.ErrInvalidReport, device, report(func(_ *workloadv1.MsgReport, r *workloadv1.DeploymentReport) {
			r.Services = []workloadv1.ServiceReport{{Index: 1, State: 2}, {Index: 1, State: 2}}
		})},
		{"a service without state", workloadtypes.ErrInvalidReport, device, report(func(_ *workloadv1.MsgReport, r *workloadv1.DeploymentReport) {
			r.Services = []workloadv1.ServiceReport{{Index: 1}}
		})},
		{"too many services", workloadtypes.ErrInvalidReport, device, report(func(_ *workloadv1.MsgReport, r *workloadv1.DeploymentReport) {
			r.Services = make([]workloadv1.ServiceReport, 65)
		})},
		{"renewal of an old epoch", workloadtypes.ErrStaleEpoch, device, &workloadv1.MsgRenewLease{Device: device.String(), Sequence: 9}},
		{"renewal of an old sequence", workloadtypes.ErrStaleSequence, device, &workloadv1.MsgRenewLease{Device: device.String(), Epoch: 1}},
		{"claim of the same epoch", workloadtypes.ErrEpochNotNext, device, claim(func(m *workloadv1.MsgClaimEpoch) { m.Epoch = 1 })},
		{"claim beyond the next", workloadtypes.ErrEpochNotNext, device, claim(func(m *workloadv1.MsgClaimEpoch) { m.Epoch = 3 })},
		{"claim of nobody", workloadtypes.ErrInvalidInstance, device, claim(func(m *workloadv1.MsgClaimEpoch) { m.Instance = "" })},
		{"claim of a long instance", workloadtypes.ErrInvalidInstance, device, claim(func(m *workloadv1.MsgClaimEpoch) { m.Instance = strings.Repeat("x", 129) })},
	})
	// A cloned key: who claims last acts, the older one is fenced.
	n.claim(device, 2)
	require.Equal(t, uint64(2), n.manifest(device).Epoch)
	require.Zero(t, n.lease(device).Sequence, "sequences start again")
	n.refused(workloadtypes.ErrStaleEpoch, device, report(func(m *workloadv1.MsgReport, _ *workloadv1.DeploymentReport) { m.Epoch, m.Sequence = 1, 99 }))
	n.ok(device, report(func(_ *workloadv1.MsgReport, r *workloadv1.DeploymentReport) {
		r.Reason, r.Text = "PortInUse", "port 8082 is in use, naïve"
		r.Services = []workloadv1.ServiceReport{{Index: 0, State: 2, Restarts: 3, Since: 1767323045}, {Index: 3, State: 3}}
	}))
	reports, err := n.loads().DeviceReports(n.ctx(), &workloadv1.QueryDeviceReportsRequest{Device: device.String()})
	require.NoError(t, err)
	require.Equal(t, "PortInUse", reports.Reports[0].Reason)
}

func TestADeviceHoldsAtMost64Deployments(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	d := n.members(group, 1, "site=lab")
	hash := n.spec(group, "app", "v1")
	for i := range 64 {
		n.deploy(group, fmt.Sprintf("d%d", i), hash, onDevices(d...))
	}
	n.refused(workloadtypes.ErrManifestFull, n.alice, &workloadv1.MsgCreateDeployment{
		Authority: n.alice.String(), GroupId: group, Name: "more", SpecHash: hash, Placement: onDevices(d...),
	})
	require.Zero(t, n.deploy(group, "tagged", hash, onTag("site=lab", 1)).Placed)
	// A selector placement waits until there is room.
	n.ok(n.alice, &workloadv1.MsgRemoveDeployment{Authority: n.alice.String(), DeploymentId: 1, ExpectedRevision: 1})
	n.report(d[0], 1, stoppedState)
	manifest := n.manifest(d[0])
	require.LessOrEqual(t, manifest.Size(), workloadtypes.MaxManifestBytes)
	require.Len(t, manifest.Assignments, 64, "the room goes to who waited for it")
}
