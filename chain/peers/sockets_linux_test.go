package peers

import (
	"net"
	"net/netip"
	"testing"

	"github.com/cometbft/cometbft/p2p"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"cosmossdk.io/log/v2"
)

func unansweredMs(t *testing.T, conn net.Conn) int {
	t.Helper()
	raw, err := conn.(*net.TCPConn).SyscallConn()
	require.NoError(t, err)
	value := -1
	require.NoError(t, raw.Control(func(fd uintptr) {
		value, err = unix.GetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT)
	}))
	require.NoError(t, err)
	return value
}

// connect makes a connection; the first end dialled, the second one accepted.
func connect(t *testing.T, listener net.Listener) (net.Conn, net.Conn) {
	t.Helper()
	dialled, err := net.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { _ = dialled.Close() })
	accepted, err := listener.Accept()
	require.NoError(t, err)
	t.Cleanup(func() { _ = accepted.Close() })
	return dialled, accepted
}

func listen(t *testing.T, address string) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	return listener
}

func TestOnlyConnectionsToPeersAreLimited(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "[::1]:0", "0.0.0.0:0"} {
		t.Run(address, func(t *testing.T) {
			peer, own, other := listen(t, address), listen(t, address), listen(t, address)
			toPeer, _ := connect(t, peer)
			_, fromPeer := connect(t, own)
			toOther, fromOther := connect(t, other)

			remote := netip.MustParseAddrPort(toPeer.RemoteAddr().String())
			watch := NewWatch(&fakeNode{}, log.NewNopLogger(), "", north+"@peer.example:"+portText(peer), "tcp://"+own.Addr().String())
			require.NoError(t, limitUnanswered(watch.sockets([]coretypes.Peer{{
				NodeInfo: p2p.DefaultNodeInfo{DefaultNodeID: north}, IsOutbound: true, RemoteIP: remote.Addr().String(),
			}})))

			limit := int(Unanswered.Milliseconds())
			require.Equal(t, limit, unansweredMs(t, toPeer))
			require.Equal(t, limit, unansweredMs(t, fromPeer))
			require.Zero(t, unansweredMs(t, toOther))
			require.Zero(t, unansweredMs(t, fromOther))
		})
	}
}

func portText(listener net.Listener) string {
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return port
}

func TestPortOf(t *testing.T) {
	for address, port := range map[string]uint16{
		"tcp://0.0.0.0:26656":         26656,
		north + "@host.example:26656": 26656,
		north + "@[2001:db8::1]:1":    1,
		"tcp://0.0.0.0":               0,
		"":                            0,
		"host:99999":                  0,
	} {
		require.Equal(t, port, portOf(address), address)
	}
}
