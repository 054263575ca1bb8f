package types

import "cosmossdk.io/collections"

const (
	// ModuleName names the module in genesis, routes and logs.
	ModuleName = "admission"
	// StoreKey names the module's store.
	StoreKey = ModuleName
)

// Prefixes of the store. They never change and are never used again for something else.
var (
	ParamsPrefix  = collections.NewPrefix(1)
	PausedPrefix  = collections.NewPrefix(2)
	BucketsPrefix = collections.NewPrefix(3)
	NoncesPrefix  = collections.NewPrefix(4)
)
