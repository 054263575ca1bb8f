package app_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"

	admissionv1 "github.com/daonetes/daonetes/chain/gen/daonetes/admission/v1"
	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	admissiontypes "github.com/daonetes/daonetes/chain/x/admission/types"
)

// mempool holds transactions in the order in which CheckTx took them, as many as a node keeps, and fills blocks from
// its front; it checks again what a block left over.
type mempool struct {
	*network
	waiting [][]byte
	refused map[string]int
}

const mempoolSize = 2_000

func (m *mempool) offer(raw []byte) {
	m.t.Helper()
	if len(m.waiting) == mempoolSize {
		m.refused["full"]++
		return
	}
	checked := m.checked(raw)
	if checked.Code != 0 {
		m.refused[fmt.Sprintf("%s/%d", checked.Codespace, checked.Code)]++
		return
	}
	m.waiting = append(m.waiting, raw)
}

// commit makes a block of at most 50 transactions: a slow network.
func (m *mempool) commit() [][]byte {
	m.t.Helper()
	taken := m.waiting[:min(50, len(m.waiting))]
	m.block(taken...)
	left := m.waiting[len(taken):]
	m.waiting = nil
	for _, raw := range left {
		checked, err := m.app.CheckTx(&abci.RequestCheckTx{Tx: raw, Type: abci.CheckTxType_Recheck})
		require.NoError(m.t, err)
		if checked.Code == 0 {
			m.waiting = append(m.waiting, raw)
		}
	}
	return taken
}

// M-15: strangers, tickets that are over and a device that reports in every block: none of the first two waits in the
// mempool, the third gets its rate, and a revocation that comes in the middle is in one of the next three blocks.
// FLOOD=20000 is the release's size.
func TestARevocationCommitsInAFlood(t *testing.T) {
	size := 1_200
	if os.Getenv("FLOOD") != "" {
		_, err := fmt.Sscan(os.Getenv("FLOOD"), &size)
		require.NoError(t, err)
	}
	n := newNetwork(t, withParams(t, func(params *admissionv1.Params) {
		params.Devices = admissionv1.Rate{BurstTxs: 60, TxsPerMinute: 60, BurstBytes: 1 << 20, BytesPerMinute: 1 << 20}
	}))
	group := n.group("lab")
	devices := n.members(group, 2)
	expired := n.ticket(group, 5, false)
	n.advance(25 * time.Hour)
	revoked := n.ticket(group, 5, false)
	n.ok(n.alice, &workgroupv1.MsgRevokeTicket{Authority: n.alice.String(), TicketId: n.ticketID(group, revoked)})
	for _, device := range devices {
		n.ok(device, &workloadv1.MsgRenewLease{Device: device.String(), Epoch: 1, Sequence: 1})
	}
	n.advance(5 * time.Minute)

	pool := &mempool{network: n, refused: map[string]int{}}
	noisy, victim := devices[0], devices[1]
	sequence := uint64(1)
	flood := func(i int) {
		stranger := machine(fmt.Sprintf("stranger %d", i))
		switch i % 4 {
		case 0:
			msg := &workgroupv1.MsgCreateGroup{Creator: stranger.String(), Name: "x"}
			pool.offer(n.tx(n.form(stranger, msg), stranger, msg))
		case 1:
			msg := n.joinMsg(group, expired, stranger, workgroupv1.DeviceInfo{})
			pool.offer(n.tx(n.form(expired, msg), expired, msg))
		case 2:
			msg := n.joinMsg(group, revoked, stranger, workgroupv1.DeviceInfo{})
			pool.offer(n.tx(n.form(revoked, msg), revoked, msg))
		default:
			sequence++
			msg := &workloadv1.MsgRenewLease{Device: noisy.String(), Epoch: 1, Sequence: sequence}
			pool.offer(n.tx(n.form(noisy, msg), noisy, msg))
		}
	}
	blocks, took := 0, 0
	msg := &workgroupv1.MsgRevokeDevice{Authority: n.alice.String(), Device: victim.String()}
	var revocation []byte
	for i := range size {
		flood(i)
		if i == size/2 {
			revocation = n.tx(n.form(n.alice, msg), n.alice, msg)
			pool.offer(revocation)
		}
		if i%200 != 199 && i != size-1 {
			continue
		}
		taken := pool.commit()
		blocks++
		for at, raw := range taken {
			result := n.results[at]
			if string(raw) != string(revocation) {
				require.Zero(t, result.Code, "what CheckTx took also runs: %s", result.Log)
				continue
			}
			require.Zero(t, result.Code, result.Log)
			took = blocks - size/2/200
		}
	}
	require.LessOrEqual(t, took, 3, "blocks until the revocation was in one")
	require.Positive(t, took)
	require.Zero(t, pool.refused["full"])
	for _, code := range []string{"workgroup/32", "workgroup/21", "workgroup/22"} {
		require.Equal(t, size/4, pool.refused[code], "%s: %v", code, pool.refused)
	}
	sent := size/4 - pool.refused[fmt.Sprintf("admission/%d", admissiontypes.ErrRate.ABCICode())]
	require.LessOrEqual(t, sent, 60+blocks+1, "burst, and a transaction for each second of block time")
	t.Logf("%d transactions, %d blocks, revoked in block %d; of %d of the noisy device %d entered", size, blocks, took, size/4, sent)
}

func (n *network) ticketID(group uint64, key actor) uint64 {
	n.t.Helper()
	answer, err := n.groups().Tickets(n.ctx(), &workgroupv1.QueryTicketsRequest{GroupId: group})
	require.NoError(n.t, err)
	for _, ticket := range answer.Tickets {
		if ticket.Address == key.String() {
			return ticket.Id
		}
	}
	n.t.Fatalf("no ticket of %s", key)
	return 0
}
