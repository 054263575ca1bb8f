package peers

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	coretypes "github.com/cometbft/cometbft/rpc/core/types"
)

// Unanswered is how long what was sent to a peer may stay unacknowledged before the connection is given up and made anew.
// The interval at which the kernel sends again grows up to it: so long a connection that outlives a cut may be silent.
const Unanswered = 10 * time.Second

// sockets says which sockets of this process lead to peers.
type sockets struct {
	// listenPort is the port of this node: what has it as its own port was dialled by a peer.
	listenPort uint16
	// dialled are the addresses of peers that this node dialled.
	dialled map[netip.AddrPort]bool
}

func (s sockets) has(local, remote netip.AddrPort) bool {
	return (s.listenPort != 0 && local.Port() == s.listenPort) || s.dialled[remote]
}

func (w *Watch) sockets(peers []coretypes.Peer) sockets {
	dialled := map[netip.AddrPort]bool{}
	for _, peer := range peers {
		address, configured := w.configured[strings.ToLower(string(peer.NodeInfo.ID()))]
		ip, err := netip.ParseAddr(peer.RemoteIP)
		if peer.IsOutbound && configured && err == nil {
			dialled[netip.AddrPortFrom(ip.Unmap(), portOf(address))] = true
		}
	}
	return sockets{listenPort: w.listenPort, dialled: dialled}
}

// portOf is the port of an address as CometBFT writes them, 0 if it has none.
func portOf(address string) uint16 {
	_, port, err := net.SplitHostPort(address[strings.LastIndexAny(address, "@/")+1:])
	if err != nil {
		return 0
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return 0
	}
	return uint16(number)
}
