package app_test

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/daonetes/daonetes/chain/app/ante"
	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	workloadtypes "github.com/daonetes/daonetes/chain/x/workload/types"
)

// M-03: what a device says is about itself, and about its own fields.
func TestADeviceSpeaksForItselfOnly(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	devices := n.members(group, 2, "site=lab")
	mine, other := devices[0], devices[1]
	id := n.deploy(group, "app", n.spec(group, "app", "v1"), onDevices(other)).DeploymentId
	for _, msg := range []sdk.Msg{
		n.reportMsg(other, id, workloadv1.ReportState_REPORT_STATE_HEALTHY),
		&workloadv1.MsgRenewLease{Device: other.String(), Epoch: 1, Sequence: 1},
		&workloadv1.MsgClaimEpoch{Device: other.String(), Epoch: 2, Instance: "x"},
		&workgroupv1.MsgAnnounceDevice{Device: other.String(), Info: workgroupv1.DeviceInfo{Platform: "linux/riscv64"}},
	} {
		n.notAdmitted(sdkerrors.ErrInvalidPubKey, n.tx(n.form(mine, msg), mine, msg))
	}
	n.refused(workloadtypes.ErrNotAssigned, mine, n.reportMsg(mine, id, workloadv1.ReportState_REPORT_STATE_HEALTHY))
	before, err := n.app.WorkgroupKeeper.Device(n.ctx(), mine.raw())
	require.NoError(t, err)
	n.ok(mine, &workgroupv1.MsgAnnounceDevice{Device: mine.String(), Info: workgroupv1.DeviceInfo{Platform: "linux/riscv64", NameHint: "admin"}})
	after, err := n.app.WorkgroupKeeper.Device(n.ctx(), mine.raw())
	require.NoError(t, err)
	require.Equal(t, "linux/riscv64", after.Info.Platform)
	require.Equal(t, before.Name, after.Name)
	require.Equal(t, before.Tags, after.Tags)
	require.Equal(t, before.Status, after.Status)
	require.Equal(t, before.GroupId, after.GroupId)
}

// M-09: leases that run out in one block cost each block at most its budget, and at most 50 ms of the processor; the
// queue drains. MASS_DEVICES and MASS_LEASES set another size: for a release 200,000 and 100,000 (a million takes
// more than 24 GB of memory).
func TestManyLeasesThatRunOutTogetherKeepTheTime(t *testing.T) {
	devices, leases := 4_000, 1_000
	for name, size := range map[string]*int{"MASS_DEVICES": &devices, "MASS_LEASES": &leases} {
		if text := os.Getenv(name); text != "" {
			_, err := fmt.Sscan(text, size)
			require.NoError(t, err)
		}
	}
	budget := workloadtypes.DefaultParams().DueBudget
	n := networkWithDevices(t, devices, budget, leases)
	n.now = n.now.Add(2 * time.Hour)
	// The garbage of a heap of gigabytes is collected between two measurements: it is not what a block does.
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	var times []time.Duration
	for lapsed := 0; lapsed < leases; {
		if len(times)%100 == 0 {
			runtime.GC()
		}
		began := processorTime(t)
		n.block()
		times = append(times, processorTime(t)-began)
		now := 0
		for _, event := range n.events {
			if event.Type == "daonetes.workload.v1.EventDeviceUnreachable" {
				now++
			}
		}
		require.Positive(t, now)
		require.LessOrEqual(t, now, int(budget))
		lapsed += now
	}
	slices.Sort(times)
	t.Logf("%d devices, %d leases, %d blocks: median %s, longest %s of processor time", devices, leases, len(times), times[len(times)/2], times[len(times)-1])
	require.LessOrEqual(t, times[len(times)-1], 50*time.Millisecond)
}

// processorTime is what this process used so far, in all its threads.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// M-11: what a group holds does not make its messages dearer.
func TestAFullGroupCostsWhatAnEmptyOneCosts(t *testing.T) {
	n := newNetwork(t)
	gasOf := func(msg sdk.Msg) int64 {
		result := n.send(n.alice, msg)
		require.Zero(t, result.Code, result.Log)
		return result.GasUsed
	}
	empty, full := n.group("empty"), n.group("fulls")
	policy := workgroupv1.GroupPolicy{Caps: workgroupv1.Caps{MaxDevices: 40, MaxPending: 10, MaxTickets: 60, MaxDeployments: 20, MaxSpecs: 20}}
	n.ok(n.alice, &workgroupv1.MsgUpdateGroup{Authority: n.alice.String(), GroupId: full, Policy: policy})
	devices := n.members(full, 40, "site=lab")
	hash := n.spec(full, "app", "v1")
	for i := range 20 {
		n.deploy(full, fmt.Sprintf("app-%d", i), hash, onDevices(devices[0]))
	}
	for range 59 {
		n.ticket(full, 1, false)
	}
	refused := func(msg sdk.Msg) { n.refused(workloadtypes.ErrCapReached, n.alice, msg) }
	refused(&workloadv1.MsgCreateDeployment{Authority: n.alice.String(), GroupId: full, Name: "more", SpecHash: hash, Placement: onDevices(devices[0])})
	inFull := gasOf(n.ticketMsg(full, machine("last ticket"), 1, false))
	inEmpty := gasOf(n.ticketMsg(empty, machine("only ticket"), 1, false))
	require.InDelta(t, inEmpty, inFull, float64(inEmpty)/10)
	n.refused(workgrouptypes.ErrCapReached, n.alice, n.ticketMsg(full, machine("one too many"), 1, false))
	n.refused(workgrouptypes.ErrGroupNotEmpty, n.alice, &workgroupv1.MsgCloseGroup{Authority: n.alice.String(), GroupId: full})

	for i := range uint64(20) {
		n.ok(n.alice, &workloadv1.MsgRemoveDeployment{Authority: n.alice.String(), DeploymentId: i + 1, ExpectedRevision: 1})
	}
	for _, device := range devices {
		n.ok(n.alice, &workgroupv1.MsgRevokeDevice{Authority: n.alice.String(), Device: device.String()})
	}
	n.advance(time.Hour)
	closeFull := gasOf(&workgroupv1.MsgCloseGroup{Authority: n.alice.String(), GroupId: full})
	closeEmpty := gasOf(&workgroupv1.MsgCloseGroup{Authority: n.alice.String(), GroupId: empty})
	require.InDelta(t, closeEmpty, closeFull, float64(closeEmpty)/5)
}

// M-12: limits hold to the byte, and what is far beyond them does not get in the way of the next transaction.
func TestLimitsHoldToTheByte(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	most := int(workloadtypes.DefaultParams().MaxSpecBytes)
	n.spec(group, "app", strings.Repeat("x", most))
	n.refused(workloadtypes.ErrInvalidContent, n.alice, &workloadv1.MsgPublishSpec{
		Publisher: n.alice.String(), GroupId: group, Name: "app", Content: []byte(strings.Repeat("x", most+1)),
	})
	huge := &workloadv1.MsgPublishBlob{Publisher: n.alice.String(), GroupId: group, Content: make([]byte, 4<<20)}
	n.notAdmitted(ante.ErrTooLarge, n.tx(n.form(n.alice, huge), n.alice, huge))
	many := make([]sdk.Msg, 10_000)
	for i := range many {
		many[i] = &workgroupv1.MsgCloseGroup{Authority: n.alice.String(), GroupId: group}
	}
	n.notAdmitted(ante.ErrTooLarge, n.tx(n.form(n.alice, many...), n.alice, many...))
	n.notAdmitted(ante.ErrTooManyMessages, n.tx(n.form(n.alice, many[:17]...), n.alice, many[:17]...))
	n.ok(n.alice, &workgroupv1.MsgUpdateGroup{Authority: n.alice.String(), GroupId: group})
}

// M-17: a report about what is not yet, or with text that would move a cursor, is refused; one on an older revision is
// no word on the new one.
func TestReportsThatLieAreRefused(t *testing.T) {
	n := newNetwork(t)
	group := n.group("lab")
	device := n.members(group, 1)[0]
	hash := n.spec(group, "app", "v1")
	id := n.deploy(group, "app", hash, onDevices(device)).DeploymentId
	report := func(change func(*workloadv1.MsgReport)) *workloadv1.MsgReport {
		msg := n.reportMsg(device, id, workloadv1.ReportState_REPORT_STATE_FAILED)
		change(msg)
		return msg
	}
	for _, text := range []string{strings.Repeat("x", 1_025), "\x1b[31mred", "a\r\nb", "a\x00b", "\u202eback", "\xff"} {
		msg := report(func(msg *workloadv1.MsgReport) { msg.Reports[0].Text = text })
		raw, ok := n.tryTx(device, msg)
		if !ok {
			continue // it cannot even be encoded
		}
		require.NotZero(t, n.block(raw)[0].Code, "%q", text)
	}
	n.refused(workloadtypes.ErrInvalidReport, device, report(func(msg *workloadv1.MsgReport) { msg.Reports[0].Reason = strings.Repeat("R", 41) }))
	n.refused(workloadtypes.ErrReportRevision, device, report(func(msg *workloadv1.MsgReport) { msg.Reports[0].Revision = 9 }))
	n.refused(workloadtypes.ErrStaleEpoch, device, report(func(msg *workloadv1.MsgReport) { msg.Epoch = 7 }))
	n.ok(device, report(func(msg *workloadv1.MsgReport) { msg.Reports[0].Text = strings.Repeat("x", 1_024) }))

	second := n.spec(group, "app", "v2")
	n.ok(n.alice, &workloadv1.MsgUpdateDeployment{
		Authority: n.alice.String(), DeploymentId: id, ExpectedRevision: 1, SpecHash: second, Placement: onDevices(device),
	})
	n.send(device, report(func(msg *workloadv1.MsgReport) {
		msg.Reports[0].Revision, msg.Reports[0].State, msg.Reports[0].Text = 1, workloadv1.ReportState_REPORT_STATE_HEALTHY, ""
	}))
	require.Zero(t, n.deployment(id).Progress.Passed, "revision 2 is not up because revision 1 was")
}
