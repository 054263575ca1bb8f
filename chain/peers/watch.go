// Package peers keeps a node connected to the peers that its configuration names.
//
// CometBFT dials a lost peer for about two minutes, then ten times more at growing intervals, then never: without exchange
// of peers, a network that was cut for an hour would stay cut. And what it sent into the cut is sent again by the kernel at
// doubling intervals, so that a connection that outlives a cut is silent for as long again.
package peers

import (
	"context"
	"strings"
	"time"

	"github.com/cometbft/cometbft/p2p"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"

	"cosmossdk.io/log/v2"
)

const (
	// Interval is how often the watch looks.
	Interval = 3 * time.Second
	// eagerFor is how long an absent peer is dialled at each look, patientEvery how often after that.
	eagerFor     = 10 * time.Minute
	patientEvery = 30 * time.Second
)

// Node is the running node, as its local RPC client shows it.
type Node interface {
	NetInfo(context.Context) (*coretypes.ResultNetInfo, error)
	DialPeers(ctx context.Context, peers []string, persistent, unconditional, private bool) (*coretypes.ResultDialPeers, error)
}

// Watch dials the configured peers that are not connected, and limits how long a connection to a peer may go unanswered.
type Watch struct {
	node       Node
	log        log.Logger
	configured map[string]string // address as id@host:port, by id
	listenPort uint16
	absent     map[string]absence
	unlimited  bool // it was said that connections have no limit
}

type absence struct {
	since, dialled time.Time
}

// NewWatch reads the peers, `id@host:port` separated by commas, of which the node itself is none, and the port on which
// the node listens for peers.
func NewWatch(node Node, logger log.Logger, own p2p.ID, persistentPeers, listenAddress string) *Watch {
	watch := &Watch{
		node: node, log: logger.With("module", "peers"),
		configured: map[string]string{}, listenPort: portOf(listenAddress), absent: map[string]absence{},
	}
	for peer := range strings.SplitSeq(persistentPeers, ",") {
		peer = strings.TrimPrefix(strings.TrimSpace(peer), "tcp://")
		if id, _, found := strings.Cut(peer, "@"); found && !strings.EqualFold(id, string(own)) {
			watch.configured[strings.ToLower(id)] = peer
		}
	}
	return watch
}

// Run looks at each interval until the context ends.
func (w *Watch) Run(ctx context.Context) {
	ticker := time.NewTicker(Interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			w.Look(ctx, now)
		}
	}
}

// Look compares once. What fails is said and tried again at the next look.
func (w *Watch) Look(ctx context.Context, now time.Time) {
	info, err := w.node.NetInfo(ctx)
	if err != nil {
		w.log.Error("the node does not tell its peers", "error", err)
		return
	}
	if err := limitUnanswered(w.sockets(info.Peers)); err != nil && !w.unlimited {
		w.unlimited = true
		w.log.Error("connections to peers have no limit", "error", err)
	}
	due := w.due(info.Peers, now)
	if len(due) == 0 {
		return
	}
	if _, err := w.node.DialPeers(ctx, due, false, false, false); err != nil {
		w.log.Error("absent peers are not dialled", "peers", due, "error", err)
	}
}

// due are the addresses of absent peers whose turn it is.
func (w *Watch) due(connected []coretypes.Peer, now time.Time) []string {
	present := idsOf(connected)
	var due []string
	for id, address := range w.configured {
		if present[id] {
			delete(w.absent, id)
			continue
		}
		gone, known := w.absent[id]
		if !known {
			// CometBFT itself dials at once: the next look is early enough.
			w.absent[id] = absence{since: now, dialled: now}
			continue
		}
		if now.Sub(gone.since) > eagerFor && now.Sub(gone.dialled) < patientEvery {
			continue
		}
		gone.dialled = now
		w.absent[id] = gone
		due = append(due, address)
	}
	return due
}

func idsOf(peers []coretypes.Peer) map[string]bool {
	ids := make(map[string]bool, len(peers))
	for _, peer := range peers {
		ids[strings.ToLower(string(peer.NodeInfo.ID()))] = true
	}
	return ids
}
