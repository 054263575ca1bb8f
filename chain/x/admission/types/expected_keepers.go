package types

import "context"

// NetworkAuthority knows the address that governs the network.
type NetworkAuthority interface {
	// NetworkAuthority is the address, or an empty text if genesis named none.
	NetworkAuthority(ctx context.Context) (string, error)
}

// MessageTypes knows the types of messages of the chain.
type MessageTypes interface {
	// HasMessage tells whether a type URL is that of a message.
	HasMessage(typeURL string) bool
}
