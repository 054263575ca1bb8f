package peers

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/cometbft/cometbft/p2p"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"
)

const (
	north = "00112233445566778899aabbccddeeff00112233"
	south = "ffeeddccbbaa99887766554433221100ffeeddcc"
	own   = "0123456789abcdef0123456789abcdef01234567"
)

// fakeNode has the peers of `connected` and keeps what it was told to dial.
type fakeNode struct {
	connected []string
	dialled   []string
	failing   error
}

func (n *fakeNode) NetInfo(context.Context) (*coretypes.ResultNetInfo, error) {
	if n.failing != nil {
		return nil, n.failing
	}
	info := &coretypes.ResultNetInfo{}
	for _, id := range n.connected {
		info.Peers = append(info.Peers, coretypes.Peer{NodeInfo: p2p.DefaultNodeInfo{DefaultNodeID: p2p.ID(id)}})
	}
	return info, nil
}

func (n *fakeNode) DialPeers(_ context.Context, peers []string, persistent, unconditional, private bool) (*coretypes.ResultDialPeers, error) {
	if persistent || unconditional || private {
		return nil, errors.New("a dialled peer is what the configuration made of it")
	}
	slices.Sort(peers)
	n.dialled = append(n.dialled, peers...)
	return &coretypes.ResultDialPeers{}, nil
}

func (n *fakeNode) takeDialled() []string {
	dialled := n.dialled
	n.dialled = nil
	return dialled
}

func newTestWatch(node Node) *Watch {
	return NewWatch(node, log.NewNopLogger(), own, north+"@north.example:26656, tcp://"+south+"@10.0.0.2:26656, "+own+"@10.0.0.1:26656", "tcp://0.0.0.0:26656")
}

func TestAnAbsentPeerIsDialledFromTheSecondLookOn(t *testing.T) {
	node := &fakeNode{connected: []string{north, south}}
	watch := newTestWatch(node)
	now := time.Unix(1_000_000, 0)
	look := func() []string {
		now = now.Add(Interval)
		watch.Look(t.Context(), now)
		return node.takeDialled()
	}
	require.Empty(t, look())
	require.Empty(t, look())

	node.connected = []string{north}
	require.Empty(t, look(), "CometBFT dials at once itself")
	require.Equal(t, []string{south + "@10.0.0.2:26656"}, look())
	require.Equal(t, []string{south + "@10.0.0.2:26656"}, look())

	node.connected = []string{north, south}
	require.Empty(t, look())
	node.connected = nil
	require.Empty(t, look(), "a new absence begins anew")
	require.Equal(t, []string{north + "@north.example:26656", south + "@10.0.0.2:26656"}, look())
}

func TestAPeerThatIsAwayForLongIsDialledEachHalfMinuteForever(t *testing.T) {
	node := &fakeNode{connected: []string{north}}
	watch := newTestWatch(node)
	now := time.Unix(1_000_000, 0)
	dialsIn := func(span time.Duration) (dials int) {
		for end := now.Add(span); now.Before(end); {
			now = now.Add(Interval)
			watch.Look(t.Context(), now)
			dials += len(node.takeDialled())
		}
		return dials
	}
	require.Equal(t, int(eagerFor/Interval), dialsIn(eagerFor+Interval))
	require.InDelta(t, 120, dialsIn(time.Hour), 1)
	dialsIn(7 * 24 * time.Hour)
	require.InDelta(t, 120, dialsIn(time.Hour), 1)
}

func TestALookThatFailsIsRepeated(t *testing.T) {
	node := &fakeNode{connected: []string{north, south}, failing: errors.New("not now")}
	watch := newTestWatch(node)
	now := time.Unix(1_000_000, 0)
	watch.Look(t.Context(), now)
	node.failing, node.connected = nil, []string{south}
	for range 2 {
		now = now.Add(Interval)
		watch.Look(t.Context(), now)
	}
	require.Equal(t, []string{north + "@north.example:26656"}, node.takeDialled())
}

func TestANodeWithoutConfiguredPeersDialsNobody(t *testing.T) {
	node := &fakeNode{}
	watch := NewWatch(node, log.NewNopLogger(), own, "", "tcp://0.0.0.0:26656")
	for second := range 20 {
		watch.Look(t.Context(), time.Unix(int64(second)*60, 0))
	}
	require.Empty(t, node.dialled)
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		newTestWatch(&fakeNode{}).Run(ctx)
		close(ended)
	}()
	cancel()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Fatal("it runs on")
	}
}
