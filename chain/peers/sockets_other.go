//go:build !linux

package peers

// limitUnanswered does nothing: other systems have no such limit, or another one.
func limitUnanswered(sockets) error { return nil }
