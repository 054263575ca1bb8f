package peers

import (
	"net/netip"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// limitUnanswered sets TCP_USER_TIMEOUT (RFC 5482, tcp(7)) on the sockets of this process that lead to peers. CometBFT opens
// them by itself and hands them to nobody, so they are found among the open files.
func limitUnanswered(peers sockets) error {
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return err
	}
	for _, file := range files {
		fd, err := strconv.Atoi(file.Name())
		if err != nil {
			continue
		}
		// Files that are no sockets, listen, or were closed meanwhile have no remote address.
		remote, err := unix.Getpeername(fd)
		if err != nil {
			continue
		}
		local, err := unix.Getsockname(fd)
		if err != nil || !peers.has(addrPort(local), addrPort(remote)) {
			continue
		}
		// A socket that was closed at this moment needs no limit.
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(Unanswered.Milliseconds()))
	}
	return nil
}

func addrPort(address unix.Sockaddr) netip.AddrPort {
	switch address := address.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(address.Addr), uint16(address.Port))
	case *unix.SockaddrInet6:
		return netip.AddrPortFrom(netip.AddrFrom16(address.Addr).Unmap(), uint16(address.Port))
	default:
		return netip.AddrPort{}
	}
}
