package types

import "cosmossdk.io/collections"

const (
	// ModuleName names the module in genesis, routes and logs.
	ModuleName = "valset"
	// StoreKey names the module's store.
	StoreKey = ModuleName
)

// Prefixes of the store. They never change and are never used again for something else.
var (
	ParamsPrefix          = collections.NewPrefix(1)
	NextValidatorIDPrefix = collections.NewPrefix(2)
	ValidatorsPrefix      = collections.NewPrefix(3)
	ConsAddressesPrefix   = collections.NewPrefix(4)
	PendingPrefix         = collections.NewPrefix(5)
	InSetPrefix           = collections.NewPrefix(6)
	OperatorsPrefix       = collections.NewPrefix(7)
	OfferPrefix           = collections.NewPrefix(8)
)
